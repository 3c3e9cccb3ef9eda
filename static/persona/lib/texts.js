// @ts-check
import { kept } from './kept.js';

/** A text, or one for each plural category of its language, chosen by `count`. @typedef {string | Record<string, string>} Text */

const LANGUAGES = ['en', 'de', 'es', 'fr', 'ja'];
/** @type {Record<string, Text>} */
const words = Object.create(null);

/** The one of the pages: the kept choice, else the first of the browser’s that there is, else English. */
export const language = [kept('lang'), ...navigator.languages].map((tag) => tag.split('-')[0]).find((tag) => LANGUAGES.includes(tag)) ?? 'en';

/**
 * Reads lang/…/NAME.js of each name and puts the texts into the page: into what has `data-t`, and as
 * labels of what has `data-t-label`. May be called again for more. Until the first call is done the
 * page shows nothing.
 * @param {...string} names
 */
export async function texts(...names) {
  const parts = await Promise.all(names.map((name) => import(`../lang/${language}/${name}.js`)));
  Object.assign(words, ...parts.map((part) => part.default));
  fill(document);
  const root = document.documentElement;
  root.dir = 'ltr'; // so are all five
  root.lang = language;
  return t;
}

/** Whether there is such a text. @param {string} key */
export const has = (key) => key in words;

/**
 * A text with `{name}` replaced by values; numbers in the way of the language.
 * @param {string} key
 * @param {Record<string, string | number>} [values]
 */
export function t(key, values = {}) {
  return form(key, values).replace(/\{(\w+)\}/g, (_, name) => values[name].toLocaleString(language));
}

/**
 * Puts texts into everything below; a place for `{name}` is the child with `data-slot="name"`.
 * @param {ParentNode} root
 */
export function fill(root) {
  const places = (/** @type {string} */ name) => /** @type {NodeListOf<HTMLElement>} */ (root.querySelectorAll(`[${name}]`));
  for (const place of places('data-t')) {
    const key = String(place.dataset.t);
    if (!has(key)) continue;
    const slot = (/** @type {string} */ name) => place.querySelector(`:scope > [data-slot=${name}]`) ?? '';
    place.replaceChildren(...form(key).split(/\{(\w+)\}/).map((part, at) => (at % 2 ? slot(part) : part)));
    place.removeAttribute('data-t');
  }
  for (const place of places('data-t-label')) {
    const key = String(place.dataset.tLabel);
    if (!has(key)) continue;
    place.ariaLabel = t(key);
    place.removeAttribute('data-t-label');
  }
}

/** @param {string} key @param {Record<string, string | number>} [values] */
function form(key, values = {}) {
  const text = words[key] ?? key;
  return typeof text === 'string' ? text : text[new Intl.PluralRules(language).select(Number(values.count))];
}
