// @ts-check
/** Entrar con un código de recuperación. */
export default {
  back: 'Volver',
  code_hint: 'Dieciséis letras y cifras. Mayúsculas, espacios y guiones dan igual.',
  recovery_code: 'Código de recuperación',
  recovery_code_missing: 'Escribe uno de tus códigos de recuperación.',
  recovery_code_wrong: 'La dirección o el código son incorrectos, o el código ya se usó.',
  title: 'Entrar con un código de recuperación',
  why: 'Cada código sirve una vez. Después llegarás a tu cuenta, donde puedes crear una llave de acceso nueva.',
};
