// @ts-check
import { header, shortened } from './reading.js';

/** @typedef {import('./reading.js').Exchange} Exchange */

/** The policies of an answer: directives with their sources, in lower case. @param {Exchange} answer */
function policies(answer) {
  const text = (header(answer, 'content-security-policy') ?? '').toLowerCase();
  return text.split(',').map((policy) => policy.split(';')
    .map((directive) => directive.trim().split(/\s+/).filter(Boolean)).filter((words) => words.length))
    .filter((policy) => policy.length);
}

/** @param {string[][]} policy @param {string} name */
const sources = (policy, name) => policy.find(([directive]) => directive === name)?.slice(1);

/** The sources of scripts that a policy limits; null if none does. @param {Exchange} answer */
export function scriptSources(answer) {
  for (const policy of policies(answer)) {
    const found = sources(policy, 'script-src') ?? sources(policy, 'default-src');
    if (found) return found;
  }
  return null;
}

export const permitsInline = (/** @type {string[]} */ found) => found.some((one) => one === "'unsafe-inline'" || isNonce(one));
export const isNonce = (/** @type {string} */ source) => source.startsWith("'nonce-") || source.startsWith("'sha");

/**
 * Who may show a page in a frame: `frame-ancestors` counts where it stands, else `X-Frame-Options`.
 * @param {Exchange} answer @param {string} origin @returns {'nobody' | 'own' | 'others'}
 */
export function framing(answer, origin) {
  const found = policies(answer).map((policy) => sources(policy, 'frame-ancestors')).filter((one) => one !== undefined);
  if (found.length) {
    const kinds = found.map((list) => {
      if (list.every((one) => one === "'none'")) return 'nobody';
      return list.every((one) => one === "'self'" || one === origin) ? 'own' : 'others';
    });
    return kinds.includes('nobody') ? 'nobody' : kinds.includes('own') ? 'own' : 'others';
  }
  const options = (header(answer, 'x-frame-options') ?? '').toLowerCase().trim();
  return options === 'deny' ? 'nobody' : options === 'sameorigin' ? 'own' : 'others';
}

/** @param {Exchange} answer */
export function framingSeen(answer) {
  const policy = (header(answer, 'content-security-policy') ?? '').split(/[;,]/).map((one) => one.trim());
  const ancestors = policy.find((one) => one.toLowerCase().startsWith('frame-ancestors'));
  if (ancestors) return `Content-Security-Policy: ${shortened(ancestors)}`;
  const options = header(answer, 'x-frame-options');
  return options ? `X-Frame-Options: ${shortened(options)}` : 'neither frame-ancestors nor X-Frame-Options';
}
