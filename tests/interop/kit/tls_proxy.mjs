// The HTTPS that browserid-local-verify insists on, in front of a local product.
//
// Its look-up honours `https_proxy`; so it speaks real TLS to this server and asks it for
// `https://DOMAIN:443/.well-known/browserid?domain=…`.

import { readFileSync } from 'node:fs';
import https from 'node:https';
import { createRequire } from 'node:module';
import path from 'node:path';

import { request } from '../../kit/product.mjs';

const require = createRequire(import.meta.url);
const RESOURCES = path.join(path.dirname(require.resolve('browserid-local-verify/package.json')), 'tests/resources');

/** `sites`: domain → origin of a local server that stands for it. */
export async function startTlsProxy(sites) {
  const asked = [];
  const server = https.createServer(
    {
      key: readFileSync(path.join(RESOURCES, 'key.pem')),
      cert: readFileSync(path.join(RESOURCES, 'cert.pem')),
      ciphers: 'DEFAULT@SECLEVEL=0', // their certificate is of 2013
    },
    (question, answer) => {
      const { hostname, pathname, search } = new URL(question.url);
      asked.push(`${hostname}${pathname}${search}`);
      const origin = sites[hostname];
      if (origin === undefined) return void answer.writeHead(404).end();
      request(origin + pathname + search).then(
        ({ status, headers, text }) => answer.writeHead(status, { 'content-type': headers['content-type'] }).end(text),
        () => answer.writeHead(502).end(),
      );
    },
  );
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `https://127.0.0.1:${server.address().port}`,
    asked,
    stop: () => new Promise((resolve) => server.close(resolve)),
  };
}
