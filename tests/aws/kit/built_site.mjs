// What `selfsame site build` makes, and a host that serves it as Netlify and Cloudflare Pages do: by `_headers`.

import { readFile, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { temporaryFolder } from '../../kit/product.mjs';
import { DOMAIN } from './place.mjs';
import { call, run, selfsame } from './programs.mjs';

/** Builds it for the key that the stack signs with; `api`: where the functions are, if not at the pages' origin. */
export async function buildSite({ key, api = null }) {
  const { folder, remove } = await temporaryFolder('site');
  const out = path.join(folder, 'site');
  const { PublicKey } = await call('TrentService.GetPublicKey', { KeyId: key });
  const [der, pem] = ['key.der', 'key.pem'].map((name) => path.join(folder, name));
  await writeFile(der, Buffer.from(PublicKey, 'base64'));
  await run('openssl', ['pkey', '-pubin', '-inform', 'DER', '-in', der, '-out', pem]);
  await selfsame('site', 'build', '--domain', DOMAIN, '--spki', pem, ...(api ? ['--api', api] : []), '--out', out);
  const rules = await ofEachFile(rulesIn(await readFile(path.join(out, '_headers'), 'utf8')), out);
  return {
    stop: remove,
    /** Path → its headers, names in lower case. */
    rules,
    file: (pathname) => readFile(path.join(out, pathname)),
    /** As the front wants sites. */
    async serve({ path: asked }) {
      const pathname = new URL(asked, 'https://site').pathname.replace(/^(\/\.well-known\/browserid)\/$/, '$1');
      const headers = rules.get(pathname);
      if (!headers) return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'not here' };
      return { status: 200, headers: { 'content-type': TYPES[path.extname(pathname)], ...headers }, body: await this.file(pathname) };
    },
  };
}

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8', '.css': 'text/css; charset=utf-8' };

/** A rule for `/folder/*` is one for each file in the folder. */
async function ofEachFile(rules, out) {
  const each = new Map();
  for (const [rule, headers] of rules) {
    if (!rule.endsWith('/*')) {
      each.set(rule, headers);
      continue;
    }
    const folder = rule.slice(0, -1);
    const files = await readdir(path.join(out, folder), { recursive: true, withFileTypes: true });
    for (const file of files.filter((one) => one.isFile())) {
      const name = `/${path.relative(out, path.join(file.parentPath ?? file.path, file.name))}`;
      each.set(name, { ...headers, ...each.get(name) });
    }
  }
  return each;
}

function rulesIn(text) {
  const rules = new Map();
  let current;
  for (const line of text.split('\n').filter((one) => one !== '')) {
    if (!line.startsWith(' ')) {
      rules.set(line, (current = {}));
    } else {
      const [, name, value] = /^\s+([^:]+): (.*)$/.exec(line);
      current[name.toLowerCase()] = value;
    }
  }
  return rules;
}
