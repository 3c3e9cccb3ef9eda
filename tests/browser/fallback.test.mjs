// Visitors whose own domain vouches for nobody: the fallback does, after a mail to them. The mails go through a real SMTP
// server. Every test also judges that fallback.localhost never learns the site.

import assert from 'node:assert/strict';

import { request } from '../kit/product.mjs';
import { ATTRIBUTES, calls, sceneWithPost, session, site, somebody, toAgent } from './kit/fallback.mjs';
import { events, hears, relyingParty } from './kit/relying_party.mjs';
import {
  askForCode, asksFor, button, closing, field, GUESTBOOK_SIGN_IN, heading, press, proveByCode, reads, typeAddress, wrong,
} from './kit/steps.mjs';
import { until } from './kit/waiting.mjs';

const test = sceneWithPost();

test('a visitor with a plain address signs in at the guestbook through a mailed code', async (visit) => {
  const email = somebody();
  const page = await visit.open(`${visit.product.guestbook}/`);
  const agent = await toAgent(visit, page, email, GUESTBOOK_SIGN_IN);
  await heading(agent, 'First, show that it is you').waitFor();
  await reads(agent, 'fallback.localhost vouches for addresses whose own domain does not. It mails a code to yours.');
  const window = await visit.popup(agent, () => agent.getByRole('link', { name: 'Prove it here' }).click());
  await heading(window, 'Is this address yours?').waitFor();
  assert.equal(visit.post.count(email), 0, 'nothing is mailed because a page was opened');
  assert.deepEqual(calls(visit).filter((call) => call.startsWith('POST')), []);

  await button(window, 'Mail me a code').click();
  await heading(window, 'Type the code from the mail').waitFor();
  const mail = await visit.post.read(email);
  assert.equal(mail.to.length, 1);
  assert.doesNotMatch(mail.raw, /guestbook/, 'the mail names no site');
  await field(window, 'Code').fill(` ${mail.code.slice(0, 3)} ${mail.code.slice(3)}\t`); // as people paste it
  await closing(window, () => button(window, 'Continue').click());

  await asksFor(agent, visit.product.guestbook, email);
  await closing(agent, () => press(agent, 'Sign in'));
  await page.getByText(`You are ${email}.`).waitFor();
  const visitors = (await request(`${visit.product.guestbook}/visitors`)).json().visitors.map((one) => one.email);
  assert.ok(visitors.includes(email));
  assert.deepEqual(calls(visit), [
    'GET /persona/session', // nobody
    'POST /persona/proof', 'POST /persona/proof/confirm',
    'GET /persona/session', 'POST /persona/sign/',
  ]);
  assert.deepEqual(visit.functionCalls(), [], 'me.localhost has no part in it');
});

test('the certificate is the fallback\'s and lives at most a day', async (visit) => {
  const email = somebody();
  const origin = site(visit);
  const page = await visit.open(`${origin}/`);
  const agent = await toAgent(visit, page, email);
  await proveByCode(visit, agent, email);
  await asksFor(agent, origin, email);
  await closing(agent, () => press(agent, 'Sign in'));
  const assertion = await hears(page, 'login');
  const verdict = await visit.verify(assertion, origin);
  assert.deepEqual([verdict.status, verdict.email, verdict.issuer], ['okay', email, 'fallback.localhost'], verdict.reason);
  const claims = JSON.parse(Buffer.from(assertion.split('.')[1], 'base64url').toString('utf8'));
  assert.ok(claims.exp - claims.iat <= 24 * 3_600_000 + 60_000);
});

test('the link in the mail does the same, from another tab of the browser that asked', async (visit) => {
  const email = somebody();
  const origin = site(visit);
  const page = await visit.open(`${origin}/`);
  const agent = await toAgent(visit, page, email);
  const window = await askForCode(visit, agent, email);
  const { link, code } = await visit.post.read(email);
  const tab = await visit.open(link);
  await heading(tab, 'It is your address').waitFor();
  assert.equal(await tab.locator('#proved .who').textContent(), email);
  assert.equal(new URL(tab.url()).hash, '', 'the code does not stay in the address');
  await until('the window with the field to close itself', () => window.isClosed());
  await asksFor(agent, origin, email);
  await closing(agent, () => press(agent, 'Sign in'));
  assert.equal((await visit.verify(await hears(page, 'login'), origin)).email, email);

  visit.announce(/status of 403/);
  const again = await visit.open(`${visit.product.fallback}/persona/prove.html#code=${code}`);
  await heading(again, 'Type the code where you asked for it').waitFor(); // it works once
});

test('the second visit needs no mail, nor does another site', async (visit) => {
  const email = somebody();
  const origin = site(visit);
  const page = await visit.open(`${origin}/`);
  const agent = await toAgent(visit, page, email);
  await proveByCode(visit, agent, email);
  await asksFor(agent, origin, email);
  await closing(agent, () => press(agent, 'Sign in'));
  await hears(page, 'login');
  visit.forgetSent();

  const guestbook = await visit.open(`${visit.product.guestbook}/`);
  const second = await toAgent(visit, guestbook, email, GUESTBOOK_SIGN_IN);
  await asksFor(second, visit.product.guestbook, email);
  await closing(second, () => press(second, 'Sign in'));
  await guestbook.getByText(`You are ${email}.`).waitFor();
  assert.deepEqual(calls(visit), [], 'the key and the certificate are still there');

  await visit.setClock(Date.now() + 7 * 3_600_000); // the certificate ran out, the session did not
  await page.reload();
  await hears(page, 'ready');
  const third = await visit.popup(page, () => button(page, 'Sign in').click());
  await asksFor(third, origin, email);
  assert.ok(calls(visit).includes('POST /persona/sign/'));
  assert.equal(visit.post.count(email), 1);
});

test('on a shared computer session and certificate end after an hour, and every sign-in asks', async (visit) => {
  const email = somebody();
  const origin = site(visit);
  const page = await visit.open(`${origin}/`);
  const agent = await toAgent(visit, page, email);
  await heading(agent, 'First, show that it is you').waitFor();
  await agent.getByLabel(/Others use this computer too/).check();
  await proveByCode(visit, agent, email);
  await asksFor(agent, origin, email);
  assert.equal(await agent.getByLabel('Do not ask again for this site').isVisible(), false);
  await closing(agent, () => press(agent, 'Sign in'));
  await hears(page, 'login');

  const { expires } = await session(visit);
  assert.ok(expires - Date.now() <= 3_600_000, 'the session ends within the hour');
  const [cookie] = (await visit.cookies(visit.product.fallback)).filter(({ name }) => name === 'selfsame');
  assert.ok(cookie.expires * 1000 - Date.now() <= 3_600_000 + 5_000, 'and so does its cookie');
  const [signing] = visit.sent(new URL(visit.product.fallback).host).filter(({ path }) => path.startsWith('/persona/sign/'));
  assert.equal(new URLSearchParams(signing.path.split('?')[1]).get('duration'), '3600');
});

test('a wrong code is said beside the field, and the right one still works', async (visit) => {
  visit.announce(/status of 403/);
  const email = somebody();
  const origin = site(visit);
  const page = await visit.open(`${origin}/`);
  const agent = await toAgent(visit, page, email);
  const window = await askForCode(visit, agent, email);
  const { code } = await visit.post.read(email);
  const typed = field(window, 'Code');
  await typed.fill('12345');
  await button(window, 'Continue').click();
  await window.getByRole('alert').getByText('The code has six digits.', { exact: true }).waitFor();
  assert.ok(!calls(visit).includes('POST /persona/proof/confirm'), 'half a code is no try');
  await typed.fill(wrong(code));
  await button(window, 'Continue').click();
  await window.getByRole('alert').getByText(/^This code does not work\./).waitFor();
  assert.equal(await typed.getAttribute('aria-invalid'), 'true');
  assert.ok(await typed.evaluate((one) => one === document.activeElement), 'the field has the focus');
  await typed.fill(code);
  await closing(window, () => button(window, 'Continue').click());
  await asksFor(agent, origin, email);
});

test('another mail may be asked for after half a minute, and only its code works', async (visit) => {
  visit.announce(/status of 403/);
  const email = somebody();
  const page = await visit.open(`${visit.product.fallback}/persona/prove.html`);
  await field(page, 'Address').fill(email);
  await button(page, 'Mail me a code').click();
  await heading(page, 'Type the code from the mail').waitFor();
  const first = await visit.post.read(email);
  const again = button(page, 'Send another one');
  assert.equal(await again.getAttribute('aria-disabled'), 'true');
  await again.click({ force: true });
  await visit.setClock(Date.now() + 31_000);
  await until('the button to take presses', async () => (await again.getAttribute('aria-disabled')) === 'false');
  assert.equal(visit.post.count(email), 1, 'the early press sent nothing');
  await again.click();
  await reads(page, 'Another mail is on its way. Only its code works now.');
  const second = await visit.post.read(email);
  const typed = field(page, 'Code');
  if (first.code !== second.code) {
    await typed.fill(first.code);
    await button(page, 'Continue').click();
    await page.getByRole('alert').getByText(/^This code does not work\./).waitFor();
  } else {
    visit.tolerate(/status of 403/);
  }
  await typed.fill(second.code);
  await button(page, 'Continue').click();
  await heading(page, 'Your account').waitFor();
  await page.getByText(email).first().waitFor();
});

test('a page that was thrown away while the mail was read asks for the code again', async (visit) => {
  const email = somebody();
  const page = await visit.open(`${visit.product.fallback}/persona/prove.html?email=${encodeURIComponent(email)}`);
  await button(page, 'Mail me a code').click();
  await heading(page, 'Type the code from the mail').waitFor();
  const { code } = await visit.post.read(email);
  await page.reload();
  await heading(page, 'Type the code from the mail').waitFor();
  assert.equal(await page.locator('#type .who').textContent(), email);
  await button(page, 'Use another address').click();
  await heading(page, 'Is this address yours?').waitFor();
  await page.reload();
  await heading(page, 'Is this address yours?').waitFor();
  assert.equal(await field(page, 'Address').inputValue(), email);
  assert.equal(visit.post.count(email), 1);
  assert.equal((await session(visit)).email, null, `${code.length} digits nobody typed`);
});

test('a site that names no fallback has none', async (visit) => {
  const email = somebody();
  const alone = visit.sites.site('alone.localhost', relyingParty(visit, { attributes: 'data-discovery="verifier.localhost"' }));
  const page = await visit.open(`${alone}/`);
  const dialog = await toAgent(visit, page, email);
  await dialog.getByRole('alert').getByText(/^mail\.localhost is not set up for this kind of sign-in\./).waitFor();
  await button(dialog, 'Use another address').click();
  assert.equal(await dialog.getByLabel('Your e-mail address').inputValue(), email);
  assert.deepEqual(visit.sent(new URL(visit.product.fallback).host), [], 'the fallback heard nothing');
  assert.deepEqual(await events(page), ['match', 'ready']);
});

test('in redirect mode it all happens in one tab', async (visit) => {
  const email = somebody();
  const origin = site(visit, { attributes: `${ATTRIBUTES} data-redirect` });
  const page = await visit.openWithOpenShadows(`${origin}/`);
  await button(page, 'Sign in').click();
  await typeAddress(page, email);
  await heading(page, 'First, show that it is you').waitFor();
  await page.getByRole('link', { name: 'Prove it here' }).click();
  await heading(page, 'Is this address yours?').waitFor();
  await button(page, 'Mail me a code').click();
  await field(page, 'Code').fill((await visit.post.read(email)).code);
  await button(page, 'Continue').click();
  await asksFor(page, origin, email);
  await press(page, 'Sign in');
  assert.equal((await visit.verify(await hears(page, 'login'), origin)).email, email);
});

test('who cancels is back at the agent, and nothing was mailed', async (visit) => {
  const email = somebody();
  const page = await visit.open(`${site(visit)}/`);
  const agent = await toAgent(visit, page, email);
  await heading(agent, 'First, show that it is you').waitFor();
  const window = await visit.popup(agent, () => agent.getByRole('link', { name: 'Prove it here' }).click());
  await closing(window, () => button(window, 'Cancel').click());
  await reads(agent, 'You left the sign-in page without signing in.');
  await closing(agent, () => button(agent, 'Cancel').click());
  await hears(page, 'cancel');
  assert.equal(visit.post.count(email), 0);
});

test('everything works by keyboard alone', async (visit) => {
  const email = somebody();
  const origin = site(visit);
  const page = await visit.open(`${origin}/`);
  await page.bringToFront();
  await page.keyboard.press('Tab');
  const dialog = await visit.popup(page, () => page.keyboard.press('Enter'));
  await dialog.getByLabel('Your e-mail address').waitFor();
  await dialog.keyboard.type(email);
  await dialog.keyboard.press('Enter');
  await heading(dialog, 'First, show that it is you').waitFor();
  await tabTo(dialog, dialog.getByRole('link', { name: 'Prove it here' }));
  const window = await visit.popup(dialog, () => dialog.keyboard.press('Enter'));
  await focused(window, button(window, 'Mail me a code'));
  await window.keyboard.press('Enter');
  await focused(window, field(window, 'Code'));
  await window.keyboard.type((await visit.post.read(email)).code);
  await closing(window, () => window.keyboard.press('Enter'));
  await asksFor(dialog, origin, email);
  const accept = button(dialog, 'Sign in');
  await tabTo(dialog, accept);
  await until('the button to take keys', async () => {
    await dialog.keyboard.press('Shift');
    return (await accept.getAttribute('aria-disabled')) !== 'true';
  });
  await closing(dialog, () => dialog.keyboard.press('Enter'));
  assert.equal((await visit.verify(await hears(page, 'login'), origin)).email, email);
});

const focused = (page, target) => until('it to have the focus', () => target.evaluate((one) => one === document.activeElement));

async function tabTo(page, target) {
  for (let step = 0; step < 12; step += 1) {
    if (await target.evaluate((one) => one === document.activeElement)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('the Tab key does not lead there');
}
