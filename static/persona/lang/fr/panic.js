// @ts-check
/** Où l’on relâche l’arrêt d’urgence. */
export default {
  again: 'La personne qui contrôle la machine ou le compte en nuage crée un nouveau lien : selfsame panic release.',
  by_passkey: 'Relâcher avec une clé d’accès',
  by_password: 'Je n’ai pas de clé d’accès',
  done: 'L’arrêt d’urgence est relâché',
  done_why: 'Tout le monde peut de nouveau se connecter. Les certificats d’avant restent sans valeur.',
  passkey_needed: 'Vous avez une clé d’accès : elle seule relâche l’arrêt.',
  problem: 'Ce lien ne fonctionne pas',
  release: 'Relâcher',
  release_invalid: 'Ce lien a déjà servi, a expiré ou est incomplet.',
  releasing: 'En cours…',
  sign_in: 'Se connecter',
  title: 'Relâcher l’arrêt d’urgence',
  totp_code: 'Code de votre application d’authentification',
  totp_hint: 'Nécessaire avec un mot de passe.',
  why: 'L’arrêt d’urgence a été déclenché : personne ne peut se connecter à ce domaine ni obtenir de certificat. Un propriétaire le relâche en s’identifiant de nouveau sur cette page.',
};
