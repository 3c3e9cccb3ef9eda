// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { site } from './site.js';

const onlogin = () => {};
const onlogout = () => {};

test('the public members are those of Persona', () => {
  assert.deepEqual(Object.keys(site().id).sort(), ['_shimmed', 'get', 'getVerifiedEmail', 'logout', 'request', 'watch']);
  assert.equal(site().id._shimmed, true);
});

test('calls that are not made on navigator.id throw', () => {
  for (const name of ['watch', 'request', 'logout']) {
    const { [name]: call } = site().id;
    assert.throws(() => call({ onlogin }), { message: 'all navigator.id calls must be made on the navigator.id object' }, name);
  }
});

test('watch returns silently for anything but an object', () => {
  const { id } = site();
  for (const given of [undefined, null, 'text', 1]) id.watch(given);
  assert.throws(() => id.request(), { message: 'navigator.id.watch must be called before navigator.id.request' });
});

test('watch refuses callbacks that are not functions', () => {
  for (const name of ['onlogin', 'onlogout', 'onmatch', 'onready']) {
    assert.throws(() => site().id.watch({ onlogin, onlogout, [name]: 'text' }), /^Error: non-function where function expected.*watch\(\)/, name);
  }
});

test('watch needs onlogin', () => {
  assert.throws(() => site().id.watch({ onlogout }), { message: "'onlogin' is a required argument to navigator.id.watch()" });
  assert.throws(() => site().id.watch({}), /'onlogin' is a required argument/);
});

test('the stateless api takes neither onmatch nor a loggedInUser key', () => {
  const message = 'stateless api only allows onlogin and onready options';
  assert.throws(() => site().id.watch({ onlogin, onmatch() {} }), { message });
  assert.throws(() => site().id.watch({ onlogin, loggedInUser: null }), { message });
  assert.throws(() => site().id.watch({ onlogin, loggedInUser: undefined }), { message });
  site().id.watch({ onlogin, onready() {} });
});

test('loggedInUser is text, null, false or missing', () => {
  for (const loggedInUser of [true, {}, [], 1, () => {}]) {
    assert.throws(() => site().id.watch({ onlogin, onlogout, loggedInUser }), { message: 'loggedInUser is not a valid type' });
  }
  for (const loggedInUser of ['a@b.example', '', null, false, undefined, Object('a@b.example')]) {
    site().id.watch({ onlogin, onlogout, loggedInUser });
  }
});

test('loggedInEmail is the old name of loggedInUser', () => {
  const page = site();
  page.id.watch({ onlogin, onlogout, loggedInEmail: 'a@b.example' });
  assert.deepEqual(page.seen.warnings, ['loggedInEmail has been deprecated']);
  assert.throws(() => site().id.watch({ onlogin, onlogout, loggedInEmail: 'a', loggedInUser: 'a' }), /you cannot supply \*both\* loggedInEmail and loggedInUser/);
});

test('the old and the new api do not mix', () => {
  const one = site({ blocked: true });
  one.id.watch({ onlogin, onlogout });
  assert.throws(() => one.id.get(() => {}), /you cannot combine the navigator\.id\.watch\(\) API/);
  assert.throws(() => one.id.getVerifiedEmail(() => {}), /you cannot combine/);
  const other = site({ blocked: true });
  other.id.get(() => {});
  assert.throws(() => other.id.watch({ onlogin }), /you cannot combine/);
  assert.throws(() => other.id.request(), /you cannot combine/);
});

test('request takes a renamed option by one of its names', () => {
  for (const [old, name] of [['tosURL', 'termsOfService'], ['privacyURL', 'privacyPolicy']]) {
    const page = site({ blocked: true });
    page.id.watch({ onlogin, onlogout });
    assert.throws(() => page.id.request({ [old]: '/a', [name]: '/b' }), new RegExp(`both\\* ${old} and ${name}`));
    page.id.request({ [old]: '/a' });
    assert.ok(page.seen.warnings.includes(`${old} has been deprecated`));
  }
});

const warned = (options, watched = { onlogin, onlogout }) => {
  const page = site({ blocked: true });
  page.id.watch(watched);
  page.id.request(options);
  assert.equal(page.seen.opened.length, 1, 'the dialog opens all the same');
  return page.seen.warnings;
};

test('unknown options are ignored', () => {
  assert.deepEqual(warned({ allowRedirect: true, experimental_forceIssuer: 'x.example', nonsense: {} }), []);
});

test('display options that cannot be right are said in the console', () => {
  const good = {
    siteLogo: ['https://x.example/l.png', '/logo.png', '//x.example/l.png', 'data:image/png;base64,AAAA'],
    backgroundColor: ['#fff', 'a0b1c2'],
    returnTo: ['/', '/a/b?c'],
    email: ['a@b.example'],
    siteName: ['Guestbook'],
  };
  const bad = {
    siteLogo: ['logo.png', 'http://x.example/l.png', 'javascript:alert(1)', 'data:text/html;base64,AAAA', `data:image/png;base64,${'A'.repeat(131072)}`, 1],
    backgroundColor: ['red', '#ffff'],
    returnTo: ['https://evil.example/', '//evil.example', '/\\evil.example', 'a', 1],
    email: ['nobody', 'a@b', 'a@1.2.3.4', 'a b@c.example', 'a@b.example/x'],
    siteName: [{}],
  };
  for (const [name, values] of Object.entries(good)) for (const value of values) assert.deepEqual(warned({ [name]: value }), [], `${name} ${value}`);
  for (const [name, values] of Object.entries(bad)) for (const value of values) assert.equal(warned({ [name]: value }).length, 1, `${name} ${value}`);
});

test('terms and privacy policy come together, and not in the stateless api', () => {
  assert.deepEqual(warned({ termsOfService: '/t' }), ['termsOfService ignored unless privacyPolicy also defined']);
  assert.deepEqual(warned({ privacyPolicy: '/p' }), ['privacyPolicy ignored unless termsOfService also defined']);
  assert.deepEqual(warned({ termsOfService: '/t', privacyPolicy: '/p' }), []);
  assert.deepEqual(warned({ termsOfService: '/t', privacyPolicy: '/p' }, { onlogin }), ['stateless API does not support termsOfService or privacyPolicy, ignoring']);
});

test('get with silent answers null later and opens nothing', async () => {
  const page = site();
  const answers = [];
  page.id.get((answer) => answers.push(answer), { silent: true });
  assert.deepEqual(answers, []);
  await page.pass();
  assert.deepEqual(answers, [null]);
  assert.deepEqual(page.seen.opened, []);
  page.id.watch({ onlogin }); // did not latch the old api
});

test('getVerifiedEmail is get with a warning', async () => {
  const page = site({ local: { last: { email: 'a@b.example' } }, documents: { 'https://b.example/.well-known/browserid': { agent: '/agent' } } });
  const answers = [];
  page.id.getVerifiedEmail((answer) => answers.push(answer));
  assert.deepEqual(page.seen.warnings, ['navigator.id.getVerifiedEmail has been deprecated']);
  await page.pass();
  page.hear('https://b.example', { a: 'ready', v: 1 });
  page.hear('https://b.example', { a: 'response', v: 1, d: { c: page.seen.popup.sent[0].d.c, assertion: 'c~a', email: 'a@b.example' } });
  assert.deepEqual(answers, ['c~a']);
});

test('a callback that throws is logged and thrown on, and the rest happens', async () => {
  const page = site();
  const ready = [];
  const problem = new Error('of the site');
  page.id.watch({ onlogin, onlogout, loggedInUser: null, onmatch() { throw problem; }, onready: () => ready.push(1) });
  await page.pass();
  assert.deepEqual(ready, [1]);
  assert.deepEqual(page.seen.errors, [problem, problem]);
});
