// An authenticator in software with the browser around it: one passkey (ES256), as `navigator.credentials` would answer.

import { createHash, createSign, generateKeyPairSync, randomBytes } from 'node:crypto';

const [PRESENT, VERIFIED, HAS_KEY] = [0x01, 0x04, 0x40];
const text = (bytes) => Buffer.from(bytes).toString('base64url');
const digest = (data) => createHash('sha256').update(data).digest();

/** A passkey for the pages at `origin`. */
export function makePasskey(origin) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const id = randomBytes(32);
  let handle = '';

  const said = (type, { challenge }) => Buffer.from(JSON.stringify({ type, challenge, origin, crossOrigin: false }));
  const data = (flags) => Buffer.concat([digest(new URL(origin).hostname), Buffer.from([PRESENT | VERIFIED | flags]), Buffer.alloc(4)]);
  const credential = (response) => ({
    id: text(id), rawId: text(id), type: 'public-key', authenticatorAttachment: 'platform', clientExtensionResults: {}, response,
  });
  return {
    /** `credentials.create`. */
    make(options) {
      handle = options.user.id;
      const { x, y } = publicKey.export({ format: 'jwk' });
      // COSE: {1: 2, 3: -7, -1: 1, -2: x, -3: y}.
      const key = Buffer.concat([
        Buffer.from('a5010203262001215820', 'hex'), Buffer.from(x, 'base64url'), Buffer.from('225820', 'hex'), Buffer.from(y, 'base64url'),
      ]);
      const made = Buffer.concat([data(HAS_KEY), Buffer.alloc(16), Buffer.from([0, id.length]), id, key]);
      // CBOR: {"fmt": "none", "attStmt": {}, "authData": made}.
      const attestation = Buffer.concat([
        Buffer.from('\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58', 'latin1'), Buffer.from([made.length]), made,
      ]);
      return credential({ clientDataJSON: text(said('webauthn.create', options)), attestationObject: text(attestation), transports: ['internal'] });
    },
    /** `credentials.get`. */
    answer(options) {
      const [client, mine] = [said('webauthn.get', options), data(0)];
      const signature = createSign('sha256').update(Buffer.concat([mine, digest(client)])).sign(privateKey);
      return credential({ clientDataJSON: text(client), authenticatorData: text(mine), signature: text(signature), userHandle: handle });
    },
  };
}
