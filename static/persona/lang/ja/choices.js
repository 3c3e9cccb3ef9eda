// @ts-check
export default {
  colours: '配色',
  colours_dark: 'ダーク',
  colours_light: 'ライト',
  colours_system: 'システムに合わせる',
  language: '言語',
};
