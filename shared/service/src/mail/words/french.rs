use super::CodeWords;

// Before a colon stands a no-break space, before a semicolon a narrow one.
pub(super) const CODE: CodeWords = CodeWords {
    subject: "Confirmez votre adresse auprès de {host}",
    what: "Quelqu’un est en train de se connecter avec cette adresse via {host}. Si c’est vous, voici votre \
           code\u{a0}:",
    how: "Saisissez-le sur la page qui le demande. Il n’est valable qu’une seule fois, pendant {minutes} minutes.",
    link: "Ou bien ouvrez ce lien dans le navigateur avec lequel vous avez demandé le code\u{202f}; il ne fonctionne \
           dans aucun autre\u{a0}:",
    ignore: "Si vous n’avez pas demandé de code, ignorez ce message\u{a0}: sans le code, personne ne peut se connecter \
             avec votre adresse.",
    secret: "Ne communiquez jamais ce code, quelle que soit la personne qui vous le demande.",
};
