// @ts-check
/** Where the panic switch is released. */
export default {
  again: 'Whoever controls the machine or the cloud account makes a new link: selfsame panic release.',
  by_passkey: 'Release with a passkey',
  by_password: 'I have no passkey',
  done: 'The panic switch is released',
  done_why: 'Everybody can sign in again. Certificates from before stay worthless.',
  passkey_needed: 'You have a passkey: only that releases the switch.',
  problem: 'This link does not work',
  release: 'Release',
  release_invalid: 'This link was used already, has run out, or is incomplete.',
  releasing: 'Releasing…',
  sign_in: 'Sign in',
  title: 'Release the panic switch',
  totp_code: 'Code of your authenticator app',
  totp_hint: 'Needed with a password.',
  why: 'The panic switch was pulled: nobody can sign in at this domain, and nobody gets a certificate. An owner releases it by a fresh sign-in on this page.',
};
