// @ts-check
import { isAudience } from './is_audience.js';
import { Problem } from './problem.js';

/**
 * @typedef {{ assertion: string, email: string }} Answer
 * @typedef {{
 *   audience: string, email: string, typed: string, siteName: string, leaves: boolean,
 *   succeed(answer: Answer): void, cancel(): void, other(): void,
 * }} Asked one request of a site. email: to sign in with; typed: at the site; leaves: this tab goes back there
 */

/**
 * The request of the page that opened this window. The audience is the origin that the browser
 * reports, never one that is named in a message; the first request wins.
 * @param {Window} opener
 * @param {Window} [self]
 * @returns {Promise<Asked>}
 */
export function openerRequest(opener, self = window) {
  return new Promise((resolve, reject) => {
    const take = (/** @type {MessageEvent} */ event) => {
      if (event.source !== opener || typeof event.data !== 'string') return;
      const message = parsed(event.data);
      const { c, params } = message?.d ?? {};
      if (message?.a !== 'request' || typeof c !== 'string') return;
      self.removeEventListener('message', take);
      if (!isAudience(event.origin)) return reject(new Problem('audience_refused'));
      if (!/^[^\s@]+@[^\s@]+$/.test(params?.email) || params.email.length > 254) return reject(new Problem('request_wrong'));
      const audience = event.origin;
      const say = (/** @type {string} */ a, /** @type {unknown} */ d) => opener.postMessage(JSON.stringify({ a, v: 1, d }), audience);
      const sayAndClose = (/** @type {unknown} */ d) => {
        say('response', d);
        setTimeout(() => self.close(), 100);
      };
      resolve({
        audience,
        email: params.email,
        typed: params.email,
        siteName: String(params.siteName ?? ''),
        leaves: false,
        succeed: ({ assertion, email }) => sayAndClose({ c, assertion, email }),
        cancel: () => sayAndClose(null),
        other: () => say('error', { c, reason: 'other_address' }),
      });
    };
    self.addEventListener('message', take);
    // Anyone may learn that an agent page is open; nothing else ever goes to '*'.
    opener.postMessage('{"a":"ready","v":1}', '*');
  });
}

/** @param {string} text @returns {any} */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
