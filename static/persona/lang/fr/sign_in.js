// @ts-check
/** La page de connexion. */
export default {
  back: 'Retour',
  elsewhere: 'Avec une adresse de {of}, vous vous connectez ici, chez {here}.',
  go_on: 'Continuer',
  life: 'Rester connecté',
  life_hour: 'une heure',
  life_keep: '30 jours',
  life_window: 'dans cette fenêtre seulement',
  or: 'ou avec un mot de passe',
  passkey: 'Se connecter avec une clé d’accès',
  recover: 'Utiliser un code de secours',
  second_title: 'Et le code de votre application',
  second_why: 'Votre mot de passe est bon. Saisissez les six chiffres que votre application d’authentification affiche maintenant.',
  title: 'Se connecter',
  totp: 'Code',
  wait_passkey: 'Une clé d’accès fonctionne en attendant.',
};
