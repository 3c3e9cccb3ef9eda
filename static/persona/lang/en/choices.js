// @ts-check
export default {
  colours: 'Colours',
  colours_dark: 'Dark',
  colours_light: 'Light',
  colours_system: 'As the system',
  language: 'Language',
};
