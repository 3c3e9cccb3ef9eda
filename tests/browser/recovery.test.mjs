// What happens when things are lost: recovery codes, the second step, a new proof before what matters.

import assert from 'node:assert/strict';

import { device } from './kit/authenticator.mjs';
import { PASSWORD, scene } from './kit/scene.mjs';
import { button, EMAIL, field, heading, openPassword, openWith, reads } from './kit/steps.mjs';
import { totp } from './kit/totp.mjs';
import { until } from './kit/waiting.mjs';

const test = scene({ enrolled: false });

const phone = device();
const laptop = device();
let codes = [];
let secret = '';
/** The code that switched the second step on. */
let used = '';

const at = (visit, page) => `${visit.product.identity}/persona/${page}`;
const refused = (page, text) => page.getByRole('alert').getByText(text).first().waitFor();
const lines = async (page) => until('the history', async () => {
  const all = await page.locator('#history_list > li > div > :first-child').allTextContents();
  return all.length ? all : null;
});

async function byPassword(visit, page, password = PASSWORD) {
  await page.goto(at(visit, 'sign_in.html'));
  await field(page, 'Address').fill(EMAIL);
  await field(page, 'Password').fill(password);
  await button(page, 'Sign in').click();
}

test('recovery codes are shown once, can be copied, and end the question what if this device is lost', async (visit) => {
  const { page } = await openWith(visit, phone, visit.product.enrolmentLink);
  await button(page, 'Make a passkey').click();
  await heading(page, 'What if this device is lost?').waitFor();
  await button(page, 'Make recovery codes').first().click();
  await heading(page, 'Your recovery codes').waitFor();
  codes = await page.locator('#codes li').allTextContents();
  assert.equal(codes.length, 10);
  for (const code of codes) assert.match(code, /^([0-9A-HJ-NP-Z]{4}-){3}[0-9A-HJ-NP-Z]{4}$/);
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Download').click()]);
  assert.equal(download.suggestedFilename(), 'me.localhost-recovery-codes.txt');
  await page.emulateMedia({ media: 'print' });
  assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll('h2, button, a')].filter((one) => one.checkVisibility()).map((one) => one.textContent)), ['Your recovery codes']);
  await page.emulateMedia({ media: 'screen' });
  await button(page, 'I have kept them').click();
  assert.equal(await heading(page, 'What if this device is lost?').isVisible(), false);
  await page.reload();
  await reads(page, '10 codes are left.');
  assert.ok(!(await page.content()).includes(codes[0]));
  assert.ok(!visit.product.printed().includes(codes[0]));
});

test('whoever lost the device comes in by a code in any spelling, makes a new passkey, and sees it all', async (visit) => {
  visit.announce(/status of 401/);
  const { page } = await openWith(visit, laptop, at(visit, 'sign_in.html'));
  await page.getByRole('link', { name: 'Use a recovery code' }).click();
  await heading(page, 'Sign in with a recovery code').waitFor();
  await field(page, 'Address').fill(EMAIL);
  await field(page, 'Recovery code').fill('AAAA-AAAA-AAAA-AAAA');
  await button(page, 'Sign in').click();
  await refused(page, 'Address or code is wrong, or the code was used already.');
  await field(page, 'Recovery code').fill(`  ${codes[0].toLowerCase().replaceAll('-', ' ')} `);
  await button(page, 'Sign in').click();
  await heading(page, 'Your account').waitFor();
  await reads(page, '9 codes are left.');

  await page.getByLabel('Name of a new passkey').fill('New laptop');
  await button(page, 'Add a passkey').click();
  await reads(page, 'The passkey “New laptop” is added.');
  await page.locator('#passkeys').getByRole('button', { name: /^Remove (?!New laptop)/ }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await until('the lost one to be gone', async () => (await page.locator('#passkeys > li').count()) === 1);

  const said = await lines(page);
  for (const line of [
    'A recovery code was used. 9 are left.', 'The passkey “New laptop” was added.', 'New recovery codes were made.', 'The link was used.',
    'A sign-in was refused (by recovery code): it was wrong.',
  ]) assert.ok(said.includes(line), `${line} is in\n${said.join('\n')}`);

  const thief = await visit.another();
  thief.announce(/status of 401/);
  const lost = await openWith(thief, phone, at(visit, 'sign_in.html'));
  await button(lost.page, 'Sign in with a passkey').click();
  await refused(lost.page, 'This passkey does not work here.');
  await lost.page.goto(at(visit, 'recover.html'));
  await field(lost.page, 'Address').fill(EMAIL);
  await field(lost.page, 'Recovery code').fill(codes[0]);
  await button(lost.page, 'Sign in').click();
  await refused(lost.page, 'Address or code is wrong, or the code was used already.');
});

test('a password is one more way, and how good it is is said while it is typed, by files of this domain', async (visit) => {
  const page = await visit.open(at(visit, 'recover.html'));
  await field(page, 'Address').fill(EMAIL);
  await field(page, 'Recovery code').fill(codes[1]);
  await button(page, 'Sign in').click();
  await heading(page, 'Your account').waitFor();
  assert.ok(!visit.sent().some(({ path }) => path.includes('zxcvbn')), 'nothing of the meter is loaded before it is needed');
  await openPassword(page, 'Set password');
  const typed = field(page, 'New password');
  await typed.fill('password12345');
  await reads(page, 'Weak: guessed soon. Many people use this, or something like it.');
  await typed.fill(PASSWORD);
  await page.getByText(/^(Good|Very good): /).waitFor();
  assert.ok(visit.sent().some(({ path }) => path === '/persona/vendor/zxcvbn-ts-core.js'));
  await button(page, 'Set password').click();
  await reads(page, 'Your password is set. You are signed out everywhere else.');

  await button(page, 'Set up an app').click();
  await page.getByRole('img', { name: 'QR code for your authenticator app' }).waitFor();
  secret = await page.locator('#totp_secret').textContent();
  const code = field(page, 'Code of your app').first();
  await code.fill(totp(secret, -5));
  visit.announce(/status of 401/);
  await button(page, 'Switch on').click();
  await refused(page, /^This code is wrong/);
  used = totp(secret);
  await code.fill(used.replace(/(...)/, '$1 '));
  await button(page, 'Switch on').click();
  await reads(page, 'The second step is on.');
});

test('the second step is asked for after the password, and a code works once', async (visit) => {
  visit.announce(/status of 401/);
  const page = await visit.blank();
  await byPassword(visit, page);
  await heading(page, 'And the code of your app').waitFor();
  await field(page, 'Code').fill('12 34');
  await button(page, 'Continue').click();
  await refused(page, 'The code has six digits.');
  await field(page, 'Code').fill(used);
  await button(page, 'Continue').click();
  await refused(page, /^This code is wrong, or was used already/);
  await field(page, 'Code').fill(totp(secret, 1));
  await button(page, 'Continue').click();
  await heading(page, 'Your account').waitFor();
});

test('what matters asks for a new proof first, and then goes on by itself', async (visit) => {
  visit.announce(/status of 403/);
  const { page } = await openWith(visit, laptop, at(visit, 'recover.html'));
  await field(page, 'Address').fill(EMAIL);
  await field(page, 'Recovery code').fill(codes[2]);
  await button(page, 'Sign in').click();
  await heading(page, 'Your account').waitFor();
  // Five minutes do not pass in a test: the network says once that they did. The proof itself is real.
  let first = true;
  await page.route('**/persona/ways/codes', (route) => {
    if (!first) return route.fallback();
    first = false;
    return route.fulfill({ status: 403, contentType: 'application/json', body: JSON.stringify({ status: 'failure', code: 'step_up_needed', reason: 'sign in once more' }) });
  });
  await button(page, 'Make new codes').click();
  await page.getByRole('dialog').getByRole('button', { name: 'Make new codes' }).click();
  await heading(page, 'Show once more that it is you').waitFor();
  await page.getByLabel('Your password').fill('not this one');
  visit.announce(/status of 401/);
  await button(page, 'Confirm').click();
  await refused(page, 'This is not your password.');
  await page.getByLabel('Your password').fill(PASSWORD);
  await button(page, 'Confirm').click();
  await page.locator('#again_totp').fill(used);
  await button(page, 'Confirm').click();
  await refused(page, /^This code is wrong, or was used already/);
  await button(page, 'Confirm with a passkey').click();
  await heading(page, 'Your recovery codes').waitFor();
  assert.equal(await heading(page, 'Show once more that it is you').isVisible(), false);
});

test('codes that were made anew make the old ones worthless', async (visit) => {
  visit.announce(/status of 401/);
  const page = await visit.open(at(visit, 'recover.html'));
  await field(page, 'Address').fill(EMAIL);
  await field(page, 'Recovery code').fill(codes[3]);
  await button(page, 'Sign in').click();
  await refused(page, 'Address or code is wrong, or the code was used already.');
});
