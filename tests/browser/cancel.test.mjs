// Leaving without signing in: the site hears of it exactly once.

import assert from 'node:assert/strict';

import { events, hears, relyingParty } from './kit/relying_party.mjs';
import { scene } from './kit/scene.mjs';
import { asksFor, button, closing, heading, signInAtDomain, signInFirst, typeAddress } from './kit/steps.mjs';
import { until } from './kit/waiting.mjs';

const test = scene();

async function begin(visit) {
  const origin = visit.sites.site('rp.localhost', relyingParty(visit));
  const page = await visit.open(`${origin}/`);
  await hears(page, 'ready');
  const dialog = await visit.popup(page, () => button(page, 'Sign in').click());
  return { origin, page, dialog };
}

/** One cancel, no login; and the site can ask again at once. */
async function wasCancelledOnce(visit, page) {
  await hears(page, 'cancel');
  assert.deepEqual(await events(page), ['match', 'ready', 'cancel']);
  const again = await visit.popup(page, () => button(page, 'Sign in').click());
  await until('the new window to show something', () => again.getByRole('heading').first().isVisible());
  assert.deepEqual(await events(page), ['match', 'ready', 'cancel'], 'still once');
}

test('Cancel where the address is asked for', async (visit) => {
  const { page, dialog } = await begin(visit);
  await closing(dialog, () => button(dialog, 'Cancel').click());
  await wasCancelledOnce(visit, page);
  assert.deepEqual(visit.functionCalls(), []);
});

test('closing the window where the address is asked for', async (visit) => {
  const { page, dialog } = await begin(visit);
  await dialog.getByLabel('Your e-mail address').waitFor();
  await dialog.close();
  await wasCancelledOnce(visit, page);
});

test('Cancel where the domain asks for a sign-in', async (visit) => {
  const { page, dialog } = await begin(visit);
  await typeAddress(dialog);
  await heading(dialog, 'First, show that it is you').waitFor();
  await closing(dialog, () => button(dialog, 'Cancel').click());
  await wasCancelledOnce(visit, page);
});

test('closing the window where the domain asks for a sign-in', async (visit) => {
  const { page, dialog } = await begin(visit);
  await typeAddress(dialog);
  await heading(dialog, 'First, show that it is you').waitFor();
  await dialog.close();
  await wasCancelledOnce(visit, page);
});

test('Cancel at the question', async (visit) => {
  const { origin, page, dialog } = await begin(visit);
  await typeAddress(dialog);
  await signInAtDomain(visit, dialog);
  await asksFor(dialog, origin);
  await closing(dialog, () => button(dialog, 'Cancel').click());
  await wasCancelledOnce(visit, page);
});

test('closing the window at the question', async (visit) => {
  const { origin, page, dialog } = await begin(visit);
  await typeAddress(dialog);
  await signInAtDomain(visit, dialog);
  await asksFor(dialog, origin);
  await dialog.close();
  await wasCancelledOnce(visit, page);
});

test('Cancel on the sign-in page leads back to the question, which can still be answered', async (visit) => {
  const { origin, page, dialog } = await begin(visit);
  await typeAddress(dialog);
  await heading(dialog, 'First, show that it is you').waitFor();
  const window = await visit.popup(dialog, () => dialog.getByRole('link', { name: 'Sign in here' }).click());
  await closing(window, () => button(window, 'Cancel').click());
  await dialog.getByRole('status').getByText('You left the sign-in page without signing in.', { exact: true }).waitFor();
  assert.deepEqual(await events(page), ['match', 'ready']);
  await signInAtDomain(visit, dialog);
  await asksFor(dialog, origin);
});

test('closing the sign-in page leaves the question open', async (visit) => {
  const { page, dialog } = await begin(visit);
  await typeAddress(dialog);
  await heading(dialog, 'First, show that it is you').waitFor();
  const window = await visit.popup(dialog, () => dialog.getByRole('link', { name: 'Sign in here' }).click());
  await heading(window, 'Sign in').waitFor();
  await window.close();
  await heading(dialog, 'First, show that it is you').waitFor();
  await closing(dialog, () => button(dialog, 'Cancel').click());
  await wasCancelledOnce(visit, page);
});

test('a cancelled sign-in of somebody signed in changes nothing', async (visit) => {
  const origin = visit.sites.site('rp.localhost', relyingParty(visit));
  const page = await visit.open(`${origin}/`);
  await signInFirst(visit, page, origin);
  await hears(page, 'login');
  const dialog = await visit.popup(page, () => button(page, 'Sign in').click());
  await asksFor(dialog, origin);
  await closing(dialog, () => button(dialog, 'Cancel').click());
  await hears(page, 'cancel');
  assert.deepEqual(await events(page), ['match', 'ready', 'login', 'cancel']);
});

test('get() calls back with null, once', async (visit) => {
  const origin = visit.sites.site('rp.localhost', relyingParty(visit, {
    script: `
      window.told = [];
      document.getElementById('in').addEventListener('click', () => navigator.id.get((assertion) => told.push(['got', assertion])));`,
  }));
  const page = await visit.open(`${origin}/`);
  const dialog = await visit.popup(page, () => button(page, 'Sign in').click());
  await closing(dialog, () => button(dialog, 'Cancel').click());
  assert.equal(await hears(page, 'got'), null);
  const again = await visit.popup(page, () => button(page, 'Sign in').click());
  await again.getByLabel('Your e-mail address').waitFor();
  assert.deepEqual(await events(page), ['got']);
});
