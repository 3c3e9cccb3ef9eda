// Stands between the browser and every `.localhost` site, and writes down what passes.
//
// Chromium connects here for every such name; the port of the `Host` header says where a request
// really belongs. So the record is what went over the wire, not what a debugger thinks went.

import http from 'node:http';

export async function startWire() {
  const passed = [];
  const held = new Map();
  const server = http.createServer((question, answer) => {
    const host = question.headers.host ?? '';
    const chunks = [];
    question.on('data', (chunk) => chunks.push(chunk));
    question.on('end', async () => {
      const body = Buffer.concat(chunks);
      const record = {
        method: question.method, host, path: question.url, headers: { ...question.headers },
        body: body.toString('utf8'), status: null,
      };
      passed.push(record);
      await held.get(`${host}${question.url.split('?')[0]}`);
      forward(question, body, record, answer);
    });
  });
  server.on('clientError', (error, socket) => socket.destroy());
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    passed,
    /** Keeps requests to an address waiting until the returned function is called. */
    hold(address) {
      let release;
      held.set(address, new Promise((resolve) => { release = resolve; }));
      return () => {
        held.delete(address);
        release();
      };
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function forward(question, body, record, answer) {
  const port = Number(record.host.split(':')[1] ?? 80);
  const onward = http.request(
    { host: '127.0.0.1', port, path: question.url, method: question.method, headers: question.headers },
    (reply) => {
      record.status = reply.statusCode;
      answer.writeHead(reply.statusCode, reply.rawHeaders);
      reply.pipe(answer);
    },
  );
  onward.on('error', () => answer.destroy());
  answer.on('error', () => onward.destroy());
  onward.end(body);
}
