// The other sites of a test: small pages on one port, told apart by host name.

import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const STATIC = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../../static');
const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8', '.json': 'application/json' };

/**
 * `site(host, pages)`: pages is path → text, or { status, headers, body }, or a function of the
 * request `{ method, path, query, url, headers, body }` that gives one of these; or one such function for
 * all paths.
 */
export async function startSites() {
  const sites = new Map();
  const server = http.createServer((question, answer) => {
    const chunks = [];
    question.on('data', (chunk) => chunks.push(chunk));
    question.on('end', async () => {
      const { pathname, searchParams } = new URL(question.url, 'http://site');
      const site = sites.get((question.headers.host ?? '').split(':')[0]);
      let page = typeof site === 'function' ? site : site?.[pathname];
      if (typeof page === 'function') {
        page = await page({
          method: question.method, path: pathname, query: searchParams, url: question.url, headers: question.headers,
          body: Buffer.concat(chunks).toString('utf8'),
        });
      }
      const { status, headers, body } = asPage(page, pathname);
      answer.writeHead(status, headers);
      answer.end(body);
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = server.address().port;
  return {
    port,
    site(host, pages) {
      sites.set(host, pages);
      return `http://${host}:${port}`;
    },
    hosts: () => [...sites.keys()],
    clear: () => sites.clear(),
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function asPage(page, pathname) {
  const type = TYPES[path.extname(pathname)] ?? TYPES['.html'];
  if (page === undefined) return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'not here' };
  if (typeof page === 'string') return { status: 200, headers: { 'content-type': type }, body: page };
  return { status: page.status ?? 200, headers: { 'content-type': type, ...page.headers }, body: page.body ?? '' };
}

/** A file of the product's static folder, to be served from another site. */
export async function staticFile(name) {
  return readFile(path.join(STATIC, name), 'utf8');
}
