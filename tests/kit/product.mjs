// Starts the real program for a test and stops it again.
//
// The tests of these folders know the product only from outside: the lines that it prints and
// the HTTP that it speaks.

import { execFile, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import http from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..');
const START_LIMIT_MS = 20_000;

/** The path of the program under test; without it no test can say anything. */
export function program() {
  const built = path.join(process.env.CARGO_TARGET_DIR ?? path.join(ROOT, 'target'), 'debug/selfsame');
  const file = process.env.SELFSAME_BIN ?? built;
  if (!existsSync(file)) {
    throw new Error(`there is no program at ${file}: build it with \`cargo build\`, or name it in SELFSAME_BIN`);
  }
  return file;
}

export async function temporaryFolder(name) {
  const folder = await mkdtemp(path.join(tmpdir(), `selfsame-${name}-`));
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) };
}

/**
 * `selfsame serve` on a free port.
 *
 * With a fresh data folder it waits for the enrolment link; with `data` of an earlier start only
 * for the addresses. `port`: 0 for any free one.
 */
export async function startProduct({ flags = [], data = null, port: wanted = 0 } = {}) {
  const executable = program();
  const own = data === null ? await temporaryFolder('data') : null;
  const folder = data ?? own.folder;
  const child = spawn(executable, ['serve', '--port', String(wanted), '--data', folder, ...flags], {
    cwd: ROOT,
    env: cleanEnvironment(),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  const ended = new Promise((resolve) => child.once('exit', (code, signal) => resolve({ code, signal })));

  const stop = async () => {
    child.kill('SIGTERM');
    const end = await ended;
    if (own !== null) await own.remove();
    return end;
  };

  await new Promise((resolve, reject) => {
    const tooLate = setTimeout(
      () => reject(new Error(`the program did not say where it runs; it printed:\n${printed}`)),
      START_LIMIT_MS,
    );
    const read = (chunk) => {
      printed += chunk;
      if (portIn(printed) && (own === null || linkIn(printed))) {
        clearTimeout(tooLate);
        resolve();
      }
    };
    child.stdout.on('data', read);
    child.stderr.on('data', read);
    child.once('exit', (code) => {
      clearTimeout(tooLate);
      reject(new Error(`the program ended with ${code} at its start; it printed:\n${printed}`));
    });
  }).catch(async (error) => {
    await stop();
    throw error;
  });

  const port = portIn(printed);
  return {
    port,
    data: folder,
    enrolmentLink: linkIn(printed),
    identity: `http://me.localhost:${port}`,
    fallback: `http://fallback.localhost:${port}`,
    guestbook: `http://guestbook.localhost:${port}`,
    verifier: `http://127.0.0.1:${port}`,
    printed: () => printed,
    /** Ends it and starts it again where it was, with other flags. Stop the new one before this one. */
    async again(others) {
      child.kill('SIGTERM');
      await ended;
      return startProduct({ flags: others, data: folder, port });
    },
    stop,
  };
}

function portIn(printed) {
  const found = /http:\/\/me\.localhost:(\d+)/.exec(printed);
  return found ? Number(found[1]) : null;
}

function linkIn(printed) {
  const found = /http:\/\/me\.localhost:\d+\/persona\/enrol\.html#\S+/.exec(printed);
  return found ? found[0] : null;
}

/** Settings of the person who runs the tests must not reach the program under test. */
export function cleanEnvironment() {
  const { PATH, HOME, TMPDIR, LANG } = process.env;
  return Object.fromEntries(Object.entries({ PATH, HOME, TMPDIR, LANG }).filter(([, value]) => value !== undefined));
}

/**
 * One HTTP request to a `.localhost` site. The system's resolver is not asked: every such name is
 * this machine.
 */
export function request(url, { method = 'GET', headers = {}, body = null } = {}) {
  const { hostname, host, port, pathname, search } = new URL(url);
  const target = hostname.endsWith('localhost') ? '127.0.0.1' : hostname;
  return new Promise((resolve, reject) => {
    const sent = http.request(
      { host: target, port, path: pathname + search, method, agent: false, headers: { host, ...headers } },
      (answer) => {
        const chunks = [];
        answer.on('data', (chunk) => chunks.push(chunk));
        answer.on('error', reject);
        answer.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({ status: answer.statusCode, headers: answer.headers, text, json: () => JSON.parse(text) });
        });
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A JSON request as the IdP's own pages send it. */
export function sendFromOwnPage(origin, method, pathname, value, headers = {}) {
  return request(origin + pathname, {
    method,
    headers: { origin, 'sec-fetch-site': 'same-origin', 'content-type': 'application/json', ...headers },
    body: value === undefined ? null : JSON.stringify(value),
  });
}

/** Uses the printed enrolment link; gives the session's cookie as a header value. */
export async function enrol(product, password = 'correct horse battery') {
  const token = new URL(product.enrolmentLink).hash.slice(1);
  const answer = await sendFromOwnPage(product.identity, 'POST', '/persona/enrolment', { token, password });
  if (answer.status !== 200) throw new Error(`enrolment answered ${answer.status}: ${answer.text}`);
  const cookie = [answer.headers['set-cookie'] ?? []].flat().map((line) => line.split(';')[0]).join('; ');
  return { email: answer.json().email, cookie, password };
}

/** `selfsame user add` beside the running server. */
export function addUser(product, email, password) {
  return new Promise((resolve, reject) => {
    const args = ['user', 'add', email, '--password-stdin', '--data', product.data];
    const child = execFile(program(), args, { env: cleanEnvironment() }, (error, stdout, stderr) => {
      if (error) reject(new Error(`selfsame user add ended with ${error.code}: ${stderr}`));
      else resolve();
    });
    child.stdin.end(`${password}\n`);
  });
}
