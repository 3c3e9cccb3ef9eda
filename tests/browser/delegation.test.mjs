// People whose domain leaves sign-in to another one: me.localhost serves family.localhost beside itself.

import assert from 'node:assert/strict';

import { events, hears, relyingParty, told } from './kit/relying_party.mjs';
import { PASSWORD, scene } from './kit/scene.mjs';
import {
  asksFor, button, closing, EMAIL, GUESTBOOK_SIGN_IN, heading, press, reads, sessionCookie, signInAtDomain, signInFirst, typeAddress,
} from './kit/steps.mjs';

const FAMILY = 'family.localhost';
const ANN = `ann@${FAMILY}`;
const test = scene({ flags: ['--serves', FAMILY] });
const site = (visit) => visit.sites.site('shop.localhost', relyingParty(visit));

/** The delegating domain may be asked, and must learn as little of the sites as the identity provider. */
function knowsFamily(visit) {
  visit.addStranger(FAMILY);
  visit.addIdentityHost(FAMILY);
}

let isThere = false;
async function withAnn(visit) {
  if (!isThere) await visit.addUser(ANN, PASSWORD);
  isThere = true;
  knowsFamily(visit);
}

/** A certificate's claims, out of an assertion. */
const claims = (assertion) => JSON.parse(Buffer.from(assertion.split('.')[1], 'base64url').toString('utf8'));

test('a visitor of a delegated domain signs in at the guestbook', async (visit) => {
  await withAnn(visit);
  const page = await visit.open(`${visit.product.guestbook}/`);
  const dialog = await visit.popup(page, () => button(page, GUESTBOOK_SIGN_IN).click());
  await typeAddress(dialog, ANN);
  await signInAtDomain(visit, dialog, { email: ANN });
  await asksFor(dialog, visit.product.guestbook, ANN);
  await closing(dialog, () => press(dialog, 'Sign in'));
  await page.getByText(`You are ${ANN}.`).waitFor();
  // All that the domain itself was asked.
  const asked = visit.sent(`${FAMILY}:${visit.product.port}`).map(({ method, path }) => `${method} ${path}`);
  assert.ok(asked.length > 0);
  assert.deepEqual([...new Set(asked)], [`GET /.well-known/browserid?domain=${FAMILY}`]);
});

test('the sign-in page says at which domain it is, and only to people of another one', async (visit) => {
  await withAnn(visit);
  const page = await visit.open(`${site(visit)}/`);
  const note = `With an address of ${FAMILY} you sign in here, at me.localhost.`;
  const dialog = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(dialog, ANN);
  await heading(dialog, 'First, show that it is you').waitFor();
  const window = await visit.popup(dialog, () => dialog.getByRole('link', { name: 'Sign in here' }).click());
  await window.getByText(note).waitFor();
  await window.close();
  const own = await visit.open(`${visit.product.identity}/persona/sign_in.html?email=${encodeURIComponent(EMAIL)}`);
  await heading(own, 'Sign in').waitFor();
  await own.waitForFunction(() => document.querySelector('#email').value !== '');
  assert.equal(await own.locator('#elsewhere').isVisible(), false);
});

test('half an address at the sign-in page is not guessed to be of its domain', async (visit) => {
  const page = await visit.open(`${visit.product.identity}/persona/sign_in.html`);
  await page.getByLabel('Address').fill('ann');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await button(page, 'Sign in').click();
  await page.getByRole('alert').getByText('Type your whole address, like name@domain.', { exact: true }).waitFor();
  assert.ok(!visit.functionCalls().includes('POST /persona/session'));
});

test('two people of two domains use one identity provider in one browser', async (visit) => {
  await withAnn(visit);
  const origin = site(visit);
  const page = await visit.open(`${origin}/`);
  await signInFirst(visit, page, origin, { email: ANN });
  const first = await hears(page, 'login');
  const said = await visit.verify(first, origin);
  assert.equal(said.status, 'okay', JSON.stringify(said));
  assert.equal(said.email, ANN);
  assert.equal(said.issuer, 'me.localhost');
  assert.equal(claims(first).iss, 'me.localhost');
  assert.equal(claims(first).principal.email, ANN);

  // The other one is somebody else to the provider, too.
  await button(page, 'Sign out').click();
  await hears(page, 'logout');
  const dialog = await visit.popup(page, () => button(page, 'Sign in').click());
  await asksFor(dialog, origin, ANN); // the address typed last
  await button(dialog, 'Use another address').click();
  await button(dialog, 'Type another address at the site').click();
  await typeAddress(dialog, EMAIL);
  await dialog.getByText(`You are signed in here as ${ANN}, another address than the one asked for.`).waitFor();
  await signInAtDomain(visit, dialog);
  await asksFor(dialog, origin, EMAIL);
  await closing(dialog, () => press(dialog, 'Sign in'));
  await page.waitForFunction(() => window.told.filter(([name]) => name === 'login').length === 2);
  const second = await visit.verify((await told(page)).findLast(([name]) => name === 'login')[1], origin);
  assert.deepEqual([second.status, second.email, second.issuer], ['okay', EMAIL, 'me.localhost']);
});

test('nobody gets a certificate for an address of the other domain', async (visit) => {
  await withAnn(visit);
  const origin = site(visit);
  const page = await visit.open(`${origin}/`);
  await signInFirst(visit, page, origin, { email: ANN });
  await hears(page, 'login');
  // Ann's own pages, with Ann's own session, ask for somebody else.
  const own = await visit.open(`${visit.product.identity}/persona/account.html`);
  await own.getByText(`You are ${ANN}.`).waitFor();
  visit.announce(/status of 400/);
  for (const email of [EMAIL, 'ann@me.localhost', `you@${FAMILY}`, 'ann@elsewhere.example']) {
    const answer = await own.evaluate(async (address) => {
      const query = new URLSearchParams({ email: address, duration: '3600' });
      const response = await fetch(`/persona/sign/?${query}`, {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"algorithm":"RS","n":"1","e":"65537"}',
      });
      return [response.status, (await response.json()).code];
    }, email);
    assert.deepEqual(answer, [400, 'not_your_address'], email);
  }
});

test('an identity provider does not speak for a domain that it was not told of', async (visit) => {
  // Its owner names me.localhost, whose people have not heard of it; and knows a password there.
  const domain = `squat.localhost:${visit.sites.port}`;
  visit.addIdentityHost('squat.localhost');
  visit.sites.site('squat.localhost', { '/.well-known/browserid': {
    headers: { 'content-type': 'application/json', 'access-control-allow-origin': '*' },
    body: JSON.stringify({ authority: `me.localhost:${visit.product.port}` }),
  } });
  const page = await visit.open(`${site(visit)}/`);
  const dialog = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(dialog, `you@${domain}`);
  await heading(dialog, 'First, show that it is you').waitFor();
  const window = await visit.popup(dialog, () => dialog.getByRole('link', { name: 'Sign in here' }).click());
  await window.getByLabel('Password', { exact: true }).fill(PASSWORD);
  visit.announce(/status of 40[013]/);
  await button(window, 'Sign in').click();
  await window.getByRole('alert').getByText('Address or password is wrong.', { exact: true }).waitFor();
  assert.equal(await sessionCookie(visit), undefined);
  assert.deepEqual((await events(page)).filter((one) => one === 'login'), []);
  await window.close();
});

for (const [name, authority, expected] of [
  ['has vanished', 'gone.localhost', /gone\.localhost:\d+, to which lost\.localhost:\d+ leaves sign-in, is not set up for it\. Only the owner of lost\.localhost:\d+ can repair that\./],
  ['is the domain itself', 'lost.localhost', /lost\.localhost:\d+ is set up wrongly for sign-in: its delegation leads in a circle\. Only its owner can repair that\./],
]) {
  test(`a visitor whose domain's authority ${name} reads whose fault it is`, async (visit) => {
    const { port } = visit.sites;
    visit.sites.site('lost.localhost', { '/.well-known/browserid': {
      headers: { 'content-type': 'application/json', 'access-control-allow-origin': '*' },
      body: JSON.stringify({ authority: `${authority}:${port}` }),
    } });
    if (authority === 'gone.localhost') {
      visit.sites.site(authority, { '/.well-known/browserid': { status: 404, headers: { 'access-control-allow-origin': '*' }, body: '' } });
      visit.tolerate(/status of 404/); // the frame that asks may be gone before the browser says so
    }
    const page = await visit.open(`${site(visit)}/`);
    const dialog = await visit.popup(page, () => button(page, 'Sign in').click());
    await typeAddress(dialog, `ann@lost.localhost:${port}`);
    await dialog.getByText(expected).waitFor();
    assert.deepEqual(visit.functionCalls(), [], 'nobody else was asked');
    await reads(dialog, 'Use another address');
  });
}
