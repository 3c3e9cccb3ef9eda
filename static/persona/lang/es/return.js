// @ts-check
export default {
  account: 'Tu cuenta en este dominio',
  cancelled: 'No has entrado',
  close: 'Cierra esta ventana y vuelve a la que te pidió entrar.',
  done: 'Has entrado',
  title: 'Dentro',
};
