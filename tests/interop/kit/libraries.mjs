// The old libraries as a test sees them.

import { createRequire } from 'node:module';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { Asking } from './asking.mjs';

const HERE = path.dirname(fileURLToPath(import.meta.url));

process.noDeprecation = true;
const require = createRequire(import.meta.url);
export const jwcrypto = require('browserid-crypto');
require('browserid-crypto/lib/algs/rs');
require('browserid-crypto/lib/algs/ds');

/** browserid-local-verify and browserid-crypto, in a process of their own. */
export function nodeLibraries({ lookUpThrough = null } = {}) {
  const { http_proxy, https_proxy, HTTP_PROXY, HTTPS_PROXY, no_proxy, NO_PROXY, ...env } = process.env;
  if (lookUpThrough !== null) env.https_proxy = lookUpThrough;
  return new Asking(process.execPath, [path.join(HERE, 'theirs.cjs')], { env });
}

/** PyBrowserID, in a process of its own. */
export function pythonLibrary() {
  const python = process.env.SELFSAME_PYTHON ?? path.join(HERE, '../.venv/bin/python');
  if (!existsSync(python)) throw new Error(`there is no Python at ${python}: run tests/interop/install`);
  const { http_proxy, https_proxy, HTTP_PROXY, HTTPS_PROXY, ...env } = process.env;
  return new Asking(python, [path.join(HERE, '../python/pybrowserid.py')], { env: { ...env, no_proxy: '*' } });
}

/** Turns the callback style of browserid-crypto into promises. */
export function later(call) {
  return new Promise((resolve, reject) => call((error, value) => (error ? reject(error) : resolve(value))));
}
