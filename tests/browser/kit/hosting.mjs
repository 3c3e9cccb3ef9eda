// A domain as its owner may have it: the folder of `selfsame site build` at a static host, the functions
// behind a name of their own.

import { execFile } from 'node:child_process';
import { readFile, stat } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';
import { promisify } from 'node:util';

import { cleanEnvironment, program } from '../../kit/product.mjs';

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8' };

/** `selfsame site build` for the key of a running product. */
export async function buildSite(product, out, flags) {
  const args = ['site', 'build', '--domain', 'me.localhost', '--key', path.join(product.data, 'key.pem'), '--out', out, ...flags];
  await promisify(execFile)(program(), args, { env: cleanEnvironment() });
}

/**
 * A site that serves a folder as Netlify and Cloudflare Pages do: types by the endings of names,
 * pages without their ending too, and what `_headers` and `_redirects` say. No more.
 */
export async function staticHost(folder) {
  const rules = headersFile(await readFile(path.join(folder, '_headers'), 'utf8'));
  const rewrites = redirectsFile(await readFile(path.join(folder, '_redirects'), 'utf8'));
  return async ({ method, path: asked }) => {
    if (method !== 'GET' && method !== 'HEAD') return { status: 405 };
    const name = rewrites.get(asked) ?? asked;
    const found = await firstFile(folder, [name, `${name}.html`]);
    if (!found) return undefined;
    const type = TYPES[path.extname(found)] ?? 'application/octet-stream';
    return { headers: { 'content-type': type, ...rules.get(name) }, body: await readFile(found) };
  };
}

/** A site that hands every request to the product's functions, as a front of theirs does, and the answer back. */
export const functionsHost = (product) => ({ method, url, headers, body }) => new Promise((resolve, reject) => {
  const onward = http.request(
    { host: '127.0.0.1', port: product.port, path: url, method, headers: { ...headers, host: new URL(product.identity).host } },
    (reply) => {
      const chunks = [];
      reply.on('data', (chunk) => chunks.push(chunk));
      reply.on('error', reject);
      reply.on('end', () => {
        const { connection, 'transfer-encoding': chunked, ...kept } = reply.headers;
        resolve({ status: reply.statusCode, headers: kept, body: Buffer.concat(chunks) });
      });
    },
  );
  onward.on('error', reject);
  onward.end(body);
});

async function firstFile(folder, names) {
  for (const name of names) {
    const file = path.join(folder, path.posix.normalize(name));
    if (await stat(file).then((found) => found.isFile(), () => false)) return file;
  }
  return null;
}

/** A line that begins with a slash is a path; indented lines below it are its headers. */
function headersFile(text) {
  const rules = new Map();
  let current;
  for (const line of text.split('\n').filter((one) => one.trim() && !one.trim().startsWith('#'))) {
    if (line.startsWith('/')) {
      current = {};
      rules.set(line.trim(), current);
    } else {
      const [, name, value] = /^\s+([A-Za-z-]+): (.+)$/.exec(line);
      current[name.toLowerCase()] = value;
    }
  }
  return rules;
}

/** `FROM TO 200`: answered in place. */
function redirectsFile(text) {
  const lines = text.split('\n').filter(Boolean).map((line) => line.split(/\s+/));
  return new Map(lines.filter(([, , status]) => status === '200').map(([from, to]) => [from, to]));
}
