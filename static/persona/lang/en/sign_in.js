// @ts-check
/** The sign-in page. */
export default {
  back: 'Back',
  elsewhere: 'With an address of {of} you sign in here, at {here}.',
  go_on: 'Continue',
  life: 'Keep me signed in',
  life_hour: 'for an hour',
  life_keep: 'for 30 days',
  life_window: 'only in this window',
  or: 'or with a password',
  passkey: 'Sign in with a passkey',
  recover: 'Use a recovery code',
  second_title: 'And the code of your app',
  second_why: 'Your password is right. Type the six digits that your authenticator app shows now.',
  title: 'Sign in',
  totp: 'Code',
  wait_passkey: 'A passkey works in the meantime.',
};
