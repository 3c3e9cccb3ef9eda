// @ts-check
/** Die Anmeldeseite. */
export default {
  back: 'Zurück',
  elsewhere: 'Mit einer Adresse von {of} meldest du dich hier an, bei {here}.',
  go_on: 'Weiter',
  life: 'Angemeldet bleiben',
  life_hour: 'eine Stunde',
  life_keep: '30 Tage',
  life_window: 'nur in diesem Fenster',
  or: 'oder mit Passwort',
  passkey: 'Mit Passkey anmelden',
  recover: 'Wiederherstellungscode benutzen',
  second_title: 'Und der Code deiner App',
  second_why: 'Dein Passwort stimmt. Gib die sechs Ziffern ein, die deine Authenticator-App jetzt zeigt.',
  title: 'Anmelden',
  totp: 'Code',
  wait_passkey: 'Ein Passkey geht in der Zwischenzeit.',
};
