// @ts-check
/** Anmelden mit einem Wiederherstellungscode. */
export default {
  back: 'Zurück',
  code_hint: 'Sechzehn Buchstaben und Ziffern. Groß und klein, Leerzeichen und Striche sind egal.',
  recovery_code: 'Wiederherstellungscode',
  recovery_code_missing: 'Gib einen deiner Wiederherstellungscodes ein.',
  recovery_code_wrong: 'Adresse oder Code ist falsch, oder der Code ist schon benutzt.',
  title: 'Mit einem Wiederherstellungscode anmelden',
  why: 'Jeder Code geht einmal. Danach kommst du zu deinem Konto, wo du einen neuen Passkey machen kannst.',
};
