// Hands a request over to another server and its answer back, byte for byte unless told otherwise.

import http from 'node:http';

/** Reads what was sent, whole. */
export function bodyOf(message) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    message.on('data', (chunk) => chunks.push(chunk));
    message.on('error', reject);
    message.on('end', () => resolve(Buffer.concat(chunks)));
  });
}

/** The headers as pairs, in order and in their own spelling. */
export function pairs({ rawHeaders }) {
  return rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1]]] : []));
}

/** Asks a server by plain HTTP; gives status, headers (as they came, in one list) and body. */
export function ask(target, { method, path, headers, body }) {
  return new Promise((resolve, reject) => {
    const asked = http.request({ host: target.hostname, port: target.port, method, path, headers, agent: false }, async (answer) => {
      try {
        resolve({ status: answer.statusCode, headers: answer.headers, rawHeaders: answer.rawHeaders, body: await bodyOf(answer) });
      } catch (error) {
        reject(error);
      }
    });
    asked.on('error', reject);
    asked.end(body);
  });
}

/** Starts a server and gives what stops it. */
export async function listening(server, port, host) {
  await new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, resolve);
  });
  return {
    port: server.address().port,
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
