// @ts-check
import { t, texts } from './texts.js';

const SCRIPTS = ['Latin', 'Cyrillic', 'Greek', 'Armenian', 'Hebrew', 'Arabic', 'Devanagari', 'Thai', 'Georgian', 'Hangul', 'Hiragana', 'Katakana', 'Bopomofo', 'Han'];
const OF = SCRIPTS.map((script) => /** @type {const} */ ([script, new RegExp(`\\p{Script=${script}}`, 'u')]));
/** Scripts that are written together (Unicode TR 39, “highly restrictive”). */
const TOGETHER = [['Latin', 'Han', 'Hiragana', 'Katakana'], ['Latin', 'Han', 'Bopomofo'], ['Latin', 'Han', 'Hangul']];
/** Letters that are taken for a–z at a glance: Cyrillic, Greek, Armenian. */
const LIKE_LATIN = /^[аеорсухіјѕԁһӏԛԝѵгпԍ\u03bf\u03b1\u03bd\u03c1\u03c5\u03b9\u03ba\u03c7\u03c9օսոհցզյ\d-]+$/u;

/**
 * What is to be said about the name of a site whose letters are not all a–z: how it is spelled, and
 * whether it may pass for another name.
 * @param {string} origin
 */
export async function spelled(origin) {
  const found = spelling(origin);
  if (!found) return '';
  await texts('agent_more');
  return t(found.isDoubtful ? 'spelled_doubtful' : 'spelled', { name: found.name });
}

/**
 * The name of a site in its own letters; null where they are all a–z anyway. The rule is ours, after
 * Unicode TR 39: a label is doubtful if it mixes scripts that are not written together, is made of
 * letters that look like a–z, has marks that are not seen, or cannot be read. It does not find names
 * that look alike within one script, such as `l` for `I` or ä for a, and has no list of known names.
 * @param {string} origin as browsers write it: `xn--` for what is not ASCII
 */
export function spelling(origin) {
  const labels = origin.replace(/^https?:\/\/|:\d+$/g, '').split('.').map((label) => (label.startsWith('xn--') ? decoded(label.slice(4)) : label));
  if (!labels.some((label) => label === null || /[^\0-\x7f]/.test(label))) return null;
  return { name: labels.map((label) => label ?? '\ufffd').join('.'), isDoubtful: labels.some(isDoubtful) };
}

/** @param {string | null} label */
function isDoubtful(label) {
  if (label === null) return true;
  const seen = OF.filter(([, has]) => has.test(label)).map(([script]) => script);
  const isOther = /[^\p{ASCII}]/u.test(label) && seen.length === 0;
  const fits = seen.length < 2 || TOGETHER.some((group) => seen.every((script) => group.includes(script)));
  return isOther || !fits || /[\p{C}\p{Default_Ignorable_Code_Point}]|\p{M}{2}/u.test(label) || (/[^\0-\x7f]/.test(label) && LIKE_LATIN.test(label));
}

/** Punycode (RFC 3492); null if it is none. @param {string} text */
export function decoded(text) {
  const cut = text.lastIndexOf('-');
  const letters = [...text.slice(0, Math.max(cut, 0))];
  let code = 128, at = 0, bias = 72;
  for (let next = cut + 1; next < text.length;) {
    const before = at;
    for (let weight = 1, step = 36; ; step += 36) {
      const digit = '0123456789'.includes(text[next]) ? Number(text[next]) + 26 : text.charCodeAt(next) - 97;
      next += 1;
      if (!(digit >= 0 && digit < 36) || at > 0x7fffffff) return null;
      at += digit * weight;
      const least = Math.min(26, Math.max(1, step - bias));
      if (digit < least) break;
      weight *= 36 - least;
    }
    const count = letters.length + 1;
    let delta = Math.floor((at - before) / (before === 0 ? 700 : 2));
    delta += Math.floor(delta / count);
    let steps = 0;
    for (; delta > 455; steps += 36) delta = Math.floor(delta / 35);
    bias = steps + Math.floor(36 * delta / (delta + 38));
    code += Math.floor(at / count);
    at %= count;
    if (code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) return null;
    letters.splice(at, 0, String.fromCodePoint(code));
    at += 1;
  }
  return letters.join('');
}
