// @ts-check
import { fromBase64url } from './from_base64url.js';

/** @typedef {{ algorithm: 'RS', n: string, e: string }} PublicKey */

/**
 * The BrowserID form of an RSA key: decimal numbers.
 * @param {JsonWebKey} jwk
 * @returns {PublicKey}
 */
export function publicKey(jwk) {
  return { algorithm: 'RS', n: decimal(jwk.n), e: decimal(jwk.e) };
}

/** @param {string | undefined} text */
function decimal(text = '') {
  const hex = Array.from(fromBase64url(text), (byte) => byte.toString(16).padStart(2, '0')).join('');
  return BigInt(`0x${hex}`).toString();
}
