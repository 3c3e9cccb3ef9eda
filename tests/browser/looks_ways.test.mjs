// The pages around signing in, in every state that a person can get them into: pictures and measures as in looks.test.mjs.

import { device } from './kit/authenticator.mjs';
import { look } from './kit/look.mjs';
import { scene } from './kit/scene.mjs';
import { button, enrolByPassword, field, heading, openPassword, openWith, reads } from './kit/steps.mjs';
import { totp } from './kit/totp.mjs';

const staged = scene({ enrolled: false });
const test = (name, act) => staged(name, act, { limit: 300_000 });

const ANN = 'ann@me.localhost';
const phone = device();
const at = (visit, page) => `${visit.product.identity}/persona/${page}`;
const inDialog = (page, name) => page.getByRole('dialog').getByRole('button', { name });
test('enrolment and the account, as its owner sees them', async (visit) => {
  const { page } = await openWith(visit, phone, visit.product.enrolmentLink);
  await button(page, 'Use a password instead').click();
  await field(page, 'New password').fill('password12345');
  await page.getByText(/^Weak: /).waitFor();
  await look(page, 'enrol-password');
  await button(page, 'Make a passkey instead').click();
  await button(page, 'Make a passkey').click();
  await reads(page, 'Welcome. You are signed in.');
  await look(page, 'account-welcome');
  await button(page, 'Make recovery codes').first().click();
  await heading(page, 'Your recovery codes').waitFor();
  await look(page, 'account-codes');
  await button(page, 'I have kept them').click();
  await page.locator('#passkeys').getByRole('button', { name: /^Rename / }).click();
  await look(page, 'account-rename');
  await button(page, 'Cancel').first().click();
  await page.locator('#passkeys').getByRole('button', { name: /^Remove / }).click();
  await look(page, 'account-sure');
  await inDialog(page, 'Cancel').click();
  await openPassword(page, 'Set password');
  await field(page, 'New password').fill('correct horse battery');
  await page.getByText(/^(Good|Very good): /).waitFor();
  await look(page, 'account-password');
  await button(page, 'Set password').click();
  await page.getByText('Your password is set.').waitFor();
  await button(page, 'Set up an app').click();
  await page.getByRole('img', { name: /^QR code/ }).waitFor();
  await look(page, 'account-totp');
  const secret = await page.locator('#totp_secret').textContent();
  await field(page, 'Code of your app').first().fill(totp(secret));
  await button(page, 'Switch on').click();
  await reads(page, 'The second step is on.');
  await field(page, 'Address of somebody new').fill(ANN);
  await button(page, 'Invite').click();
  await heading(page, `The link for ${ANN}`).waitFor();
  await look(page, 'account-invited');
  const link = await page.getByLabel('Link', { exact: true }).inputValue();
  const ann = await visit.another();
  const hers = await ann.open(link);
  await enrolByPassword(hers);
  await heading(hers, 'Your account').waitFor();
  await look(hers, 'account-member');

  // Another browser, so that there is something to be asked about; and things that this one keeps.
  const elsewhere = await openWith(await visit.another(), phone, at(visit, 'sign_in.html'));
  await button(elsewhere.page, 'Sign in with a passkey').click();
  await heading(elsewhere.page, 'Your account').waitFor();
  await page.evaluate(async () => {
    const { shelf } = await import('/persona/lib/shelf.js');
    const kept = await shelf();
    await kept.trust({ origin: 'https://shop.example', email: 'you+shop@me.localhost' });
    await kept.choose({ origin: 'https://a-rather-long-name-of-a-shop.example', email: 'you@me.localhost' }, 'you+shop@me.localhost');
  });
  await page.reload();
  await heading(page, 'Was this you?').waitFor();
  await page.locator('#picks > li').waitFor();
  await look(page, 'account-full');
  visit.announce(/status of 403/);
  await page.route('**/persona/ways/codes', (route) => route.fulfill({ status: 403, contentType: 'application/json', body: '{"code":"step_up_needed","reason":"again"}' }));
  await button(page, 'Make new codes').click();
  await inDialog(page, 'Make new codes').click();
  await heading(page, 'Show once more that it is you').waitFor();
  await look(page, 'account-again');
  await inDialog(page, 'Cancel').click();
  await page.route('**/persona/panic', (route) => route.fulfill({ contentType: 'application/json', body: '{"status":"okay","not_before":1790000000000,"certificates_live_until":1790021600000,"published":false}' }));
  await button(page, 'Pull the panic switch').click();
  await inDialog(page, 'Pull the panic switch').click();
  await heading(page, 'One step is left to you').waitFor();
  await look(page, 'account-panicked');
});

test('the sign-in page\'s second step and its waiting, and the other pages', async (visit) => {
  visit.announce(/status of 401/);
  visit.announce(/status of 404/);
  visit.announce(/status of 429/);
  const { page } = await openWith(visit, phone, at(visit, 'sign_in.html?email=you%40me.localhost'));
  await field(page, 'Password').fill('correct horse battery');
  await button(page, 'Sign in').click();
  await heading(page, 'And the code of your app').waitFor();
  await look(page, 'sign-in-second');
  await button(page, 'Back').click();

  await page.goto(at(visit, 'recover.html'));
  await look(page, 'recover');
  await field(page, 'Address').fill('you@me.localhost');
  await field(page, 'Recovery code').fill('AAAA');
  await button(page, 'Sign in').click();
  await page.getByRole('alert').getByText(/^Address or code is wrong/).waitFor();
  await look(page, 'recover-wrong');

  await page.goto(at(visit, `not_me.html#${'A'.repeat(43)}`));
  await heading(page, 'Was this not you?').waitFor();
  await look(page, 'not-me');
  await button(page, 'This was not me: lock my account').click();
  await heading(page, 'This link does not work').waitFor();
  await look(page, 'not-me-problem');
  await page.route('**/persona/not-me', (route) => route.fulfill({ contentType: 'application/json', body: '{"left":{"passkeys":0}}' }));
  await page.goto(at(visit, `not_me.html#${'B'.repeat(43)}`));
  await page.reload();
  await button(page, 'This was not me: lock my account').click();
  await heading(page, 'Your account is locked to others').waitFor();
  await look(page, 'not-me-done');

  await page.goto(at(visit, `panic.html#${'A'.repeat(43)}`));
  await page.getByText('I have no passkey').click();
  await look(page, 'panic');
  await button(page, 'Release with a passkey').click();
  await heading(page, 'This link does not work').waitFor();
  await look(page, 'panic-problem');

  await page.goto(at(visit, 'sign_in.html'));
  await page.route('**/persona/session', (route) => route.fulfill({ status: 429, headers: { 'Retry-After': '600' }, contentType: 'application/json', body: '{"code":"too_many_tries","reason":"wait"}' }));
  await field(page, 'Address').fill('you@me.localhost');
  await field(page, 'Password').fill('wrong');
  await button(page, 'Sign in').click();
  await heading(page, 'Too many tries').waitFor();
  await look(page, 'sign-in-wait');
});
