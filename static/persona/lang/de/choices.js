// @ts-check
export default {
  colours: 'Farben',
  colours_dark: 'Dunkel',
  colours_light: 'Hell',
  colours_system: 'Wie das System',
  language: 'Sprache',
};
