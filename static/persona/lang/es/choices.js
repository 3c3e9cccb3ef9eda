// @ts-check
export default {
  colours: 'Colores',
  colours_dark: 'Oscuros',
  colours_light: 'Claros',
  colours_system: 'Como el sistema',
  language: 'Idioma',
};
