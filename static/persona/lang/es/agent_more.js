// @ts-check
export default {
  another: 'Has entrado aquí como {session}, una dirección distinta de la pedida.',
  mails_safe: 'No llega a saber ni el código ni una contraseña.',
  mails_why: '{host} responde de direcciones cuyo propio dominio no lo hace. Envía un código a la tuya.',
  pick: '¿Qué dirección?',
  pick_back: 'Volver',
  pick_elsewhere: 'Usar una dirección de otro dominio',
  pick_hint: 'Con + y cualquier palabra antes de la @. El correo te llega como siempre, y ves quién la ha pasado a otros.',
  pick_own: 'Una dirección solo para este sitio',
  pick_use: 'Usar esta dirección',
  pick_why: '{origin} sabrá solo la que elijas. Este navegador la recuerda para el sitio.',
  pick_wrong: 'Escribe una de tus direcciones con + y una palabra antes de la @.',
  prove_here: 'Demostrarlo aquí',
  spelled: 'En sus propias letras este nombre es {name}. Hay nombres que se parecen: ¿es el sitio al que quieres ir?',
  spelled_doubtful: 'Cuidado: en sus propias letras este nombre es {name}, y puede imitar a otro. Si te trajo un enlace, vuelve atrás y escribe tú el nombre del sitio.',
};
