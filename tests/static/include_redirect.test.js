// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { site } from './site.js';

const DOCUMENTS = { 'https://a.example/.well-known/browserid': { agent: '/agent' } };

/** What a request that cannot open a window sends to the agent. */
async function sent(setting, options = {}) {
  const page = site({ blocked: true, documents: DOCUMENTS, ...setting });
  page.id.watch({ onlogin() {} });
  page.id.request({ email: 'x@a.example', ...options });
  await page.pass();
  const { href, target, referrerPolicy } = page.seen.clicks[0];
  assert.equal(target, '_self');
  assert.equal(referrerPolicy, 'no-referrer');
  const url = new URL(href);
  assert.equal(url.search, '', 'nothing that a server could log');
  return { request: Object.fromEntries(new URLSearchParams(url.hash.slice(1))), departure: page.tab('redirect') };
}

test('a blocked window leads to redirect mode', async () => {
  const { request, departure } = await sent({ url: 'https://rp.example/?q=1#part' }, { siteName: 'Site' });
  assert.deepEqual(request, { r: 'https://rp.example/', s: departure.s, e: 'x@a.example', n: 'Site' });
  assert.match(request.s, /^[0-9a-f]{32}$/);
  assert.equal(departure.back, '/?q=1#part');
});

test('the page itself is returned to only if its path cannot lead elsewhere', async () => {
  const to = async (path, setting = {}) => (await sent({ url: `https://rp.example${path}`, ...setting })).request.r;
  assert.equal(await to('/a/page.html?q'), 'https://rp.example/a/page.html');
  for (const path of ['/login', '/a/', '/go.php', '/a.html/x', '/a%2fb.html']) assert.equal(await to(path), 'https://rp.example/', path);
  assert.equal(await to('/login', { data: { return: '/back.html' } }), 'https://rp.example/back.html');
  assert.equal(await to('/login', { data: { return: '/redirect?to=x' } }), 'https://rp.example/');
});

test('returnTo says where the visitor ends', async () => {
  assert.equal((await sent({}, { returnTo: '/welcome?x' })).departure.back, '/welcome?x');
});

test('data-redirect, an isolated page and a window that was cut off before skip the window', async () => {
  for (const setting of [{ data: { redirect: '' } }, { tab: { severed: true } }]) {
    const page = site({ documents: DOCUMENTS, ...setting });
    page.id.watch({ onlogin() {} });
    page.id.request({ email: 'x@a.example' });
    assert.deepEqual(page.seen.opened, []);
    assert.ok(page.dialog());
  }
});

const DEPARTURE = { s: 'abc', back: '/', email: 'x@a.example', t: 1_790_000_000_000 - 1000 };

/** What a page does that is loaded with an answer. */
async function arrived(hash, setting = {}, watched = {}) {
  const page = site({ url: `https://rp.example/${hash}`, tab: { redirect: DEPARTURE }, ...setting });
  const events = [];
  page.id.watch({ onlogin: (assertion) => events.push(assertion), onlogout: () => events.push('logout'), onready: () => events.push('ready'), oncancel: () => events.push('cancel'), ...watched });
  await page.pass();
  return { page, events };
}

test('the assertion is taken out of the address and delivered once, before ready', async () => {
  const { page, events } = await arrived('#browserid=c~a&s=abc');
  assert.deepEqual(events, ['c~a', 'ready']);
  assert.equal(page.url.href, 'https://rp.example/');
  assert.equal(page.tab('redirect'), null);
  assert.equal(page.local('user').email, 'x@a.example');
});

test('who came back is whom the certificate names, another address than the typed one if that was chosen', async () => {
  const bundle = (claims) => `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x~e30.e30.x`;
  for (const [claims, who] of [
    [{ principal: { email: 'x+shop@a.example' } }, 'x+shop@a.example'],
    [{ principal: { email: 'zoë~~~???@a.example' } }, 'zoë~~~???@a.example'],
    [{ sub: 'y@a.example' }, 'y@a.example'],
    [{ principal: { email: 7 } }, 'x@a.example'],
    [{}, 'x@a.example'],
    [null, 'x@a.example'],
  ]) {
    const { page, events } = await arrived(`#browserid=${bundle(claims)}&s=abc`);
    assert.deepEqual(events, [bundle(claims), 'ready']);
    assert.equal(page.local('user').email, who);
    assert.equal(page.local('last').email, who);
  }
});

test('an assertion that nobody asked for is dropped', async () => {
  for (const [hash, tab] of [
    ['#browserid=c~a&s=wrong', { redirect: DEPARTURE }],
    ['#browserid=c~a&s=', { redirect: DEPARTURE }],
    ['#browserid=c~a&s=abc', {}],
    ['#browserid=c~a&s=abc', { redirect: { ...DEPARTURE, t: DEPARTURE.t - 3_600_000 } }],
  ]) {
    const { page, events } = await arrived(hash, { tab });
    assert.deepEqual(events, ['ready'], hash);
    assert.equal(page.url.hash, '', 'it is gone from the address all the same');
    assert.equal(page.local('user'), null);
  }
});

test('other fragments are left alone', async () => {
  const { page, events } = await arrived('#part');
  assert.deepEqual(events, ['ready']);
  assert.equal(page.url.hash, '#part');
});

test('coming back without an assertion is a cancel', async () => {
  const { page, events } = await arrived('#browserid=&s=abc');
  assert.deepEqual(events, ['cancel', 'ready']);
  assert.equal(page.dialog(), null);
});

test('coming back for another address asks for it at once', async () => {
  const { page, events } = await arrived('#browserid=&s=abc&again=1', { tab: { redirect: DEPARTURE }, local: { last: { email: 'x@a.example' } } });
  assert.deepEqual(events, ['ready']);
  assert.equal(page.dialog().find((node) => node.tagName === 'input').value, '');
});

test('the root hands over to the page that was left, which delivers', async () => {
  const root = await arrived('#browserid=c~a&s=abc', { tab: { redirect: { ...DEPARTURE, back: '/deep?q=1' } } });
  assert.deepEqual(root.events, [], 'the root itself hears nothing');
  assert.deepEqual(root.page.seen.replaced, ['/deep?q=1']);
  const tab = { result: root.page.tab('result') };
  const deep = await arrived('deep?q=1', { tab });
  assert.deepEqual(deep.events, ['c~a', 'ready']);
  assert.equal(deep.page.tab('result'), null);
  const elsewhere = await arrived('other', { tab });
  assert.deepEqual(elsewhere.events, ['ready']);
});

test('get() takes an assertion that redirect mode brought back', async () => {
  const page = site({ url: 'https://rp.example/#browserid=c~a&s=abc', tab: { redirect: DEPARTURE } });
  const answers = [];
  page.id.get((answer) => answers.push(answer));
  await page.pass();
  assert.deepEqual(answers, ['c~a']);
  assert.deepEqual(page.seen.opened, []);
});

test('a page kept by the back button gives up what it was waiting for', async () => {
  const page = site({ blocked: true, documents: DOCUMENTS });
  const events = [];
  page.id.watch({ onlogin() {} });
  page.id.request({ email: 'x@a.example', oncancel: () => events.push('cancel') });
  await page.pass();
  page.say('pageshow', { persisted: true });
  assert.deepEqual(events, ['cancel']);
  assert.equal(page.dialog(), null);
});
