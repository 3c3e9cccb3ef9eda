// Signing in at a site, again and again, in the ways that happen.

import assert from 'node:assert/strict';

import { request } from '../kit/product.mjs';
import { events, hears, relyingParty, told } from './kit/relying_party.mjs';
import { PASSWORD, scene } from './kit/scene.mjs';
import {
  arms, asksFor, button, closing, EMAIL, heading, press, reads, sessionCookie, signInAtDomain, signInFirst, typeAddress,
} from './kit/steps.mjs';
import { until } from './kit/waiting.mjs';

const test = scene();
const site = (visit, options) => visit.sites.site('rp.localhost', relyingParty(visit, options));

test('a first sign-in gives the site an assertion for its origin', async (visit) => {
  const origin = site(visit);
  const page = await visit.open(`${origin}/`);
  await hears(page, 'ready');
  await signInFirst(visit, page, origin);
  const assertion = await hears(page, 'login');
  const verdict = await visit.verify(assertion, origin);
  assert.equal(verdict.status, 'okay', verdict.reason);
  assert.equal(verdict.email, EMAIL);
  assert.equal(verdict.issuer, 'me.localhost');
  assert.deepEqual(await events(page), ['match', 'ready', 'login']);
  assert.deepEqual(visit.functionCalls(), [
    'GET /persona/session', // the agent looks whether it may ask
    'POST /persona/passkey/challenge', // for passkeys among the suggestions
    'POST /persona/session', 'GET /persona/session', 'POST /persona/sign/',
  ]);
});

test('a second sign-in asks the functions nothing', async (visit) => {
  const origin = site(visit);
  const page = await visit.open(`${origin}/`);
  await signInFirst(visit, page, origin);
  const first = await hears(page, 'login');
  await page.reload();
  await hears(page, 'ready');
  visit.forgetSent();

  const agent = await visit.popup(page, () => button(page, 'Sign in').click()); // the address is remembered
  await asksFor(agent, origin);
  await closing(agent, () => press(agent, 'Sign in'));
  const second = await hears(page, 'login');
  assert.notEqual(second, first);
  assert.equal(second.split('~')[0], first.split('~')[0], 'the same certificate');
  assert.equal((await visit.verify(second, origin)).status, 'okay');
  assert.deepEqual(visit.functionCalls(), []);
});

test('another site asks again and gets an assertion of its own', async (visit) => {
  const origin = site(visit);
  const page = await visit.open(`${origin}/`);
  await signInFirst(visit, page, origin);
  const first = await hears(page, 'login');
  const otherOrigin = visit.sites.site('other.localhost', relyingParty(visit));
  const other = await visit.open(`${otherOrigin}/`);
  const agent = await visit.popup(other, () => button(other, 'Sign in').click());
  await typeAddress(agent); // what was typed at one site is not known at another
  await asksFor(agent, otherOrigin);
  await closing(agent, () => press(agent, 'Sign in'));
  const second = await hears(other, 'login');
  assert.equal((await visit.verify(second, otherOrigin)).status, 'okay');
  assert.deepEqual(await visit.verify(first, otherOrigin).then(({ status, reason }) => ({ status, reason })),
    { status: 'failure', reason: 'audience mismatch: domain mismatch' });
  assert.deepEqual(await visit.verify(second, origin).then(({ status, reason }) => ({ status, reason })),
    { status: 'failure', reason: 'audience mismatch: domain mismatch' });
});

test('a session that ended at the domain leads to the sign-in page', async (visit) => {
  const origin = site(visit);
  const account = await visit.open(`${visit.product.identity}/persona/sign_in.html`);
  await account.getByLabel('Address').fill(EMAIL);
  await account.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await button(account, 'Sign in').click();
  await heading(account, 'Your account').waitFor();
  const cookie = await sessionCookie(visit);
  const ended = await request(`${visit.product.identity}/persona/session`, {
    method: 'DELETE',
    headers: { origin: visit.product.identity, cookie: `${cookie.name}=${cookie.value}` },
  });
  assert.equal(ended.status, 200);

  const page = await visit.open(`${origin}/`);
  const agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(agent);
  await signInAtDomain(visit, agent);
  await asksFor(agent, origin);
  await closing(agent, () => press(agent, 'Sign in'));
  assert.equal((await visit.verify(await hears(page, 'login'), origin)).status, 'okay');
  assert.equal(visit.functionCalls().filter((call) => call === 'POST /persona/sign/').length, 1);
});

test('a certificate that ran out is renewed without a question, by the domain\'s clock', async (visit) => {
  const origin = site(visit);
  const page = await visit.open(`${origin}/`);
  await signInFirst(visit, page, origin);
  await hears(page, 'login');
  await page.reload();
  visit.forgetSent();
  await visit.setClock(Date.now() + 7 * 3_600_000); // six hours was the certificate's life

  const agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await asksFor(agent, origin);
  await closing(agent, () => press(agent, 'Sign in'));
  const verdict = await visit.verify(await hears(page, 'login'), origin);
  assert.equal(verdict.status, 'okay', verdict.reason);
  assert.equal(visit.functionCalls().filter((call) => call === 'POST /persona/sign/').length, 1);
});

for (const minutes of [-10, 10]) {
  test(`a clock that is ${Math.abs(minutes)} minutes ${minutes < 0 ? 'slow' : 'fast'} does no harm`, async (visit) => {
    await visit.setClock(Date.now() + minutes * 60_000);
    const origin = site(visit);
    const page = await visit.open(`${origin}/`);
    await signInFirst(visit, page, origin);
    const verdict = await visit.verify(await hears(page, 'login'), origin);
    assert.equal(verdict.status, 'okay', verdict.reason);
  });
}

test('a wrong password is said beside the field, and the right one still works', async (visit) => {
  visit.announce(/status of 401/);
  const origin = site(visit);
  const page = await visit.open(`${origin}/`);
  const agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(agent);
  const window = await visit.popup(agent, () => agent.getByRole('link', { name: 'Sign in here' }).click());
  const password = window.getByLabel('Password', { exact: true });
  await password.fill('not the password');
  await button(window, 'Sign in').click();
  await window.getByRole('alert').getByText('Address or password is wrong.', { exact: true }).waitFor();
  assert.equal(await password.getAttribute('aria-invalid'), 'true');
  assert.ok(await password.evaluate((field) => field === document.activeElement), 'the field has the focus');
  await password.fill(PASSWORD);
  await closing(window, () => button(window, 'Sign in').click());
  await asksFor(agent, origin);
});

test('an unknown address is told the same as a wrong password', async (visit) => {
  visit.announce(/status of 401/);
  const page = await visit.open(`${visit.product.identity}/persona/sign_in.html`);
  await page.getByLabel('Address').fill('nobody@me.localhost');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await button(page, 'Sign in').click();
  await page.getByRole('alert').getByText('Address or password is wrong.', { exact: true }).waitFor();
});

test('a site may be trusted to need no question, until that is taken back', async (visit) => {
  const origin = site(visit);
  const page = await visit.open(`${origin}/`);
  let agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(agent);
  await signInAtDomain(visit, agent);
  await asksFor(agent, origin);
  await agent.getByLabel('Do not ask again for this site').check();
  await closing(agent, () => press(agent, 'Sign in'));
  await hears(page, 'login');

  await page.reload();
  await hears(page, 'ready');
  agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await hears(page, 'login'); // no question in between
  await until('the window to close itself', () => agent.isClosed());

  const account = await visit.open(`${visit.product.identity}/persona/account.html`);
  await button(account, `Ask again: ${origin} as ${EMAIL}`).click();
  await reads(account, 'None. You can allow a site when it asks who you are.');
  await page.reload();
  await hears(page, 'ready');
  agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await asksFor(agent, origin);
});

test('another address can be chosen at the question', async (visit) => {
  const origin = site(visit);
  const page = await visit.open(`${origin}/`);
  const agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(agent, 'wrong@me.localhost');
  await heading(agent, 'First, show that it is you').waitFor();
  await button(agent, 'Use another address').click();
  await typeAddress(agent);
  await signInAtDomain(visit, agent);
  await asksFor(agent, origin);
  await closing(agent, () => press(agent, 'Sign in'));
  assert.equal((await visit.verify(await hears(page, 'login'), origin)).email, EMAIL);
  assert.deepEqual((await events(page)).filter((one) => one === 'cancel'), []);
});

test('signed in as another person, the page says so', async (visit) => {
  const origin = site(visit);
  const page = await visit.open(`${origin}/`);
  await signInFirst(visit, page, origin);
  await hears(page, 'login');
  const otherOrigin = visit.sites.site('other.localhost', relyingParty(visit));
  const other = await visit.open(`${otherOrigin}/`);
  const agent = await visit.popup(other, () => button(other, 'Sign in').click());
  await typeAddress(agent, 'somebody.else@me.localhost');
  await heading(agent, 'First, show that it is you').waitFor();
  await reads(agent, `You are signed in here as ${EMAIL}, another address than the one asked for.`);
  assert.deepEqual(await events(other), ['match', 'ready']);
});

test('another person signs in over it, and each keeps a key', async (visit) => {
  const other = 'other@me.localhost';
  await visit.addUser(other, 'another good password');
  const origin = site(visit);
  const page = await visit.open(`${origin}/`);
  await signInFirst(visit, page, origin);
  await hears(page, 'login');

  const otherOrigin = visit.sites.site('other.localhost', relyingParty(visit));
  const second = await visit.open(`${otherOrigin}/`);
  const agent = await visit.popup(second, () => button(second, 'Sign in').click());
  await typeAddress(agent, other);
  await signInAtDomain(visit, agent, { email: other, password: 'another good password' });
  await asksFor(agent, otherOrigin, other);
  await closing(agent, () => press(agent, 'Sign in'));
  assert.equal((await visit.verify(await hears(second, 'login'), otherOrigin)).email, other);

  await page.reload();
  await hears(page, 'ready');
  visit.forgetSent();
  const back = await visit.popup(page, () => button(page, 'Sign in').click());
  await asksFor(back, origin);
  await closing(back, () => press(back, 'Sign in'));
  assert.equal((await visit.verify(await hears(page, 'login'), origin)).email, EMAIL);
  assert.deepEqual(visit.functionCalls(), [], 'from the key that was kept');
});

test('the site\'s name is shown as words beside the origin', async (visit) => {
  const origin = site(visit, { request: "{ siteName: 'Bank <b>of</b> Everything' }" });
  const page = await visit.open(`${origin}/`);
  const agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(agent);
  await signInAtDomain(visit, agent);
  await asksFor(agent, origin);
  await reads(agent, 'The site calls itself “Bank <b>of</b> Everything”.');
});

test('an address of a domain that is not there is said in the window', async (visit) => {
  visit.tolerate(/CORS policy|Failed to load resource/); // in the frame of the look-up, which is gone soon
  const page = await visit.open(`${site(visit)}/`);
  const dialog = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(dialog, 'me@elsewhere.localhost');
  await dialog.getByRole('alert').waitFor();
  assert.match(await dialog.getByRole('alert').textContent(), /elsewhere\.localhost/);
  await button(dialog, 'Use another address').click();
  await typeAddress(dialog);
  await heading(dialog, 'First, show that it is you').waitFor();
}, { strangers: ['elsewhere.localhost'] });

test('half an address is not accepted', async (visit) => {
  const page = await visit.open(`${site(visit)}/`);
  const dialog = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(dialog, 'me.localhost');
  await dialog.getByRole('alert').getByText('This is not a whole address. It looks like name@domain.', { exact: true }).waitFor();
  assert.deepEqual(visit.functionCalls(), []);
});

test('a site may name the address', async (visit) => {
  const origin = site(visit, { request: `{ email: '${EMAIL}' }` });
  const page = await visit.open(`${origin}/`);
  const agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await signInAtDomain(visit, agent);
  await asksFor(agent, origin);
});

test('a second request while one is open brings the window to the front', async (visit) => {
  const page = await visit.open(`${site(visit)}/`);
  await visit.popup(page, () => button(page, 'Sign in').click());
  await button(page, 'Sign in').click();
  assert.equal(visit.pages().length, 2);
  assert.deepEqual(await events(page), ['match', 'ready']);
});

test('the question takes no press before a person can have read it', async (visit) => {
  const origin = site(visit);
  const page = await visit.open(`${origin}/`);
  await signInFirst(visit, page, origin);
  await hears(page, 'login');
  await page.reload();
  await hears(page, 'ready');
  const agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await asksFor(agent, origin);
  const accept = button(agent, 'Sign in');
  assert.equal(await accept.getAttribute('aria-disabled'), 'true');
  await accept.click({ force: true });
  await arms(agent, accept); // still there: the early press did nothing
  assert.deepEqual((await events(page)).filter((one) => one === 'login'), []);
  await closing(agent, () => accept.click());
  await hears(page, 'login');
});

test('everything works by keyboard alone', async (visit) => {
  const origin = site(visit);
  const page = await visit.open(`${origin}/`);
  await page.bringToFront();
  await page.keyboard.press('Tab');
  const dialog = await visit.popup(page, () => page.keyboard.press('Enter'));
  await dialog.getByLabel('Your e-mail address').waitFor();
  await dialog.keyboard.type(EMAIL); // the field has the focus
  await dialog.keyboard.press('Enter');
  await heading(dialog, 'First, show that it is you').waitFor();
  await tabTo(dialog, dialog.getByRole('link', { name: 'Sign in here' }));
  const window = await visit.popup(dialog, () => dialog.keyboard.press('Enter'));
  await heading(window, 'Sign in').waitFor();
  const password = window.getByLabel('Password', { exact: true });
  await tabTo(window, password); // the passkey's button has the focus
  await window.keyboard.type(PASSWORD);
  await closing(window, () => window.keyboard.press('Enter'));
  await asksFor(dialog, origin);
  const accept = button(dialog, 'Sign in');
  await tabTo(dialog, accept);
  await until('the button to take keys', async () => {
    await dialog.keyboard.press('Shift');
    return (await accept.getAttribute('aria-disabled')) !== 'true';
  });
  await closing(dialog, () => dialog.keyboard.press('Enter'));
  assert.equal((await visit.verify(await hears(page, 'login'), origin)).email, EMAIL);
});

async function tabTo(page, target) {
  for (let step = 0; step < 12; step += 1) {
    if (await target.evaluate((one) => one === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('the Tab key does not lead there');
}

test('the key cannot be taken out of the browser', async (visit) => {
  const origin = site(visit);
  const page = await visit.open(`${origin}/`);
  await signInFirst(visit, page, origin);
  await hears(page, 'login');
  const own = await visit.open(`${visit.product.identity}/persona/account.html`);
  const kept = await own.evaluate(async () => {
    const db = await new Promise((resolve) => { indexedDB.open('selfsame').onsuccess = (event) => resolve(event.target.result); });
    const all = await new Promise((resolve) => { db.transaction('identities').objectStore('identities').getAll().onsuccess = (event) => resolve(event.target.result); });
    const tries = await Promise.all(['pkcs8', 'jwk'].map((format) => crypto.subtle.exportKey(format, all[0].privateKey).then(() => 'exported', (error) => error.name)));
    return { identities: all.length, extractable: all[0].privateKey.extractable, usages: all[0].privateKey.usages, tries };
  });
  assert.deepEqual(kept, { identities: 1, extractable: false, usages: ['sign'], tries: ['InvalidAccessError', 'InvalidAccessError'] });
  assert.deepEqual(await page.evaluate(() => Object.keys(localStorage).sort()), ['selfsame:last', 'selfsame:user']);
  const record = await page.evaluate(() => JSON.stringify(localStorage));
  assert.doesNotMatch(record, /eyJ/, 'the site keeps neither certificate nor assertion');
});

test('the agent page opened by hand says what it is for', async (visit) => {
  const page = await visit.open(`${visit.product.identity}/persona/agent.html`);
  await heading(page, 'This page signs you in to web sites').waitFor();
  await page.getByRole('link', { name: 'Your account at this domain' }).click();
  await heading(page, 'You are not signed in').waitFor();
});

test('signing out at the domain throws the key away', async (visit) => {
  const origin = site(visit);
  const page = await visit.open(`${origin}/`);
  await signInFirst(visit, page, origin);
  await hears(page, 'login');
  const account = await visit.open(`${visit.product.identity}/persona/account.html`);
  await button(account, 'Sign out').click();
  await heading(account, 'You are not signed in').waitFor();
  await reads(account, 'None. One is made when you sign in to a site.');
  await page.reload();
  const agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await heading(agent, 'First, show that it is you').waitFor();
  assert.deepEqual((await told(page)).filter(([name]) => name === 'login'), []);
});
