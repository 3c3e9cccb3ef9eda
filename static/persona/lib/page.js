// @ts-check
import { kept } from './kept.js';

/**
 * What every page does: take the kept colours and the theme’s name, name the domain on top, and show
 * one section at a time.
 */
export function page() {
  const all = (/** @type {string} */ selector) => /** @type {HTMLElement[]} */ ([...document.querySelectorAll(selector)]);
  const one = (/** @type {string} */ selector) => all(selector)[0];
  const show = (/** @type {string} */ id) => {
    for (const section of all('main > section')) section.hidden = section.id !== id;
    const heading = one(`#${id || 'none'} h1`);
    if (!heading) return;
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  };
  const root = document.documentElement;
  root.dataset.scheme = kept('scheme');
  const name = getComputedStyle(root).getPropertyValue('--name').replace(/^\s*['"]|['"]\s*$/g, '');
  one('.domain').textContent = [name, location.host].filter(Boolean).join(' · ');
  return { all, one, show };
}
