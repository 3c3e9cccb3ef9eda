// @ts-check
/** La página del enlace del correo sobre un dispositivo nuevo. */
export default {
  certificates: 'Los sitios donde alguien entró en tu nombre pueden conservar sus propias sesiones: ciérralas allí. Los certificados anteriores duran como mucho unas horas.',
  done: 'Tu cuenta está cerrada para los demás',
  ends_passkeys: 'Se quitan las llaves de acceso añadidas desde entonces.',
  ends_password: 'Se quitan la contraseña, los códigos de recuperación y el segundo paso.',
  ends_sessions: 'Terminan todas tus sesiones, en todos los navegadores.',
  left: { many: 'Te quedan {count} llaves de acceso. Entra con una y crea después otras formas de entrar.', one: 'Te queda una llave de acceso. Entra con ella y crea después otras formas de entrar.', other: 'Te quedan {count} llaves de acceso. Entra con una y crea después otras formas de entrar.' },
  left_nothing: 'No queda ninguna forma de entrar. Quien administra este dominio te crea un enlace nuevo: selfsame user link DIRECCIÓN.',
  lock: 'No fui yo: cerrar mi cuenta',
  locking: 'Cerrando tu cuenta…',
  notice_invalid: 'Este enlace ya se usó, ha caducado o está incompleto. También puedes cerrar sesiones en la página de tu cuenta.',
  problem: 'Este enlace no funciona',
  sign_in: 'Entrar',
  stays: 'Las llaves de acceso que ya tenías se quedan: no se pueden robar con engaños ni adivinar. Este enlace no deja entrar a nadie.',
  title: '¿No fuiste tú?',
  to_account: 'Tu cuenta',
  was_me: 'Fui yo',
  what: 'Alguien entró en tu nombre con un navegador que tu cuenta no conocía. Si no fuiste tú, cierra la cuenta:',
};
