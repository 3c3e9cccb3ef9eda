// A certificate authority of the test's own, made anew each time: what an institution with its own would have.

import { createHash, X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { temporaryFolder } from '../../kit/product.mjs';
import { run } from './programs.mjs';

/** Its root (PEM), and a key and certificate for these names. */
export async function makeAuthority(names) {
  const { folder, remove } = await temporaryFolder('authority');
  const file = (name) => path.join(folder, name);
  const openssl = (...args) => run('openssl', args, { cwd: folder });
  const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '2'];
  try {
    await openssl(...made, '-subj', '/CN=Root of the test', '-keyout', 'root.key', '-out', 'root.pem',
      '-addext', 'basicConstraints=critical,CA:TRUE', '-addext', 'keyUsage=critical,keyCertSign');
    await openssl(...made, '-CA', 'root.pem', '-CAkey', 'root.key', '-subj', `/CN=${names[0]}`, '-keyout', 'server.key', '-out', 'server.pem',
      '-addext', 'basicConstraints=critical,CA:FALSE', '-addext', `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`);
    const [root, key, certificate] = await Promise.all(['root.pem', 'server.key', 'server.pem'].map((name) => readFile(file(name), 'utf8')));
    const spki = new X509Certificate(certificate).publicKey.export({ type: 'spki', format: 'der' });
    return { root, key, certificate, keyDigest: createHash('sha256').update(spki).digest('base64') };
  } finally {
    await remove();
  }
}
