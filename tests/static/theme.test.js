// @ts-check
// Whether the colours of the pages can be read, as they are with theme.css as it stands.
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';

const read = (/** @type {string} */ name) => readFileSync(new URL(`../../static/persona/${name}`, import.meta.url), 'utf8').replace(/\/\*.*?\*\//gs, '');

/** The custom properties of :root, the later over the earlier. @type {Record<string, string>} */
const properties = {};
for (const sheet of ['style.css', 'theme.css']) {
  for (const [, body] of read(sheet).matchAll(/(?:^|\})\s*:root\s*\{([^}]*)\}/g)) {
    for (const [, name, value] of body.matchAll(/--([\w-]+):\s*([^;]+);/g)) properties[name] = value.trim();
  }
}

/** @param {string} name @param {'light' | 'dark'} scheme */
function colour(name, scheme) {
  const value = properties[name];
  const [, light, dark] = /^light-dark\(\s*(#\w+)\s*,\s*(#\w+)\s*\)$/.exec(value) ?? [value, value, value];
  const hex = scheme === 'light' ? light : dark;
  assert.match(hex, /^#(?:[\da-f]{3}|[\da-f]{6})$/i, `--${name}: write #rgb, #rrggbb or light-dark(…) of two`);
  const digits = hex.length === 4 ? [...hex.slice(1)].map((one) => one + one) : hex.match(/[\da-f]{2}/gi) ?? [];
  return digits.map((one) => parseInt(one, 16) / 255);
}

/** WCAG 2.2, “relative luminance”. @param {number[]} rgb */
function luminance(rgb) {
  const [r, g, b] = rgb.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

/** @param {number[]} one @param {number[]} other */
function contrast(one, other) {
  const [low, high] = [luminance(one), luminance(other)].sort((a, b) => a - b);
  return (high + 0.05) / (low + 0.05);
}

/** `color-mix(in oklab, …)` of the main button under the pointer. @param {number[]} rgb */
function oklab(rgb) {
  const [r, g, b] = rgb.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  const [l, m, s] = [0.4122214708 * r + 0.5363325363 * g + 0.0514459929 * b, 0.2119034982 * r + 0.6806995451 * g + 0.1073969566 * b, 0.0883024619 * r + 0.2817188376 * g + 0.6299787005 * b].map(Math.cbrt);
  return [0.2104542553 * l + 0.793617785 * m - 0.0040720468 * s, 1.9779984951 * l - 2.428592205 * m + 0.4505937099 * s, 0.0259040371 * l + 0.7827717662 * m - 0.808675766 * s];
}

/** @param {number[]} lab */
function fromOklab([L, a, b]) {
  const [l, m, s] = [L + 0.3963377774 * a + 0.2158037573 * b, L - 0.1055613458 * a - 0.0638541728 * b, L - 0.0894841775 * a - 1.291485548 * b].map((part) => part ** 3);
  return [4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s, -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s, -0.0041960863 * l - 0.7034186147 * m + 1.707614701 * s]
    .map((part) => Math.min(1, Math.max(0, part))).map((part) => (part <= 0.0031308 ? 12.92 * part : 1.055 * part ** (1 / 2.4) - 0.055));
}

test('contrast is computed as WCAG does', () => {
  assert.equal(contrast([0, 0, 0], [1, 1, 1]), 21);
  const grey = [0x76, 0x76, 0x76].map((part) => part / 255);
  assert.equal(contrast(grey, [1, 1, 1]).toFixed(2), '4.54');
  for (const part of fromOklab(oklab([0.2, 0.4, 0.6])).map((one, at) => one - [0.2, 0.4, 0.6][at])) assert.ok(Math.abs(part) < 1e-4);
});

for (const scheme of /** @type {const} */ (['light', 'dark'])) {
  test(`what is written can be read, and what is used can be seen: ${scheme}`, () => {
    const of = (/** @type {string} */ name) => colour(name, scheme);
    for (const text of ['ink', 'soft', 'accent', 'bad', 'good', 'warn']) {
      for (const under of ['paper', 'ground']) {
        const is = contrast(of(text), of(under));
        assert.ok(is >= 4.5, `--${text} on --${under}: ${is.toFixed(2)} : 1`);
      }
    }
    const button = contrast(of('on-accent'), of('accent'));
    assert.ok(button >= 4.5, `--on-accent on --accent: ${button.toFixed(2)} : 1`);
    const [accent, ink] = [oklab(of('accent')), oklab(of('ink'))];
    const pointed = contrast(of('on-accent'), fromOklab(accent.map((part, at) => part * 0.8 + ink[at] * 0.2)));
    assert.ok(pointed >= 4.5, `the main button under the pointer: ${pointed.toFixed(2)} : 1`);
    for (const part of ['line', 'accent', 'bad']) {
      for (const under of ['paper', 'ground']) {
        const is = contrast(of(part), of(under));
        assert.ok(is >= 3, `--${part} on --${under}: ${is.toFixed(2)} : 1`);
      }
    }
  });
}
