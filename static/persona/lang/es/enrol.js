// @ts-check
/** La página del enlace de un solo uso. */
export default {
  link_is_for: 'Este enlace es para {who}. Sirve una vez.',
  looking: 'Comprobando tu enlace…',
  making: 'Creando tu llave de acceso…',
  passkey: 'Crear una llave de acceso',
  passkey_why: 'Una llave de acceso la guarda tu dispositivo: entras con la huella, la cara o el código que lo desbloquea. No hay nada que recordar ni nada que se pueda robar de este dominio.',
  password_new: 'Contraseña nueva',
  problem: 'Este enlace no funciona',
  set_password: 'Guardar la contraseña y entrar',
  setting: 'Guardando tu contraseña…',
  sign_in_else: 'Entrar con lo que tienes',
  title: 'Configura tu forma de entrar',
  to_passkey: 'Mejor crear una llave de acceso',
  to_password: 'Mejor usar una contraseña',
};
