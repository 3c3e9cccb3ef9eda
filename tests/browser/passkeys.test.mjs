// Passkeys, with Chromium's virtual authenticator: made by the enrolment link, used, refused.

import assert from 'node:assert/strict';

import { device } from './kit/authenticator.mjs';
import { scene } from './kit/scene.mjs';
import { asksFor, button, closing, EMAIL, GUESTBOOK_SIGN_IN, heading, press, reads, typeAddress } from './kit/steps.mjs';

const test = scene({ enrolled: false });

/** The one that the person of these tests carries along. */
const phone = device({ synchronises: true });

const account = (visit) => `${visit.product.identity}/persona/account.html`;
const signIn = (visit) => `${visit.product.identity}/persona/sign_in.html`;

/** A tab with the device in hand, at an address. */
async function openWith(visit, held, url, how) {
  const page = await visit.blank();
  const hand = await held.at(page, how);
  await page.goto(url);
  return { page, hand };
}

test('from the enrolment link to the guestbook by passkey, without a word typed but the address', async (visit) => {
  const begun = performance.now();
  let clicks = 0;
  const click = async (target) => { clicks += 1; await target.click(); };
  const { page } = await openWith(visit, phone, visit.product.enrolmentLink);
  await heading(page, 'Set up how you sign in').waitFor();
  await click(button(page, 'Make a passkey'));
  await heading(page, 'Your account').waitFor();
  await reads(page, 'Welcome. You are signed in.');
  await heading(page, 'What if this device is lost?').waitFor();

  await page.goto(`${visit.product.guestbook}/`);
  const dialog = await visit.popup(page, () => click(button(page, GUESTBOOK_SIGN_IN)));
  clicks += 1; // Continue
  await typeAddress(dialog);
  await asksFor(dialog, visit.product.guestbook);
  clicks += 1;
  await closing(dialog, () => press(dialog, 'Sign in'));
  await page.getByText(`You are ${EMAIL}.`).waitFor();
  console.log(`from the enrolment link to the guestbook: ${clicks} clicks, one address typed, ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  assert.equal(clicks, 4);
});

test('a second browser signs in with the same passkey', async (visit) => {
  const { page } = await openWith(visit, phone, signIn(visit), { presses: true });
  await heading(page, 'Sign in').waitFor();
  await button(page, 'Sign in with a passkey').click();
  await heading(page, 'Your account').waitFor();
  await page.getByText(`You are ${EMAIL}.`).waitFor();
});
