// @ts-check
/**
 * What every page does: name the domain on top, and show one section at a time.
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
  one('.domain').textContent = location.host;
  return { all, one, show };
}
