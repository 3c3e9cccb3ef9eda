// @ts-check
// The libraries of the sign-in and account pages, with as much of a browser as they need.
import './navigator.js';
import assert from 'node:assert/strict';
import { test } from 'node:test';

import { csv } from '../../static/persona/account/csv.js';
import { outline } from '../../static/persona/account/picture.js';
import { createPasskey, getPasskey, leavePasskeys } from '../../static/persona/lib/passkey.js';
import { Problem } from '../../static/persona/lib/problem.js';
import { toBase64url } from '../../static/persona/lib/to_base64url.js';

const bytes = (/** @type {number[]} */ ...all) => Uint8Array.from(all).buffer;
const code = (/** @type {string} */ expected) => (/** @type {unknown} */ problem) => problem instanceof Problem && problem.code === expected;

/** A browser that knows passkeys, but not their JSON forms. @param {Partial<CredentialsContainer>} credentials */
function browser(credentials) {
  Object.assign(globalThis, { PublicKeyCredential: class {} });
  Object.defineProperty(globalThis.navigator, 'credentials', { value: credentials, configurable: true });
}
const failing = (/** @type {string} */ name) => async () => { throw Object.assign(new Error(), { name }); };
const OPTIONS = { challenge: 'AQID', timeout: 60_000, rpId: 'me.example', userVerification: 'required' };
const ANSWER = {
  rawId: bytes(9, 8), type: 'public-key', authenticatorAttachment: null, getClientExtensionResults: () => ({}),
  response: { clientDataJSON: bytes(1), authenticatorData: bytes(2), signature: bytes(3), userHandle: bytes(4) },
};

test('without a browser that knows passkeys, that is said', async () => {
  await assert.rejects(getPasskey(OPTIONS), code('passkey_not_supported'));
});

test('where the browser has no JSON forms, texts become bytes and bytes texts', async () => {
  /** @type {any} */
  let asked;
  browser({ get: async (options) => { asked = options; return /** @type {any} */ (ANSWER); } });
  assert.deepEqual(await getPasskey({ ...OPTIONS, allowCredentials: [{ type: 'public-key', id: 'CQg' }] }), {
    id: 'CQg', rawId: 'CQg', type: 'public-key', authenticatorAttachment: undefined, clientExtensionResults: {},
    response: { clientDataJSON: 'AQ', authenticatorData: 'Ag', signature: 'Aw', userHandle: 'BA' },
  });
  assert.deepEqual([...asked.publicKey.challenge], [1, 2, 3]);
  assert.deepEqual([...asked.publicKey.allowCredentials[0].id], [9, 8]);
  assert.equal(asked.mediation, undefined);
  await getPasskey(OPTIONS, { suggested: true });
  assert.equal(asked.mediation, 'conditional');

  const response = { clientDataJSON: bytes(1), attestationObject: bytes(2), getTransports: () => ['internal'], getAuthenticatorData: () => bytes(3), getPublicKey: () => null, getPublicKeyAlgorithm: () => -7 };
  browser({ create: async (options) => { asked = options; return /** @type {any} */ ({ ...ANSWER, response }); } });
  const made = await createPasskey({ challenge: 'AQID', user: { id: 'BQ', name: 'a', displayName: 'a' }, excludeCredentials: [{ type: 'public-key', id: 'CQg' }] });
  assert.deepEqual([...asked.publicKey.user.id], [5]);
  assert.deepEqual([...asked.publicKey.excludeCredentials[0].id], [9, 8]);
  assert.deepEqual(/** @type {any} */ (made).response, { clientDataJSON: 'AQ', attestationObject: 'Ag', transports: ['internal'], authenticatorData: 'Aw', publicKeyAlgorithm: -7 });
});

test('each failure of a browser has its code', async () => {
  for (const [name, expected] of [
    ['AbortError', 'passkey_cancelled'], ['ConstraintError', 'passkey_not_able'], ['InvalidStateError', 'passkey_there'],
    ['NotAllowedError', 'passkey_cancelled'], ['NotSupportedError', 'passkey_not_supported'], ['SecurityError', 'passkey_wrong_origin'],
    ['UnknownError', 'passkey_failed'], ['TypeError', 'passkey_failed'],
  ]) {
    browser({ get: failing(name), create: failing(name) });
    await assert.rejects(getPasskey(OPTIONS), code(expected), name);
  }
  browser({ get: failing('NotAllowedError') });
  await assert.rejects(getPasskey({ ...OPTIONS, timeout: 0 }), code('passkey_late'));
  browser({ get: async () => null });
  await assert.rejects(getPasskey(OPTIONS), code('passkey_failed'));
});

test('a new question ends the one before, and leaving ends the last', async () => {
  const waiting = (/** @type {any} */ { signal }) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  browser({ get: waiting, create: waiting });
  const first = getPasskey(OPTIONS, { suggested: true });
  const second = createPasskey({ challenge: 'AQID', user: { id: 'BQ' } });
  await assert.rejects(first, code('passkey_replaced'));
  leavePasskeys();
  await assert.rejects(second, code('passkey_replaced'));
});

test('a table for spreadsheets runs no formula, whatever a browser calls itself', () => {
  const event = (/** @type {string} */ device, more = {}) => ({ time: 1_790_000_000_000, what: 'signed_in', way: 'password', device, source: '192.0.2.1', ...more });
  const [head, ...rows] = csv([
    event('=HYPERLINK("http://evil.example","x")'), event('+1'), event('-1'), event('@SUM(A1)'), event('\t=1'), event(' =1'), event('＝1'),
    event('Firefox, "the fox"\nnew line', { left: -3 }),
  ]).split('\r\n');
  assert.equal(head, '"time","what","way","code","address","name","left","lifetime_ms","new_device","key","device","source"');
  for (const row of rows.slice(0, 7)) assert.match(row, /,"'[\s=+\-@＝]/, row);
  assert.match(rows[0], /^"2026-09-21T[\d:.]+Z","signed_in","password","","","","","","","","'=HYPERLINK\(""http:\/\/evil\.example"",""x""\)","192\.0\.2\.1"$/);
  assert.match(rows[7], /"-3".*"Firefox, ""the fox""\nnew line"/s, 'numbers are ours');
});

test('a picture has a rectangle for each run of dark modules, inside its margin', () => {
  assert.equal(outline(['101', '000', '011']), 'M4 4h1v1h-1zM6 4h1v1h-1zM5 6h2v1h-2z');
});

test('text and bytes of passkeys are base64url', () => {
  assert.equal(toBase64url(Uint8Array.of(251, 255)), '-_8');
});
