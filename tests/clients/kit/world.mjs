// A domain, its people, and `selfsame verifier`, which looks the domain up on this machine.

import { spawn } from 'node:child_process';
import http from 'node:http';
import readline from 'node:readline';

import { makePair, signed } from '../../interop/kit/keys.mjs';
import { cleanEnvironment, program } from '../../kit/product.mjs';

const START_LIMIT_MS = 20_000;
const MINUTE = 60_000;

export const DOMAIN = 'idp.example';
/** A blank is what `+` would become on the way if a client or our server got it wrong. */
export const EMAIL = `person+news@${DOMAIN}`;
/** A domain without support. */
export const SILENT_DOMAIN = 'silent.example';
/** The origin of the site, as its configuration says. */
export const AUDIENCE = 'http://rp.example:8000';
export const ELSEWHERE = 'http://elsewhere.example:8000';

export async function startWorld() {
  const [issuer, person, stranger] = await Promise.all(['RS256', 'RS256', 'RS256'].map(makePair));
  const document = { 'public-key': issuer.published, authentication: '/sign_in', provisioning: '/provision' };
  const domain = await serve((question, answer) => {
    answer.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(document));
  });
  const silent = await serve((question, answer) => answer.writeHead(404).end());
  const stopDomains = () => Promise.all([domain.stop(), silent.stop()]);
  const verifier = await startVerifier([`${DOMAIN}=${domain.url}`, `${SILENT_DOMAIN}=${silent.url}`])
    .catch(async (error) => { await stopDomains(); throw error; });

  const certificate = (email) => signed(issuer, {
    iss: DOMAIN, iat: Date.now() - 10_000, exp: Date.now() + 60 * MINUTE,
    'public-key': person.published, principal: { email },
  });

  /** An assertion; what is not said is as it should be. */
  async function assertion({ audience = AUDIENCE, email = EMAIL, expires = Date.now() + 2 * MINUTE, by = person } = {}) {
    return `${await certificate(email)}~${await signed(by, { aud: audience, exp: expires })}`;
  }

  return {
    verifier,
    assertion,
    expired: () => assertion({ expires: Date.now() - MINUTE }),
    elsewhere: () => assertion({ audience: ELSEWHERE }),
    forged: () => assertion({ by: stranger }),
    stop: () => Promise.all([verifier.stop(), stopDomains()]),
  };
}

async function startVerifier(maps) {
  const args = ['verifier', ...maps.flatMap((map) => ['--map', map])];
  const child = spawn(program(), args, { env: cleanEnvironment(), stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = () => { child.kill('SIGTERM'); return ended; };
  const port = await new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error('the verifier did not say where it runs')), START_LIMIT_MS);
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`the verifier ended with ${code} at its start`)));
    readline.createInterface({ input: child.stdout }).on('line', (line) => {
      const found = /^selfsame verifier on http:\/\/127\.0\.0\.1:(\d+)$/.exec(line);
      if (found === null) return;
      clearTimeout(limit);
      resolve(Number(found[1]));
    });
  }).catch(async (error) => { await stop(); throw error; });
  return { port, url: `http://127.0.0.1:${port}`, stop };
}

/** A small HTTP server on this machine. */
export async function serve(handle) {
  const server = http.createServer(handle);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    stop: () => new Promise((resolve) => { server.close(resolve); server.closeAllConnections(); }),
  };
}
