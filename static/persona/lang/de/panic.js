// @ts-check
/** Wo der Notschalter gelöst wird. */
export default {
  again: 'Wer den Rechner oder das Cloud-Konto in der Hand hat, macht einen neuen Link: selfsame panic release.',
  by_passkey: 'Mit Passkey lösen',
  by_password: 'Ich habe keinen Passkey',
  done: 'Der Notschalter ist gelöst',
  done_why: 'Alle können sich wieder anmelden. Zertifikate von vorher bleiben wertlos.',
  passkey_needed: 'Du hast einen Passkey: Nur der löst den Schalter.',
  problem: 'Dieser Link geht nicht',
  release: 'Lösen',
  release_invalid: 'Dieser Link ist schon benutzt, abgelaufen oder unvollständig.',
  releasing: 'Wird gelöst…',
  sign_in: 'Anmelden',
  title: 'Notschalter lösen',
  totp_code: 'Code deiner Authenticator-App',
  totp_hint: 'Mit Passwort nötig.',
  why: 'Der Notschalter wurde gezogen: Niemand kann sich bei dieser Domain anmelden, und niemand bekommt ein Zertifikat. Ein Inhaber löst ihn durch eine frische Anmeldung auf dieser Seite.',
};
