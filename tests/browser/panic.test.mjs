// The panic switch: pulled by a button, released by the command and a fresh sign-in.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

import { cleanEnvironment, program } from '../kit/product.mjs';
import { device } from './kit/authenticator.mjs';
import { fits, keepsTheRules } from './kit/axe.mjs';
import { hears, relyingParty } from './kit/relying_party.mjs';
import { scene } from './kit/scene.mjs';
import { asksFor, button, closing, heading, openWith, press, typeAddress } from './kit/steps.mjs';
import { until } from './kit/waiting.mjs';

const test = scene({ enrolled: false });

const phone = device();
const at = (visit, page) => `${visit.product.identity}/persona/${page}`;

test('pulled: nobody is in, nobody comes in, and our verifier refuses what was certified before; then it is released', async (visit) => {
  visit.announce(/status of 403/);
  const origin = visit.sites.site('rp.localhost', relyingParty(visit));
  const { page } = await openWith(visit, phone, visit.product.enrolmentLink);
  await button(page, 'Make a passkey').click();
  await heading(page, 'Panic switch').waitFor();
  const site = await visit.open(`${origin}/`);
  const dialog = await visit.popup(site, () => button(site, 'Sign in').click());
  await typeAddress(dialog);
  await asksFor(dialog, origin);
  await closing(dialog, () => press(dialog, 'Sign in'));
  const old = await hears(site, 'login');
  assert.equal((await visit.verify(old, origin)).status, 'okay');

  await button(page, 'Pull the panic switch').click();
  const sure = page.getByRole('dialog');
  await sure.getByRole('button', { name: 'Cancel' }).click();
  assert.equal((await visit.verify(old, origin)).status, 'okay', 'who thinks better of it has done nothing');
  await button(page, 'Pull the panic switch').click();
  await sure.getByRole('button', { name: 'Pull the panic switch' }).click();
  await page.getByText(/^The panic switch is pulled\. Nobody can sign in here\. Old certificates count .* until .* at most\./).waitFor();

  await visit.restart(); // our verifier keeps a document for some minutes; another one asks now
  const verdict = await visit.verify(old, origin);
  assert.equal(verdict.status, 'failure');
  assert.equal(verdict.code, 'certificate_before_not_before');
  const refused = await openWith(visit, phone, at(visit, 'sign_in.html'));
  await button(refused.page, 'Sign in with a passkey').click();
  await refused.page.getByRole('alert').getByText(/^The panic switch of this domain is pulled/).waitFor();

  const { stdout } = await promisify(execFile)(program(), ['panic', 'release', '--data', visit.product.data], { env: cleanEnvironment() });
  const link = stdout.trim();
  const stranger = await visit.another();
  stranger.announce(/status of 401/);
  const theirs = await openWith(stranger, device(), link);
  await heading(theirs.page, 'Release the panic switch').waitFor();
  await theirs.page.getByText('I have no passkey').click();
  await theirs.page.getByLabel('Address').fill('you@me.localhost');
  await theirs.page.getByLabel('Password', { exact: true }).fill('no password at all');
  await button(theirs.page, 'Release').click();
  await theirs.page.getByRole('alert').getByText('Address or password is wrong.').waitFor();

  await refused.page.goto(link);
  await button(refused.page, 'Release with a passkey').click();
  await heading(refused.page, 'The panic switch is released').waitFor();
  assert.equal((await visit.verify(old, origin)).code, 'certificate_before_not_before', 'what was certified before stays worthless');
  await refused.page.goto(at(visit, 'sign_in.html'));
  await button(refused.page, 'Sign in with a passkey').click();
  await heading(refused.page, 'Your account').waitFor();
  await refused.page.getByText('The panic switch was released.').waitFor();

  // The key and certificate that this browser keeps are of before: the agent sees it, and has a new certificate.
  const since = await refused.page.evaluate(async () => (await (await fetch('/.well-known/browserid')).json())['not-before']);
  await until('a new certificate, whose beginning is set back by ten seconds, to begin after the panic', () => Date.now() - since > 10_000, 15_000);
  await site.evaluate(() => { window.told = []; });
  const another = await visit.popup(site, () => button(site, 'Sign in').click());
  await asksFor(another, origin);
  await closing(another, () => press(another, 'Sign in'));
  const made = await hears(site, 'login');
  assert.notEqual(made.split('~')[0], old.split('~')[0]);
  assert.equal((await visit.verify(made, origin)).status, 'okay');

  // And that one is kept, as ever: no other is made for the next sign-in.
  visit.forgetSent();
  await site.evaluate(() => { window.told = []; });
  const third = await visit.popup(site, () => button(site, 'Sign in').click());
  await asksFor(third, origin);
  await closing(third, () => press(third, 'Sign in'));
  assert.equal((await hears(site, 'login')).split('~')[0], made.split('~')[0]);
  assert.deepEqual(visit.functionCalls(), []);
});

for (const published of [true, false]) {
  test(`a support document that is ${published ? 'ours' : 'at a host of the owner’s own'}: ${published ? 'nothing is left to do' : 'the line to write into it is there to copy'}`, async (visit) => {
    const since = Date.now();
    const page = await visit.open(at(visit, 'sign_in.html'));
    // The switch stays as it is: this is about the page and the answer.
    await page.route('**/persona/panic', (route) => route.fulfill({ contentType: 'application/json', body: JSON.stringify({ status: 'okay', not_before: since, certificates_live_until: since + 21_600_000, ...published ? {} : { published } }) }));
    await phone.at(page);
    await button(page, 'Sign in with a passkey').click();
    await heading(page, 'Panic switch').waitFor();
    await button(page, 'Pull the panic switch').click();
    await page.getByRole('dialog').getByRole('button', { name: 'Pull the panic switch' }).click();
    await page.getByText(/^The panic switch is pulled\. Nobody can sign in here\./).waitFor();
    const line = page.locator('#by_hand .codes');
    assert.equal(await page.getByRole('link', { name: 'Sign in' }).isVisible(), false, 'nobody gets in now');
    if (published) return assert.equal(await line.isVisible(), false);
    await heading(page, 'One step is left to you').waitFor();
    assert.equal(await line.textContent(), `"not-before": ${since}`);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    await button(page, 'Copy').click();
    await page.getByText('Copied.').waitFor();
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), `"not-before": ${since}`);
    await keepsTheRules(page, 'the panic switch, with a step by hand');
    await page.setViewportSize({ width: 320, height: 640 });
    await fits(page, 'the panic switch, with a step by hand');
  });
}
