// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { site } from './site.js';

const DOCUMENTS = { 'https://a.example/.well-known/browserid': { 'public-key': {}, agent: '/persona/agent.html' } };
const AGENT = 'https://a.example';

/** A page on which request() was called, with the window at the agent of a.example. */
async function asking(setting = {}) {
  const page = site({ local: { last: { email: 'x@a.example' } }, documents: DOCUMENTS, ...setting });
  const events = [];
  page.id.watch({ onlogin: (assertion) => events.push(assertion), onlogout() {}, siteName: 'Site' });
  await page.pass();
  page.id.request({ siteName: 'Other', oncancel: () => events.push('cancel') });
  await page.pass();
  return { page, events };
}

const answer = (page, more = {}) => ({ a: 'response', v: 1, d: { c: page.seen.popup.sent.at(-1)?.d.c, assertion: 'c~a', email: 'x@a.example', ...more } });

test('the window is opened in the click, before anything is looked up', () => {
  const page = site({ local: { last: { email: 'x@a.example' } }, documents: DOCUMENTS });
  page.id.watch({ onlogin() {} });
  page.id.request();
  assert.equal(page.seen.opened.length, 1);
  assert.match(page.seen.opened[0], /^__persona_dialog/);
  assert.deepEqual(page.seen.fetched, []);
});

test('the window goes to the agent without a referrer and with its opener', async () => {
  const { page } = await asking();
  assert.deepEqual(page.seen.clicks, [{ href: `${AGENT}/persona/agent.html#popup`, target: page.seen.opened[0], rel: 'opener', referrerPolicy: 'no-referrer' }]);
});

test('every ready is answered with the same request, to the agent only; watch names the site', async () => {
  const { page } = await asking();
  page.hear(AGENT, { a: 'ready', v: 1 });
  page.hear(AGENT, { a: 'ready', v: 1 });
  assert.equal(page.seen.popup.sent.length, 2);
  const [first, second] = page.seen.popup.sent;
  assert.deepEqual(first, second);
  assert.equal(first.target, AGENT);
  assert.deepEqual(first.d.params, { email: 'x@a.example', siteName: 'Site' });
  assert.match(first.d.c, /^[0-9a-f]{32}$/);
});

test('the answer is delivered once and remembered', async () => {
  const { page, events } = await asking();
  page.hear(AGENT, { a: 'ready', v: 1 });
  page.hear(AGENT, answer(page));
  page.hear(AGENT, answer(page));
  await page.pass(5000);
  assert.deepEqual(events, ['c~a']);
  assert.equal(page.local('user').email, 'x@a.example');
  assert.equal(page.local('last').email, 'x@a.example');
  assert.equal(page.seen.popup.closed, true);
});

test('messages from another window, origin or request are not heard', async () => {
  const { page, events } = await asking();
  page.hear('https://evil.example', { a: 'ready', v: 1 });
  page.hear(AGENT, { a: 'ready', v: 1 }, {});
  page.hear('null', { a: 'ready', v: 1 });
  assert.deepEqual(page.seen.popup.sent, []);
  page.hear(AGENT, { a: 'ready', v: 1 });
  page.hear('https://evil.example', answer(page));
  page.hear(AGENT, answer(page), {});
  page.hear(AGENT, answer(page, { c: 'another' }));
  page.hear(AGENT, answer(page, { assertion: 1 }));
  page.hear(AGENT, answer(page, { assertion: '' }));
  page.hear('https://evil.example', { a: 'response', v: 1, d: null });
  page.hear('http://a.example', { a: 'response', v: 1, d: null });
  page.say('message', { source: page.seen.popup, origin: AGENT, data: answer(page) });
  page.say('message', { source: page.seen.popup, origin: AGENT, data: 'not json' });
  await page.pass(3000);
  assert.deepEqual(events, []);
  assert.equal(page.seen.popup.closed, false);
});

test('nothing is heard before the window was sent to an agent', async () => {
  const page = site({ documents: DOCUMENTS });
  const events = [];
  page.id.watch({ onlogin: (assertion) => events.push(assertion) });
  page.id.request({ oncancel: () => events.push('cancel') });
  page.hear('https://rp.example', { a: 'ready', v: 1 });
  page.hear('https://rp.example', { a: 'response', v: 1, d: null });
  assert.deepEqual(page.seen.popup.sent, []);
  assert.deepEqual(events, []);
});

test('the agent cancels once', async () => {
  const { page, events } = await asking();
  page.hear(AGENT, { a: 'ready', v: 1 });
  page.hear(AGENT, { a: 'response', v: 1, d: null });
  page.hear(AGENT, { a: 'response', v: 1, d: null });
  await page.pass(5000);
  assert.deepEqual(events, ['cancel']);
});

test('closing the window cancels once, after a moment in which an answer may still come', async () => {
  const { page, events } = await asking();
  page.hear(AGENT, { a: 'ready', v: 1 });
  page.seen.popup.closed = true;
  await page.pass(1000);
  assert.deepEqual(events, []);
  await page.pass(2000);
  assert.deepEqual(events, ['cancel']);
  await page.pass(9000);
  assert.deepEqual(events, ['cancel']);
});

test('an answer that arrives after the window closed still counts', async () => {
  const { page, events } = await asking();
  page.hear(AGENT, { a: 'ready', v: 1 });
  page.seen.popup.closed = true;
  await page.pass(1000);
  page.hear(AGENT, answer(page));
  await page.pass(5000);
  assert.deepEqual(events, ['c~a']);
});

test('a second request only focuses the window', async () => {
  const { page, events } = await asking();
  page.id.request({ oncancel: () => events.push('second') });
  await page.pass();
  assert.equal(page.seen.opened.length, 1);
  assert.equal(page.seen.popup.focused, 1);
  page.hear(AGENT, { a: 'response', v: 1, d: null });
  assert.deepEqual(events, ['cancel']);
});

test('a request after a finished one opens a new window with a new channel', async () => {
  const { page } = await asking();
  page.hear(AGENT, { a: 'ready', v: 1 });
  const [{ d: { c: before } }] = page.seen.popup.sent;
  page.hear(AGENT, { a: 'response', v: 1, d: null });
  page.id.request();
  await page.pass();
  page.hear(AGENT, { a: 'ready', v: 1 });
  assert.equal(page.seen.opened.length, 2);
  assert.notEqual(page.seen.popup.sent[0].d.c, before);
});

test('a visitor without a remembered address is asked for it in the window', async () => {
  const { page } = await asking({ local: {} });
  assert.deepEqual(page.seen.fetched, []);
  const input = page.drawn().find((node) => node.tagName === 'input');
  const form = page.drawn().find((node) => node.tagName === 'form');
  input.value = 'nonsense';
  form.fire('submit');
  assert.match(page.drawn().text, /This is not a whole address/);
  assert.deepEqual(page.seen.fetched, []);
  input.value = ' X@A.Example ';
  form.fire('submit');
  await page.pass();
  page.hear(AGENT, { a: 'ready', v: 1 });
  assert.equal(page.seen.popup.sent[0].d.params.email, 'X@a.example');
});

test('a hint goes before the remembered address', async () => {
  const page = site({ local: { last: { email: 'x@b.example' } }, documents: DOCUMENTS });
  page.id.watch({ onlogin() {} });
  page.id.request({ email: 'y@a.example' });
  await page.pass();
  page.hear(AGENT, { a: 'ready', v: 1 });
  assert.equal(page.seen.popup.sent[0].d.params.email, 'y@a.example');
});

test('the agent may send the visitor back to the address form', async () => {
  const { page, events } = await asking();
  page.hear(AGENT, { a: 'ready', v: 1 });
  page.hear(AGENT, { a: 'error', v: 1, d: { c: page.seen.popup.sent[0].d.c, reason: 'other_address' } });
  assert.ok(page.drawn().find((node) => node.tagName === 'input'));
  page.hear(AGENT, { a: 'ready', v: 1 });
  assert.equal(page.seen.popup.sent.length, 1, 'the agent is not spoken to any more');
  assert.deepEqual(events, []);
});

test('a window that is cut off before its page speaks leads to this tab, if the visitor wants', async () => {
  const { page, events } = await asking();
  page.seen.popup.closed = true;
  await page.pass(2500);
  assert.deepEqual(events, []);
  assert.match(page.dialog().text, /out of reach/);
  page.dialog().find((node) => node.className === 'main').fire('click');
  assert.match(page.seen.clicks.at(-1).href, /^https:\/\/a\.example\/persona\/agent\.html#r=https%3A%2F%2Frp\.example%2F&s=[0-9a-f]{32}&e=x%40a\.example&n=Site$/);
  assert.equal(page.tab('severed'), true);
});

test('a window that is closed while the address is typed is a plain cancel', async () => {
  const { page, events } = await asking({ local: {} });
  page.seen.popup.closed = true;
  await page.pass(2500);
  assert.deepEqual(events, ['cancel']);
  assert.equal(page.dialog(), null);
});
