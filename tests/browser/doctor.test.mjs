// The page that examines its own domain: on the running product, signed in and not, and on domains that are broken.

import assert from 'node:assert/strict';

import { hosting } from './kit/doctor_host.mjs';
import { PASSWORD, scene } from './kit/scene.mjs';
import { button, EMAIL, heading } from './kit/steps.mjs';

const test = scene();

async function examine(visit, origin = visit.product.identity) {
  const page = await visit.open(`${origin}/persona/doctor.html`);
  await heading(page, 'Is something wrong here?').waitFor();
  visit.forgetSent();
  await button(page, 'Examine').click();
  await page.getByRole('heading', { name: /checks fine/ }).waitFor();
  return page;
}

const summary = (page) => page.locator('#summary').textContent();
const findings = (page) => page.locator('#findings article').evaluateAll((all) => all.map((one) => one.querySelector('.small').textContent.split(' ')[0]));
const withoutCookie = (visit) => visit.sent().filter(({ headers }) => headers.cookie === undefined);

/** What the signing function must answer stands in the console as an error. */
function announceRefusals(visit) {
  visit.announce(/status of 405/);
  visit.announce(/status of 403/);
}

test('the running product is fine, and is examined without a cookie', async (visit) => {
  announceRefusals(visit);
  const page = await examine(visit);
  assert.match(await summary(page), /^\d\d checks fine, 0 errors, 0 warnings, 0 notes$/);
  assert.deepEqual(await findings(page), []);
  assert.equal(await page.locator('#certificate').isVisible(), false);
  assert.equal(await page.evaluate(() => document.activeElement.id), 'summary');
  await page.getByText('selfsame doctor me.localhost', { exact: true }).waitFor();
  assert.equal(withoutCookie(visit).length, visit.sent().length);
});

test('who is signed in may look at a certificate of a minute', async (visit) => {
  announceRefusals(visit);
  const signing = await visit.open(`${visit.product.identity}/persona/sign_in.html`);
  await signing.getByLabel('Address').fill(EMAIL);
  await signing.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await button(signing, 'Sign in').click();
  await heading(signing, 'Your account').waitFor();

  const page = await examine(visit);
  await button(page, 'Look at a certificate').waitFor();
  const examined = visit.sent().filter(({ headers }) => headers.cookie !== undefined).map(({ path }) => path);
  assert.deepEqual(examined, ['/persona/session'], 'only the question who is signed in took the cookie along');
  const before = Number(/^\d+/.exec(await summary(page))[0]);
  await button(page, 'Look at a certificate').click();
  await page.waitForFunction((count) => Number.parseInt(document.querySelector('#summary').textContent, 10) > count, before);
  assert.deepEqual(await findings(page), []);
  const asked = visit.sent().filter(({ method, headers }) => method === 'POST' && headers.cookie !== undefined).map(({ path }) => path);
  assert.deepEqual(asked, ['/persona/sign/?email=you%40me.localhost&duration=60']);
  assert.equal(await page.evaluate(identities), 0, 'neither key nor certificate is kept');
});

/** How many keys with certificates this browser keeps. */
const identities = () => new Promise((resolve, reject) => {
  const opening = indexedDB.open('selfsame');
  opening.onerror = () => reject(opening.error);
  opening.onsuccess = () => {
    const counting = opening.result.transaction('identities').objectStore('identities').count();
    counting.onsuccess = () => resolve(counting.result);
  };
});

test('broken documents are told apart, with the mending of the host that is named', async (visit) => {
  visit.addIdentityHost('broken.localhost');
  visit.tolerate(/status of 404/); // the final slash
  const origin = visit.sites.site('broken.localhost', hosting({ headers: { 'content-type': 'text/plain' }, body: '{"disabled":1}' }));
  const page = await examine(visit, origin);
  assert.deepEqual((await findings(page)).sort(), ['cache-unsaid', 'cors-missing', 'disabled-malformed', 'document-type', 'final-slash', 'key-missing']);
  const article = page.locator('article', { hasText: 'document-type' });
  await article.getByText('Content-Type: text/plain').waitFor();
  await page.getByLabel('Show how to mend it on').selectOption('nginx');
  await article.getByText('default_type application/json').waitFor();
});

test('a delegation is not followed to the other host', async (visit) => {
  visit.addIdentityHost('blog.localhost');
  visit.tolerate(/status of 404/);
  const document = { headers: { 'content-type': 'application/json', 'access-control-allow-origin': '*', 'cache-control': 'max-age=60' }, body: '{"authority":"id.localhost"}' };
  const page = await examine(visit, visit.sites.site('blog.localhost', hosting(document)));
  assert.deepEqual(await findings(page), ['final-slash']);
  await page.getByText('this page asks nobody else').waitFor();
  assert.ok(visit.sent().every(({ host }) => host.startsWith('blog.localhost:')));
});
