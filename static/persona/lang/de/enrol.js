// @ts-check
/** Die Seite des Einmal-Links. */
export default {
  link_is_for: 'Dieser Link ist für {who}. Er geht einmal.',
  looking: 'Dein Link wird geprüft…',
  making: 'Dein Passkey wird gemacht…',
  passkey: 'Passkey machen',
  passkey_why: 'Einen Passkey verwahrt dein Gerät: Du meldest dich mit Fingerabdruck, Gesicht oder dem Code an, der es entsperrt. Es gibt nichts zu merken und nichts, was bei dieser Domain gestohlen werden könnte.',
  password_new: 'Neues Passwort',
  problem: 'Dieser Link geht nicht',
  set_password: 'Passwort setzen und anmelden',
  setting: 'Dein Passwort wird gesetzt…',
  sign_in_else: 'Mit dem anmelden, was du hast',
  title: 'Richte deine Anmeldung ein',
  to_passkey: 'Lieber einen Passkey machen',
  to_password: 'Lieber ein Passwort benutzen',
};
