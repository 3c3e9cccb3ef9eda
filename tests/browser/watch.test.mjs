// navigator.id as Persona's documentation described it: what fires when, and what throws.

import assert from 'node:assert/strict';

import { events, hears, relyingParty, told, verifierSite } from './kit/relying_party.mjs';
import { scene } from './kit/scene.mjs';
import { asksFor, button, EMAIL, heading, press, signInFirst, typeAddress } from './kit/steps.mjs';

const test = scene();

/** What `watch()` does, by what the site says and by what this browser has written down at the site. */
const MATRIX = [
  // loggedInUser, record, fires
  ["'x@me.localhost'", 'x@me.localhost', ['match', 'ready']],
  ["'x@me.localhost'", 'none', ['ready']],
  ["'x@me.localhost'", null, ['logout', 'ready']],
  ["'x@me.localhost'", 'y@me.localhost', ['ready']],
  ['null', 'x@me.localhost', ['ready']],
  ['null', 'none', ['match', 'ready']],
  ['null', null, ['match', 'ready']],
  ['undefined', 'x@me.localhost', ['ready']],
  ['undefined', 'none', ['ready']],
  ['undefined', null, ['logout', 'ready']],
  ['false', 'none', ['match', 'ready']], // as null
  ["''", 'none', ['match', 'ready']], // what servers printed for nobody
];

for (const [user, record, expected] of MATRIX) {
  test(`loggedInUser ${user} where the record says ${record}: ${expected.join(', ')}`, async (visit) => {
    const origin = visit.sites.site('rp.localhost', {
      ...relyingParty(visit, { watch: `{ loggedInUser: ${user} }` }),
      '/blank': '<!doctype html><html lang="en"><title>blank</title><link rel="icon" href="data:,">',
    });
    const page = await visit.open(`${origin}/blank`);
    if (record !== 'none') {
      await page.evaluate((email) => localStorage.setItem('selfsame:user', JSON.stringify({ email, t: Date.now() })), record);
    }
    await page.goto(`${origin}/`);
    await hears(page, 'ready');
    assert.deepEqual(await events(page), expected);
    assert.deepEqual(visit.functionCalls(), [], 'nobody was asked');
  });
}

test('a site\'s own session is written down, so that a later sign-out in another tab is heard', async (visit) => {
  const origin = visit.sites.site('rp.localhost', relyingParty(visit, { watch: `{ loggedInUser: '${EMAIL}' }` }));
  const first = await visit.open(`${origin}/`);
  await hears(first, 'ready');
  const second = await visit.open(`${origin}/`);
  await hears(second, 'ready');
  assert.deepEqual(await events(second), ['match', 'ready'], 'the first visit was written down');
  await button(second, 'Sign out').click();
  await hears(first, 'logout');
  await hears(second, 'logout');
  assert.deepEqual(await events(first), ['ready', 'logout']);
  assert.deepEqual(await events(second), ['match', 'ready', 'logout']);
});

test('logout() of nobody tells nothing', async (visit) => {
  const origin = visit.sites.site('rp.localhost', relyingParty(visit));
  const page = await visit.open(`${origin}/`);
  await hears(page, 'ready');
  await button(page, 'Sign out').click();
  await page.reload();
  await hears(page, 'ready');
  assert.deepEqual(await events(page), ['match', 'ready']);
});

test('logout() after a sign-in tells once, and the next load agrees', async (visit) => {
  const origin = visit.sites.site('rp.localhost', relyingParty(visit));
  const page = await visit.open(`${origin}/`);
  await signInFirst(visit, page, origin);
  await hears(page, 'login');
  await button(page, 'Sign out').click();
  await hears(page, 'logout');
  await button(page, 'Sign out').click();
  assert.deepEqual(await events(page), ['match', 'ready', 'login', 'logout']);
  await page.reload();
  await hears(page, 'ready');
  assert.deepEqual(await events(page), ['match', 'ready']);
});

test('a sign-in in one tab does not sign the other one in', async (visit) => {
  const origin = visit.sites.site('rp.localhost', relyingParty(visit));
  const other = await visit.open(`${origin}/`);
  await hears(other, 'ready');
  const page = await visit.open(`${origin}/`);
  await signInFirst(visit, page, origin);
  await hears(page, 'login');
  assert.deepEqual(await events(other), ['match', 'ready']);
});

test('a second watch() replaces the observers and checks nothing again', async (visit) => {
  const origin = visit.sites.site('rp.localhost', relyingParty(visit));
  const page = await visit.open(`${origin}/`);
  await hears(page, 'ready');
  await page.evaluate(() => navigator.id.watch({
    loggedInUser: null,
    onlogin: (assertion) => told.push(['second login', assertion]),
    onlogout: () => told.push(['second logout']),
    onready: () => told.push(['second ready']),
  }));
  await signInFirst(visit, page, origin);
  await hears(page, 'second login');
  assert.deepEqual(await events(page), ['match', 'ready', 'second login']);
});

test('the stateless form knows login and ready only', async (visit) => {
  const script = `
    window.told = [];
    navigator.id.watch({ onlogin: (assertion) => told.push(['login', assertion]), onready: () => told.push(['ready']) });
    document.getElementById('in').addEventListener('click', () => navigator.id.request());
    document.getElementById('out').addEventListener('click', () => navigator.id.logout());`;
  const origin = visit.sites.site('rp.localhost', relyingParty(visit, { script }));
  const page = await visit.open(`${origin}/`);
  await hears(page, 'ready');
  await signInFirst(visit, page, origin);
  await hears(page, 'login');
  await button(page, 'Sign out').click();
  await page.reload();
  await hears(page, 'ready');
  assert.deepEqual(await events(page), ['ready']);
});

test('an onlogin that throws does not keep the window open', async (visit) => {
  visit.announce(/broken site/);
  const origin = visit.sites.site('rp.localhost', relyingParty(visit, {
    watch: "{ loggedInUser: null, onlogin() { told.push(['login']); throw new Error('broken site'); } }",
  }));
  const page = await visit.open(`${origin}/`);
  await signInFirst(visit, page, origin);
  await hears(page, 'login');
  const again = await visit.popup(page, () => button(page, 'Sign in').click());
  await asksFor(again, origin);
});

test('get() calls back with an assertion', async (visit) => {
  const script = `
    window.told = [];
    document.getElementById('in').addEventListener('click', () => navigator.id.get((assertion) => told.push(['got', assertion]), { siteName: 'A site' }));`;
  const origin = visit.sites.site('rp.localhost', relyingParty(visit, { script }));
  const page = await visit.open(`${origin}/`);
  await signInFirst(visit, page, origin);
  assert.equal((await visit.verify(await hears(page, 'got'), origin)).status, 'okay');
});

test('getVerifiedEmail() warns and calls back with an assertion', async (visit) => {
  visit.announce(/navigator\.id\.getVerifiedEmail has been deprecated/);
  const script = `
    window.told = [];
    document.getElementById('in').addEventListener('click', () => navigator.id.getVerifiedEmail((assertion) => told.push(['got', assertion])));`;
  const origin = visit.sites.site('rp.localhost', relyingParty(visit, { script }));
  const page = await visit.open(`${origin}/`);
  await signInFirst(visit, page, origin);
  assert.equal((await visit.verify(await hears(page, 'got'), origin)).status, 'okay');
});

test('get() with silent calls back with null and opens nothing', async (visit) => {
  visit.announce(/silent/);
  const script = "window.told = []; navigator.id.get((assertion) => told.push(['got', assertion]), { silent: true });";
  const origin = visit.sites.site('rp.localhost', relyingParty(visit, { script }));
  const page = await visit.open(`${origin}/`);
  assert.equal(await hears(page, 'got'), null);
  assert.equal(visit.pages().length, 1);
});

test('a button of Persona\'s time, with a javascript: address, still works', async (visit) => {
  const pages = relyingParty(visit, {
    script: "window.told = []; navigator.id.watch({ onlogin() {}, onready: () => told.push(['ready']) });",
  });
  pages['/'].body = pages['/'].body.replace('<button id="in">Sign in</button>', '<a href="javascript:navigator.id.request()">Sign in the old way</a>');
  const origin = visit.sites.site('rp.localhost', pages);
  const page = await visit.open(`${origin}/`);
  await hears(page, 'ready');
  const dialog = await visit.popup(page, () => page.getByRole('link', { name: 'Sign in the old way' }).click());
  await typeAddress(dialog);
  await heading(dialog, 'First, show that it is you').waitFor();
});

const LOGIN = 'onlogin() {}';
/** Expression on the page → what it throws; null: it does not. */
const MISUSE = [
  ['const { watch } = navigator.id; watch({})', 'all navigator.id calls must be made on the navigator.id object'],
  ['const { request } = navigator.id; request()', 'all navigator.id calls must be made on the navigator.id object'],
  ['const { logout } = navigator.id; logout()', 'all navigator.id calls must be made on the navigator.id object'],
  ['navigator.id.request()', 'navigator.id.watch must be called before navigator.id.request'],
  ['navigator.id.watch({})', "'onlogin' is a required argument to navigator.id.watch()"],
  ["navigator.id.watch({ onlogin: 'name' })", /^non-function where function expected in parameters to navigator\.id\.watch\(\)/],
  [`navigator.id.watch({ ${LOGIN}, onlogout: 1 })`, /^non-function where function expected/],
  [`navigator.id.watch({ ${LOGIN}, onlogout() {}, onmatch: {} })`, /^non-function where function expected/],
  [`navigator.id.watch({ ${LOGIN}, onready: 'now' })`, /^non-function where function expected/],
  [`navigator.id.watch({ ${LOGIN}, onmatch() {} })`, 'stateless api only allows onlogin and onready options'],
  [`navigator.id.watch({ ${LOGIN}, loggedInUser: null })`, 'stateless api only allows onlogin and onready options'],
  [`navigator.id.watch({ ${LOGIN}, loggedInUser: undefined })`, 'stateless api only allows onlogin and onready options'],
  ...['true', '{}', '[]', '1'].map((value) => [`navigator.id.watch({ ${LOGIN}, onlogout() {}, loggedInUser: ${value} })`, 'loggedInUser is not a valid type']),
  [`navigator.id.watch({ ${LOGIN}, onlogout() {}, loggedInUser: null, loggedInEmail: null })`, /cannot supply \*both\*/],
  [`navigator.id.watch({ ${LOGIN}, onlogout() {} }); navigator.id.get(() => {})`, /^you cannot combine the navigator\.id\.watch\(\) API with/],
  [`navigator.id.get(() => {}); navigator.id.watch({ ${LOGIN} })`, /^you cannot combine the navigator\.id\.watch\(\) API with/],
  ['navigator.id.get(() => {}); navigator.id.request()', /^you cannot combine the navigator\.id\.watch\(\) API with/],
  [`navigator.id.watch({ ${LOGIN} }); navigator.id.request({ tosURL: '/t', termsOfService: '/t' })`, /cannot supply \*both\*/],
  [`navigator.id.watch({ ${LOGIN} }); navigator.id.request({ privacyURL: '/p', privacyPolicy: '/p' })`, /cannot supply \*both\*/],
  ['navigator.id.watch()', null],
  ['navigator.id.watch(null)', null],
  ["navigator.id.watch('x')", null],
  [`navigator.id.watch({ ${LOGIN} })`, null],
  [`navigator.id.watch({ ${LOGIN}, onready() {} })`, null],
  [`navigator.id.watch({ ${LOGIN}, onlogout() {}, onmatch() {}, onready() {}, loggedInUser: new String('x@me.localhost') })`, null],
  ['navigator.id.logout()', null],
  ['(() => { "use strict"; navigator.id = navigator.id; })()', null],
];

for (const [call, expected] of MISUSE) {
  test(`${call} ${expected === null ? 'is fine' : 'throws'}`, async (visit) => {
    if (call.includes('loggedInEmail') && expected === null) visit.announce(/loggedInEmail/);
    const origin = visit.sites.site('rp.localhost', relyingParty(visit, { script: '' }));
    const page = await visit.open(`${origin}/`);
    const thrown = await page.evaluate((code) => {
      try {
        new Function(code)();
        return null;
      } catch (error) {
        return error.message;
      }
    }, call);
    if (expected === null) assert.equal(thrown, null);
    else if (expected instanceof RegExp) assert.match(String(thrown), expected);
    else assert.equal(thrown, expected);
  });
}

/** Calls that work and warn. */
const WARNS = [
  [`navigator.id.watch({ ${LOGIN}, onlogout() {}, loggedInEmail: null })`, /loggedInEmail has been deprecated/],
  ['navigator.id.logout(() => {})', /navigator\.id\.logout callback argument has been deprecated/],
  [`navigator.id.watch({ ${LOGIN}, onlogout() {} }); navigator.id.request({ requiredEmail: 'x@me.localhost' })`, /requiredEmail has been deprecated/],
  [`navigator.id.watch({ ${LOGIN}, onlogout() {} }); navigator.id.request({ termsOfService: '/terms' })`, /termsOfService ignored unless privacyPolicy also defined/],
  [`navigator.id.watch({ ${LOGIN}, onlogout() {} }); navigator.id.request({ privacyPolicy: '/privacy' })`, /privacyPolicy ignored unless termsOfService also defined/],
  [`navigator.id.watch({ ${LOGIN} }); navigator.id.request({ siteLogo: 'logo.png' })`, /siteLogo/],
  [`navigator.id.watch({ ${LOGIN} }); navigator.id.request({ siteLogo: 'javascript:alert(1)' })`, /siteLogo/],
  [`navigator.id.watch({ ${LOGIN} }); navigator.id.request({ backgroundColor: 'red' })`, /backgroundColor/],
  [`navigator.id.watch({ ${LOGIN} }); navigator.id.request({ returnTo: 'https://evil.example/' })`, /returnTo/],
];

for (const [call, warning] of WARNS) {
  test(`${call} warns`, async (visit) => {
    visit.announce(warning);
    const origin = visit.sites.site('rp.localhost', relyingParty(visit, { script: '' }));
    const page = await visit.open(`${origin}/`);
    await page.evaluate((code) => { new Function(code)(); }, call);
  });
}

test('options of Persona\'s time are taken without a word', async (visit) => {
  const request = `{
    siteName: 'A site', siteLogo: '/logo.png', backgroundColor: '#abc', returnTo: '/', email: '${EMAIL}',
    termsOfService: '/terms', privacyPolicy: 'https://rp.example/privacy', allowRedirect: true,
    experimental_forceAuthentication: true, experimental_allowUnverified: true, experimental_forceIssuer: 'x.example' }`;
  const origin = visit.sites.site('rp.localhost', relyingParty(visit, { request }));
  const page = await visit.open(`${origin}/`);
  const agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await heading(agent, 'First, show that it is you').waitFor();
});

test('a browser with its own navigator.id keeps it', async (visit) => {
  const pages = relyingParty(visit, { script: '' });
  const own = '<script>navigator.id = { request() { return "own"; } };</script>';
  pages['/'].body = pages['/'].body.replace('<script src="', `${own}<script src="`);
  const page = await visit.open(`${visit.sites.site('rp.localhost', pages)}/`);
  assert.equal(await page.evaluate(() => navigator.id.request()), 'own');
});

test('the script works from the head, twice on one page, and from every host of the product', async (visit) => {
  for (const from of [verifierSite(visit), visit.product.guestbook]) {
    const pages = relyingParty(visit, { include: `${from}/include.js` });
    pages['/'].body = pages['/'].body.replace('</body>', `<script src="${from}/persona/include.js"></script></body>`);
    const page = await visit.open(`${visit.sites.site('rp.localhost', pages)}/`);
    await hears(page, 'ready');
    assert.deepEqual(await told(page), [['match'], ['ready']]);
    assert.equal(await page.evaluate(() => navigator.id._shimmed), true);
    await page.close();
  }
});
