// Sites in other languages, in processes of their own.

import { execFile } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { Asking } from '../../interop/kit/asking.mjs';
import { cleanEnvironment } from '../../kit/product.mjs';

export const SITES = path.join(path.dirname(fileURLToPath(import.meta.url)), '../sites');
const PYTHON = path.join(SITES, '../.venv/bin/python');
/** Long, because a busy machine takes its time to start a program. */
const LIMIT_MS = 60_000;

/** A site in `sites/` that is asked by lines of JSON. */
export function pythonSite(file) {
  return new Asking(PYTHON, ['-W', 'ignore', path.join(SITES, file)], { env: cleanEnvironment(), hangMs: LIMIT_MS });
}

/** Runs a program to its end. */
export function run(command, args, { env = {}, cwd } = {}) {
  return new Promise((resolve, reject) => {
    const options = { cwd, env: { ...cleanEnvironment(), ...env }, timeout: LIMIT_MS };
    const child = execFile(command, args, options, (error, stdout, stderr) => {
      if (error !== null && typeof error.code !== 'number') reject(error);
      else resolve({ code: error?.code ?? 0, stdout, stderr });
    });
    child.stdin.end();
  });
}
