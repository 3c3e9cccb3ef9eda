// @ts-check
const SVG = 'http://www.w3.org/2000/svg';
/** Cameras want white around it. */
const MARGIN = 4;

/** A QR code from its rows of 0 and 1, black on white in any colours of the page. @param {{ size: number, rows: string[] }} qr @param {string} label */
export function picture({ size, rows }, label) {
  const side = size + 2 * MARGIN;
  const made = document.createElementNS(SVG, 'svg');
  const ground = document.createElementNS(SVG, 'rect');
  const dots = document.createElementNS(SVG, 'path');
  const set = (/** @type {Element} */ element, /** @type {Record<string, string | number>} */ values) => {
    for (const [name, value] of Object.entries(values)) element.setAttribute(name, String(value));
  };
  set(made, { class: 'qr', viewBox: `0 0 ${side} ${side}`, role: 'img', 'aria-label': label, 'shape-rendering': 'crispEdges' });
  set(ground, { width: side, height: side, fill: '#fff' });
  set(dots, { fill: '#000', d: outline(rows) });
  made.append(ground, dots);
  return made;
}

/** One rectangle for each run of ones. @param {string[]} rows */
export function outline(rows) {
  return rows.flatMap((row, y) => [...row.matchAll(/1+/g)].map(({ 0: run, index }) => `M${index + MARGIN} ${y + MARGIN}h${run.length}v1h-${run.length}z`)).join('');
}
