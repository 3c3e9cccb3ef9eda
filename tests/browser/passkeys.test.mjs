// Passkeys, with Chromium's virtual authenticator: made by the enrolment link, used in other browsers, and refused.

import assert from 'node:assert/strict';

import { device } from './kit/authenticator.mjs';
import { scene } from './kit/scene.mjs';
import { asksFor, button, closing, EMAIL, GUESTBOOK_SIGN_IN, heading, openWith, press, reads, typeAddress } from './kit/steps.mjs';
import { until } from './kit/waiting.mjs';

const test = scene({ enrolled: false });

/** What the person of these tests carries along: its passkeys are kept elsewhere, too. */
const phone = device({ synchronises: true });
/** A key that is plugged in. */
const key = device();

const signIn = (visit) => `${visit.product.identity}/persona/sign_in.html`;
const byPasskey = (page) => button(page, 'Sign in with a passkey').click();
const refused = (page, text) => page.getByRole('alert').getByText(text).waitFor();
const lines = (page) => page.locator('#history_list > li > div > :first-child').allTextContents();

test('from the enrolment link to the guestbook by passkey, and nothing typed but the address', async (visit) => {
  const begun = performance.now();
  let clicks = 0;
  const counted = (act) => { clicks += 1; return act(); };
  const { page } = await openWith(visit, phone, visit.product.enrolmentLink);
  await heading(page, 'Set up how you sign in').waitFor();
  await counted(() => button(page, 'Make a passkey').click());
  await heading(page, 'Your account').waitFor();
  await reads(page, 'Welcome. You are signed in.');
  await heading(page, 'What if this device is lost?').waitFor();

  await page.goto(`${visit.product.guestbook}/`);
  const dialog = await visit.popup(page, () => counted(() => button(page, GUESTBOOK_SIGN_IN).click()));
  await counted(() => typeAddress(dialog));
  await asksFor(dialog, visit.product.guestbook);
  await counted(() => closing(dialog, () => press(dialog, 'Sign in')));
  await page.getByText(`You are ${EMAIL}.`).waitFor();
  const seconds = (performance.now() - begun) / 1000;
  console.log(`from the enrolment link to the guestbook: ${clicks} clicks, one address typed, ${seconds.toFixed(1)} s by a machine`);
  assert.equal(clicks, 4);
});

test('a second browser signs in at the guestbook with a passkey that came along', async (visit) => {
  const page = await visit.open(`${visit.product.guestbook}/`);
  const dialog = await visit.popup(page, () => button(page, GUESTBOOK_SIGN_IN).click());
  await typeAddress(dialog);
  await heading(dialog, 'First, show that it is you').waitFor();
  const window = await visit.popup(dialog, () => dialog.getByRole('link', { name: 'Sign in here' }).click());
  await phone.at(window);
  await heading(window, 'Sign in').waitFor();
  await closing(window, () => byPasskey(window));
  await asksFor(dialog, visit.product.guestbook);
  await closing(dialog, () => press(dialog, 'Sign in'));
  await page.getByText(`You are ${EMAIL}.`).waitFor();
});

test('the button has the focus, so that the Enter key alone signs in', async (visit) => {
  const { page } = await openWith(visit, phone, signIn(visit));
  await until('the button to have the focus', () => button(page, 'Sign in with a passkey').evaluate((one) => one === document.activeElement));
  await page.keyboard.press('Enter');
  await heading(page, 'Your account').waitFor();
});

test('a passkey among the suggestions of the address signs in without any button', async (visit) => {
  const { page } = await openWith(visit, phone, signIn(visit), { suggests: true });
  await heading(page, 'Your account').waitFor();
  assert.deepEqual(visit.functionCalls().slice(0, 2), ['POST /persona/passkey/challenge', 'POST /persona/passkey']);
});

test('suggestions are asked for without a dialog, for whoever it may be', async (visit) => {
  const page = await visit.blank();
  await page.addInitScript(() => {
    window.asked = [];
    const get = navigator.credentials.get.bind(navigator.credentials);
    navigator.credentials.get = (options) => {
      window.asked.push([options.mediation ?? 'modal', options.publicKey.userVerification, options.publicKey.allowCredentials?.length ?? 0]);
      return get(options);
    };
  });
  await page.goto(signIn(visit));
  await until('the request', () => page.evaluate(() => window.asked.length));
  assert.deepEqual(await page.evaluate(() => window.asked), [['conditional', 'required', 0]]);
  assert.match(await page.getByLabel('Address').getAttribute('autocomplete'), /\bwebauthn$/);
});

test('a device that does not know that it is its person is not enough', async (visit) => {
  const { page, hand } = await openWith(visit, phone, signIn(visit));
  await hand.verifies(false);
  await byPasskey(page);
  await refused(page, /^No passkey was used\./);
  assert.ok(!visit.functionCalls().includes('POST /persona/passkey'), 'nothing was handed in');
  await hand.verifies(true);
  await byPasskey(page);
  await heading(page, 'Your account').waitFor();
});

test('a device without a passkey for this domain leads to the other ways', async (visit) => {
  const { page } = await openWith(visit, device(), signIn(visit));
  await byPasskey(page);
  await refused(page, /^No passkey was used\./);
  await page.getByRole('link', { name: 'Use a recovery code' }).waitFor();
});

test('a second passkey is added, used, called otherwise and removed, and then works no more', async (visit) => {
  const { page, hand } = await openWith(visit, phone, signIn(visit));
  await byPasskey(page);
  await heading(page, 'Your account').waitFor();

  await hand.take(); // the phone is put away, the key plugged in
  await key.at(page);
  await page.getByLabel('Name of a new passkey').fill('The key in the drawer');
  await button(page, 'Add a passkey').click();
  await reads(page, 'The passkey “The key in the drawer” is added.');
  await until('the nudge to go', async () => !(await heading(page, 'What if this device is lost?').isVisible()));
  await button(page, 'Add a passkey').click();
  await refused(page, 'This device has a passkey for you already.');

  const elsewhere = await visit.another();
  const other = await openWith(elsewhere, key, signIn(visit));
  await byPasskey(other.page);
  await heading(other.page, 'Your account').waitFor();

  await button(page, 'Rename The key in the drawer').click();
  await page.getByLabel('Name of a new passkey').first().fill('Old key');
  await button(page, 'Save').click();
  await reads(page, 'The passkey is called “Old key” now.');
  await button(page, 'Remove Old key').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await reads(page, 'The passkey “Old key” is removed.');

  const third = await visit.another();
  third.announce(/status of 401/);
  const last = await openWith(third, key, signIn(visit));
  await byPasskey(last.page);
  await refused(last.page, 'This passkey does not work here.');
  await page.reload();
  const said = await until('the history', async () => { const all = await lines(page); return all.length ? all : null; });
  for (const line of [
    'The passkey “The key in the drawer” was added.', 'A passkey was renamed to “Old key”.', 'The passkey “Old key” was removed.',
  ]) assert.ok(said.includes(line), `${line} is in\n${said.join('\n')}`);
});

test('the last way in stays', async (visit) => {
  visit.announce(/status of 409/);
  const { page } = await openWith(visit, phone, signIn(visit));
  await byPasskey(page);
  await heading(page, 'Your account').waitFor();
  await page.locator('#passkeys').getByRole('button', { name: /^Remove / }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await refused(page, 'This is your last way in. Add another one first.');
  assert.equal(await page.locator('#passkeys > li').count(), 1);
});

test('a copied passkey, whose counter went back, is refused, and the history says so', async (visit) => {
  const { page, hand } = await openWith(visit, phone, signIn(visit));
  await byPasskey(page);
  await heading(page, 'Your account').waitFor();
  const [now] = await hand.credentials();
  assert.ok(now.signCount > 1 + 100, 'the copy is older, also when it is put into another tab');

  const thief = await visit.another();
  thief.announce(/status of 401/);
  const copy = device();
  copy.kept.set(now.credentialId, { ...now, signCount: 1 });
  const { page: theirs } = await openWith(thief, copy, signIn(visit));
  await byPasskey(theirs);
  await refused(theirs, 'This passkey does not work here.');
  assert.equal((await thief.cookies(visit.product.identity)).some(({ name }) => name === 'selfsame'), false);

  await page.reload();
  await page.getByText(/was refused: it seems to have been copied\. Remove it\.$/).first().waitFor();
});
