// @ts-check
/** 緊急停止の解除ページ。 */
export default {
  again: 'マシンまたはクラウドのアカウントの管理者が新しいリンクを作ります：selfsame panic release',
  by_passkey: 'パスキーで解除',
  by_password: 'パスキーがない場合',
  done: '緊急停止を解除しました',
  done_why: '全員が再びサインインできます。以前の証明書は無効のままです。',
  passkey_needed: 'パスキーをお持ちです。解除にはパスキーが必要です。',
  problem: 'このリンクは使えません',
  release: '解除',
  release_invalid: 'このリンクは使用済みか、期限切れか、不完全です。',
  releasing: '解除しています…',
  sign_in: 'サインイン',
  title: '緊急停止の解除',
  totp_code: '認証アプリのコード',
  totp_hint: 'パスワードと併せて必要です。',
  why: '緊急停止が作動しています。このドメインでは誰もサインインできず、証明書も発行されません。所有者がこのページで改めて本人確認をすると解除されます。',
};
