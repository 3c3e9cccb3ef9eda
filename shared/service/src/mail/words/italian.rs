use super::CodeWords;

pub(super) const CODE: CodeWords = CodeWords {
    subject: "Confermi il suo indirizzo presso {host}",
    what: "Qualcuno sta accedendo con questo indirizzo tramite {host}. Se è lei, ecco il suo codice:",
    how: "Lo inserisca nella pagina che lo richiede. È valido una sola volta e per {minutes} minuti.",
    link: "Oppure apra questo link nello stesso browser con cui ha richiesto il codice; in nessun altro funziona:",
    ignore: "Se non ha richiesto alcun codice, ignori questo messaggio: senza il codice nessuno può accedere con il suo \
             indirizzo.",
    secret: "Non comunichi mai questo codice a nessuno, chiunque glielo chieda.",
};
