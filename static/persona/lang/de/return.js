// @ts-check
export default {
  account: 'Dein Konto bei dieser Domain',
  cancelled: 'Du hast dich nicht angemeldet',
  close: 'Schließ dieses Fenster und geh zu dem zurück, das dich um die Anmeldung bat.',
  done: 'Du bist angemeldet',
  title: 'Angemeldet',
};
