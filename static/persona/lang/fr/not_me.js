// @ts-check
/** La page du lien dans le courriel sur un nouvel appareil. */
export default {
  certificates: 'Les sites où quelqu’un s’est connecté à votre place peuvent garder leurs propres sessions : déconnectez-vous-y. Les certificats déjà faits vivent encore quelques heures au plus.',
  done: 'Votre compte est fermé aux autres',
  ends_passkeys: 'Les clés d’accès ajoutées depuis sont retirées.',
  ends_password: 'Le mot de passe, les codes de secours et la deuxième étape sont retirés.',
  ends_sessions: 'Toutes vos sessions se terminent, dans tous les navigateurs.',
  left: { many: 'Il vous reste {count} clés d’accès. Connectez-vous avec l’une d’elles, puis créez de nouveaux accès.', one: 'Il vous reste une clé d’accès. Connectez-vous avec elle, puis créez de nouveaux accès.', other: 'Il vous reste {count} clés d’accès. Connectez-vous avec l’une d’elles, puis créez de nouveaux accès.' },
  left_nothing: 'Il ne reste aucun accès. La personne qui gère ce domaine vous crée un nouveau lien : selfsame user link ADRESSE.',
  lock: 'Ce n’était pas moi : verrouiller mon compte',
  locking: 'Verrouillage de votre compte…',
  notice_invalid: 'Ce lien a déjà servi, a expiré ou est incomplet. Vous pouvez aussi terminer des sessions sur la page de votre compte.',
  problem: 'Ce lien ne fonctionne pas',
  sign_in: 'Se connecter',
  stays: 'Les clés d’accès que vous aviez avant restent : on ne peut ni les soutirer ni les deviner. Ce lien ne laisse entrer personne.',
  title: 'Ce n’était pas vous ?',
  to_account: 'Votre compte',
  was_me: 'C’était moi',
  what: 'Quelqu’un s’est connecté à votre place avec un navigateur que votre compte ne connaissait pas. Si ce n’était pas vous, verrouillez le compte :',
};
