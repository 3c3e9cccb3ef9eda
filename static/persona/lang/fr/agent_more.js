// @ts-check
export default {
  another: 'Vous êtes connecté ici en tant que {session}, une autre adresse que celle demandée.',
  mails_safe: 'Il n’apprend ni le code ni un mot de passe.',
  mails_why: '{host} se porte garant d’adresses dont le domaine ne le fait pas. Il envoie un code à la vôtre.',
  pick: 'Quelle adresse ?',
  pick_back: 'Retour',
  pick_elsewhere: 'Utiliser une adresse d’un autre domaine',
  pick_hint: 'Avec + et un mot quelconque avant le @. Le courriel vous parvient comme toujours, et vous voyez qui l’a transmise.',
  pick_own: 'Une adresse pour ce site seulement',
  pick_use: 'Utiliser cette adresse',
  pick_why: '{origin} n’apprend que celle que vous choisissez. Ce navigateur la retient pour le site.',
  pick_wrong: 'Saisissez une de vos adresses avec + et un mot avant le @.',
  prove_here: 'Le prouver ici',
  spelled: 'Dans ses propres lettres, ce nom est {name}. Des noms peuvent se ressembler : est-ce bien le site voulu ?',
  spelled_doubtful: 'Attention : dans ses propres lettres, ce nom est {name}, et il imite peut-être un autre. Si un lien vous a mené ici, revenez en arrière et saisissez vous-même le nom du site.',
};
