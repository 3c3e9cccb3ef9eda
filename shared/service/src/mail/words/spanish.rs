use super::CodeWords;

pub(super) const CODE: CodeWords = CodeWords {
    subject: "Confirme su dirección en {host}",
    what: "Alguien está iniciando sesión con esta dirección a través de {host}. Si es usted, este es su código:",
    how: "Escríbalo en la página que se lo pide. Sirve una sola vez y durante {minutes} minutos.",
    link: "O abra este enlace en el mismo navegador en el que pidió el código; en ningún otro funciona:",
    ignore: "Si no ha pedido ningún código, no haga caso de este mensaje: sin el código nadie puede iniciar sesión con \
             su dirección.",
    secret: "No revele nunca este código a nadie, sea quien sea quien se lo pida.",
};
