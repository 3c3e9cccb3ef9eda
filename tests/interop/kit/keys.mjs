// Keys for tests, in the forms that all sides understand.
//
// RSA pairs are made by Node's own crypto (the old library is slow at it) and loaded into
// browserid-crypto, which does the signing. DSA pairs are made by browserid-crypto.

import { createPrivateKey, generateKeyPairSync, sign as signWithNode } from 'node:crypto';

import { jwcrypto, later } from './libraries.mjs';

const RSA_BITS = { RS64: 512, RS128: 1024, RS256: 2048 };
const DSA_SIZE = { DS128: 128, DS256: 256 };

/** A fresh pair of one of the kinds RS64, RS128, RS256, DS128, DS256. */
export async function makePair(kind) {
  return kind in RSA_BITS ? rsaPair(kind, RSA_BITS[kind]) : dsaPair(kind, DSA_SIZE[kind]);
}

function rsaPair(kind, bits) {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: bits });
  const { n, e, d } = privateKey.export({ format: 'jwk' });
  const numbers = { algorithm: 'RS', n: decimal(n), e: decimal(e), d: decimal(d) };
  return {
    kind,
    published: { algorithm: 'RS', n: numbers.n, e: numbers.e },
    publicKey: jwcrypto.loadPublicKeyFromObject({ algorithm: 'RS', n: numbers.n, e: numbers.e }),
    secretKey: jwcrypto.loadSecretKeyFromObject(numbers),
    signBytes: async (text) => signWithNode('sha256', Buffer.from(text), createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }))),
  };
}

async function dsaPair(kind, keysize) {
  const pair = await later((done) => jwcrypto.generateKeypair({ algorithm: 'DS', keysize }, done));
  return {
    kind,
    published: pair.publicKey.toSimpleObject(),
    publicKey: pair.publicKey,
    secretKey: pair.secretKey,
    async signBytes(text) {
      const hex = await new Promise((resolve) => pair.secretKey.sign(text, randomSource, () => {}, resolve));
      return Buffer.from(hex.length % 2 ? `0${hex}` : hex, 'hex');
    },
  };
}

const { RNG } = await import('browserid-crypto/lib/rng.js').then((module) => module.default ?? module);
const randomSource = new RNG();
await new Promise((resolve) => randomSource.autoseed(resolve));

function decimal(base64url) {
  return BigInt(`0x${Buffer.from(base64url, 'base64url').toString('hex')}`).toString(10);
}

export const base64url = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/** A signed object with any header and any payload (a string stands for itself). */
export async function signed(pair, payload, header = { alg: pair.kind }) {
  const text = `${base64url(header)}.${base64url(payload)}`;
  return `${text}.${(await pair.signBytes(text)).toString('base64url')}`;
}
