// @ts-check
import { toBase64url } from './to_base64url.js';

const LIFE = 120_000;

/**
 * A bundle: certificate and an assertion for exactly one audience, valid for two minutes.
 * @param {{ privateKey: CryptoKey, certificate: string }} identity
 * @param {string} audience
 * @param {number} now milliseconds
 */
export async function makeAssertion(identity, audience, now) {
  const signed = `${part({ alg: 'RS256' })}.${part({ exp: now + LIFE, aud: audience })}`;
  const signature = await crypto.subtle.sign('RSASSA-PKCS1-v1_5', identity.privateKey, new TextEncoder().encode(signed));
  return `${identity.certificate}~${signed}.${toBase64url(new Uint8Array(signature))}`;
}

/** @param {object} value */
function part(value) {
  return toBase64url(new TextEncoder().encode(JSON.stringify(value)));
}
