// @ts-check
/** Connexion avec un code de secours. */
export default {
  back: 'Retour',
  code_hint: 'Seize lettres et chiffres. Majuscules, espaces et tirets sont sans importance.',
  recovery_code: 'Code de secours',
  recovery_code_missing: 'Saisissez un de vos codes de secours.',
  recovery_code_wrong: 'L’adresse ou le code est faux, ou le code a déjà servi.',
  title: 'Se connecter avec un code de secours',
  why: 'Chaque code sert une fois. Vous arrivez ensuite à votre compte, où vous pouvez créer une nouvelle clé d’accès.',
};
