// The old Node libraries on the bench's bundles, in memory: browserid-crypto's part (`bundle`: signatures and times under
// a key that was loaded before) and the whole of browserid-local-verify (`verify`: also the look-up, out of memory, with
// the key read each time, as it does).
//
//     node node.cjs INTEROP [NATIVE]
//
// INTEROP is tests/interop with its node_modules; NATIVE a folder in whose node_modules `bignum` was compiled. Without it
// all numbers are JavaScript's.
'use strict';

process.noDeprecation = true;
const Module = require('node:module');
const path = require('node:path');

const [interop, native] = process.argv.slice(2).map((folder) => path.resolve(folder));
const from = (folder) => Module.createRequire(path.join(folder, 'x.js'));
const resolve = Module._resolveFilename;
Module._resolveFilename = function (name, ...rest) {
  if (name !== 'bignum') return resolve.call(this, name, ...rest);
  if (native === undefined) throw Object.assign(new Error('not here'), { code: 'MODULE_NOT_FOUND' });
  return from(native).resolve.call(null, path.join(native, 'node_modules/bignum'));
};

const BrowserID = from(interop)('browserid-local-verify');
const jwcrypto = from(interop)('browserid-crypto');
from(interop)('browserid-crypto/lib/algs/rs');
from(interop)('browserid-crypto/lib/algs/ds');
const usesNative = Object.keys(require.cache).some((file) => file.includes('bignum.node'));
if (usesNative !== (native !== undefined)) throw new Error(`native numbers: ${usesNative}`);

require('./measuring.cjs').answer({
  bundle({ assertion, document, now }) {
    const key = jwcrypto.loadPublicKeyFromObject(document['public-key']);
    const at = new Date(now);
    return () => new Promise((done, fail) => {
      jwcrypto.cert.verifyBundle(assertion, at, (issuer, next) => next(null, key), (error) => (error ? fail(error) : done()));
    });
  },

  verify({ assertion, audience, document, domain, now }) {
    const options = {
      assertion,
      audience,
      insecureSSL: true,
      now: new Date(now),
      httpRequest: (host, target, done) => setImmediate(() => done(
        null, host === domain ? 200 : 404, { 'content-type': 'application/json' }, JSON.stringify(document),
      )),
    };
    return () => new Promise((done, fail) => {
      BrowserID.verify(options, (error) => (error ? fail(new Error(error)) : done()));
    });
  },
});
