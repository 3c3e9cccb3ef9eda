// @ts-check
import { fromBase64url } from './from_base64url.js';
import { Problem } from './problem.js';

const LONGEST_LIFE = 24 * 3_600_000;
const SKEW = 5 * 60_000;

/**
 * Takes a certificate only if it is the one that was asked for.
 * @param {string} certificate
 * @param {{ email: string, hosts: string[], publicKey: import('./public_key.js').PublicKey, now: number }} expected
 * @returns {{ email: string, expires: number }}
 */
export function checkCertificate(certificate, { email, hosts, publicKey, now }) {
  const claims = claimsOf(certificate);
  const named = claims?.principal?.email ?? claims?.sub;
  const key = claims?.['public-key'];
  const fits = hosts.includes(claims?.iss)
    && typeof named === 'string' && named.toLowerCase() === email.toLowerCase()
    && key?.n === publicKey.n && key?.e === publicKey.e && (key.algorithm ?? key.kty)?.startsWith('RS')
    && Number.isInteger(claims.exp) && claims.exp > now && claims.exp <= now + LONGEST_LIFE + SKEW;
  if (!fits) throw new Problem('certificate_wrong');
  return { email: named, expires: claims.exp };
}

/** @param {string} certificate @returns {any} */
export function claimsOf(certificate) {
  const parts = certificate.split('.');
  try {
    return parts.length === 3 ? JSON.parse(new TextDecoder().decode(fromBase64url(parts[1]))) : null;
  } catch {
    return null;
  }
}
