// A domain that vouched for nobody begins to, and stops again: the fallback steps back at once, and comes back only after a
// time. The product is started again with other domains in between, where it was.

import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';

import { sendFromOwnPage } from '../kit/product.mjs';
import { sceneWithPost, session, site, toAgent } from './kit/fallback.mjs';
import { hears } from './kit/relying_party.mjs';
import { PASSWORD } from './kit/scene.mjs';
import { asksFor, button, closing, field, heading, press, proveByCode, signInAtDomain } from './kit/steps.mjs';

const test = sceneWithPost();
const EMAIL = 'ann@mail.localhost';

test('the same visitor after their domain starts its own identity provider, and after it stops', async (visit) => {
  visit.announce(/status of 403/);
  const origin = site(visit);
  const page = await visit.open(`${origin}/`);
  const first = await toAgent(visit, page, EMAIL);
  await proveByCode(visit, first, EMAIL);
  await asksFor(first, origin, EMAIL);
  await closing(first, () => press(first, 'Sign in'));
  const assertion = await hears(page, 'login');
  const before = await visit.verify(assertion, origin);
  assert.deepEqual([before.status, before.issuer], ['okay', 'fallback.localhost'], before.reason);

  await visit.restart('--serves', 'mail.localhost');
  assert.equal((await session(visit)).email, EMAIL, 'the session outlived the restart');
  const after = await visit.verify(assertion, origin);
  assert.deepEqual([after.status, after.code], ['failure', 'issuer_untrusted'], 'the certificate is worth nothing now');

  const certified = await certify(visit);
  assert.deepEqual([certified.status, certified.json().code], [403, 'domain_supported'], 'nor is the session');
  const prove = await visit.open(`${visit.product.fallback}/persona/prove.html`);
  const asks = async (text) => {
    await field(prove, 'Address').fill(EMAIL);
    await button(prove, 'Mail me a code').click();
    await prove.getByRole('alert').getByText(text).waitFor();
  };
  await asks(/^The domain of this address vouches for its people itself now\./);
  assert.equal((await session(visit)).email, null, 'what there was of the address at the fallback is gone');

  await visit.addUser(EMAIL, PASSWORD); // at their own domain
  await page.reload();
  await hears(page, 'ready');
  const second = await visit.popup(page, () => button(page, 'Sign in').click());
  await signInAtDomain(visit, second, { email: EMAIL });
  await asksFor(second, origin, EMAIL);
  assert.equal(new URL(second.url()).host, new URL(visit.product.identity).host);
  await closing(second, () => press(second, 'Sign in'));
  const own = await visit.verify(await hears(page, 'login'), origin);
  assert.deepEqual([own.status, own.email, own.issuer], ['okay', EMAIL, 'me.localhost'], own.reason);

  await visit.restart('--serves', 'other.localhost'); // without a word
  await prove.reload();
  await asks(/^The domain of this address vouched for its people until lately, and is silent now\./);
  await page.reload();
  await hears(page, 'ready');
  const third = await visit.popup(page, () => button(page, 'Sign in').click());
  await heading(third, 'First, show that it is you').waitFor(); // the agent of the fallback; its page will say the same
  assert.equal(visit.post.count(EMAIL), 1, 'one code in all');
});

/** A certificate, asked for with whatever session this browser has at the fallback. */
async function certify(visit) {
  const { n, e } = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });
  const decimal = (text) => BigInt(`0x${Buffer.from(text, 'base64url').toString('hex')}`).toString();
  const cookie = (await visit.cookies(visit.product.fallback)).map(({ name, value }) => `${name}=${value}`).join('; ');
  const path = `/persona/sign/?email=${encodeURIComponent(EMAIL)}&duration=3600`;
  return sendFromOwnPage(visit.product.fallback, 'POST', path, { algorithm: 'RS', n: decimal(n), e: decimal(e) }, { cookie });
}
