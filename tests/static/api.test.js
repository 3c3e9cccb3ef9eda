// @ts-check
import './navigator.js';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { api } from '../../static/persona/lib/api.js';

/** Lets `act` run on a page whose head names `origin`, and gives what was fetched. */
async function fetchedBy(origin, act) {
  const before = { document: globalThis.document, fetch: globalThis.fetch };
  const fetched = [];
  globalThis.document = /** @type {any} */ ({
    querySelector: (/** @type {string} */ selector) => {
      assert.equal(selector, 'meta[name="selfsame-api"]');
      return origin === undefined ? null : { getAttribute: (/** @type {string} */ name) => (name === 'content' ? origin : null) };
    },
  });
  globalThis.fetch = /** @type {any} */ (async (url, { signal, ...options }) => {
    fetched.push({ url, ...options });
    return new Response('{"status":"okay"}', { headers: { 'Content-Type': 'application/json' } });
  });
  try {
    await act();
  } finally {
    Object.assign(globalThis, before);
  }
  return fetched;
}

const HERE = { cache: 'no-store' };
const THERE = { cache: 'no-store', credentials: 'include', mode: 'cors' };

test('functions are asked at the page\'s own origin where its head names no other', async () => {
  const fetched = await fetchedBy(undefined, () => api('GET', '/persona/session'));
  assert.deepEqual(fetched, [{ url: '/persona/session', method: 'GET', ...HERE }]);
});

test('functions are asked at the origin that the head names, with the cookie', async () => {
  for (const origin of ['https://api.my.domain', 'https://api.my.domain:8443', 'http://api.me.localhost:8080', 'http://localhost']) {
    const fetched = await fetchedBy(origin, async () => {
      await api('GET', '/persona/session');
      await api('POST', '/persona/sign/?email=x', { key: 1 });
    });
    assert.deepEqual(fetched, [
      { url: `${origin}/persona/session`, method: 'GET', ...THERE },
      { url: `${origin}/persona/sign/?email=x`, method: 'POST', ...THERE, body: '{"key":1}', headers: { 'Content-Type': 'application/json' } },
    ]);
  }
});

test('the domain\'s document is always asked for here, and without crossing', async () => {
  const fetched = await fetchedBy('https://api.my.domain', () => api('GET', '/.well-known/browserid'));
  assert.deepEqual(fetched, [{ url: '/.well-known/browserid', method: 'GET', ...HERE }]);
});

test('what is no safe origin counts as nothing', async () => {
  for (const origin of [
    '', ' ', 'null', 'api.my.domain', '//api.my.domain', 'http://api.my.domain', 'http://localhost.my.domain',
    'https://api.my.domain/', 'https://api.my.domain/path', 'https://user@api.my.domain', 'https://API.my.domain',
    'https://api.my.domain:443', ' https://api.my.domain', 'https://api.my.domain\n', 'javascript:alert(1)', 'data:,x', 'file:///x',
  ]) {
    const fetched = await fetchedBy(origin, () => api('GET', '/persona/session'));
    assert.deepEqual(fetched, [{ url: '/persona/session', method: 'GET', ...HERE }], JSON.stringify(origin));
  }
});
