// Codes as people paste them: with blanks, hyphens, in small letters, with the word before, in full width.

import assert from 'node:assert/strict';

import { PASSWORD, scene } from './kit/scene.mjs';
import { button, EMAIL, field, heading, reads } from './kit/steps.mjs';
import { totp } from './kit/totp.mjs';
import { until } from './kit/waiting.mjs';

const test = scene();
const at = (visit, page) => `${visit.product.identity}/persona/${page}`;
const wide = (text) => text.replace(/\d/g, (digit) => String.fromCharCode(digit.charCodeAt(0) + 0xfee0));

/** Puts a text into the clipboard and pastes it, as a person does. */
async function paste(page, into, text) {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.bringToFront();
  await page.evaluate((one) => navigator.clipboard.writeText(one), text);
  await into.fill('');
  await into.focus();
  await page.keyboard.press('Control+V');
  await until('something to be pasted', async () => (await into.inputValue()) !== '');
}

test('codes of an app, and recovery codes', async (visit) => {
  visit.announce(/status of 401/); // the password alone
  const page = await visit.open(at(visit, 'sign_in.html'));
  const byPassword = async () => {
    await page.goto(at(visit, 'sign_in.html'));
    await field(page, 'Address').fill(EMAIL);
    await field(page, 'Password').fill(PASSWORD);
    await button(page, 'Sign in').click();
  };
  const out = async () => {
    await button(page, 'Sign out').click();
    await heading(page, 'You are not signed in').waitFor();
  };
  await byPassword();
  await heading(page, 'Your account').waitFor();
  await button(page, 'Set up an app').click();
  await page.getByRole('img', { name: /^QR code/ }).waitFor();
  const secret = await page.locator('#totp_secret').textContent();
  const first = totp(secret);
  await paste(page, page.locator('#totp_code'), ` ${first.slice(0, 3)} ${first.slice(3)} `);
  await button(page, 'Switch on').click();
  await reads(page, 'The second step is on.');
  await button(page, 'Make recovery codes').first().click();
  await heading(page, 'Your recovery codes').waitFor();
  const codes = await page.locator('#codes li').allTextContents();
  await button(page, 'I have kept them').click();
  await out();

  await byPassword();
  await heading(page, 'And the code of your app').waitFor();
  const second = totp(secret, 1); // that of now is used
  await paste(page, field(page, 'Code'), `Code:\u00a0${wide(second.slice(0, 3))}\u2009${wide(second.slice(3))}`);
  await button(page, 'Continue').click();
  await heading(page, 'Your account').waitFor();
  await out();

  for (const [at_, spell] of [
    [0, (code) => ` ${code.toLowerCase()} `],
    [1, (code) => code.replaceAll('-', ' ')],
    [2, (code) => code.replaceAll('-', '')],
    [3, (code) => code.toLowerCase().replaceAll('-', ' – ')],
    [4, (code) => code.replaceAll('-', '\u2011').replaceAll('0', 'o').replaceAll('1', 'l')],
    [5, (code) => wide(code)],
  ]) {
    await page.goto(at(visit, 'recover.html'));
    await field(page, 'Address').fill(EMAIL);
    await paste(page, field(page, 'Recovery code'), spell(codes[at_]));
    await button(page, 'Sign in').click();
    await heading(page, 'Your account').waitFor();
    await out();
  }
});

test('the code of a mail', async (visit) => {
  visit.tolerate(/CORS policy|net::ERR_FAILED/);
  visit.tolerate(/Scripts may close only the windows that were opened by them/); // opened by hand
  for (const [email, spell] of [
    ['ann@mail.localhost', (code) => ` ${code.slice(0, 3)} ${code.slice(3)}\u00a0`],
    ['ben@mail.localhost', (code) => `Your code: ${code.slice(0, 2)}-${code.slice(2, 4)}-${code.slice(4)}`],
    ['eve@mail.localhost', (code) => wide(code)],
  ]) {
    const visitor = await visit.another();
    visitor.tolerate(/Scripts may close only the windows that were opened by them/);
    visitor.addStranger('mail.localhost');
    const page = await visitor.open(`${visit.product.fallback}/persona/prove.html?email=${encodeURIComponent(email)}`);
    const before = visit.product.printed().length;
    await button(page, 'Mail me a code').click();
    await heading(page, 'Type the code from the mail').waitFor();
    const code = await until('the code on standard output', () => /mail to \*\*\*@mail\.localhost: code (\d{6})/.exec(visit.product.printed().slice(before))?.[1]);
    await paste(page, field(page, 'Code'), spell(code));
    await button(page, 'Continue').click();
    await heading(page, 'You are signed in').waitFor();
  }
}, { strangers: ['mail.localhost'] });
