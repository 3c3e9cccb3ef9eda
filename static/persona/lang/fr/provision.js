// @ts-check
export default {
  account: 'Votre compte sur ce domaine',
  heading: 'Cette page travaille dans d’autres',
  title: 'Provisionnement',
  what: 'Elle demande un certificat à ce domaine et n’affiche rien.',
};
