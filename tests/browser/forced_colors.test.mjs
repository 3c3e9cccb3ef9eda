// Where the system chooses the colours (forced-colors: active): rings, borders and pictures are still there, on every page.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { device } from './kit/authenticator.mjs';
import { keepsTheRules } from './kit/axe.mjs';
import { scene } from './kit/scene.mjs';
import { button, EMAIL, field, GUESTBOOK_SIGN_IN, heading, openPassword, openWith, signInAtDomain, typeAddress } from './kit/steps.mjs';

const staged = scene({ enrolled: false });
const test = (name, act) => staged(name, act, { limit: 180_000 });

const OUT = path.join(path.dirname(fileURLToPath(import.meta.url)), 'screenshots-out');
const phone = device();
const at = (visit, page) => `${visit.product.identity}/persona/${page}`;

/** Each thing that can be used has an edge that is seen, and a ring when it has the focus; in light and in dark. */
async function holds(page, name) {
  await mkdir(OUT, { recursive: true });
  for (const colorScheme of ['dark', 'light']) {
    await page.emulateMedia({ forcedColors: 'active', colorScheme });
    assert.equal(await page.evaluate(() => matchMedia('(forced-colors: active)').matches), true);
    const lost = await page.evaluate(() => {
      const before = document.activeElement;
      const visible = (one) => one.checkVisibility({ visibilityProperty: true });
      const ground = (one) => {
        for (let here = one; here; here = here.parentElement) {
          const { backgroundColor } = getComputedStyle(here);
          if (!/^rgba.*, 0\)$/.test(backgroundColor)) return backgroundColor;
        }
        return getComputedStyle(document.documentElement).backgroundColor;
      };
      const seen = (colour, on) => !/^rgba.*, 0\)$/.test(colour) && colour !== on;
      const found = [];
      for (const one of [...document.querySelectorAll('button, a, input, select, summary')].filter(visible)) {
        const on = ground(one.parentElement);
        const style = getComputedStyle(one);
        const hasEdge = one.matches('button:not(.link), .button, input:not([type=checkbox], [type=radio]), select');
        if (hasEdge && !(parseFloat(style.borderTopWidth) >= 1 && style.borderTopStyle !== 'none' && seen(style.borderTopColor, on))) found.push(`no edge: ${one.outerHTML.slice(0, 120)}`);
        if (!seen(style.color, ground(one))) found.push(`no text: ${style.color} on ${ground(one)}: ${one.outerHTML.slice(0, 120)}`);
        document.activeElement?.blur();
        one.focus({ focusVisible: true, preventScroll: true });
        const ring = getComputedStyle(one);
        if (document.activeElement === one && !(ring.outlineStyle !== 'none' && parseFloat(ring.outlineWidth) >= 2 && seen(ring.outlineColor, on))) found.push(`no ring: ${one.outerHTML.slice(0, 120)}`);
      }
      for (const one of [...document.querySelectorAll('.domain')].filter(visible)) {
        const mark = getComputedStyle(one, '::before');
        if (!(parseFloat(mark.width) > 0 && mark.content.includes('=') && seen(mark.color, mark.backgroundColor))) found.push('no mark of the domain');
      }
      for (const one of [...document.querySelectorAll('.note, dialog[open]')].filter(visible)) {
        const { borderTopColor, borderTopWidth } = getComputedStyle(one);
        if (!(parseFloat(borderTopWidth) >= 1 && seen(borderTopColor, ground(one.parentElement)))) found.push(`no edge: ${one.outerHTML.slice(0, 120)}`);
      }
      for (const one of [...document.querySelectorAll('.persona-button span')].filter(visible)) {
        if (!getComputedStyle(one, '::after').backgroundImage.includes('gradient')) found.push(`no person in the button: ${getComputedStyle(one, '::after').backgroundImage} ${getComputedStyle(one).color}`);
      }
      before?.focus({ preventScroll: true });
      return found;
    });
    assert.deepEqual(lost, [], `${name}, ${colorScheme}`);
    await page.screenshot({ path: path.join(OUT, `forced-${name}-${colorScheme}.png`), animations: 'disabled', fullPage: true });
  }
  await keepsTheRules(page, `${name} in forced colours`);
}

test('enrolment and the account', async (visit) => {
  const { page } = await openWith(visit, phone, visit.product.enrolmentLink);
  await heading(page, 'Set up how you sign in').waitFor();
  await holds(page, 'enrol');
  await button(page, 'Use a password instead').click();
  await field(page, 'New password').fill('password12345');
  await page.getByText(/^Weak: /).waitFor();
  await holds(page, 'enrol-password');
  await field(page, 'New password').fill('correct horse battery');
  await button(page, 'Set password and sign in').click();
  await heading(page, 'Your account').waitFor();
  await button(page, 'Make recovery codes').first().click();
  await heading(page, 'Your recovery codes').waitFor();
  await button(page, 'Set up an app').click();
  const picture = page.getByRole('img', { name: /^QR code/ });
  await picture.waitFor();
  await openPassword(page);
  await page.getByText('Throw all of this away').waitFor({ state: 'attached' });
  await holds(page, 'account');
  for (const colorScheme of ['dark', 'light']) { // a camera has to read it: black on white whatever the system says
    await page.emulateMedia({ forcedColors: 'active', colorScheme });
    assert.deepEqual(await picture.evaluate((one) => ['rect', 'path'].map((part) => getComputedStyle(one.querySelector(part)).fill)), ['rgb(255, 255, 255)', 'rgb(0, 0, 0)']);
  }
  await button(page, 'Pull the panic switch').click();
  await page.getByRole('dialog').waitFor();
  await holds(page, 'account-sure');
  await page.keyboard.press('Escape');
  await button(page, 'Sign out').click();
  await heading(page, 'You are not signed in').waitFor();
  await holds(page, 'account-nobody');
});

test('signing in, and the windows of a site', async (visit) => {
  visit.announce(/status of 401/);
  const page = await visit.open(at(visit, 'sign_in.html'));
  await heading(page, 'Sign in').waitFor();
  await field(page, 'Address').fill(EMAIL);
  await field(page, 'Password').fill('wrong');
  await button(page, 'Sign in').click();
  await page.getByRole('alert').getByText('Address or password is wrong.').waitFor();
  await holds(page, 'sign-in');
  await page.goto(at(visit, 'recover.html'));
  await heading(page, 'Sign in with a recovery code').waitFor();
  await holds(page, 'recover');

  const site = await visit.open(`${visit.product.guestbook}/`);
  await button(site, GUESTBOOK_SIGN_IN).waitFor();
  await holds(site, 'guestbook');
  const first = await visit.popup(site, () => button(site, GUESTBOOK_SIGN_IN).click());
  await first.getByLabel('Your e-mail address').waitFor();
  await holds(first, 'dialog-address');
  await typeAddress(first);
  await heading(first, 'First, show that it is you').waitFor();
  await holds(first, 'agent-sign-in');
  await signInAtDomain(visit, first);
  await heading(first, `Sign in to ${visit.product.guestbook}`).waitFor();
  await holds(first, 'agent-question');
  await button(first, 'Use another address').click();
  await heading(first, 'Which address?').waitFor();
  await holds(first, 'agent-picker');
});

test('the other pages', async (visit) => {
  visit.announce(/status of 404/);
  visit.tolerate(/Scripts may close only the windows that were opened by them/); // opened by hand
  const page = await visit.open(at(visit, 'agent.html'));
  for (const [path_, what] of [
    ['agent.html', 'This page signs you in to web sites'],
    ['return.html?AUTH_RETURN', 'You are signed in'],
    ['return.html?AUTH_RETURN_CANCEL', null],
    ['provision.html', null],
    ['enrol.html#none', 'This link does not work'],
    [`not_me.html#${'A'.repeat(43)}`, 'Was this not you?'],
    [`panic.html#${'A'.repeat(43)}`, 'Release the panic switch'],
    ['doctor.html', 'Is something wrong here?'],
  ]) {
    await page.goto('about:blank');
    await page.goto(at(visit, path_));
    await (what ? heading(page, what) : page.locator('main h1:visible').first()).waitFor();
    await holds(page, path_.replace(/\.html.*/, ''));
  }
  await page.goto(`${visit.product.fallback}/persona/prove.html`);
  await heading(page, 'Is this address yours?').waitFor();
  await holds(page, 'prove');
});
