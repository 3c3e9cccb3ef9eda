// One person's whole story, by what stands on the pages and nothing else: two browsers, a loss, a recovery, and what the history
// tells of it afterwards.

import assert from 'node:assert/strict';

import { device } from './kit/authenticator.mjs';
import { scene } from './kit/scene.mjs';
import { asksFor, button, closing, EMAIL, field, GUESTBOOK_SIGN_IN, heading, openWith, press, reads, typeAddress } from './kit/steps.mjs';
import { until } from './kit/waiting.mjs';

const test = scene({ enrolled: false, post: true });

const SECOND = { userAgent: 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0' };

/** At the guestbook; what the sign-in page asks for is shown by `shows`. */
async function signsInAtTheGuestbook(visit, shows) {
  const page = await visit.open(`${visit.product.guestbook}/`);
  const dialog = await visit.popup(page, () => button(page, GUESTBOOK_SIGN_IN).click());
  await typeAddress(dialog);
  await heading(dialog, 'First, show that it is you').waitFor();
  const window = await visit.popup(dialog, () => dialog.getByRole('link', { name: 'Sign in here' }).click());
  await heading(window, 'Sign in').waitFor();
  await shows(window);
  await asksFor(dialog, visit.product.guestbook);
  await closing(dialog, () => press(dialog, 'Sign in'));
  await page.getByText(`You are ${EMAIL}.`).waitFor();
}

test('a passkey, a guestbook from a second browser, a loss, a recovery, and all of it in the history', async (visit) => {
  const laptop = device();
  const { page: first } = await openWith(visit, laptop, visit.product.enrolmentLink);
  await button(first, 'Make a passkey').click();
  await reads(first, 'Welcome. You are signed in.');
  await button(first, 'Make recovery codes').first().click();
  await heading(first, 'Your recovery codes').waitFor();
  const [code] = await first.locator('#codes li').allTextContents();
  await button(first, 'I have kept them').click();

  // The laptop's passkey stays in the laptop: the second browser comes in by a code of the paper, and makes one of its own before
  // it goes on.
  const second = await visit.another(SECOND);
  const phone = device();
  let account;
  await signsInAtTheGuestbook(second, async (window) => {
    await phone.at(window);
    await window.getByRole('link', { name: 'Use a recovery code' }).click();
    await field(window, 'Recovery code').fill(code);
    await button(window, 'Sign in').click();
    await heading(window, 'Your account').waitFor();
    await window.getByLabel('Name of a new passkey').fill('Phone');
    await button(window, 'Add a passkey').click();
    await reads(window, 'The passkey “Phone” is added.');
    account = window;
  });

  // The laptop is lost: its session and its passkey go.
  await button(account, 'End all others').click();
  await account.getByRole('dialog').getByRole('button', { name: 'End all others' }).click();
  await until('one session to be left', async () => (await account.locator('#sessions_list > li').count()) === 1);
  await account.locator('#passkeys').getByRole('button', { name: /^Remove (?!Phone)/ }).click();
  await account.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await until('one passkey to be left', async () => (await account.locator('#passkeys > li').count()) === 1);
  await first.reload();
  await heading(first, 'You are not signed in').waitFor();
  visit.announce(/status of 401/);
  await first.goto(`${visit.product.identity}/persona/sign_in.html`);
  await button(first, 'Sign in with a passkey').click();
  await first.getByRole('alert').getByText('This passkey does not work here.').waitFor();

  await account.reload();
  const said = await until('the history', async () => {
    const lines = await account.locator('#history_list > li > div > :first-child').allTextContents();
    return lines.length >= 8 ? lines : null;
  });
  const story = [
    'The link was used.', 'New recovery codes were made.', 'A recovery code was used. 9 are left.', 'The passkey “Phone” was added.',
  ];
  const order = story.map((line) => said.indexOf(line));
  assert.ok(order.every((at, index) => at >= 0 && (index === 0 || at < order[index - 1])), `newest first, ${order}:\n${said.join('\n')}`);
  assert.ok(!JSON.stringify(said).includes('guestbook'), 'who they sign in to is nobody’s business');
});
