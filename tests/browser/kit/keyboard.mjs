// A person without a pointer.

/** What has the focus, by the name that is read out; of a field with its label. */
export const focused = (page) => page.evaluate(() => {
  const { activeElement: at } = document;
  if (!at || at === document.body) return 'BODY';
  const label = at.labels?.[0]?.cloneNode(true);
  label?.querySelector('select, input')?.remove();
  return at.ariaLabel || label?.textContent.trim() || at.textContent.trim() || at.tagName;
});

/** Presses Tab until something has the focus, and gives what had it on the way. `key`: the other way with Shift+Tab. */
export async function tabTo(page, name, { key = 'Tab', most = 20 } = {}) {
  const way = [];
  for (let steps = 0; steps < most; steps += 1) {
    await page.keyboard.press(key);
    way.push(await focused(page));
    if (way.at(-1) === name) return way;
  }
  throw new Error(`no ${key} leads to ${name}: ${way.join(', ')}`);
}

/** What has the focus is seen to have it: a ring of 2 px at least, in a colour, and it is in the window. */
export const isSeen = (page) => page.evaluate(() => {
  const at = document.activeElement;
  const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(at);
  const { top, bottom } = at.getBoundingClientRect();
  return outlineStyle !== 'none' && parseFloat(outlineWidth) >= 2 && !/^rgba.*, 0\)$/.test(outlineColor) && bottom > 0 && top < innerHeight;
});
