// @ts-check
export default {
  another: 'You are signed in here as {session}, another address than the one asked for.',
  mails_safe: 'It learns neither the code nor a password.',
  mails_why: '{host} vouches for addresses whose own domain does not. It mails a code to yours.',
  pick: 'Which address?',
  pick_back: 'Back',
  pick_elsewhere: 'Use an address of another domain',
  pick_hint: 'With + and any word before the @. Mail to it reaches you as ever, and you see who passed it on.',
  pick_own: 'An address for this site only',
  pick_use: 'Use this address',
  pick_why: '{origin} learns only the one that you choose. This browser remembers it for the site.',
  pick_wrong: 'Type one of your addresses with + and a word before the @.',
  prove_here: 'Prove it here',
  spelled: 'In its own letters this name is {name}. Names can look alike: is it the site that you mean?',
  spelled_doubtful: 'Careful: in its own letters this name is {name}, and it may imitate another one. If a link led you here, go back and type the name of the site yourself.',
};
