// The old Node libraries in a process of their own: one JSON question a line in, one JSON answer a
// line out. Some inputs make them throw outside of every callback; here that is an answer too.
'use strict';

process.noDeprecation = true;
const readline = require('node:readline');
const BrowserID = require('browserid-local-verify');
const jwcrypto = require('browserid-crypto');
require('browserid-crypto/lib/algs/rs');
require('browserid-crypto/lib/algs/ds');

let answerNow = null;

process.on('uncaughtException', (error) => {
  if (answerNow === null) throw error;
  answerNow({ status: 'crash', reason: String(error && error.message) });
});

readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const question = JSON.parse(line);
  let answered = false;
  const answer = (value) => {
    if (answered) return;
    answered = true;
    answerNow = null;
    process.stdout.write(`${JSON.stringify(value)}\n`);
  };
  answerNow = answer;
  try {
    operations[question.op](question, answer);
  } catch (error) {
    answer({ status: 'crash', reason: String(error && error.message) });
  }
});

const operations = {
  // The whole of browserid-local-verify: look-up, chain, audience, authority. With `documents` the
  // look-up goes through its own hook, else over TLS through the proxy named in the environment.
  verify(question, answer) {
    BrowserID.verify(options(question), (reason, details) => answer(
      reason ? { status: 'failure', reason: String(reason) }
        : { status: 'okay', ...details, expires: Number(details.expires) },
    ));
  },

  lookup(question, answer) {
    BrowserID.lookup(options(question), (reason, details) => answer(
      reason ? { status: 'failure', reason: String(reason) }
        : {
          status: 'okay',
          authoritativeDomain: details.authoritativeDomain,
          delegationChain: details.delegationChain,
          urls: details.urls,
          key: details.publicKey.toSimpleObject(),
        },
    ));
  },

  // browserid-crypto alone: signatures and times under a given key.
  verifyBundle(question, answer) {
    const key = jwcrypto.loadPublicKeyFromObject(question.key);
    jwcrypto.cert.verifyBundle(
      question.assertion, new Date(question.now), (issuer, next) => next(null, key),
      (error, certificates, payload, assertion) => answer(
        error ? { status: 'failure', reason: error.message ?? String(error) }
          : {
            status: 'okay',
            audience: assertion.audience,
            expires: Number(assertion.expiresAt),
            issuer: certificates[0].assertionParams.issuer,
            email: certificates[0].certParams.principal?.email,
          },
      ),
    );
  },
};

function options(question) {
  const { op, documents, now, ...rest } = question;
  const given = { ...rest, insecureSSL: true };
  if (now !== undefined) given.now = new Date(now);
  if (documents !== undefined) {
    given.httpRequest = (domain, path, done) => {
      const known = Object.hasOwn(documents, domain);
      setImmediate(() => done(null, known ? 200 : 404, { 'content-type': 'application/json' },
        known ? JSON.stringify(documents[domain]) : ''));
    };
  }
  return given;
}
