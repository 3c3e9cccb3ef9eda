// The pictures and measures of one page as it stands.

import assert from 'node:assert/strict';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

import { canBeHit, fits, keepsTheRules, longer, moved, still, WCAG_ONLY } from './axe.mjs';

const OUT = path.join(path.dirname(fileURLToPath(import.meta.url)), '../screenshots-out');
const WIDTHS = { narrow: { width: 320, height: 640 }, wide: { width: 1200, height: 800 } };

/** Pages of ours to which the rules apply as they stand; others are a site's. */
const isOurs = (page) => new URL(page.url()).pathname.startsWith('/persona/');

/** Takes the pictures of one page and measures it. */
export async function look(page, name) {
  await mkdir(OUT, { recursive: true });
  if (isOurs(page)) assert.deepEqual(await moved(page), [], `${name} moved while it came`);
  for (const [width, size] of Object.entries(WIDTHS)) {
    await page.setViewportSize(size);
    for (const colorScheme of ['light', 'dark']) {
      await page.emulateMedia({ colorScheme });
      await page.screenshot({ path: path.join(OUT, `${name}-${width}-${colorScheme}.png`), animations: 'disabled', fullPage: true });
      await keepsTheRules(page, `${name}, ${width}, ${colorScheme}`, name === 'dialog-in-page' ? WCAG_ONLY : undefined);
    }
    await fits(page, name);
    if (name !== 'dialog-in-page') await canBeHit(page, name); // beside the dialog stand a site's buttons
    const undo = await longer(page);
    await fits(page, `${name}, with words that are 40 % longer,`);
    if (width === 'narrow') await page.screenshot({ path: path.join(OUT, `${name}-longer.png`), animations: 'disabled', fullPage: true });
    await undo();
  }
  const nameless = await page.evaluate(() => [...document.querySelectorAll('button, a[href], input:not([hidden]), select')]
    .filter((one) => one.checkVisibility())
    .filter((one) => !(one.textContent.trim() || one.ariaLabel || one.labels?.length)).map((one) => one.outerHTML));
  assert.deepEqual(nameless, [], `everything on ${name} that can be used has a name`);
  assert.ok(await page.evaluate(() => document.documentElement.lang), `${name} says its language`);
  assert.equal(await page.evaluate(() => [...document.querySelectorAll('[data-t], [data-t-label]')].filter((one) => one.checkVisibility()).length), 0, `all words of ${name} are there`);
  assert.ok(await page.title(), `${name} has a title`);
  await still(page);
}
