// A visitor whose program is no browser: asks over TLS, and makes keys and assertions by itself.

import { createSign, generateKeyPairSync } from 'node:crypto';
import https from 'node:https';

import { IDENTITY } from './place.mjs';
import { bodyOf } from './relay.mjs';

export const PASSWORD = 'correct horse battery';

/** HTTPS with the test's root, and nothing kept between two requests. */
export function visitor(root) {
  return {
    ask(url, { method = 'GET', headers = {}, body = null } = {}) {
      return new Promise((resolve, reject) => {
        const asked = https.request(url, { method, headers, ca: root, agent: false }, async (answer) => {
          const text = (await bodyOf(answer)).toString('utf8');
          resolve({ status: answer.statusCode, headers: answer.headers, text, json: () => JSON.parse(text) });
        });
        asked.on('error', reject);
        asked.end(body);
      });
    },
    /** JSON, as the identity provider's own pages send it. */
    send(method, pathname, value, headers = {}) {
      return this.ask(IDENTITY + pathname, {
        method,
        headers: { origin: IDENTITY, 'sec-fetch-site': 'same-origin', ...framed(value), ...headers },
        body: value === undefined ? null : JSON.stringify(value),
      });
    },
    /** Opens a one-time link and sets the password; gives the session's cookie as a header value. */
    async enrol(link, password = PASSWORD) {
      return sessionOf(await this.send('POST', '/persona/enrolment', { token: new URL(link).hash.slice(1), password }));
    },
    async signIn(email, password = PASSWORD) {
      return sessionOf(await this.send('POST', '/persona/session', { email, password }));
    },
    /** The answer to a request for a certificate. */
    certificate({ email, cookie, key, duration = 3600 }) {
      return this.send('POST', `/persona/sign/?email=${encodeURIComponent(email)}&duration=${duration}`, key.publicKey, { cookie });
    },
  };
}

/** Node gives the body of a DELETE no length by itself; browsers do. */
function framed(value) {
  if (value === undefined) return {};
  return { 'content-type': 'application/json', 'content-length': String(Buffer.byteLength(JSON.stringify(value))) };
}

/** The cookies that an answer sets, as a browser sends them back; those that it clears are none. */
export const cookiesOf = ({ headers }) =>
  (headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).filter((pair) => !pair.endsWith('=')).join('; ');

function sessionOf(answer) {
  if (answer.status !== 200) throw new Error(`no session, but ${answer.status}: ${answer.text}`);
  return answer.headers['set-cookie'].map((line) => line.split(';')[0]).join('; ');
}

/** A key pair such as include.js makes, and what is signed with it. */
export function makeKey() {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { n, e } = publicKey.export({ format: 'jwk' });
  const decimal = (text) => BigInt(`0x${Buffer.from(text, 'base64url').toString('hex')}`).toString();
  return {
    publicKey: { algorithm: 'RS', n: decimal(n), e: decimal(e) },
    /** Certificate and assertion for a site. */
    assertion(certificate, audience) {
      const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const signed = `${encode({ alg: 'RS256' })}.${encode({ exp: Date.now() + 120_000, aud: audience })}`;
      return `${certificate}~${signed}.${createSign('sha256').update(signed).sign(privateKey, 'base64url')}`;
    },
  };
}

/** What is inside a certificate or assertion. */
export const claims = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url'));
