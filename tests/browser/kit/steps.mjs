// What a person does, in the words of the pages.

import assert from 'node:assert/strict';

import { PASSWORD } from './scene.mjs';
import { until } from './waiting.mjs';

export const EMAIL = 'you@me.localhost';
export const GUESTBOOK_SIGN_IN = 'Sign in with your e\u2011mail';
export const button = (page, name) => page.getByRole('button', { name, exact: true });
export const field = (page, name) => page.getByRole('textbox', { name, exact: true });
export const heading = (page, name) => page.getByRole('heading', { name, exact: true });

/** Waits for a text to stand on the page. */
export const reads = (page, text) => page.getByText(text, { exact: true }).first().waitFor();

/** Types an address into the entry form of include.js and goes on. */
export async function typeAddress(dialog, email = EMAIL) {
  await dialog.getByLabel('Your e-mail address').fill(email);
  await button(dialog, 'Continue').click();
}

/** The cookie of the session at the domain; beside it are those of the device and of a passkey's challenge. */
export async function sessionCookie(visit, origin = visit.product.identity) {
  return (await visit.cookies(origin)).find(({ name }) => /^(__Host-)?selfsame$/.test(name));
}

/**
 * A tab with a device in the person's hand, at an address. `suggests`: whether the browser shows passkeys among the
 * suggestions of a field; the virtual authenticator takes the first at once.
 */
export async function openWith(visit, device, url, { suggests = false, ...how } = {}) {
  const page = await visit.blank();
  if (!suggests) await page.addInitScript(() => { PublicKeyCredential.isConditionalMediationAvailable = async () => false; });
  const hand = await device.at(page, how);
  await page.goto(url);
  return { page, hand };
}

/** The page of a one-time link: chooses a password there, the shorter of the two ways for a test. */
export async function enrolByPassword(page, password = PASSWORD) {
  await heading(page, 'Set up how you sign in').waitFor();
  await button(page, 'Use a password instead').click();
  await field(page, 'New password').fill(password);
  await button(page, 'Set password and sign in').click();
}

/** Opens the part of the account page where the password is changed. */
export async function openPassword(page, verb = 'Change password') {
  const part = page.locator('#password_part');
  if (await part.getAttribute('open') === null) await part.getByText(verb, { exact: true }).first().click();
}

/** The agent asks for the sign-in page; this opens it and signs in there. */
export async function signInAtDomain(visit, agent, { email = EMAIL, password = PASSWORD } = {}) {
  await heading(agent, 'First, show that it is you').waitFor();
  const window = await visit.popup(agent, () => agent.getByRole('link', { name: 'Sign in here' }).click());
  await heading(window, 'Sign in').waitFor();
  assert.equal(await window.getByLabel('Address').inputValue(), email);
  await window.getByLabel('Password', { exact: true }).fill(password);
  await closing(window, () => button(window, 'Sign in').click());
}

/** The agent of a fallback asks for a proof; this opens the page and has a code mailed there. Gives the window. */
export async function askForCode(visit, agent, email) {
  await heading(agent, 'First, show that it is you').waitFor();
  const window = await visit.popup(agent, () => agent.getByRole('link', { name: 'Prove it here' }).click());
  await heading(window, 'Is this address yours?').waitFor();
  assert.equal(await field(window, 'Address').inputValue(), email);
  await button(window, 'Mail me a code').click();
  await heading(window, 'Type the code from the mail').waitFor();
  return window;
}

/** The whole way to a session at the fallback: asks for the code, reads it in the mail, types it. */
export async function proveByCode(visit, agent, email) {
  const window = await askForCode(visit, agent, email);
  const { code } = await visit.post.read(email);
  await field(window, 'Code').fill(code);
  await closing(window, () => button(window, 'Continue').click());
}

/** Another code of six digits. */
export const wrong = (code, by = 1) => String((Number(code) + by) % 1_000_000).padStart(6, '0');

/** Waits for the question of the agent and checks whom it names. */
export async function asksFor(agent, origin, email = EMAIL) {
  await heading(agent, `Sign in to ${origin}`).waitFor();
  await agent.getByText(`as ${email}`, { exact: true }).waitFor();
}

/** Presses an armed button as a person would: sees it, moves there, presses when it takes presses. */
export async function press(page, name) {
  const target = button(page, name);
  await arms(page, target);
  await target.click();
}

export async function arms(page, target) {
  await target.waitFor();
  let step = 0;
  await until('the button to take presses', async () => {
    const box = await target.boundingBox();
    step += 1;
    if (box) await page.mouse.move(box.x + 5 + (step % 5), box.y + 5);
    return (await target.getAttribute('aria-disabled')) !== 'true';
  });
}

/** Does what makes a window close itself; the window may be gone before the press is over. */
export async function closing(window, act) {
  await Promise.all([
    window.waitForEvent('close'),
    act().catch((error) => { if (!window.isClosed()) throw error; }),
  ]);
}

/** The whole of a sign-in at a site by a visitor that the domain does not know yet. */
export async function signInFirst(visit, page, origin, { by = 'Sign in', email = EMAIL } = {}) {
  const dialog = await visit.popup(page, () => button(page, by).click());
  await typeAddress(dialog, email);
  await signInAtDomain(visit, dialog, { email });
  await asksFor(dialog, origin, email);
  await closing(dialog, () => press(dialog, 'Sign in'));
}
