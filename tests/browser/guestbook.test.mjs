// The way of a new owner: the printed link, a password, the guestbook, the list of visitors.

import assert from 'node:assert/strict';

import { PASSWORD, scene } from './kit/scene.mjs';
import { asksFor, button, closing, EMAIL, enrolByPassword, GUESTBOOK_SIGN_IN, heading, openPassword, press, reads, sessionCookie, signInAtDomain, typeAddress } from './kit/steps.mjs';
import { until } from './kit/waiting.mjs';

const test = scene({ enrolled: false });
const TOO_SHORT = 'Use at least 12 characters. A few words in a row do well.';
const USED = 'This link was used already, has run out, or is incomplete. Ask for a new one: selfsame user link ADDRESS.';

const newPassword = (page) => page.getByLabel('New password', { exact: true });
const signsIn = (visit, page) => visit.popup(page, () => button(page, GUESTBOOK_SIGN_IN).click());
const visitors = (page) => page.getByRole('list').getByRole('listitem').locator('bdi').allTextContents();

test('a link that was never made says what to do', async (visit) => {
  visit.announce(/status of 404/);
  const page = await visit.open(`${visit.product.identity}/persona/enrol.html#AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA`);
  await heading(page, 'This link does not work').waitFor();
  await reads(page, USED);
});

test('a link without its last part says what to do', async (visit) => {
  const page = await visit.open(`${visit.product.identity}/persona/enrol.html`);
  await heading(page, 'This link does not work').waitFor();
  await reads(page, USED);
});

test('a password that is too short is refused beside the field, and the link keeps working', async (visit) => {
  const page = await visit.open(visit.product.enrolmentLink);
  await enrolByPassword(page, 'eleven char');
  await page.getByRole('alert').getByText(TOO_SHORT, { exact: true }).waitFor();
  assert.equal(await newPassword(page).getAttribute('aria-invalid'), 'true');
  assert.equal(await sessionCookie(visit), undefined);
});

test('from the printed link to the list of visitors', async (visit) => {
  const page = await visit.open(visit.product.enrolmentLink);
  await heading(page, 'Set up how you sign in').waitFor();
  await page.getByText(`This link is for ${EMAIL}. It works once.`).waitFor();
  assert.equal(new URL(page.url()).hash, '', 'the token is out of the address bar at once');
  await enrolByPassword(page);
  await heading(page, 'Your account').waitFor();
  await page.getByText(`You are ${EMAIL}.`).waitFor();

  await page.goto(`${visit.product.guestbook}/`);
  await reads(page, 'Nobody yet. You could be the first.');
  const dialog = await signsIn(visit, page);
  await typeAddress(dialog);
  await asksFor(dialog, visit.product.guestbook); // no password: the link signed in already
  await reads(dialog, 'The site calls itself “Guestbook”.');
  await closing(dialog, () => press(dialog, 'Sign in'));
  await page.getByText(`You are ${EMAIL}.`).waitFor();
  assert.deepEqual(await visitors(page), [EMAIL]);

  await page.reload();
  await page.getByText(`You are ${EMAIL}.`).waitFor();

  const token = new URL(visit.product.enrolmentLink).hash.slice(1);
  for (const { method, path, headers } of visit.sent()) {
    assert.ok(!path.includes(token) && !(headers.referer ?? '').includes(token), `${method} ${path.split('?')[0]} names the token`);
  }
  assert.ok(!visit.product.printed().split(token).slice(2).length, 'the token is printed once, as the link');
  assert.ok(!visit.product.printed().includes(PASSWORD));
});

test('the cookie of the domain is closed to scripts and to other sites', async (visit) => {
  const page = await visit.open(`${visit.product.identity}/persona/sign_in.html`);
  await page.getByLabel('Address').fill(EMAIL);
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await button(page, 'Sign in').click();
  await heading(page, 'Your account').waitFor();
  const cookies = await visit.cookies(visit.product.identity);
  assert.ok(cookies.some(({ name }) => name === 'selfsame'), 'the session');
  for (const { name, httpOnly, sameSite, path, domain } of cookies) {
    assert.match(name, /^selfsame(-device-[\w-]+|-passkey)?$/);
    assert.deepEqual({ httpOnly, sameSite, path, domain }, { httpOnly: true, sameSite: 'Strict', path: '/', domain: 'me.localhost' }, name);
  }
  assert.equal(await page.evaluate(() => document.cookie), '');
});

test('a link that was used says what to do', async (visit) => {
  visit.announce(/status of 404/);
  const page = await visit.open(visit.product.enrolmentLink);
  await heading(page, 'This link does not work').waitFor();
  await reads(page, USED);
  await page.getByRole('link', { name: 'Sign in with what you have' }).click();
  await heading(page, 'Sign in').waitFor();
});

test('signing out at the guestbook keeps the domain\'s session, and coming back takes one press', async (visit) => {
  const page = await visit.open(`${visit.product.guestbook}/`);
  let dialog = await signsIn(visit, page);
  await typeAddress(dialog);
  await signInAtDomain(visit, dialog);
  await asksFor(dialog, visit.product.guestbook);
  await closing(dialog, () => press(dialog, 'Sign in'));
  await page.getByText(`You are ${EMAIL}.`).waitFor();
  await button(page, 'Sign out').click();
  await button(page, GUESTBOOK_SIGN_IN).waitFor();
  assert.deepEqual(await visitors(page), [EMAIL], 'the visit stays in the list');

  visit.forgetSent();
  dialog = await signsIn(visit, page);
  await asksFor(dialog, visit.product.guestbook);
  await closing(dialog, () => press(dialog, 'Sign in'));
  await page.getByText(`You are ${EMAIL}.`).waitFor();
  assert.deepEqual(visit.functionCalls(), []);
});

test('signing out in one tab signs out the other', async (visit) => {
  const page = await visit.open(`${visit.product.guestbook}/`);
  const dialog = await signsIn(visit, page);
  await typeAddress(dialog);
  await signInAtDomain(visit, dialog);
  await asksFor(dialog, visit.product.guestbook);
  await closing(dialog, () => press(dialog, 'Sign in'));
  await page.getByText(`You are ${EMAIL}.`).waitFor();
  const second = await visit.open(`${visit.product.guestbook}/`);
  await second.getByText(`You are ${EMAIL}.`).waitFor();
  await button(second, 'Sign out').click();
  await button(page, GUESTBOOK_SIGN_IN).waitFor();
});

test('an assertion that the verifier refuses is said on the page', async (visit) => {
  visit.announce(/status of 401/);
  const page = await visit.open(`${visit.product.guestbook}/`);
  await button(page, GUESTBOOK_SIGN_IN).waitFor();
  const answer = await page.evaluate(async () => {
    const response = await fetch('/signin', {
      method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ assertion: 'a.b.c~d.e.f' }),
    });
    return { status: response.status, reason: (await response.json()).reason };
  });
  assert.equal(answer.status, 401);
  assert.equal(typeof answer.reason, 'string');
  await page.reload();
  await button(page, GUESTBOOK_SIGN_IN).waitFor();
});

test('the guestbook says it when a sign-in was left', async (visit) => {
  const page = await visit.open(`${visit.product.guestbook}/`);
  const dialog = await signsIn(visit, page);
  await closing(dialog, () => button(dialog, 'Cancel').click());
  await reads(page, 'You did not sign in.');
});

test('changing the password ends the other sessions', async (visit) => {
  visit.announce(/status of 401/);
  visit.tolerate(/status of 400/); // a password that is too short may be refused here or there
  const signIn = async (password) => {
    const page = await visit.open(`${visit.product.identity}/persona/sign_in.html`);
    await page.getByLabel('Address').fill(EMAIL);
    await page.getByLabel('Password', { exact: true }).fill(password);
    await button(page, 'Sign in').click();
    await heading(page, 'Your account').waitFor();
    return page;
  };
  const page = await signIn(PASSWORD);
  const elsewhere = await sessionCookie(visit);
  await visit.clearCookies();
  await page.close();
  const here = await signIn(PASSWORD);

  await openPassword(here);
  await here.getByLabel('Password now').fill('not my password at all');
  await newPassword(here).fill('another good password');
  await button(here, 'Change password').click();
  await here.getByRole('alert').getByText('This is not your password.', { exact: true }).waitFor();

  await here.getByLabel('Password now').fill(PASSWORD);
  await newPassword(here).fill('short');
  await button(here, 'Change password').click();
  await here.getByRole('alert').getByText(TOO_SHORT, { exact: true }).waitFor();

  await newPassword(here).fill('another good password');
  await button(here, 'Change password').click();
  await reads(here, 'Your password is changed. You are signed out everywhere else.');
  await here.reload();
  await heading(here, 'Your account').waitFor();

  await visit.clearCookies();
  await visit.addCookies([elsewhere]);
  await here.reload();
  await heading(here, 'You are not signed in').waitFor();
  await signIn('another good password');
});

test('the front page says what is where', async (visit) => {
  const page = await visit.open(`http://localhost:${visit.product.port}/`);
  await until('links to the sites', async () => (await page.getByRole('link').count()) > 0);
  const targets = await page.getByRole('link').evaluateAll((links) => links.map((link) => link.href));
  assert.ok(targets.some((target) => target.startsWith(visit.product.guestbook)), targets.join(' '));
});
