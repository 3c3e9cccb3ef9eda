use super::{CodeWords, NoticeWords};

pub(super) const CODE: CodeWords = CodeWords {
    subject: "Bestätigen Sie Ihre Adresse bei {host}",
    what: "Jemand meldet sich gerade über {host} mit dieser Adresse an. Wenn Sie das sind, ist hier Ihr Code:",
    how: "Geben Sie ihn auf der Seite ein, die danach fragt. Er gilt nur einmal und {minutes} Minuten lang.",
    link: "Oder öffnen Sie diesen Link in dem Browser, in dem Sie den Code angefordert haben; in keinem anderen \
           funktioniert er:",
    ignore: "Wenn Sie keinen Code angefordert haben, ignorieren Sie diese E-Mail: Ohne den Code kann sich niemand mit \
             Ihrer Adresse anmelden.",
    secret: "Verraten Sie diesen Code niemandem, ganz gleich, wer danach fragt.",
};

pub(super) const NOTICES: NoticeWords = NoticeWords {
    subject_device: "Neue Anmeldung bei {host}",
    subject_link: "Neuer Link für Sie bei {host}",
    subject_panic: "{host} wurde angehalten",
    subject_ways: "Ihre Anmeldewege bei {host} haben sich geändert",
    new_device: "Jemand hat sich als {address} mit einem Browser angemeldet, der dafür noch nie benutzt wurde.",
    link_made: "Es wurde ein Link erstellt, mit dem man einen neuen Anmeldeweg für {address} einrichten kann. Das kann nur, wer {host} betreibt.",
    panic: "Wer {host} betreibt, hat den Notschalter betätigt. Alle Sitzungen wurden beendet, und niemand kann sich als {address} anmelden, bis der Schalter gelöst wird.",
    codes_made: "Für {address} wurden neue Wiederherstellungscodes erstellt. Die alten gelten nicht mehr.",
    locked: "Für {address} wurde gemeldet: Das war ich nicht. Alle Sitzungen wurden beendet. Das Passwort, die Wiederherstellungscodes und neuere Passkeys wurden entfernt.",
    passkey_added: "Zu {address} wurde ein Passkey hinzugefügt.",
    passkey_copied: "Ein Passkey von {address} wurde abgelehnt, weil er kopiert zu sein scheint. Entfernen Sie ihn, wenn Sie nicht wissen, warum.",
    passkey_removed: "Ein Passkey von {address} wurde entfernt.",
    password_removed: "Das Passwort von {address} wurde entfernt.",
    password_set: "Für {address} wurde ein neues Passwort gesetzt.",
    totp_removed: "Der zweite Schritt nach dem Passwort von {address} wurde ausgeschaltet.",
    totp_set: "Ein zweiter Schritt nach dem Passwort von {address} wurde eingeschaltet.",
    date: "{day}. {month} {year}, {time} Uhr UTC",
    months: [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ],
    when: "Wann: {it}",
    browser: "Browser: {it}",
    network: "Netz: {it}",
    unknown: "unbekannt",
    fine: "Wenn Sie das waren, brauchen Sie nichts zu tun.",
    not_me: "Wenn Sie das nicht waren, öffnen Sie diesen Link. Er beendet alle Sitzungen und entfernt alles, was jemand anderes benutzen könnte; er lässt niemanden herein. Er gilt {days} Tage lang:",
};
