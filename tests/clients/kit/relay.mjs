// Stands between a client and the verifier, passes every byte on as it is, and remembers what the client
// sent. With a certificate it is the TLS that stands before a verifier in real life.

import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import net from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { promisify } from 'node:util';

import { temporaryFolder } from '../../kit/product.mjs';

/** `port`: the verifier's; `certificate`: of makeCertificate, for TLS. */
export async function startRelay(port, certificate = null) {
  const connections = [];
  const open = new Set();
  const join = (client) => {
    const sent = [];
    connections.push(sent);
    const verifier = net.connect(port, '127.0.0.1');
    client.on('data', (bytes) => sent.push(bytes));
    client.pipe(verifier).pipe(client);
    for (const socket of [client, verifier]) {
      open.add(socket);
      socket.on('error', () => { client.destroy(); verifier.destroy(); });
      socket.once('close', () => open.delete(socket));
    }
  };
  const server = certificate === null ? net.createServer(join) : tls.createServer(certificate, join);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: server.address().port,
    url: `${certificate === null ? 'http' : 'https'}://127.0.0.1:${server.address().port}`,
    /** The requests since `forget`, in their order. */
    sent: () => connections.flatMap((chunks) => [...requests(Buffer.concat(chunks))]),
    forget: () => void connections.splice(0),
    stop: () => new Promise((resolve) => { server.close(resolve); for (const socket of open) socket.destroy(); }),
  };
}

/** What a client sent on one connection; header names in lower case, bodies as text. */
function* requests(bytes) {
  while (bytes.length > 0) {
    const end = bytes.indexOf('\r\n\r\n');
    if (end < 0) throw new Error(`half a request: ${bytes}`);
    const [first, ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n');
    const headers = Object.fromEntries(lines.map((line) => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }));
    if ('transfer-encoding' in headers) throw new Error('a body in chunks is not read here');
    const length = Number(headers['content-length'] ?? 0);
    const body = bytes.subarray(end + 4, end + 4 + length);
    if (body.length < length) throw new Error('half a body');
    yield { line: first, headers, body: body.toString('utf8') };
    bytes = bytes.subarray(end + 4 + length);
  }
}

/** A certificate for names or addresses that signs itself: whoever lists it as an authority trusts the relay. */
export async function makeCertificate(...names) {
  const { folder, remove } = await temporaryFolder('relay');
  try {
    const file = (name) => path.join(folder, name);
    await promisify(execFile)('openssl', [
      'req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2',
      '-subj', '/CN=relay', '-addext', `subjectAltName=${names.map((name) => `${net.isIP(name) ? 'IP' : 'DNS'}:${name}`)}`,
      '-keyout', file('key.pem'), '-out', file('cert.pem'),
    ]);
    return { key: await readFile(file('key.pem')), cert: await readFile(file('cert.pem')) };
  } finally {
    await remove();
  }
}
