// @ts-check
/** 一回限りのリンクのページ。 */
export default {
  link_is_for: 'このリンクは {who} のためのもので、一度だけ使えます。',
  looking: 'リンクを確認しています…',
  making: 'パスキーを作成しています…',
  passkey: 'パスキーを作成',
  passkey_why: 'パスキーは端末に保存され、指紋・顔・画面ロックの番号でサインインできます。覚えるものはなく、このドメインから盗まれるものもありません。',
  password_new: '新しいパスワード',
  problem: 'このリンクは使えません',
  set_password: 'パスワードを設定してサインイン',
  setting: 'パスワードを設定しています…',
  sign_in_else: '手元にある方法でサインイン',
  title: 'サインインの方法を設定',
  to_passkey: '代わりにパスキーを作成',
  to_password: '代わりにパスワードを使う',
};
