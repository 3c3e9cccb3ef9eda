// The agent page beyond the ordinary: which address a site gets, names that may imitate others, and doing it all without
// a pointer.

import assert from 'node:assert/strict';

import { fits, keepsTheRules } from './kit/axe.mjs';
import { focused, tabTo } from './kit/keyboard.mjs';
import { hears, relyingParty } from './kit/relying_party.mjs';
import { PASSWORD, scene } from './kit/scene.mjs';
import { asksFor, button, closing, EMAIL, GUESTBOOK_SIGN_IN, heading, press, reads, signInFirst, typeAddress } from './kit/steps.mjs';
import { until } from './kit/waiting.mjs';

const test = scene();
const SHOP = 'you+shop@me.localhost';

/** Opens the question of a site for a visitor who is signed in, and the choice of address from it. */
async function choosing(visit, origin) {
  const page = await visit.open(`${origin}/`);
  await signInFirst(visit, page, origin);
  await hears(page, 'login');
  await button(page, 'Sign out').click();
  await hears(page, 'logout');
  const agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await asksFor(agent, origin);
  await button(agent, 'Use another address').click();
  await heading(agent, 'Which address?').waitFor();
  return { page, agent };
}

test('an address for one site only is made with a plus, and remembered in this browser', async (visit) => {
  const origin = visit.sites.site('shop.localhost', relyingParty(visit));
  const { page, agent } = await choosing(visit, origin);
  assert.equal(await agent.getByRole('radio', { name: EMAIL }).isChecked(), true);
  assert.equal(await agent.getByRole('textbox', { name: 'An address for this site only' }).inputValue(), SHOP);
  await keepsTheRules(agent, 'the choice of address');
  await agent.setViewportSize({ width: 320, height: 640 });
  await fits(agent, 'the choice of address');
  await agent.setViewportSize({ width: 600, height: 800 });

  const typed = agent.getByRole('textbox', { name: 'An address for this site only' });
  for (const wrong of ['somebody+shop@me.localhost', 'you@me.localhost', 'you+@me.localhost', 'you+shop@else.localhost', 'you+a b@me.localhost']) {
    await typed.fill(wrong);
    await button(agent, 'Use this address').click();
    await agent.getByRole('alert').getByText('Type one of your addresses with + and a word before the @.').waitFor();
  }
  await typed.fill(SHOP);
  await button(agent, 'Use this address').click();
  await asksFor(agent, origin, SHOP);
  await closing(agent, () => press(agent, 'Sign in'));
  await page.waitForFunction(() => window.told.filter(([name]) => name === 'login').length === 2);
  const assertion = await page.evaluate(() => window.told.findLast(([name]) => name === 'login')[1]);
  assert.equal((await visit.verify(assertion, origin)).email, SHOP);

  // The ordinary address, typed at the site again, leads to the one that was chosen for it.
  await page.evaluate(() => localStorage.clear());
  await page.reload();
  await hears(page, 'ready');
  const again = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(again);
  await asksFor(again, origin, SHOP);

  // At another site nothing is known of it; and nothing of either site was ever told to the domain.
  const other = visit.sites.site('other.localhost', relyingParty(visit));
  const elsewhere = await visit.open(`${other}/`);
  const third = await visit.popup(elsewhere, () => button(elsewhere, 'Sign in').click());
  await typeAddress(third);
  await asksFor(third, other);
});

test('every choice of address stands on the account page and can be taken back there, and none of it leaves the browser', async (visit) => {
  const shop = visit.sites.site('shop.localhost', relyingParty(visit));
  const { page, agent } = await choosing(visit, shop);
  await agent.getByLabel('An address for this site only').last().fill(SHOP);
  await button(agent, 'Use this address').click();
  await asksFor(agent, shop, SHOP);
  await agent.getByLabel('Do not ask again for this site').check();
  await closing(agent, () => press(agent, 'Sign in'));
  await page.waitForFunction(() => window.told.filter(([name]) => name === 'login').length === 2);
  const account = await visit.open(`${visit.product.identity}/persona/account.html`);
  await heading(account, 'In this browser').waitFor();
  const picks = account.locator('#picks > li');
  assert.deepEqual(await picks.locator('bdi').allTextContents(), [`${shop}: ${SHOP}, in place of ${EMAIL}`]);
  assert.deepEqual(await account.locator('#sites > li bdi').allTextContents(), [`${shop} as ${SHOP}`]);

  visit.forgetSent();
  await picks.getByRole('button', { name: /^Forget/ }).click();
  await reads(account, 'None. You can choose another address when a site asks who you are.');
  await account.locator('#sites > li').getByRole('button', { name: /^Ask again/ }).click();
  await reads(account, 'None. You can allow a site when it asks who you are.');
  assert.deepEqual(visit.sent(), [], 'what this browser keeps is nobody else\u2019s business');

  await page.evaluate(() => localStorage.clear());
  await page.reload();
  await hears(page, 'ready');
  const again = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(again);
  await asksFor(again, shop);
});

test('who goes back to the first address has no choice left that would turn it round again', async (visit) => {
  const shop = visit.sites.site('shop.localhost', relyingParty(visit));
  const { page, agent } = await choosing(visit, shop);
  await agent.getByLabel('An address for this site only').last().fill(SHOP);
  await button(agent, 'Use this address').click();
  await asksFor(agent, shop, SHOP);
  await closing(agent, () => press(agent, 'Sign in'));
  await page.waitForFunction(() => window.told.filter(([name]) => name === 'login').length === 2);

  const back = await visit.popup(page, () => button(page, 'Sign in').click()); // the site remembers the address of its own
  await asksFor(back, shop, SHOP);
  await button(back, 'Use another address').click();
  await back.getByRole('radio', { name: EMAIL }).check();
  await button(back, 'Use this address').click();
  await asksFor(back, shop);
  await closing(back, () => press(back, 'Sign in'));
  await page.waitForFunction(() => window.told.filter(([name]) => name === 'login').length === 3);
  const third = await visit.popup(page, () => button(page, 'Sign in').click());
  await asksFor(third, shop);
});

test('the choice can be left, and the site asked again', async (visit) => {
  const origin = visit.sites.site('shop.localhost', relyingParty(visit));
  const { agent } = await choosing(visit, origin);
  await button(agent, 'Back').click();
  await asksFor(agent, origin);
  await button(agent, 'Use another address').click();
  await button(agent, 'Type another address at the site').click();
  await agent.getByLabel('Your e-mail address').waitFor();
});

for (const [what, label, name, doubtful] of [
  ['in its own letters', 'xn--mnchen-3ya', 'münchen', false],
  ['that may imitate another', 'xn--80ak6aa92e', 'аррӏе', true],
]) {
  test(`a site with a name ${what} is shown in both spellings`, async (visit) => {
    const origin = visit.sites.site(`${label}.localhost`, relyingParty(visit));
    const page = await visit.open(`${origin}/`);
    const agent = await visit.popup(page, () => button(page, 'Sign in').click());
    await typeAddress(agent);
    await heading(agent, 'First, show that it is you').waitFor();
    await agent.locator('#sign_in').getByText(origin, { exact: true }).waitFor();
    const said = await agent.locator('#sign_in .spelled').textContent();
    assert.ok(said.includes(`${name}.localhost`), said);
    assert.equal(said.startsWith('Careful:'), doubtful);
    await keepsTheRules(agent, what);
  });
}

test('a site with an ordinary name has nothing said about its letters', async (visit) => {
  const origin = visit.sites.site('shop.localhost', relyingParty(visit));
  const page = await visit.open(`${origin}/`);
  const agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(agent);
  await heading(agent, 'First, show that it is you').waitFor();
  assert.equal(await agent.locator('.spelled:visible').count(), 0);
});

test('a whole first sign-in at the guestbook by keyboard, in the order of what is read', async (visit) => {
  const page = await visit.open(`${visit.product.guestbook}/`);
  await button(page, GUESTBOOK_SIGN_IN).waitFor();
  await tabTo(page, GUESTBOOK_SIGN_IN);
  const agent = await visit.popup(page, () => page.keyboard.press('Enter'));
  await agent.getByLabel('Your e-mail address').waitFor();
  await until('the field to have the focus', () => agent.evaluate(() => document.activeElement?.tagName === 'INPUT'));
  await agent.keyboard.type(EMAIL);
  await agent.keyboard.press('Enter');

  await heading(agent, 'First, show that it is you').waitFor();
  assert.equal(await focused(agent), 'First, show that it is you', 'the heading is read first');
  assert.match(await agent.locator('main').ariaSnapshot(), /- status\n|- status$/m, 'progress is told in a live region');
  assert.deepEqual(await tabTo(agent, 'Sign in here'), ['Others use this computer too (keep me for one hour only)', 'Sign in here']);
  const window = await visit.popup(agent, () => agent.keyboard.press('Enter'));
  await heading(window, 'Sign in').waitFor();
  await window.locator('#password').focus();
  await window.keyboard.type(PASSWORD);
  await closing(window, () => window.keyboard.press('Enter'));

  await asksFor(agent, visit.product.guestbook);
  assert.equal(await focused(agent), 'Sign in');
  const accept = await agent.getByRole('button', { name: 'Sign in', exact: true }).evaluate((one) => one.getAttribute('aria-describedby').split(' ')
    .map((id) => document.getElementById(id)).filter((part) => part.checkVisibility()).map((part) => part.textContent).join(' '));
  assert.equal(accept, `Sign in to ${visit.product.guestbook}`, 'who asks is read with the button');
  assert.deepEqual(await tabTo(agent, 'Use another address'), ['Cancel', 'Do not ask again for this site', 'Use another address']);
  await agent.keyboard.press('Shift+Tab');
  await agent.keyboard.press('Space');
  assert.equal(await agent.getByLabel('Do not ask again for this site').isChecked(), true);
  await agent.keyboard.press('Space');
  await agent.keyboard.press('Shift+Tab');
  await agent.keyboard.press('Shift+Tab');
  assert.equal(await focused(agent), 'Sign in');
  await until('the button to take presses', async () => {
    await agent.keyboard.press('Shift');
    return (await button(agent, 'Sign in').getAttribute('aria-disabled')) !== 'true';
  });
  await closing(agent, () => agent.keyboard.press('Enter'));
  await page.getByText(`You are ${EMAIL}.`).waitFor();
});

test('what fails is said at once, and there is a way on', async (visit) => {
  const origin = visit.sites.site('shop.localhost', relyingParty(visit));
  const page = await visit.open(`${origin}/`);
  await page.context().route('**/persona/session', (route) => route.abort());
  visit.announce(/net::ERR_FAILED/);
  const agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(agent);
  await agent.getByRole('alert').getByText('No answer from this domain. Check your connection and try again.').waitFor();
  await keepsTheRules(agent, 'the agent after a failure');
  await page.context().unroute('**/persona/session');
  await button(agent, 'Try again').click();
  await heading(agent, 'First, show that it is you').waitFor();
});
