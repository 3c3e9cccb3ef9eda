// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { site } from './site.js';

/** Calls watch() on a page with a record, and returns what fired. */
async function fired(loggedInUser, record, then = async (_page) => {}) {
  const page = site({ local: record === 'none' ? {} : { user: { email: record } } });
  const events = [];
  const note = (name) => () => events.push(name);
  page.id.watch({ loggedInUser, onlogin: note('login'), onlogout: note('logout'), onmatch: note('match'), onready: note('ready') });
  assert.deepEqual(events, [], 'nothing fires before watch returns');
  await page.pass();
  await then(page);
  await page.pass();
  return { events, page };
}

const X = 'x@a.example';
const Y = 'y@a.example';
const MATRIX = [
  [X, X, ['match', 'ready']],
  [X, 'X@A.example', ['match', 'ready']],
  [X, 'none', ['ready']],
  [X, null, ['logout', 'ready']],
  [X, Y, ['ready']],
  [null, 'none', ['match', 'ready']],
  [null, null, ['match', 'ready']],
  [null, X, ['ready']],
  ['', 'none', ['match', 'ready']],
  ['', X, ['ready']],
  [false, null, ['match', 'ready']],
  [undefined, 'none', ['ready']],
  [undefined, null, ['logout', 'ready']],
  [undefined, X, ['ready']],
];
for (const [user, record, expected] of MATRIX) {
  test(`loggedInUser ${JSON.stringify(user)} with record ${JSON.stringify(record)} fires ${expected}`, async () => {
    const { events } = await fired(user, record);
    assert.deepEqual(events, expected);
  });
}

test('a site that knows its user on a first visit has him adopted', async () => {
  const { page } = await fired(X, 'none');
  assert.equal(page.local('user').email, X);
});

test('the stateless api only gets ready', async () => {
  for (const user of [{ email: X }, { email: null }]) {
    const page = site({ local: { user } });
    const events = [];
    page.id.watch({ onlogin: () => events.push('login'), onready: () => events.push('ready') });
    await page.pass();
    assert.deepEqual(events, ['ready']);
  }
});

test('a second watch replaces the observers and does not look again', async () => {
  const { events, page } = await fired(X, X);
  const second = [];
  page.id.watch({ loggedInUser: null, onlogin() {}, onlogout: () => second.push('logout'), onready: () => second.push('ready') });
  await page.pass();
  assert.deepEqual(second, []);
  page.id.logout();
  await page.pass();
  assert.deepEqual(second, ['logout']);
  assert.deepEqual(events, ['match', 'ready']);
});

test('logout fires onlogout once, and not for a site where nobody is signed in', async () => {
  const twice = async (page) => { page.id.logout(); page.id.logout(); };
  assert.deepEqual((await fired(X, X, twice)).events, ['match', 'ready', 'logout']);
  assert.deepEqual((await fired(undefined, 'none', twice)).events, ['ready', 'logout']);
  assert.deepEqual((await fired(null, 'none', twice)).events, ['match', 'ready']);
  assert.deepEqual((await fired(null, X, twice)).events, ['ready']);
});

test('logout right after watch fires one onlogout', async () => {
  const page = site({ local: { user: { email: X } } });
  const events = [];
  page.id.watch({ loggedInUser: X, onlogin() {}, onlogout: () => events.push('logout'), onmatch: () => events.push('match') });
  page.id.logout();
  await page.pass();
  assert.deepEqual(events, ['logout']);
});

test('logout before watch is allowed and remembered', async () => {
  const page = site({ local: { user: { email: X } } });
  page.id.logout();
  assert.equal(page.local('user').email, null);
});

test('logout with a callback warns and calls it later', async () => {
  const page = site();
  const calls = [];
  page.id.logout(() => calls.push(1));
  assert.deepEqual(calls, []);
  await page.pass();
  assert.deepEqual(calls, [1]);
  assert.equal(page.seen.warnings.length, 1);
});

const record = (email) => ({ key: 'selfsame:user', newValue: JSON.stringify({ email }) });

test('signing out in one tab reaches the others', async () => {
  const { events } = await fired(X, X, async (page) => { page.say('storage', record(null)); page.say('storage', record(null)); });
  assert.deepEqual(events, ['match', 'ready', 'logout']);
});

test('nothing else that happens to the storage signs anybody out', async () => {
  const { events } = await fired(X, X, async (page) => {
    page.say('storage', record(Y));
    page.say('storage', { key: 'selfsame:user', newValue: null });
    page.say('storage', { key: null, newValue: null });
    page.say('storage', { key: 'selfsame:user', newValue: 'not json' });
    page.say('storage', { key: 'other', newValue: JSON.stringify({ email: null }) });
  });
  assert.deepEqual(events, ['match', 'ready']);
});

test('a tab where nobody is signed in hears nothing', async () => {
  const { events } = await fired(null, 'none', async (page) => page.say('storage', record(null)));
  assert.deepEqual(events, ['match', 'ready']);
});
