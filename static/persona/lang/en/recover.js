// @ts-check
/** Signing in with a recovery code. */
export default {
  back: 'Back',
  code_hint: 'Sixteen letters and digits. Capitals, blanks and hyphens do not matter.',
  recovery_code: 'Recovery code',
  recovery_code_missing: 'Type one of your recovery codes.',
  recovery_code_wrong: 'Address or code is wrong, or the code was used already.',
  title: 'Sign in with a recovery code',
  why: 'Each code works once. Afterwards you come to your account, where you can make a new passkey.',
};
