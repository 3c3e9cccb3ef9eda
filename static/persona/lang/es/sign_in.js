// @ts-check
/** La página de inicio de sesión. */
export default {
  back: 'Volver',
  elsewhere: 'Con una dirección de {of} se entra aquí, en {here}.',
  go_on: 'Continuar',
  life: 'Mantener la sesión',
  life_hour: 'una hora',
  life_keep: '30 días',
  life_window: 'solo en esta ventana',
  or: 'o con contraseña',
  passkey: 'Entrar con una llave de acceso',
  recover: 'Usar un código de recuperación',
  second_title: 'Y el código de tu aplicación',
  second_why: 'La contraseña es correcta. Escribe los seis dígitos que muestra ahora tu aplicación de autenticación.',
  title: 'Entrar',
  totp: 'Código',
  wait_passkey: 'Mientras tanto funciona una llave de acceso.',
};
