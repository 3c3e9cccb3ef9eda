// Where no window can be had, the site's own tab goes to the domain and comes back.

import assert from 'node:assert/strict';

import { events, hears, relyingParty, told } from './kit/relying_party.mjs';
import { PASSWORD, scene } from './kit/scene.mjs';
import { arms, asksFor, button, EMAIL, heading, press, reads, typeAddress } from './kit/steps.mjs';

const test = scene();
const COOP = { 'cross-origin-opener-policy': 'same-origin' };
// `oncancel` given to watch() is how a site hears of a cancel after its page was left.
const WATCH = '{ loggedInUser: null, oncancel: () => told.push(["cancel"]) }';
const site = (visit, options = {}) => visit.sites.site('rp.localhost', relyingParty(visit, { watch: WATCH, ...options }));

/** As where a browser blocks windows in spite of the click: an in-app browser. */
const noWindows = (page) => page.evaluate(() => { window.open = () => null; });

async function signInHere(page) {
  await heading(page, 'First, show that it is you').waitFor();
  await page.getByRole('link', { name: 'Sign in here' }).click();
  await heading(page, 'Sign in').waitFor();
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await button(page, 'Sign in').click();
}

test('a blocked window: the tab itself signs in and comes back', async (visit) => {
  const origin = site(visit);
  const page = await visit.openWithOpenShadows(`${origin}/`);
  await hears(page, 'ready');
  await noWindows(page);
  await button(page, 'Sign in').click();
  await typeAddress(page.getByRole('dialog'));
  await signInHere(page);
  await asksFor(page, origin);
  await press(page, 'Sign in');
  const assertion = await hears(page, 'login');
  assert.equal(page.url(), `${origin}/`, 'nothing stays in the address');
  const verdict = await visit.verify(assertion, origin);
  assert.equal(verdict.status, 'okay', verdict.reason);
  assert.equal(verdict.email, EMAIL);
  assert.deepEqual(await events(page), ['login', 'ready']);
  assert.equal(visit.pages().length, 1, 'no second window');

  await page.reload();
  await hears(page, 'ready');
  assert.deepEqual(await events(page), ['ready'], 'the assertion is delivered once');
});

test('a blocked window: the address that was chosen at the domain is the one that the site remembers', async (visit) => {
  const origin = site(visit);
  const page = await visit.openWithOpenShadows(`${origin}/`);
  await hears(page, 'ready');
  await noWindows(page);
  await button(page, 'Sign in').click();
  await typeAddress(page.getByRole('dialog'));
  await signInHere(page);
  await asksFor(page, origin);
  await button(page, 'Use another address').click();
  await page.getByRole('textbox', { name: 'An address for this site only' }).fill('you+shop@me.localhost');
  await button(page, 'Use this address').click();
  await asksFor(page, origin, 'you+shop@me.localhost');
  await press(page, 'Sign in');
  const assertion = await hears(page, 'login');
  assert.equal((await visit.verify(assertion, origin)).email, 'you+shop@me.localhost');
  const records = await page.evaluate(() => ['user', 'last'].map((name) => JSON.parse(localStorage.getItem(`selfsame:${name}`)).email));
  assert.deepEqual(records, ['you+shop@me.localhost', 'you+shop@me.localhost']);
});

test('a blocked window: Cancel at the question comes back without a sign-in', async (visit) => {
  const origin = site(visit);
  const page = await visit.openWithOpenShadows(`${origin}/`);
  await hears(page, 'ready');
  await noWindows(page);
  await button(page, 'Sign in').click();
  await typeAddress(page.getByRole('dialog'));
  await heading(page, 'First, show that it is you').waitFor();
  await button(page, 'Cancel').click();
  await hears(page, 'cancel');
  assert.equal(page.url(), `${origin}/`);
  assert.deepEqual(await events(page), ['cancel', 'match', 'ready']);
});

test('a blocked window: Cancel and Escape in the page itself', async (visit) => {
  const page = await visit.openWithOpenShadows(`${site(visit)}/`);
  await hears(page, 'ready');
  await noWindows(page);
  await button(page, 'Sign in').click();
  await button(page.getByRole('dialog'), 'Cancel').click();
  await hears(page, 'cancel');
  await button(page, 'Sign in').click();
  await page.getByRole('dialog').waitFor();
  await page.keyboard.press('Escape');
  await page.waitForFunction(() => told.filter(([name]) => name === 'cancel').length === 2);
  assert.equal(await page.getByRole('dialog').count(), 0);
  assert.deepEqual(await events(page), ['match', 'ready', 'cancel', 'cancel']);
});

test('a site with COOP same-origin: offered to go on in this tab, and from then on at once', async (visit) => {
  const origin = site(visit, { headers: COOP });
  const page = await visit.openWithOpenShadows(`${origin}/`);
  await hears(page, 'ready');
  const dialog = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(dialog);
  await button(page.getByRole('dialog'), 'Continue in this tab').click();
  await signInHere(page);
  await asksFor(page, origin);
  await press(page, 'Sign in');
  const verdict = await visit.verify(await hears(page, 'login'), origin);
  assert.equal(verdict.status, 'okay', verdict.reason);
  assert.deepEqual((await events(page)).filter((one) => one !== 'match'), ['login', 'ready']);
  assert.equal(visit.pages().filter((one) => !one.isClosed()).length, 1, 'the window that was cut off is gone');

  await page.reload();
  await hears(page, 'ready');
  await button(page, 'Sign in').click();
  await asksFor(page, origin); // straight away, in this tab
  assert.equal(visit.pages().length, 1);
});

test('a site with COOP same-origin: nothing is said to have been cancelled before the person says so', async (visit) => {
  const page = await visit.openWithOpenShadows(`${site(visit, { headers: COOP })}/`);
  await hears(page, 'ready');
  const dialog = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(dialog);
  await button(page.getByRole('dialog'), 'Continue in this tab').waitFor();
  assert.deepEqual(await events(page), ['match', 'ready']);
  await button(page.getByRole('dialog'), 'Cancel').click();
  await hears(page, 'cancel');
  assert.deepEqual(await events(page), ['match', 'ready', 'cancel']);
});

test('the page that was left is the page that is come back to', async (visit) => {
  const origin = visit.sites.site('rp.localhost', (() => {
    const pages = relyingParty(visit, { watch: WATCH, attributes: 'data-redirect' });
    return { ...pages, '/articles/7': pages['/'] };
  })());
  const page = await visit.openWithOpenShadows(`${origin}/articles/7?from=mail#part-2`);
  await hears(page, 'ready');
  await button(page, 'Sign in').click();
  await typeAddress(page.getByRole('dialog'));
  await signInHere(page);
  await asksFor(page, origin);
  await press(page, 'Sign in');
  await page.waitForURL(`${origin}/articles/7?from=mail#part-2`);
  assert.equal((await visit.verify(await hears(page, 'login'), origin)).status, 'okay');
  const delivered = visit.sent(new URL(origin).host).map(({ path }) => path);
  assert.ok(delivered.includes('/'), 'delivered at the root, which is no redirect');
});

test('returnTo names another page of the site', async (visit) => {
  const pages = relyingParty(visit, { watch: WATCH, request: "{ returnTo: '/welcome.html' }", attributes: 'data-redirect' });
  const origin = visit.sites.site('rp.localhost', { ...pages, '/welcome.html': pages['/'] });
  const page = await visit.openWithOpenShadows(`${origin}/`);
  await hears(page, 'ready');
  await button(page, 'Sign in').click();
  await typeAddress(page.getByRole('dialog'));
  await signInHere(page);
  await asksFor(page, origin);
  await press(page, 'Sign in');
  await page.waitForURL(`${origin}/welcome.html`);
  assert.equal((await visit.verify(await hears(page, 'login'), origin)).status, 'okay');
});

test('the back button from the domain is a cancel', async (visit) => {
  const origin = site(visit, { attributes: 'data-redirect' });
  const page = await visit.openWithOpenShadows(`${origin}/`);
  await hears(page, 'ready');
  await button(page, 'Sign in').click();
  await typeAddress(page.getByRole('dialog'));
  await heading(page, 'First, show that it is you').waitFor();
  await page.goBack({ waitUntil: 'commit' });
  await button(page, 'Sign in').click(); // the page works again
  await page.getByRole('dialog').getByRole('heading').waitFor();
  assert.deepEqual((await events(page)).filter((one) => one === 'login'), []);
});

test('get() takes what the tab came back with', async (visit) => {
  const origin = visit.sites.site('rp.localhost', relyingParty(visit, {
    attributes: 'data-redirect',
    script: `
      window.told = [];
      document.getElementById('in').addEventListener('click', () => navigator.id.get((assertion) => told.push(['got', assertion])));`,
  }));
  const page = await visit.openWithOpenShadows(`${origin}/`);
  await button(page, 'Sign in').click();
  await typeAddress(page.getByRole('dialog'));
  await signInHere(page);
  await asksFor(page, origin);
  await press(page, 'Sign in');
  await page.waitForURL(`${origin}/`);
  await button(page, 'Sign in').click();
  assert.equal((await visit.verify(await hears(page, 'got'), origin)).status, 'okay');
});

test('an answer that this tab did not ask for is dropped', async (visit) => {
  visit.announce(/an assertion that this tab did not ask for was dropped/);
  const origin = site(visit);
  const page = await visit.open(`${origin}/#browserid=eyJ.eyJ.x~eyJ.eyJ.x&s=0123456789abcdef`);
  await hears(page, 'ready');
  assert.deepEqual(await told(page), [['match'], ['ready']]);
  assert.equal(page.url(), `${origin}/`, 'the fragment is gone all the same');
});

test('an answer with another state than the one that was sent is dropped', async (visit) => {
  visit.announce(/an assertion that this tab did not ask for was dropped/);
  const origin = site(visit, { attributes: 'data-redirect' });
  const page = await visit.openWithOpenShadows(`${origin}/`);
  await hears(page, 'ready');
  await button(page, 'Sign in').click();
  await typeAddress(page.getByRole('dialog'));
  await heading(page, 'First, show that it is you').waitFor();
  await page.goto(`${origin}/#browserid=eyJ.eyJ.x~eyJ.eyJ.x&s=0123456789abcdef`);
  await hears(page, 'ready');
  assert.deepEqual(await told(page), [['match'], ['ready']]);
});

test('a request that nobody clicked for: the browser blocks the window, and the page asks instead', async (visit) => {
  const script = `
    window.told = [];
    navigator.id.watch({ onlogin: (assertion) => told.push(['login', assertion]), onready: () => told.push(['ready']) });
    addEventListener('load', () => navigator.id.request());`;
  const origin = site(visit, { script });
  const page = await visit.openWithOpenShadows(`${origin}/`);
  await typeAddress(page.getByRole('dialog'));
  await heading(page, 'First, show that it is you').waitFor();
  assert.equal(visit.pages().length, 1);
});

for (const [what, target] of Object.entries({
  'a script': 'javascript:alert(1)',
  'a data: address': 'data:text/html,hello',
  'a path that may redirect': 'http://rp.localhost:1/out?to=http://evil.localhost',
  'a path without .html': 'http://rp.localhost:1/out',
  'a name with a password': 'http://rp.localhost:1@evil.localhost/',
  'plain http on another machine': 'http://rp.example/',
  'nothing at all': '',
})) {
  test(`the agent does not return to ${what}`, async (visit) => {
    const query = new URLSearchParams({ r: target, s: '0123456789abcdef', e: EMAIL });
    const page = await visit.open(`${visit.product.identity}/persona/agent.html#${query}`);
    await heading(page, 'That did not work').waitFor();
    await reads(page, 'The site asked in a way that cannot be answered. Go back to it and try again.');
    assert.deepEqual(visit.functionCalls(), []);
    assert.equal(new URL(page.url()).host, new URL(visit.product.identity).host);
  });
}

test('the question names the site that is returned to', async (visit) => {
  const origin = visit.sites.site('evil.localhost', { '/': '<!doctype html><html lang="en"><title>evil</title><link rel="icon" href="data:,">' });
  const query = new URLSearchParams({ r: `${origin}/`, s: '0123456789abcdef', e: EMAIL, n: 'Your Bank' });
  const page = await visit.open(`${visit.product.identity}/persona/agent.html#${query}`);
  await signInHere(page);
  await asksFor(page, origin);
  await arms(page, button(page, 'Sign in'));
  await button(page, 'Sign in').click();
  await page.waitForURL((url) => url.host === new URL(origin).host);
  const assertion = new URLSearchParams(new URL(page.url()).hash.slice(1)).get('browserid');
  assert.equal((await visit.verify(assertion, origin)).status, 'okay');
  assert.equal((await visit.verify(assertion, visit.product.guestbook)).reason, 'audience mismatch: port mismatch');
});
