// Pages at me.localhost, at a static host; functions at api.me.localhost: another origin of the same site. The folder is
// what `selfsame site build --api` makes, the functions are those of `selfsame serve --pages`.

import assert from 'node:assert/strict';
import path from 'node:path';

import { temporaryFolder } from '../kit/product.mjs';
import { buildSite, functionsHost, staticHost } from './kit/hosting.mjs';
import { events, hears, relyingParty } from './kit/relying_party.mjs';
import { PASSWORD, scene } from './kit/scene.mjs';
import { staticFile } from './kit/sites.mjs';
import {
  asksFor, button, closing, enrolByPassword, heading, openPassword, press, reads, sessionCookie, signInAtDomain, signInFirst, typeAddress,
} from './kit/steps.mjs';
import { until } from './kit/waiting.mjs';

const PAGES = (port) => `http://me.localhost:${port}`;
const API_HOST = 'api.me.localhost';
const test = scene({
  enrolled: false,
  flags: (port) => ['--pages', PAGES(port), '--map', `me.localhost=${PAGES(port)}`],
});

/** The domain, with somebody who has a password; gives its origins and what was sent to the functions. */
async function domain(visit, email = null) {
  const pages = PAGES(visit.sites.port);
  const api = `http://${API_HOST}:${visit.sites.port}`;
  const { folder, remove } = await temporaryFolder('site');
  visit.afterwards(remove);
  const out = path.join(folder, 'out');
  await buildSite(visit.product, out, ['--api', api]);
  visit.sites.site('me.localhost', await staticHost(out));
  visit.sites.site(API_HOST, functionsHost(visit.product));
  visit.addIdentityHost(API_HOST, pages);
  if (email !== null) await visit.addUser(email, PASSWORD);
  const calls = () => visit.sent(new URL(api).host).map(({ method, path: asked }) => `${method} ${asked.split('?')[0]}`);
  return { pages, api, calls };
}

/** A site whose include.js looks domains up where this domain's pages are. */
async function site(visit, host = 'rp.localhost') {
  const include = await staticFile('include.js');
  return visit.sites.site(host, { ...relyingParty(visit, { include: '/include.js' }), '/include.js': include });
}

async function signedIn(visit, { pages }, email) {
  const tab = await visit.open(`${pages}/persona/sign_in.html`);
  await tab.getByLabel('Address').fill(email);
  await tab.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await button(tab, 'Sign in').click();
  await heading(tab, 'Your account').waitFor();
  return tab;
}

test('the link leads to the pages, and there a person chooses a password and is signed in', async (visit) => {
  const { pages, api, calls } = await domain(visit);
  assert.ok(visit.product.enrolmentLink.startsWith(`${pages}/persona/enrol.html#`), visit.product.enrolmentLink);
  const tab = await visit.open(visit.product.enrolmentLink);
  await enrolByPassword(tab);
  await heading(tab, 'Your account').waitFor();
  await reads(tab, 'you@me.localhost');
  assert.deepEqual(calls().filter((call) => !call.startsWith('OPTIONS')), [
    'POST /persona/enrolment/look', 'POST /persona/enrolment', 'GET /persona/session', 'GET /persona/ways',
    'GET /persona/sessions', 'GET /persona/history', 'GET /persona/people',
  ]);
  const cookies = await visit.cookies(`${api}/persona/session`);
  assert.ok(cookies.some(({ name }) => name === 'selfsame'), 'the session');
  for (const { name, domain: of, httpOnly, sameSite } of cookies) {
    assert.deepEqual({ of, httpOnly, sameSite }, { of: API_HOST, httpOnly: true, sameSite: 'Strict' }, name);
  }
  assert.deepEqual(await visit.cookies(`${pages}/`), [], 'the pages have none');
});

test('a first sign-in, with a wrong password on the way, gives the site an assertion', async (visit) => {
  const email = 'first@me.localhost';
  const { calls } = await domain(visit, email);
  visit.announce(/401/);
  const origin = await site(visit);
  const page = await visit.open(`${origin}/`);
  const agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(agent, email);
  await heading(agent, 'First, show that it is you').waitFor();
  const window = await visit.popup(agent, () => agent.getByRole('link', { name: 'Sign in here' }).click());
  await window.getByLabel('Password', { exact: true }).fill('not this one');
  await button(window, 'Sign in').click();
  await reads(window, 'Address or password is wrong.');
  await window.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await closing(window, () => button(window, 'Sign in').click());
  await asksFor(agent, origin, email);
  await closing(agent, () => press(agent, 'Sign in'));
  const verdict = await visit.verify(await hears(page, 'login'), origin);
  assert.equal(verdict.status, 'okay', verdict.reason);
  assert.deepEqual([verdict.email, verdict.issuer], [email, 'me.localhost']);
  assert.deepEqual(calls().filter((call) => !call.startsWith('OPTIONS')), [
    'GET /persona/session', 'POST /persona/passkey/challenge', 'POST /persona/session', 'POST /persona/session', 'GET /persona/session', 'POST /persona/sign/',
  ]);
  assert.deepEqual(visit.sent(new URL(visit.product.identity).host), [], 'nobody goes round');
});

test('a second sign-in asks nobody, and signing out ends the session', async (visit) => {
  const email = 'second@me.localhost';
  const at = await domain(visit, email);
  const origin = await site(visit);
  const page = await visit.open(`${origin}/`);
  await signInFirst(visit, page, origin, { email });
  await hears(page, 'login');
  await page.reload();
  await hears(page, 'ready');
  visit.forgetSent();
  const agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await asksFor(agent, origin, email);
  await closing(agent, () => press(agent, 'Sign in'));
  assert.equal((await visit.verify(await hears(page, 'login'), origin)).email, email);
  assert.deepEqual(at.calls(), []);

  const account = await visit.open(`${at.pages}/persona/account.html`);
  await button(account, 'Sign out').click();
  await heading(account, 'You are not signed in').waitFor();
  await reads(account, 'None. One is made when you sign in to a site.');
  assert.ok(at.calls().includes('DELETE /persona/session'));
  await account.reload();
  await heading(account, 'You are not signed in').waitFor();
  assert.equal(await sessionCookie(visit, `${at.api}/`), undefined);
});

test('the same by a redirect, without any window', async (visit) => {
  const email = 'redirect@me.localhost';
  await domain(visit, email);
  const include = await staticFile('include.js');
  const origin = visit.sites.site('rp.localhost', {
    ...relyingParty(visit, { include: '/include.js', attributes: 'data-redirect' }), '/include.js': include,
  });
  const page = await visit.openWithOpenShadows(`${origin}/index.html`);
  await button(page, 'Sign in').click();
  await typeAddress(page, email);
  await heading(page, 'First, show that it is you').waitFor();
  await page.getByRole('link', { name: 'Sign in here' }).click();
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await button(page, 'Sign in').click();
  await asksFor(page, origin, email);
  await press(page, 'Sign in');
  const verdict = await visit.verify(await hears(page, 'login'), origin);
  assert.equal(verdict.email, email);
});

test('the password can be changed', async (visit) => {
  const email = 'change@me.localhost';
  const at = await domain(visit, email);
  const account = await signedIn(visit, at, email);
  await openPassword(account);
  await account.getByLabel('Password now', { exact: true }).fill(PASSWORD);
  await account.getByLabel('New password', { exact: true }).fill('another good password');
  await button(account, 'Change password').click();
  await account.locator('#said').getByText(/./).waitFor();
  assert.ok(at.calls().includes('POST /persona/password'));
});

test('Persona\'s provisioning page certifies there too', async (visit) => {
  const email = 'frame@me.localhost';
  const at = await domain(visit, email);
  const account = await signedIn(visit, at, email);
  const key = { algorithm: 'RS', n: (2n ** 2047n + 12345n).toString(), e: '65537' };
  const certificate = await account.evaluate(({ email: who, publicKey }) => new Promise((resolve) => {
    const frame = document.createElement('iframe');
    const say = (message) => frame.contentWindow.postMessage(JSON.stringify(message), location.origin);
    addEventListener('message', ({ source, data }) => {
      if (source !== frame.contentWindow) return;
      const { id, method, params } = JSON.parse(data);
      const name = method.replace('vep_prov::', '');
      if (name === '__ready' && params === 'ping') say({ method, params: 'pong' });
      if (name === 'beginProvisioning') say({ id, result: { email: who, cert_duration_s: 3600 } });
      if (name === 'genKeyPair') say({ id, result: publicKey });
      if (name === 'registerCertificate' || name === 'raiseProvisioningFailure') resolve(params);
    });
    frame.src = 'provision.html';
    document.body.append(frame);
  }), { email, publicKey: JSON.stringify(key) });
  const claims = JSON.parse(Buffer.from(certificate.split('.')[1], 'base64url').toString());
  assert.deepEqual([claims.iss, claims.principal, claims['public-key']], ['me.localhost', { email }, key]);
});

// ---- others ----------------------------------------------------------------------------------

const page = (body = '') => `<!doctype html><html lang="en"><title>A page</title><link rel="icon" href="data:,"><body>${body}`;

/** What a page of another origin gets of the functions: with the cookie, by script, in all the ways that there are. */
function tries(tab, api, email) {
  return tab.evaluate(async ({ api: at, email: who }) => {
    const said = async (target, options) => {
      try {
        const response = await fetch(at + target, { credentials: 'include', ...options });
        return response.type === 'opaque' ? 'opaque' : `read ${response.status}`;
      } catch {
        return 'nothing';
      }
    };
    const key = JSON.stringify({ algorithm: 'RS', n: (2n ** 2047n + 12345n).toString(), e: '65537' });
    const sign = `/persona/sign/?email=${encodeURIComponent(who)}&duration=3600`;
    const json = { 'Content-Type': 'application/json' };
    return {
      'who is it': await said('/persona/session'),
      'who is it, blindly': await said('/persona/session', { mode: 'no-cors' }),
      'sign out': await said('/persona/session', { method: 'DELETE' }),
      'a certificate': await said(sign, { method: 'POST', headers: json, body: key }),
      'a certificate, as text': await said(sign, { method: 'POST', mode: 'no-cors', headers: { 'Content-Type': 'text/plain' }, body: key }),
      'a certificate, as text and read': await said(sign, { method: 'POST', headers: { 'Content-Type': 'text/plain' }, body: key }),
    };
  }, { api, email });
}

for (const host of ['blog.me.localhost', 'x.api.me.localhost', 'other.localhost']) {
  test(`a page of ${host} can do nothing and read nothing`, async (visit) => {
    visit.tolerate(/CORS policy|Failed to load resource/);
    const email = `${host.split('.').slice(0, 2).join('_')}@me.localhost`;
    const at = await domain(visit, email);
    const account = await signedIn(visit, at, email);
    visit.allowRevealing('the attacker names himself');
    const origin = visit.sites.site(host, { '/': page() });
    const tab = await visit.open(`${origin}/`);
    visit.forgetSent();
    assert.deepEqual(await tries(tab, at.api, email), {
      'who is it': 'nothing',
      'who is it, blindly': 'opaque',
      'sign out': 'nothing',
      'a certificate': 'nothing',
      'a certificate, as text': 'opaque',
      'a certificate, as text and read': 'nothing',
    });
    const answers = visit.sent(new URL(at.api).host).map(({ method, path: asked, status, headers }) => ({
      what: `${method} ${asked.split('?')[0]} ${status}`, cookie: headers.cookie !== undefined,
    }));
    const isSibling = host !== 'other.localhost'; // only those get the cookie along, and it is of no use to them
    assert.deepEqual(answers, [
      { what: 'GET /persona/session 200', cookie: isSibling },
      { what: 'GET /persona/session 200', cookie: isSibling },
      { what: 'OPTIONS /persona/session 405', cookie: false },
      { what: 'OPTIONS /persona/sign/ 405', cookie: false },
      { what: 'POST /persona/sign/ 403', cookie: isSibling },
      { what: 'POST /persona/sign/ 403', cookie: isSibling },
    ]);
    await account.reload();
    await heading(account, 'Your account').waitFor(); // still signed in
  });
}

test('no page of theirs is shown in a frame of a sibling', async (visit) => {
  visit.announce(/frame-ancestors/);
  const at = await domain(visit);
  visit.allowRevealing('the framing site names itself');
  const frames = ['agent.html', 'agent', 'provision.html'].map((name) => `<iframe src="${at.pages}/persona/${name}"></iframe>`).join('');
  const origin = visit.sites.site('blog.me.localhost', { '/': page(frames) });
  const tab = await visit.open(`${origin}/`);
  await until('the frames to be refused', () => tab.frames().slice(1).filter((frame) => frame.url().startsWith('chrome-error:')).length === 3);
});

test('the product itself shows no pages that could not use it', async (visit) => {
  await domain(visit);
  visit.announce(/404/);
  const page404 = await visit.open(`${visit.product.identity}/persona/account.html`);
  await page404.getByText('not_found').waitFor();
});

test('a site learns nothing more, and is named to nobody', async (visit) => {
  const email = 'quiet@me.localhost';
  const at = await domain(visit, email);
  const origin = await site(visit, 'secret-site.localhost');
  const tab = await visit.open(`${origin}/`);
  await signInFirst(visit, tab, origin, { email });
  await hears(tab, 'login');
  assert.deepEqual(await events(tab), ['match', 'ready', 'login']);
  const toFunctions = visit.sent(new URL(at.api).host);
  assert.ok(toFunctions.length >= 5);
  for (const one of toFunctions) {
    assert.equal(one.headers.referer, undefined, `${one.method} ${one.path}`);
    assert.ok([undefined, at.pages].includes(one.headers.origin));
    assert.ok(!JSON.stringify(one).includes('secret-site'), `${one.method} ${one.path}`);
  }
});
