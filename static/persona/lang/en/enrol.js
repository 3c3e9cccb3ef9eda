// @ts-check
/** The page of the one-time link. */
export default {
  link_is_for: 'This link is for {who}. It works once.',
  looking: 'Looking at your link…',
  making: 'Making your passkey…',
  passkey: 'Make a passkey',
  passkey_why: 'A passkey is kept by your device: you sign in with your fingerprint, your face or the code that unlocks it. There is nothing to remember, and nothing that could be stolen from this domain.',
  password_new: 'New password',
  problem: 'This link does not work',
  set_password: 'Set password and sign in',
  setting: 'Setting your password…',
  sign_in_else: 'Sign in with what you have',
  title: 'Set up how you sign in',
  to_passkey: 'Make a passkey instead',
  to_password: 'Use a password instead',
};
