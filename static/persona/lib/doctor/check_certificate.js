// @ts-check
import { fromBase64url } from '../from_base64url.js';
import { parseJson } from './parse_json.js';
import { shortened } from './reading.js';

/** @typedef {import('./examine.js').Add} Add */
/** @typedef {import('./reading.js').Observation} Observation */

const HOUR = 3_600_000;
const LONGEST = 24 * HOUR + 300_000;
/** Milliseconds since 1970 are above this since 1973; seconds will be below it until the year 5138. */
const FIRST = 100_000_000_000;

/** A certificate: who made it, for whom, for how long. @param {Observation} seen @param {Add} add */
export function checkCertificate(seen, add) {
  const host = seen.hosts[seen.hosts.length - 1].host;
  const parts = (seen.certificate ?? '').trim().split('~')[0].split('.');
  const [head, claims] = parts.length === 3 ? parts.map(object) : [];
  if (!head || !claims || !isBase64url(parts[2])) return add('certificate-unreadable', `${parts.length} parts`);
  if (claims.iss !== host) add('certificate-issuer', `${shortened(String(claims.iss ?? 'nobody'))}, expected ${host}`);
  const named = claims.principal?.email ?? claims.sub;
  const domain = typeof named === 'string' ? /@([^@]*)$/.exec(named)?.[1] : undefined;
  if (domain !== undefined && domain !== seen.domain && !seen.hosts.some((one) => one.host === domain)) add('certificate-address', shortened(domain));
  const { exp, iat } = claims;
  if (!Number.isInteger(exp) || exp < 0) return add('certificate-endless', 'no whole number in `exp`');
  if (exp < FIRST) return add('certificate-seconds', `"exp": ${exp}`);
  const issued = Number.isInteger(iat) && iat >= 0 ? iat : null;
  if (issued === null) add('certificate-undated', 'no `iat`');
  else if (issued > seen.now) add('certificate-future', `${Math.ceil((issued - seen.now) / 1000)} seconds ahead`);
  if (exp < seen.now) add('certificate-over', `since ${Math.floor((seen.now - exp) / 1000)} seconds`);
  const life = exp - (issued ?? seen.now);
  if (life > LONGEST) add('certificate-long', `${Math.floor(life / HOUR)} hours`);
}

/** @param {string} part @returns {any} */
function object(part) {
  try {
    const { value } = parseJson(new TextDecoder('utf-8', { fatal: true }).decode(fromBase64url(part)));
    return typeof value === 'object' && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}

/** @param {string} part */
function isBase64url(part) {
  try {
    fromBase64url(part);
    return true;
  } catch {
    return false;
  }
}
