// Several people at one domain: two people, two browsers.

import assert from 'node:assert/strict';

import { device } from './kit/authenticator.mjs';
import { scene } from './kit/scene.mjs';
import { asksFor, button, closing, EMAIL, field, GUESTBOOK_SIGN_IN, heading, openWith, press, reads, typeAddress } from './kit/steps.mjs';

const test = scene({ enrolled: false });

const ANN = 'ann@me.localhost';
const owners = device();
const anns = device();
const at = (visit, page) => `${visit.product.identity}/persona/${page}`;
const asked = (page, method, path, body) => page.evaluate(async ([how, where, what]) => {
  const answer = await fetch(where, { method: how, ...what ? { headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(what) } : {} });
  return { status: answer.status, body: await answer.json() };
}, [method, path, body]);

test('the owner invites somebody by a link, who enrols in another browser and signs in at the guestbook', async (visit) => {
  const { page } = await openWith(visit, owners, visit.product.enrolmentLink);
  await button(page, 'Make a passkey').click();
  await heading(page, 'People').waitFor();
  await field(page, 'Address of somebody new').fill(ANN);
  await button(page, 'Invite').click();
  await heading(page, `The link for ${ANN}`).waitFor();
  const link = await page.getByLabel('Link', { exact: true }).inputValue();
  await page.locator('#people_list > li', { hasText: ANN }).getByText(/invited, has not come yet/).waitFor();

  const ann = await visit.another();
  const hers = await openWith(ann, anns, link);
  await hers.page.getByText(`This link is for ${ANN}. It works once.`).waitFor();
  await button(hers.page, 'Make a passkey').click();
  await heading(hers.page, 'Your account').waitFor();
  assert.equal(await heading(hers.page, 'People').isVisible(), false, 'she owns nothing here');
  assert.equal(await heading(hers.page, 'Panic switch').isVisible(), false);
  await hers.page.goto(`${visit.product.guestbook}/`);
  const dialog = await ann.popup(hers.page, () => button(hers.page, GUESTBOOK_SIGN_IN).click());
  await typeAddress(dialog, ANN);
  await asksFor(dialog, visit.product.guestbook, ANN);
  await closing(dialog, () => press(dialog, 'Sign in'));
  await hers.page.getByText(`You are ${ANN}.`).waitFor();

  await page.reload();
  await heading(page, 'People').waitFor();
  await page.locator('#people_list > li', { hasText: ANN }).getByText(/^since /).waitFor();
  assert.ok(!(await page.content()).includes(link));
});

test('the owner cannot act as a member, nor see what she does', async (visit) => {
  visit.announce(/status of 4\d\d/);
  const { page } = await openWith(visit, owners, at(visit, 'sign_in.html'));
  await button(page, 'Sign in with a passkey').click();
  await heading(page, 'People').waitFor();
  const { body: key } = await page.evaluate(async () => {
    const pair = await crypto.subtle.generateKey({ name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1), hash: 'SHA-256' }, true, ['sign', 'verify']);
    const { n } = await crypto.subtle.exportKey('jwk', pair.publicKey);
    const hex = [...atob(n.replaceAll('-', '+').replaceAll('_', '/'))].map((one) => one.charCodeAt(0).toString(16).padStart(2, '0')).join('');
    return { body: { algorithm: 'RS', n: BigInt(`0x${hex}`).toString(), e: '65537' } };
  });
  const signed = await asked(page, 'POST', `/persona/sign/?email=${encodeURIComponent(ANN)}&duration=600`, key);
  assert.deepEqual([signed.status, signed.body.code], [400, 'not_your_address']);
  const again = await asked(page, 'POST', '/persona/people', { email: ANN });
  assert.deepEqual([again.status, again.body.code], [409, 'address_taken'], 'no new link for somebody who is there');
  const history = await asked(page, 'GET', `/persona/history?email=${encodeURIComponent(ANN)}`);
  assert.ok(history.body.events.every(({ address, what }) => what !== 'certified' || address === EMAIL));
  const sessions = await asked(page, 'GET', '/persona/sessions');
  assert.ok(sessions.body.sessions.some(({ is_this: isThis }) => isThis));
  assert.deepEqual([...new Set(sessions.body.sessions.map(({ way }) => way))].sort(), ['link', 'passkey'], 'his own enrolment and sign-in, and nothing of hers');
});

test('a further address is given, chosen to be offered first, certified, and taken back', async (visit) => {
  const more = 'hello@me.localhost';
  const { page } = await openWith(visit, owners, at(visit, 'sign_in.html'));
  await button(page, 'Sign in with a passkey').click();
  await heading(page, 'People').waitFor();
  await field(page, 'A further address').fill(more);
  await page.getByLabel('For whom').selectOption(EMAIL);
  await button(page, 'Give the address').click();
  await reads(page, `${more} is given.`);
  await page.reload();
  await heading(page, 'Your addresses').waitFor();
  await button(page, `Offer ${more} first`).click();
  await reads(page, `${more} is offered first now.`);

  const guestbook = await visit.open(`${visit.product.guestbook}/`);
  const dialog = await visit.popup(guestbook, () => button(guestbook, GUESTBOOK_SIGN_IN).click());
  await typeAddress(dialog, more);
  await asksFor(dialog, visit.product.guestbook, more);
  await closing(dialog, () => press(dialog, 'Sign in'));
  await guestbook.getByText(`You are ${more}.`).waitFor();

  await page.reload();
  await page.getByText(`A certificate for ${more} was made, for 6 hours.`).waitFor();
  await button(page, `Remove ${more}`).click();
  await reads(page, `${more} is taken back.`);
});

test('who is removed is gone at once, and her address cannot be invited again from the page', async (visit) => {
  visit.announce(/status of 409/);
  const ann = await visit.another();
  const hers = await openWith(ann, anns, at(visit, 'sign_in.html'));
  await button(hers.page, 'Sign in with a passkey').click();
  await heading(hers.page, 'Your account').waitFor();
  const { page } = await openWith(visit, owners, at(visit, 'sign_in.html'));
  await button(page, 'Sign in with a passkey').click();
  await heading(page, 'People').waitFor();
  await button(page, `Remove ${ANN}`).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Remove' }).click();
  await reads(page, `${ANN} is removed.`);
  await hers.page.reload();
  await heading(hers.page, 'You are not signed in').waitFor();
  await field(page, 'Address of somebody new').fill(ANN);
  await button(page, 'Invite').click();
  await page.getByRole('alert').getByText('Somebody has this address, or had it before.').waitFor();
});
