// @ts-check
/** サインインのページ。 */
export default {
  back: '戻る',
  elsewhere: '{of} のアドレスの方は、ここ（{here}）でサインインします。',
  go_on: '続ける',
  life: 'サインインの保持',
  life_hour: '1 時間',
  life_keep: '30 日間',
  life_window: 'このウィンドウのみ',
  or: 'またはパスワードで',
  passkey: 'パスキーでサインイン',
  recover: '回復コードを使う',
  second_title: 'アプリのコード',
  second_why: 'パスワードは正しいです。認証アプリに今表示されている 6 桁の数字を入力してください。',
  title: 'サインイン',
  totp: 'コード',
  wait_passkey: 'その間もパスキーは使えます。',
};
