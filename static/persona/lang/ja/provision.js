// @ts-check
export default {
  account: 'このドメインのアカウント',
  heading: 'このページは他のページの中で動きます',
  title: 'プロビジョニング',
  what: 'このドメインに証明書を求めるだけで、何も表示しません。',
};
