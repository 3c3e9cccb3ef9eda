// @ts-check
import { parseJson } from './parse_json.js';

/**
 * @typedef {{ url: string, method?: string, status: number, headers: [string, string][], body: string, bytes: number,
 *   failure?: string | null, is_bom?: boolean, is_cut?: boolean, is_not_text?: boolean, is_partial?: boolean, took?: number, when?: number }} Exchange
 * @typedef {{ host: string, origin: string, names?: object | null, document: Exchange, without_query?: Exchange | null,
 *   with_slash?: Exchange | null }} HostSeen
 * @typedef {{ role: 'agent' | 'authentication' | 'provisioning', answer: Exchange }} PageSeen
 * @typedef {{ get: Exchange, no_session: Exchange, session: Exchange }} SignSeen
 * @typedef {{ domain: string, now: number, hosts: HostSeen[], certificate?: string | null,
 *   authority?: { pages: PageSeen[], scripts: Exchange[], sign?: SignSeen | null } | null }} Observation
 */

export const MAX_DOCUMENT = 64 * 1024;

/** What an answer says, read without a judgement: the counterpart of shared/doctor/src/reading.rs. */
export const header = (/** @type {Exchange} */ answer, /** @type {string} */ name) => {
  const values = (answer.headers ?? []).filter(([known]) => known === name).map(([, value]) => value);
  return values.length ? values.join(', ') : null;
};

export const is = (/** @type {Exchange} */ answer, /** @type {number} */ status) => !answer.failure && answer.status === status;

export const mediaType = (/** @type {Exchange} */ answer) => header(answer, 'content-type')?.split(';')[0].trim().toLowerCase() ?? null;

export const isHtml = (/** @type {Exchange} */ answer) => ['text/html', 'application/xhtml+xml'].includes(mediaType(answer) ?? '');

const FAILURES = /** @type {Record<string, string>} */ ({
  late: 'no time was left', redirected: 'a redirect', timeout: 'no answer in time',
});

export function inWords(/** @type {Exchange} */ answer) {
  if (answer.failure) return FAILURES[answer.failure] ?? 'no answer';
  const to = header(answer, 'location');
  return `status ${answer.status}${to ? ` to ${shortened(to)}` : ''}`;
}

/** What came from elsewhere is shown up to 120 characters. */
export function shortened(/** @type {string} */ text) {
  const kept = [...text].map((one) => (/\p{Cc}/u.test(one) ? ' ' : one));
  return kept.length > 120 ? `${kept.slice(0, 120).join('')}…` : kept.join('');
}

export function encoding(/** @type {Exchange} */ answer) {
  const named = header(answer, 'content-encoding')?.toLowerCase();
  return named && named !== 'identity' ? named : null;
}

const CHALLENGES = ['just a moment', 'checking your browser', 'cf-chl', 'attention required! | cloudflare', 'captcha', 'verify you are human'];

export function challenge(/** @type {Exchange} */ answer) {
  for (const name of ['cf-mitigated', 'x-amzn-waf-action']) {
    const how = header(answer, name);
    if (how) return `header ${name}: ${shortened(how)}`;
  }
  if (![202, 403, 405, 429, 503].includes(answer.status) || !isHtml(answer)) return null;
  const body = answer.body.toLowerCase();
  const text = CHALLENGES.find((one) => body.includes(one));
  return text ? `status ${answer.status} and a page that says \`${text}\`` : null;
}

/**
 * The members of a document, whatever its type; or why there are none.
 * @param {Exchange} answer
 * @returns {{ members?: Record<string, any>, flaw?: 'answer' | 'challenge' | 'encoded' | 'large' | 'json' | 'twice' | 'object' }}
 */
export function members(answer) {
  if (challenge(answer)) return { flaw: 'challenge' };
  if (!is(answer, 200)) return { flaw: 'answer' };
  if (encoding(answer)) return { flaw: 'encoded' };
  if (answer.is_cut || answer.bytes > MAX_DOCUMENT) return { flaw: 'large' };
  if (answer.is_not_text) return { flaw: 'json' };
  const read = parseJson(answer.body);
  if (read.flaw) return { flaw: read.flaw };
  if (typeof read.value !== 'object' || !read.value || Array.isArray(read.value)) return { flaw: 'object' };
  return { members: read.value };
}

/** The host’s document: that with `?domain=`, or else the one without. */
export function readDocument(/** @type {HostSeen} */ host) {
  const read = members(host.document);
  if (read.flaw && host.without_query) {
    const other = members(host.without_query);
    if (other.members) return { answer: host.without_query, ...other };
  }
  return { answer: host.document, ...read };
}

const LABEL = '[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?';
const HOST = new RegExp(`^(?:${LABEL}\\.)+(?!\\d+$|0x[0-9a-f]*$)${LABEL}$`);

/** Whom a document names as the authority, if that is a host. @param {any} text */
export function hostName(text) {
  if (typeof text !== 'string') return null;
  const [, host, port] = /^(.*?)(?::(\d{1,5}))?$/s.exec(text) ?? [];
  if (port && (!host.endsWith('.localhost') || Number(port) < 1 || Number(port) > 65535)) return null;
  return host.length <= 253 && HOST.test(host) ? text : null;
}

/** An absolute path as a document may name it. @param {any} text */
export const isPath = (text) => typeof text === 'string' && text.startsWith('/') && !/[?#\\"'<>|{}^`\s\p{Cc}\u{feff}]/u.test(text);

/** True for pages of this product, whose functions are where they are known to be. @param {Record<string, any>} document */
export const isOurs = (document) => isPath(document.agent) && document.provisioning === '/persona/provision.html';

/** The host’s clock minus ours, in milliseconds, if an answer tells. @param {Exchange} answer */
export function clockOffset(answer) {
  const date = Date.parse(header(answer, 'date') ?? '');
  if (answer.failure || !answer.when || !date) return null;
  return date + (Number(header(answer, 'age')) || 0) * 1000 - answer.when;
}
