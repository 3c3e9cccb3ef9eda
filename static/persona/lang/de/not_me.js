// @ts-check
/** Die Seite des Links in der Mail über ein neues Gerät. */
export default {
  certificates: 'Websites, bei denen sich jemand als du angemeldet hat, behalten vielleicht eigene Sitzungen: Melde dich dort ab. Vorher gemachte Zertifikate leben höchstens noch einige Stunden.',
  done: 'Dein Konto ist für andere gesperrt',
  ends_passkeys: 'Passkeys, die seitdem dazukamen, werden entfernt.',
  ends_password: 'Passwort, Wiederherstellungscodes und zweiter Schritt werden entfernt.',
  ends_sessions: 'Alle deine Sitzungen enden, in allen Browsern.',
  left: { one: 'Ein Passkey von dir ist geblieben. Melde dich damit an und richte dann neue Zugänge ein.', other: '{count} Passkeys von dir sind geblieben. Melde dich mit einem davon an und richte dann neue Zugänge ein.' },
  left_nothing: 'Kein Zugang ist geblieben. Wer diese Domain betreibt, macht dir einen neuen Link: selfsame user link ADRESSE.',
  lock: 'Das war ich nicht: Konto sperren',
  locking: 'Dein Konto wird gesperrt…',
  notice_invalid: 'Dieser Link ist schon benutzt, abgelaufen oder unvollständig. Sitzungen kannst du auch auf deiner Kontoseite beenden.',
  problem: 'Dieser Link geht nicht',
  sign_in: 'Anmelden',
  stays: 'Passkeys, die du vorher hattest, bleiben: Man kann sie weder abfischen noch erraten. Dieser Link lässt niemanden hinein.',
  title: 'Warst du das nicht?',
  to_account: 'Dein Konto',
  was_me: 'Das war ich',
  what: 'Jemand hat sich als du mit einem Browser angemeldet, den dein Konto nicht kannte. Wenn du das nicht warst, sperre das Konto:',
};
