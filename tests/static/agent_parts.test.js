// @ts-check
import './navigator.js';
import assert from 'node:assert/strict';
import { webcrypto } from 'node:crypto';
import { test } from 'node:test';
import { checkCertificate } from '../../static/persona/lib/check_certificate.js';
import { fromBase64url } from '../../static/persona/lib/from_base64url.js';
import { isAudience } from '../../static/persona/lib/is_audience.js';
import { makeAssertion } from '../../static/persona/lib/make_assertion.js';
import { makeKey } from '../../static/persona/lib/make_key.js';
import { openerRequest } from '../../static/persona/lib/opener_request.js';
import { Problem } from '../../static/persona/lib/problem.js';
import { publicKey } from '../../static/persona/lib/public_key.js';
import { redirectRequest } from '../../static/persona/lib/redirect_request.js';
import { returnTarget } from '../../static/persona/lib/return_target.js';
import { texts } from '../../static/persona/lib/texts.js';
import { toBase64url } from '../../static/persona/lib/to_base64url.js';

const NOW = 1_790_000_000_000;
const HOUR = 3_600_000;
const text = (value) => toBase64url(new TextEncoder().encode(JSON.stringify(value)));
const read = (part) => JSON.parse(new TextDecoder().decode(fromBase64url(part)));
const code = (expected) => (problem) => problem instanceof Problem && problem.code === expected;

test('base64url is read back as written, and strictly', () => {
  for (let length = 0; length < 20; length++) {
    const bytes = Uint8Array.from({ length }, (_, at) => 251 - at);
    assert.deepEqual(fromBase64url(toBase64url(bytes)), bytes);
  }
  for (const wrong of ['a', 'a+b=', 'ab==', 'a b', 'ab/c', 'abcde']) assert.throws(() => fromBase64url(wrong), TypeError, wrong);
});

test('a public key is written with decimal numbers', () => {
  assert.deepEqual(publicKey({ n: toBase64url(Uint8Array.of(0, 1, 0)), e: 'AQAB' }), { algorithm: 'RS', n: '256', e: '65537' });
});

test('the private key cannot be exported', async () => {
  const key = await makeKey();
  assert.equal(key.publicKey.e, '65537');
  assert.ok(BigInt(key.publicKey.n) >> 2047n === 1n, '2048 bits');
  assert.equal(key.privateKey.extractable, false);
  await assert.rejects(webcrypto.subtle.exportKey('pkcs8', key.privateKey));
});

test('an assertion is for one audience and two minutes, and verifies from the decimal key', async () => {
  const key = await makeKey();
  const bundle = await makeAssertion({ privateKey: key.privateKey, certificate: 'h.c.s' }, 'https://rp.example', NOW);
  const [certificate, assertion, ...more] = bundle.split('~');
  assert.equal(certificate, 'h.c.s');
  assert.deepEqual(more, []);
  const [header, claims, signature] = assertion.split('.');
  assert.deepEqual(read(header), { alg: 'RS256' });
  assert.deepEqual(read(claims), { exp: NOW + 120_000, aud: 'https://rp.example' });
  const hex = BigInt(key.publicKey.n).toString(16);
  const jwk = { kty: 'RSA', e: 'AQAB', n: toBase64url(Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16))) };
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' };
  const verifier = await webcrypto.subtle.importKey('jwk', jwk, algorithm, false, ['verify']);
  assert.ok(await webcrypto.subtle.verify(algorithm, verifier, fromBase64url(signature), new TextEncoder().encode(`${header}.${claims}`)));
});

const PUBLIC = { algorithm: /** @type {const} */ ('RS'), n: '123', e: '65537' };
const EXPECTED = { email: 'x@a.example', hosts: ['id.a.example', 'id.a.example:8080'], publicKey: PUBLIC, now: NOW };
const CLAIMS = { iss: 'id.a.example', exp: NOW + HOUR, 'public-key': PUBLIC, principal: { email: 'x@a.example' } };
const certificate = (change) => `${text({ alg: 'RS256' })}.${text({ ...CLAIMS, ...change })}.AAAA`;

test('the certificate that was asked for is taken', () => {
  const fits = { email: 'x@a.example', expires: NOW + HOUR };
  assert.deepEqual(checkCertificate(certificate({}), EXPECTED), fits);
  assert.deepEqual(checkCertificate(certificate({ iss: 'id.a.example:8080' }), EXPECTED), fits);
  assert.deepEqual(checkCertificate(certificate({ principal: undefined, sub: 'x@a.example' }), EXPECTED), fits);
  assert.deepEqual(checkCertificate(certificate({ exp: NOW + 24 * HOUR }), EXPECTED).expires, NOW + 24 * HOUR);
  assert.equal(checkCertificate(certificate({ principal: { email: 'X@a.example' } }), EXPECTED).email, 'X@a.example');
});

test('any other certificate is refused', () => {
  const changes = [
    { iss: 'evil.example' }, { iss: undefined },
    { principal: { email: 'y@a.example' } }, { principal: undefined },
    { 'public-key': { ...PUBLIC, n: '124' } }, { 'public-key': { ...PUBLIC, e: '3' } }, { 'public-key': { ...PUBLIC, algorithm: 'DS' } }, { 'public-key': undefined },
    { exp: NOW }, { exp: NOW + 25 * HOUR }, { exp: `${NOW + HOUR}` }, { exp: undefined }, { exp: (NOW + HOUR) / 1000 },
  ];
  for (const change of changes) assert.throws(() => checkCertificate(certificate(change), EXPECTED), code('certificate_wrong'), JSON.stringify(change));
  for (const wrong of ['', 'a.b.c', 'a.b', `${certificate({})}.x`, '<html>']) assert.throws(() => checkCertificate(wrong, EXPECTED), code('certificate_wrong'), wrong);
});

test('an audience uses https, or is on this machine', () => {
  for (const origin of ['https://rp.example', 'https://rp.example:8443', 'http://localhost:3000', 'http://guestbook.localhost:8080', 'http://127.0.0.1:1', 'http://[::1]']) {
    assert.ok(isAudience(origin), origin);
  }
  for (const origin of ['http://rp.example', 'null', '', 'file://', 'ftp://localhost', 'https://rp.example/', 'https://rp.example/x', 'http://localhost.evil.example', 'http://127.0.0.2', 'https://u@rp.example', 'HTTPS://rp.example', 'http://xlocalhost', 'chrome-extension://abc']) {
    assert.ok(!isAudience(origin), origin);
  }
});

test('redirect mode returns to the root or to a plain .html path only', () => {
  for (const url of ['https://rp.example/', 'https://rp.example/a.html', 'https://rp.example/a/b-c_d~e/f.g.html', 'http://rp.localhost:8080/']) {
    assert.deepEqual(returnTarget(url), { audience: new URL(url).origin, url });
  }
  for (const url of [
    null, '', 'https://rp.example', 'https://rp.example/login', 'https://rp.example/a/', 'https://rp.example/a.html?b', 'https://rp.example/a.html#b',
    'https://rp.example/a.html/..', 'https://rp.example/../a.html', 'https://rp.example/./a.html', 'https://rp.example//evil.example/a.html',
    'https://rp.example/.html', 'https://rp.example/a%2fb.html', 'https://rp.example/\\a.html', 'https://rp.example\\a.html', 'https://u:p@rp.example/',
    'http://rp.example/', 'javascript:alert(1)//a.html', 'data:text/html,/a.html', '//rp.example/', '/a.html', 'https://RP.example/', 'https://rp.example:443/',
  ]) {
    assert.equal(returnTarget(url), null, String(url));
  }
});

/** A window whose messages are sent by hand, and its opener. */
function windows() {
  const listeners = new Set();
  const sent = [];
  const opener = { postMessage: (data, target) => sent.push({ ...JSON.parse(data), target }) };
  const self = { closed: false, addEventListener: (_type, act) => listeners.add(act), removeEventListener: (_type, act) => listeners.delete(act), close() { self.closed = true; } };
  const say = (origin, data, source = opener) => [...listeners].forEach((act) => act({ source, origin, data: typeof data === 'string' ? data : JSON.stringify(data) }));
  const asked = openerRequest(/** @type {any} */ (opener), /** @type {any} */ (self));
  return { asked, say, sent, self };
}
const request = (params = {}, c = 'channel') => ({ a: 'request', v: 1, d: { c, method: 'get', params: { email: 'x@a.example', ...params } } });

test('only "ready" goes to everybody', () => {
  assert.deepEqual(windows().sent, [{ a: 'ready', v: 1, target: '*' }]);
});

test('the audience is the origin of the message, whatever is written in it', async () => {
  const { asked, say } = windows();
  say('https://rp.example', request({ audience: 'https://bank.example', origin: 'https://bank.example', issuer: 'evil.example' }));
  assert.equal((await asked).audience, 'https://rp.example');
});

test('the first request of the opener wins; other windows are not heard', async () => {
  const { asked, say } = windows();
  say('https://evil.example', request({ email: 'evil@a.example' }), {});
  say('https://rp.example', 'not json');
  say('https://rp.example', { a: 'response' });
  say('https://rp.example', request());
  say('https://second.example', request({ email: 'second@a.example' }));
  const { audience, email } = await asked;
  assert.deepEqual([audience, email], ['https://rp.example', 'x@a.example']);
});

test('answers go to the asking origin only, with its channel', async () => {
  const { asked, say, sent } = windows();
  say('https://rp.example', request());
  const got = await asked;
  got.succeed({ assertion: 'c~a', email: 'x@a.example' });
  got.cancel();
  got.other();
  assert.deepEqual(sent.slice(1), [
    { a: 'response', v: 1, d: { c: 'channel', assertion: 'c~a', email: 'x@a.example' }, target: 'https://rp.example' },
    { a: 'response', v: 1, d: null, target: 'https://rp.example' },
    { a: 'error', v: 1, d: { c: 'channel', reason: 'other_address' }, target: 'https://rp.example' },
  ]);
});

test('a site without https, or one that names no address, gets nothing', async () => {
  for (const [origin, sentRequest, expected] of /** @type {const} */ ([
    ['http://rp.example', request(), 'audience_refused'],
    ['null', request(), 'audience_refused'],
    ['https://rp.example', request({ email: 'nobody' }), 'request_wrong'],
    ['https://rp.example', request({ email: undefined }), 'request_wrong'],
  ])) {
    const { asked, say, sent } = windows();
    say(origin, sentRequest);
    await assert.rejects(asked, code(expected));
    assert.equal(sent.length, 1);
  }
});

/** A tab at the agent page with a fragment. */
function tab(hash, kept = new Map()) {
  const replaced = [];
  const self = {
    location: { hash, pathname: '/persona/agent.html', replace: (url) => replaced.push(url) },
    history: { replaceState: (_state, _title, path) => { self.location.hash = ''; self.path = path; } },
    sessionStorage: { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => kept.set(key, value), removeItem: (key) => kept.delete(key) },
    path: '',
  };
  return { kept, replaced, self, read: () => redirectRequest(/** @type {any} */ (self)) };
}
const HASH = '#r=https%3A%2F%2Frp.example%2Fa.html&s=0123456789abcdef&e=x%40a.example&n=My+site';

test('a request in the fragment is taken out of the address and kept over the sign-in', () => {
  const { kept, self, read } = tab(HASH);
  const asked = read();
  assert.deepEqual([asked?.audience, asked?.email, asked?.siteName, asked?.leaves], ['https://rp.example', 'x@a.example', 'My site', true]);
  assert.equal(self.path, '/persona/agent.html');
  assert.equal(self.location.hash, '');
  assert.equal(tab('', kept).read()?.audience, 'https://rp.example');
});

test('the answer goes back in the fragment, with the state, and is forgotten here', () => {
  for (const [act, expected] of /** @type {const} */ ([['succeed', 'browserid=c~a&s=0123456789abcdef'], ['cancel', 'browserid=&s=0123456789abcdef'], ['other', 'browserid=&s=0123456789abcdef&again=1']])) {
    const { kept, replaced, read } = tab(HASH);
    read()?.[act]({ assertion: 'c~a', email: 'x@a.example' });
    assert.deepEqual(replaced, [`https://rp.example/a.html#${expected}`]);
    assert.equal(kept.size, 0);
  }
});

test('a request that names another kind of target is refused', () => {
  for (const hash of [
    '#r=https%3A%2F%2Frp.example%2Flogin&s=0123456789abcdef&e=x%40a.example', '#r=javascript%3Aalert(1)&s=0123456789abcdef&e=x%40a.example',
    '#r=https%3A%2F%2Frp.example%2F&s=a%26browserid%3Dx&e=x%40a.example', '#r=https%3A%2F%2Frp.example%2F&s=&e=x%40a.example', '#r=https%3A%2F%2Frp.example%2F&s=0123456789abcdef',
  ]) {
    const { kept, read } = tab(hash);
    assert.throws(read, code('request_wrong'), hash);
    assert.equal(kept.size, 0);
  }
  assert.equal(tab('').read(), null);
  assert.equal(tab('#popup').read(), null);
});

test('a tab forgets a request after ten minutes', () => {
  const old = { r: 'https://rp.example/', s: '0123456789abcdef', e: 'x@a.example', n: null, t: Date.now() - 600_001 };
  assert.equal(tab('', new Map([['selfsame:request', JSON.stringify(old)]])).read(), null);
});

test('too many tries says when to come back', async () => {
  const before = globalThis.document;
  globalThis.document = /** @type {any} */ ({ documentElement: {}, querySelectorAll: () => [] });
  await texts('problems').finally(() => { globalThis.document = before; });
  assert.match(new Problem('too_many_tries', { wait: 30 }).message, /^Too many tries\. Try again in 30 seconds, at /);
  assert.match(new Problem('too_many_tries', { wait: 840 }).message, /^Too many tries\. Try again in 14 minutes, at /);
  assert.equal(new Problem('no_such_code').message, 'Something went wrong. Try again.');
  assert.equal(new Problem('constructor', { reason: 'its own' }).message, 'its own');
  assert.equal(new Problem('unavailable', { said: 'no\nway' }).message, 'This domain cannot sign you in at the moment. Try again in a minute. The domain says: “no way”');
});
