// @ts-check
/** 回復コードでのサインイン。 */
export default {
  back: '戻る',
  code_hint: '英数字 16 文字。大文字・小文字、空白、ハイフンは問いません。',
  recovery_code: '回復コード',
  recovery_code_missing: '回復コードのひとつを入力してください。',
  recovery_code_wrong: 'アドレスまたはコードが違うか、コードが使用済みです。',
  title: '回復コードでサインイン',
  why: 'コードは一度だけ使えます。サインイン後、アカウントのページで新しいパスキーを作成できます。',
};
