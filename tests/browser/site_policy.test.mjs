// Sites with a strict Content-Security-Policy.

import assert from 'node:assert/strict';

import { hears, relyingParty, verifierSite } from './kit/relying_party.mjs';
import { scene } from './kit/scene.mjs';
import { staticFile } from './kit/sites.mjs';
import { asksFor, button, closing, EMAIL, GUESTBOOK_SIGN_IN, press, signInAtDomain, signInFirst, typeAddress } from './kit/steps.mjs';

const test = scene();

/** The hash that the header comment of include.js tells sites to allow. */
async function documentedHash() {
  const found = /'(sha256-[A-Za-z0-9+/=]+)'/.exec(await staticFile('include.js'));
  assert.ok(found, 'the header comment names a hash');
  return found[1];
}

const policy = (parts) => ({ 'content-security-policy': Object.entries({ 'default-src': "'none'", 'img-src': 'data:', ...parts }).map(([name, value]) => `${name} ${value}`).join('; ') });

test('with the documented hash everything works, and nothing is reported', async (visit) => {
  const origin = visit.sites.site('rp.localhost', relyingParty(visit, {
    headers: policy({
      'script-src': `'self' ${verifierSite(visit)} '${await documentedHash()}'`,
      'connect-src': `'self' ${visit.product.identity}`,
    }),
  }));
  const page = await visit.open(`${origin}/`);
  await signInFirst(visit, page, origin);
  assert.equal((await visit.verify(await hears(page, 'login'), origin)).status, 'okay');
});

test('with a verifier named instead of the hash it works too, and the domain learns nothing of the site', async (visit) => {
  visit.announce(/Content Security Policy/); // the browser reports the frame that was tried first
  const origin = visit.sites.site('rp.localhost', relyingParty(visit, {
    headers: policy({ 'script-src': `'self' ${verifierSite(visit)}`, 'connect-src': `'self' ${verifierSite(visit)}` }),
    attributes: `data-discovery="${verifierSite(visit)}"`,
  }));
  const page = await visit.open(`${origin}/`);
  await signInFirst(visit, page, origin);
  assert.equal((await visit.verify(await hears(page, 'login'), origin)).status, 'okay');
  const asked = visit.sent(new URL(verifierSite(visit)).host).filter(({ path }) => path.startsWith('/wsapi/address_info'));
  assert.deepEqual(asked.map(({ path, headers }) => [path, headers.cookie, headers.referer]), [
    [`/wsapi/address_info?email=${encodeURIComponent(EMAIL)}`, undefined, undefined],
  ]);
});

test('with neither, the window says what the site has to do', async (visit) => {
  visit.announce(/Content Security Policy/);
  const origin = visit.sites.site('rp.localhost', relyingParty(visit, {
    headers: policy({ 'script-src': `'self' ${verifierSite(visit)}`, 'connect-src': "'self'" }),
  }));
  const page = await visit.open(`${origin}/`);
  const dialog = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(dialog);
  await dialog.getByRole('alert').getByText("This site's security policy does not let it look up me.localhost. Its owner can name a verifier with data-discovery.", { exact: true }).waitFor();
});

test('with scripts of its own only, it serves include.js itself', async (visit) => {
  const origin = visit.sites.site('rp.localhost', {
    ...relyingParty(visit, {
      include: '/include.js',
      headers: policy({ 'script-src': `'self' '${await documentedHash()}'`, 'connect-src': `'self' http://me.localhost:${visit.product.port}` }),
    }),
    '/include.js': await staticFile('include.js'),
  });
  const page = await visit.open(`${origin}/`);
  const email = `you@me.localhost:${visit.product.port}`;
  const dialog = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(dialog, email);
  await dialog.getByRole('heading').first().waitFor();
  const asked = await dialog.waitForURL((url) => url.host === new URL(visit.product.identity).host).then(() => true);
  assert.ok(asked, 'the port in the address says where the domain is');
});

test('the guestbook keeps to the policy that it sends', async (visit) => {
  const page = await visit.open(`${visit.product.guestbook}/`);
  const agent = await visit.popup(page, () => button(page, GUESTBOOK_SIGN_IN).click());
  await typeAddress(agent);
  await signInAtDomain(visit, agent);
  await asksFor(agent, visit.product.guestbook);
  await closing(agent, () => press(agent, 'Sign in'));
  await page.getByText(`You are ${EMAIL}.`).waitFor();
});
