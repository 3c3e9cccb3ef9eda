// @ts-check
export default {
  account: 'Tu cuenta en este dominio',
  heading: 'Esta página trabaja dentro de otras',
  title: 'Aprovisionamiento',
  what: 'Pide un certificado a este dominio y no muestra nada.',
};
