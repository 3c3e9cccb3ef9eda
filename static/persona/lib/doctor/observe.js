// @ts-check
import { ownApiScripts } from './check_pages.js';
import { NOBODYS_KEY } from './nobodys_key.js';
import { isOurs, isPath, readDocument } from './reading.js';

/** @typedef {import('./reading.js').Exchange} Exchange */

const LIMIT = 3500;
const MAX_BODY = 512 * 1024;
const WELL_KNOWN = '/.well-known/browserid';

/**
 * Looks at this origin as a stranger would: without a cookie, without following a redirect, and at nothing else but the
 * functions, if they are at another origin of the site.
 * @param {{ ask?: typeof fetch, origin: string, host: string, api?: string, now: number, progress: (what: string) => void }} here
 * @returns {Promise<import('./reading.js').Observation>}
 */
export async function observe({ ask = fetch, origin, host, api = '', now, progress }) {
  const get = (/** @type {string} */ path, from = origin) => exchange(ask, from + path, {}, from !== origin);
  progress('Looking at the document…');
  const [document, without_query, with_slash] = await Promise.all(
    [`${WELL_KNOWN}?domain=${host}`, WELL_KNOWN, `${WELL_KNOWN}/?domain=${host}`].map((path) => get(path)),
  );
  const hostSeen = { host, origin, document, without_query, with_slash };
  /** @type {import('./reading.js').Observation} */
  const seen = { domain: host, now, hosts: [hostSeen], authority: null };
  const { members } = readDocument(hostSeen);
  if (!members || members.authority || members.disabled) return seen;

  progress('Looking at the pages…');
  const roles = /** @type {const} */ (['authentication', 'provisioning', 'agent']);
  const pages = await Promise.all(roles.filter((role) => isPath(members[role])).map(async (role) => ({ role, answer: await get(members[role]) })));
  if (!pages.length) return seen;
  const scripts = await Promise.all(ownApiScripts(pages, origin).map((path) => get(/** @type {string} */ (path))));
  seen.authority = { pages, scripts, sign: null };
  if (!isOurs(members)) return seen;

  progress('Looking at the functions…');
  const at = api || origin;
  const body = { method: 'POST', body: JSON.stringify(NOBODYS_KEY), headers: { 'Content-Type': 'application/json' } };
  const [sign, post, session] = await Promise.all([
    get('/persona/sign/', at),
    exchange(ask, `${at}/persona/sign/?email=doctor%40${host}&duration=60`, body, at !== origin),
    get('/persona/session', at),
  ]);
  seen.authority.sign = { get: sign, no_session: post, session };
  return seen;
}

/**
 * @param {typeof fetch} ask
 * @param {string} url
 * @param {RequestInit} more
 * @param {boolean} isPartial headers of another origin are not all to be seen
 * @returns {Promise<Exchange>}
 */
async function exchange(ask, url, more, isPartial) {
  /** @type {Exchange} */
  const seen = { url, method: more.method ?? 'GET', status: 0, headers: [], body: '', bytes: 0, failure: null, is_partial: isPartial };
  const began = performance.now();
  try {
    const signal = AbortSignal.timeout(LIMIT);
    const answer = await ask(url, { cache: 'no-store', credentials: 'omit', redirect: 'manual', signal, ...more });
    seen.when = Date.now();
    if (answer.type === 'opaqueredirect') return { ...seen, failure: 'redirected' };
    seen.status = answer.status;
    // The browser has unpacked it already, because it had asked for that.
    seen.headers = [...answer.headers].filter(([name]) => name !== 'content-encoding');
    const bytes = new Uint8Array(await answer.arrayBuffer());
    seen.bytes = bytes.length;
    seen.is_cut = bytes.length > MAX_BODY;
    seen.is_bom = bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf;
    seen.body = text(bytes.subarray(0, MAX_BODY), false);
    seen.is_not_text = text(bytes, true) === '' && bytes.length > (seen.is_bom ? 3 : 0);
  } catch (error) {
    seen.failure = error instanceof DOMException && error.name === 'TimeoutError' ? 'timeout' : 'closed';
  }
  seen.took = Math.round(performance.now() - began);
  return seen;
}

/** @param {Uint8Array} bytes @param {boolean} fatal */
function text(bytes, fatal) {
  try {
    return new TextDecoder('utf-8', { fatal }).decode(bytes);
  } catch {
    return '';
  }
}
