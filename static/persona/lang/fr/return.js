// @ts-check
export default {
  account: 'Votre compte sur ce domaine',
  cancelled: 'Vous ne vous êtes pas connecté',
  close: 'Fermez cette fenêtre et retournez à celle qui vous demandait de vous connecter.',
  done: 'Vous êtes connecté',
  title: 'Connecté',
};
