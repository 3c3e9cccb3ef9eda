use super::{CodeWords, NoticeWords};

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

pub(super) const NOTICES: NoticeWords = NoticeWords {
    subject_device: "Nouvelle connexion à {host}",
    subject_link: "Un nouveau lien pour vous à {host}",
    subject_panic: "{host} a été arrêté",
    subject_ways: "Vos moyens de connexion à {host} ont changé",
    new_device: "Quelqu’un s’est connecté en tant que {address} avec un navigateur qui n’avait pas encore servi à cela.",
    link_made: "Un lien a été créé qui permet de définir un nouveau moyen de se connecter en tant que {address}. Seule la personne qui gère {host} peut en créer un.",
    panic: "La personne qui gère {host} a actionné l’arrêt d’urgence. Toutes les sessions ont été fermées et personne ne peut se connecter en tant que {address} tant qu’il n’est pas levé.",
    codes_made: "De nouveaux codes de récupération ont été créés pour {address}. Les anciens ne fonctionnent plus.",
    locked: "Il a été signalé pour {address} que «\u{a0}ce n’était pas moi\u{a0}». Toutes les sessions ont été fermées. Le mot de passe, les codes de récupération et les clés d’accès récentes ont été supprimés.",
    passkey_added: "Une clé d’accès a été ajoutée à {address}.",
    passkey_copied: "Une clé d’accès de {address} a été refusée, car elle semble avoir été copiée. Supprimez-la si vous ne savez pas pourquoi.",
    passkey_removed: "Une clé d’accès de {address} a été supprimée.",
    password_removed: "Le mot de passe de {address} a été supprimé.",
    password_set: "Un nouveau mot de passe a été défini pour {address}.",
    totp_removed: "La seconde étape après le mot de passe de {address} a été désactivée.",
    totp_set: "Une seconde étape après le mot de passe de {address} a été activée.",
    date: "{day} {month} {year}, {time} UTC",
    months: [
        "janvier",
        "février",
        "mars",
        "avril",
        "mai",
        "juin",
        "juillet",
        "août",
        "septembre",
        "octobre",
        "novembre",
        "décembre",
    ],
    when: "Quand\u{a0}: {it}",
    browser: "Navigateur\u{a0}: {it}",
    network: "Réseau\u{a0}: {it}",
    unknown: "inconnu",
    fine: "Si c’était vous, vous n’avez rien à faire.",
    not_me: "Si ce n’était pas vous, ouvrez ce lien. Il ferme toutes les sessions et supprime tout ce que quelqu’un d’autre pourrait utiliser\u{202f}; il ne laisse entrer personne. Il fonctionne pendant {days} jours\u{a0}:",
};
