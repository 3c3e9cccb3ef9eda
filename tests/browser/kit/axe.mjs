// What can be measured of a page as it stands: the rules of axe-core, sizes of what is pressed, whether something sticks
// out or is cut off, whether something moved while it came.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';

const AXE = await readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
/** WCAG 2.2 A and AA, and what axe-core holds to be good practice. */
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** The same for a page of which only a part is ours. */
export const WCAG_ONLY = TAGS.filter((tag) => tag !== 'best-practice');

/** No rule of axe-core is broken. Gives how many were kept. */
export async function keepsTheRules(page, name, tags = TAGS) {
  await page.evaluate(`window.axe || (() => { ${AXE} })()`);
  const found = await page.evaluate(async (tags) => {
    const { violations, passes, incomplete } = await window.axe.run(document, { runOnly: tags, resultTypes: ['violations', 'incomplete'] });
    const brief = ({ id, nodes }) => `${id}: ${nodes.map(({ html, any }) => `${html} (${any.map(({ message }) => message).join('; ')})`).join(' | ')}`;
    return { violations: violations.map(brief), passes: passes.length, unsure: incomplete.map(({ id }) => id) };
  }, tags);
  assert.deepEqual(found.violations, [], `axe-core on ${name}`);
  return found;
}

/** Whatever is pressed is 24 px high and wide at least, the main button 44 px high; links within a sentence may be smaller. */
export async function canBeHit(page, name) {
  const small = await page.evaluate(() => [...document.querySelectorAll('button, a[href], input:not([hidden]), select, summary')]
    .filter((one) => one.checkVisibility({ visibilityProperty: true }))
    .filter((one) => {
      const { width, height } = one.getBoundingClientRect();
      const isInline = one.matches('a') && getComputedStyle(one).display === 'inline';
      return !isInline && (width < 24 || height < 24 || (one.matches('.main') && height < 44));
    })
    .map((one) => `${one.outerHTML} ${JSON.stringify(one.getBoundingClientRect())}`));
  assert.deepEqual(small, [], `targets on ${name}`);
}

/** Nothing sticks out to the side, and no text is cut off. */
export async function fits(page, name) {
  const out = await page.evaluate(() => {
    const root = document.documentElement;
    const cut = [...document.querySelectorAll('body *')].filter((one) => one.checkVisibility({ visibilityProperty: true }))
      .filter((one) => !one.matches('input, select, select *, svg, svg *, .scrolls, dialog, option, meter'))
      .filter((one) => {
        if (one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).overflowX !== 'visible') return true;
        const { left, right } = one.getBoundingClientRect();
        return (left < -1 || right > root.clientWidth + 1) && !one.closest('.scrolls');
      })
      .map((one) => one.outerHTML.slice(0, 200));
    return { cut, wide: Math.max(0, root.scrollWidth - root.clientWidth) };
  });
  assert.deepEqual(out, { cut: [], wide: 0 }, `${name} at ${page.viewportSize()?.width} px`);
}

/** All words of the page as they stand, 40 % longer; undone by what is given. */
export async function longer(page) {
  const undo = await page.evaluateHandle(() => {
    const changed = [];
    const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walk.nextNode()) {
      const node = walk.currentNode;
      if (!/\p{L}/u.test(node.data) || node.parentElement.closest('script, noscript, style, code, bdi, .origin, .code')) continue;
      changed.push([node, node.data]);
      const words = node.data.trim().split(/\s+/);
      const more = [];
      for (let at = 0; more.join(' ').length < node.data.length * 0.4; at += 1) more.push(words[at % words.length]);
      node.data = `${node.data} ${more.join(' ')}`;
    }
    return changed;
  });
  return () => undo.evaluate((changed) => { for (const [node, text] of changed) node.data = text; });
}

/** What of the page moved by itself since it began to load. An answer to what a person did may move things; see `still`. */
export function moved(page) {
  return page.evaluate(() => new Promise((resolve) => {
    const seen = [];
    const count = (entries) => { for (const one of entries) if (!one.hadRecentInput && window.stillUntil === undefined) seen.push(`${one.value.toFixed(4)}: ${one.sources.map(({ node }) => node?.outerHTML?.slice(0, 80) ?? node?.data ?? '?').join(' | ')}`); };
    const observer = new PerformanceObserver((list) => count(list.getEntries()));
    observer.observe({ type: 'layout-shift', buffered: true });
    requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => {
      count(observer.takeRecords());
      observer.disconnect();
      resolve(seen);
    })));
  }));
}

/** The page has come: what moves from here on was somebody's doing. */
export const still = (page) => page.evaluate(() => new Promise((resolve) => {
  requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => { window.stillUntil = performance.now(); resolve(); })));
}));
