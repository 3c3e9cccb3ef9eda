// By keyboard alone: from the enrolment link to the account, the sign-in window, ending sessions. The agent's own window
// is in agent.test.mjs.

import assert from 'node:assert/strict';

import { device } from './kit/authenticator.mjs';
import { focused, isSeen, tabTo } from './kit/keyboard.mjs';
import { scene } from './kit/scene.mjs';
import { heading, openWith, reads } from './kit/steps.mjs';
import { until } from './kit/waiting.mjs';

const test = scene({ enrolled: false });

const phone = device();
const at = (visit, page) => `${visit.product.identity}/persona/${page}`;
const reaches = (page, name) => until(`${name} to have the focus`, async () => (await focused(page)) === name);

test('enrolment with a passkey', async (visit) => {
  const { page } = await openWith(visit, phone, visit.product.enrolmentLink);
  await reaches(page, 'Make a passkey');
  assert.deepEqual(await tabTo(page, 'Colours'), ['Use a password instead', 'Language', 'Colours']);
  assert.equal(await isSeen(page), true);
  await tabTo(page, 'Use a password instead', { key: 'Shift+Tab' });
  await page.keyboard.press('Enter');
  await reaches(page, 'New password');
  assert.deepEqual(await tabTo(page, 'Make a passkey instead'), ['Show password', 'Set password and sign in', 'Make a passkey instead']);
  await page.keyboard.press('Enter');
  await reaches(page, 'Make a passkey');
  assert.equal(await isSeen(page), true);
  await page.keyboard.press('Enter');
  await heading(page, 'Your account').waitFor();
  await reads(page, 'Welcome. You are signed in.');
});

test('the sign-in window', async (visit) => {
  const { page } = await openWith(visit, phone, at(visit, 'sign_in.html'));
  await reaches(page, 'Sign in with a passkey');
  assert.equal(await isSeen(page), true);
  assert.deepEqual(await tabTo(page, 'Use a recovery code'), ['Address', 'Password', 'Sign in', 'Use a recovery code']);
  await page.keyboard.press('Enter');
  await heading(page, 'Sign in with a recovery code').waitFor();
  await reaches(page, 'Address');
  assert.deepEqual(await tabTo(page, 'Back'), ['Recovery code', 'Sign in', 'Back']);
  await page.keyboard.press('Enter');
  await heading(page, 'Sign in').waitFor();
  await reaches(page, 'Sign in with a passkey');
  await tabTo(page, 'Keep me signed in', { key: 'Shift+Tab' });
  await page.keyboard.press('ArrowDown');
  assert.equal(await page.getByLabel('Keep me signed in').inputValue(), 'hour');
  await tabTo(page, 'Sign in with a passkey');
  await page.keyboard.press('Enter');
  await heading(page, 'Your account').waitFor();
  await page.getByText(/For an hour\./).waitFor();
});

test('ending sessions on the account page', async (visit) => {
  const signIn = async (visitor) => {
    const { page } = await openWith(visitor, phone, at(visit, 'sign_in.html'));
    await reaches(page, 'Sign in with a passkey');
    await page.keyboard.press('Enter');
    await heading(page, 'Your account').waitFor();
    return page;
  };
  const theirs = await signIn(await visit.another());
  const page = await signIn(visit);
  const rows = page.locator('#sessions_list > li');
  const count = await rows.count();
  assert.ok(count >= 3, 'the two of here, and those of the tests before');

  // A link leads over what is not wanted, and the order is that of the page.
  const way = await tabTo(page, 'Where you are signed in', { most: 30 });
  assert.ok(way.every((one) => one !== 'BODY'), way.join(', '));
  await page.keyboard.press('Enter');
  await reaches(page, 'Where you are signed in');
  const ends = await rows.getByRole('button').evaluateAll((all) => all.map((one) => one.ariaLabel));
  const passed = await tabTo(page, 'End all others');
  assert.deepEqual(passed, [...ends, 'End all others']);
  assert.equal(await isSeen(page), true);

  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  assert.equal(await focused(page), 'Cancel', 'what does no harm has the focus');
  await page.keyboard.press('Escape');
  await reaches(page, 'End all others');
  assert.equal(await rows.count(), count);

  await tabTo(page, ends.at(-1), { key: 'Shift+Tab' });
  await page.keyboard.press('Enter');
  await page.getByText(/^The session in .* is ended\.$/).waitFor();
  await until('one less', async () => (await rows.count()) === count - 1);
  assert.notEqual(await page.evaluate(() => document.activeElement.tagName), 'BODY', 'the focus is not lost with the row');

  await tabTo(page, 'End all others', { most: 40 });
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor();
  await tabTo(page, 'End all others', { key: 'Shift+Tab' });
  await page.keyboard.press('Enter');
  await reads(page, 'All other sessions are ended.');
  assert.equal(await rows.count(), 1);
  assert.notEqual(await page.evaluate(() => document.activeElement.tagName), 'BODY');
  await theirs.reload();
  await heading(theirs, 'You are not signed in').waitFor();
});
