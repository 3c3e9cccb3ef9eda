// @ts-check
export default {
  colours: 'Couleurs',
  colours_dark: 'Sombres',
  colours_light: 'Claires',
  colours_system: 'Comme le système',
  language: 'Langue',
};
