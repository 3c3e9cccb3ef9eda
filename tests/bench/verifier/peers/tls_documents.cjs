// A support document for any domain, over TLS with a certificate made for the occasion: what the old server's look-ups go to.
// Takes the document as its argument.
'use strict';
const { execFileSync } = require('node:child_process');
const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const https = require('node:https');
const { tmpdir } = require('node:os');
const path = require('node:path');

const folder = mkdtempSync(path.join(tmpdir(), 'bench-'));
const [key, cert] = ['key.pem', 'cert.pem'].map((name) => path.join(folder, name));
execFileSync('openssl', ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', '-subj', '/CN=127.0.0.1',
  '-addext', 'subjectAltName=IP:127.0.0.1', '-keyout', key, '-out', cert], { stdio: 'ignore' });
const document = process.argv[2];
const server = https.createServer({ key: readFileSync(key), cert: readFileSync(cert) }, (question, answer) => {
  answer.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(document) });
  answer.end(document);
});
rmSync(folder, { recursive: true });
server.listen(0, '127.0.0.1', () => console.log(`https://127.0.0.1:${server.address().port}`));
