// @ts-check
/** Donde se suelta el interruptor de emergencia. */
export default {
  again: 'Quien controla la máquina o la cuenta en la nube crea un enlace nuevo: selfsame panic release.',
  by_passkey: 'Soltar con una llave de acceso',
  by_password: 'No tengo llave de acceso',
  done: 'El interruptor de emergencia está suelto',
  done_why: 'Todos pueden volver a entrar. Los certificados anteriores siguen sin valer.',
  passkey_needed: 'Tienes una llave de acceso: solo ella suelta el interruptor.',
  problem: 'Este enlace no funciona',
  release: 'Soltar',
  release_invalid: 'Este enlace ya se usó, ha caducado o está incompleto.',
  releasing: 'Soltando…',
  sign_in: 'Entrar',
  title: 'Soltar el interruptor de emergencia',
  totp_code: 'Código de tu aplicación de autenticación',
  totp_hint: 'Hace falta con la contraseña.',
  why: 'Se accionó el interruptor de emergencia: nadie puede entrar en este dominio ni recibe certificados. Quien es titular lo suelta identificándose de nuevo en esta página.',
};
