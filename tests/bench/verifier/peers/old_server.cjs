// What the old verifier server did for a request to /v2, around the library it was made of: two look-ups a verification,
// over TLS, nothing kept, one connection a request. Its worker processes are left out, for there is one core.
'use strict';
const http = require('node:http');
const path = require('node:path');

const packages = path.join(__dirname, '../../../interop/node_modules');
const BrowserID = require(path.join(packages, 'browserid-local-verify'));

const verifier = new BrowserID({ httpTimeout: 8, insecureSSL: true });

const server = http.createServer((question, answer) => {
  const parts = [];
  question.on('data', (part) => parts.push(part));
  question.on('end', () => {
    const { assertion, audience } = JSON.parse(Buffer.concat(parts));
    verifier.verify({ assertion, audience }, (error, details) => {
      const body = JSON.stringify(error
        ? { status: 'failure', reason: String(error) }
        : { ...details, audience, expires: Number(details.expires), status: 'okay' });
      answer.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
        connection: 'close',
      });
      answer.end(body);
    });
  });
});
server.listen(0, '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}`));
