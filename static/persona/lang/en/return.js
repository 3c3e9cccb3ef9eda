// @ts-check
export default {
  account: 'Your account at this domain',
  cancelled: 'You did not sign in',
  close: 'Close this window and go back to the one that asked you to sign in.',
  done: 'You are signed in',
  title: 'Signed in',
};
