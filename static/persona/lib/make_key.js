// @ts-check
import { publicKey } from './public_key.js';

/** @typedef {{ privateKey: CryptoKey, publicKey: import('./public_key.js').PublicKey }} UserKey */

/**
 * A key for one certificate. The private half can never be exported, and never leaves this
 * origin: a certificate names no audience, so whoever can use the key is the person everywhere.
 * @returns {Promise<UserKey>}
 */
export async function makeKey() {
  const algorithm = { name: 'RSASSA-PKCS1-v1_5', modulusLength: 2048, publicExponent: new Uint8Array([1, 0, 1]), hash: 'SHA-256' };
  const pair = await crypto.subtle.generateKey(algorithm, false, ['sign']);
  return { privateKey: pair.privateKey, publicKey: publicKey(await crypto.subtle.exportKey('jwk', pair.publicKey)) };
}
