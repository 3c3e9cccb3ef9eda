// @ts-check
/** The page of the link in the mail about a new device. */
export default {
  certificates: 'Sites where somebody signed in as you may keep their own sessions: sign out there. Certificates that were made before live for some hours at most.',
  done: 'Your account is locked to others',
  ends_passkeys: 'Passkeys that were added since then are removed.',
  ends_password: 'Password, recovery codes and second step are removed.',
  ends_sessions: 'All your sessions end, in all browsers.',
  left: { one: 'One passkey of yours is left. Sign in with it, then make new ways in.', other: '{count} passkeys of yours are left. Sign in with one of them, then make new ways in.' },
  left_nothing: 'No way in is left. Whoever runs this domain makes you a new link: selfsame user link ADDRESS.',
  lock: 'This was not me: lock my account',
  locking: 'Locking your account…',
  notice_invalid: 'This link was used already, has run out, or is incomplete. You can end sessions on your account page, too.',
  problem: 'This link does not work',
  sign_in: 'Sign in',
  stays: 'Passkeys that you had before stay: they cannot be copied by mail or guessed. Nobody is let in by this link.',
  title: 'Was this not you?',
  to_account: 'Your account',
  was_me: 'It was me',
  what: 'Somebody signed in as you with a browser that your account did not know. If it was not you, lock the account:',
};
