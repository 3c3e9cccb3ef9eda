// @ts-check
import { shortened } from './reading.js';

/** @typedef {import('./examine.js').Add} Add */

const MAX_KEYS = 8;
const MAX_DIGITS = 2467;

/** The keys of a document. @param {Record<string, any>} document @param {Add} add */
export function checkKeys(document, add) {
  const listed = document.keys || [];
  if (!Array.isArray(listed)) add('keys-malformed', '`keys` is no list');
  /** @type {[string, any][]} */
  const keys = document['public-key'] ? [['public-key', document['public-key']]] : [];
  if (Array.isArray(listed)) {
    listed.forEach((key, at) => {
      if (!key?.use || key.use === 'sig') keys.push([`keys[${at}]`, key]);
    });
    if (!keys.length) return add('key-missing', 'neither `public-key` nor `keys` gives one');
  }
  if (keys.length > MAX_KEYS) return add('keys-malformed', `${keys.length} keys, and ${MAX_KEYS} are read`);
  const read = new Set();
  for (const [place, key] of keys) {
    const one = checkKey(place, key, add);
    if (one === null) continue;
    if (read.has(one)) add('key-twice', place);
    read.add(one);
  }
  if (read.size > 1) add('keys-overlap', `${read.size} keys`);
}

/** What tells a key from others; null for one that cannot be used. @param {string} place @param {any} key @param {Add} add */
function checkKey(place, key, add) {
  const fail = (/** @type {string} */ id, /** @type {string} */ seen) => (add(id, `${place}: ${seen}`), null);
  if (typeof key !== 'object' || !key || Array.isArray(key)) return fail('key-not-object', 'no object');
  for (const name of ['d', 'x']) if (name in key) add('key-private', `${place} has \`${name}\``);
  const named = key.algorithm || key.kty;
  const isDsa = named === 'DS' || named === 'DSA';
  if (isDsa) add('key-kind', place);
  if (key.kty) add('key-form', place);
  if (!isDsa && named !== 'RS' && named !== 'RSA') return fail('key-algorithm', shortened(`no such algorithm: ${named}`));
  const form = key.kty ? 64 : isDsa ? 16 : 10;
  /** @type {Record<string, bigint>} */
  const numbers = {};
  for (const name of isDsa ? ['p', 'q', 'g', 'y'] : ['n', 'e']) {
    const text = key[name];
    if (text === undefined) return fail('key-member-missing', `no \`${name}\``);
    if (typeof text === 'number') return fail('key-number-json', `\`${name}\``);
    if (typeof text !== 'string') return fail('key-number', `\`${name}\` is no text`);
    const number = numberOf(text, form);
    if (number === null) {
      const isHex = form === 10 && /^(?:0x)?[0-9a-f]+$/i.test(text);
      return fail(isHex ? 'key-number-hex' : 'key-number', `\`${name}\` begins with \`${shortened(text.slice(0, 16))}\``);
    }
    numbers[name] = number;
  }
  const zeros = form !== 64 && Object.keys(numbers).some((name) => key[name].startsWith('0'));
  const bits = (/** @type {bigint} */ number) => (number ? number.toString(2).length : 0);
  const size = bits(isDsa ? numbers.p : numbers.n);
  if (isDsa) {
    if (size !== 1024 && size !== 2048) return fail('key-size', `${size} bits`);
  } else {
    if (!(size >= 1023 && size <= 1025) && !(size >= 2047 && size <= 2049)) return fail('key-size', `${size} bits`);
    if (numbers.n % 2n === 0n) return fail('key-modulus', '`n` is even');
    if (numbers.e < 3n || numbers.e % 2n === 0n || bits(numbers.e) > 32) return fail('key-exponent', shortened(`\`e\` is ${key.e}`));
    if (size < 2000) add('key-weak', `${place}: ${size} bits`);
    if (numbers.e !== 65537n) add('key-exponent-unusual', `${place}: ${numbers.e}`);
  }
  if (zeros) add('key-number-zeros', place);
  return Object.values(numbers).join(' ');
}

/** Digits only: no sign, no blanks, no prefix. @param {string} text @param {number} form 10, 16 or 64 */
function numberOf(text, form) {
  if (!text || text.length > MAX_DIGITS) return null;
  if (form === 10) return /^\d+$/.test(text) && !text.includes('\n') ? BigInt(text) : null;
  if (form === 16) return /^[0-9a-f]+$/i.test(text) ? BigInt(`0x${text}`) : null;
  if (!/^[\w+/-]+={0,2}$/.test(text)) return null;
  try {
    const bytes = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
    return BigInt(`0x0${Array.from(bytes, (byte) => byte.charCodeAt(0).toString(16).padStart(2, '0')).join('')}`);
  } catch {
    return null;
  }
}
