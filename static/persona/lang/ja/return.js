// @ts-check
export default {
  account: 'このドメインのアカウント',
  cancelled: 'ログインしませんでした',
  close: 'このウィンドウを閉じて、ログインを求めたウィンドウに戻ってください。',
  done: 'ログインしました',
  title: 'ログイン完了',
};
