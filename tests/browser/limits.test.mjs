// Guessing a password ends after six tries; the page says for how long.

import assert from 'node:assert/strict';

import { PASSWORD, scene } from './kit/scene.mjs';
import { button, EMAIL, heading, sessionCookie } from './kit/steps.mjs';

const test = scene();

test('after six wrong passwords the page says when to come back, also to the right one', async (visit) => {
  visit.announce(/status of 401/);
  visit.announce(/status of 429/);
  const page = await visit.open(`${visit.product.identity}/persona/sign_in.html`);
  await page.getByLabel('Address').fill(EMAIL);
  const password = page.getByLabel('Password', { exact: true });
  const tryWith = async (text) => {
    await password.fill(text);
    const [answer] = await Promise.all([
      page.waitForResponse((response) => response.request().method() === 'POST' && response.url().endsWith('/persona/session')),
      button(page, 'Sign in').click(),
    ]);
    return answer;
  };
  for (let count = 1; count <= 6; count += 1) {
    assert.equal((await tryWith(`wrong password ${count}`)).status(), 401, `try ${count}`);
  }
  const refused = await tryWith('wrong password 7');
  assert.equal(refused.status(), 429);
  const seconds = Number(refused.headers()['retry-after']);
  assert.ok(seconds > 0 && seconds <= 60, `Retry-After: ${seconds}`);
  await heading(page, 'Too many tries').waitFor();
  await page.getByText(/^The next try can be made at \d+:\d\d/).waitFor();
  await button(page, 'Back').click();

  assert.equal((await tryWith(PASSWORD)).status(), 429);
  assert.equal(await sessionCookie(visit), undefined);
});
