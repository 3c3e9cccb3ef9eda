// @ts-check
export default {
  another: 'Du bist hier als {session} angemeldet, mit einer anderen Adresse als der gefragten.',
  mails_safe: 'Sie erfährt weder den Code noch ein Passwort.',
  mails_why: '{host} bürgt für Adressen, deren eigene Domain es nicht tut. An deine wird ein Code geschickt.',
  pick: 'Welche Adresse?',
  pick_back: 'Zurück',
  pick_elsewhere: 'Adresse einer anderen Domain benutzen',
  pick_hint: 'Mit + und einem beliebigen Wort vor dem @. Mail dorthin erreicht dich wie immer, und du siehst, wer sie weitergegeben hat.',
  pick_own: 'Eine Adresse nur für diese Website',
  pick_use: 'Diese Adresse benutzen',
  pick_why: '{origin} erfährt nur die, die du wählst. Dieser Browser merkt sie sich für die Website.',
  pick_wrong: 'Gib eine deiner Adressen ein, mit + und einem Wort vor dem @.',
  prove_here: 'Hier beweisen',
  spelled: 'In eigener Schrift lautet dieser Name {name}. Namen können sich ähnlich sehen: Ist es die Website, die du meinst?',
  spelled_doubtful: 'Vorsicht: In eigener Schrift lautet dieser Name {name}, und er ahmt vielleicht einen anderen nach. Hat dich ein Link hergeführt, geh zurück und gib den Namen der Website selbst ein.',
};
