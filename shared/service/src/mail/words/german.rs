use super::CodeWords;

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
