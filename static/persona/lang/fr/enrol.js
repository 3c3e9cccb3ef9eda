// @ts-check
/** La page du lien à usage unique. */
export default {
  link_is_for: 'Ce lien est pour {who}. Il fonctionne une seule fois.',
  looking: 'Vérification de votre lien…',
  making: 'Création de votre clé d’accès…',
  passkey: 'Créer une clé d’accès',
  passkey_why: 'Une clé d’accès est gardée par votre appareil : vous vous connectez avec votre empreinte, votre visage ou le code qui le déverrouille. Rien à retenir, et rien à voler chez ce domaine.',
  password_new: 'Nouveau mot de passe',
  problem: 'Ce lien ne fonctionne pas',
  set_password: 'Définir le mot de passe et se connecter',
  setting: 'Enregistrement de votre mot de passe…',
  sign_in_else: 'Se connecter avec ce que vous avez',
  title: 'Choisissez comment vous connecter',
  to_passkey: 'Créer plutôt une clé d’accès',
  to_password: 'Utiliser plutôt un mot de passe',
};
