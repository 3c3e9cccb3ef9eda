// Certificates that the running product issues, judged by the libraries of Persona's time.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { enrol, request, sendFromOwnPage, startProduct } from '../kit/product.mjs';
import { makePair, signed } from './kit/keys.mjs';
import { jwcrypto, later, nodeLibraries } from './kit/libraries.mjs';
import { startTlsProxy } from './kit/tls_proxy.mjs';

const AUDIENCE = 'https://rp.example';
const USER_KEYS = ['RS256', 'DS128', 'DS256'];

describe('what Selfsame issues, checked by the old Node libraries', () => {
  let product, person, proxy, theirs;
  const bundles = {};

  before(async () => {
    product = await startProduct();
    person = await enrol(product);
    proxy = await startTlsProxy({ 'me.localhost': product.identity });
    theirs = nodeLibraries({ lookUpThrough: proxy.url });
    for (const kind of USER_KEYS) {
      const pair = await makePair(kind);
      const certificate = await certificateFor(pair);
      bundles[kind] = { pair, certificate, bundle: await backed(pair, certificate, { audience: AUDIENCE }) };
    }
  });

  after(async () => {
    await theirs?.stop();
    await proxy?.stop();
    await product?.stop();
  });

  async function certificateFor(pair, duration = 3600) {
    const answer = await sendFromOwnPage(
      product.identity, 'POST',
      `/persona/sign/?email=${encodeURIComponent(person.email)}&duration=${duration}`,
      pair.published, { cookie: person.cookie },
    );
    assert.equal(answer.status, 200, answer.text);
    assert.match(answer.headers['content-type'], /^text\/plain/);
    return answer.text;
  }

  async function backed(pair, certificate, { audience, expiresAt = new Date(Date.now() + 120_000) }) {
    const assertion = await later((done) => jwcrypto.assertion.sign({}, { audience, expiresAt }, pair.secretKey, done));
    return jwcrypto.cert.bundle([certificate], assertion);
  }

  async function publishedKey() {
    return (await request(`${product.identity}/.well-known/browserid`)).json()['public-key'];
  }

  test('browserid-local-verify finds our support document over TLS', async () => {
    const found = await theirs.ask({ op: 'lookup', domain: 'me.localhost' });
    assert.equal(found.status, 'okay', found.reason);
    assert.equal(found.authoritativeDomain, 'me.localhost');
    assert.deepEqual(found.delegationChain, ['me.localhost']);
    assert.deepEqual(found.urls, {
      auth: 'https://me.localhost/persona/sign_in.html',
      prov: 'https://me.localhost/persona/provision.html',
    });
    assert.equal(found.key.algorithm, 'RS');
    assert.ok(proxy.asked.includes('me.localhost/.well-known/browserid?domain=me.localhost'));
  });

  for (const kind of USER_KEYS) {
    test(`browserid-local-verify accepts our certificate for a ${kind} key`, async () => {
      const seen = proxy.asked.length;
      const verdict = await theirs.ask({ op: 'verify', assertion: bundles[kind].bundle, audience: AUDIENCE });
      assert.equal(verdict.status, 'okay', verdict.reason);
      assert.equal(verdict.email, person.email);
      assert.equal(verdict.issuer, 'me.localhost');
      assert.equal(verdict.audience, AUDIENCE);
      assert.ok(proxy.asked.length > seen, 'it looked the key up itself');
    });

    test(`browserid-crypto accepts our certificate for a ${kind} key`, async () => {
      const verdict = await theirs.ask({
        op: 'verifyBundle', assertion: bundles[kind].bundle, now: Date.now(), key: await publishedKey(),
      });
      assert.equal(verdict.status, 'okay', verdict.reason);
      assert.equal(verdict.email, person.email);
      assert.equal(verdict.issuer, 'me.localhost');
    });

    test(`our own verifier accepts the same assertion of a ${kind} key`, async () => {
      const { pair, certificate } = bundles[kind];
      const bundle = await backed(pair, certificate, { audience: AUDIENCE });
      const answer = await request(`${product.verifier}/verify`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: new URLSearchParams({ assertion: bundle, audience: AUDIENCE }).toString(),
      });
      assert.equal(answer.status, 200);
      const verdict = answer.json();
      assert.equal(verdict.status, 'okay', verdict.reason);
      assert.equal(verdict.email, person.email);
      assert.equal(verdict.issuer, 'me.localhost');
    });
  }

  test('the certificate says what Persona\'s browsers needed to hear', () => {
    const { header, payload } = jwcrypto.extractComponents(bundles.RS256.certificate);
    assert.deepEqual(header, { alg: 'RS256' });
    assert.equal(payload.iss, 'me.localhost');
    assert.deepEqual(payload.principal, { email: person.email });
    assert.deepEqual(payload['public-key'], bundles.RS256.pair.published);
    assert.ok(Number.isInteger(payload.iat) && payload.iat <= Date.now());
    assert.ok(Number.isInteger(payload.exp) && payload.exp > Date.now());
    assert.ok(payload.exp - payload.iat <= 3_610_000, 'an hour and the ten seconds that iat is set back');
  });

  const refusals = {
    'at another audience': [async () => ({ audience: 'https://other.example' }), 'audience mismatch: domain mismatch'],
    'after the assertion ran out': [async () => ({ now: Date.now() + 180_000 }), 'expired'],
    'after the certificate ran out': [async () => ({ now: Date.now() + 3_700_000 }), 'expired'],
    'before the certificate was issued': [async () => ({ now: Date.now() - 60_000 }), 'issued later than verification date'],
    'with the assertion of another key': [
      async () => ({
        assertion: `${bundles.RS256.certificate}~${bundles.DS128.bundle.split('~')[1]}`,
      }),
      'algorithms do not match',
    ],
    'with a stranger\'s signature under the right name': [
      async () => ({
        assertion: `${bundles.RS256.certificate}~${await signed(await makePair('RS256'), { aud: AUDIENCE, exp: Date.now() + 120_000 })}`,
      }),
      'invalid signature',
    ],
  };
  for (const [situation, [change, reason]] of Object.entries(refusals)) {
    test(`browserid-local-verify refuses ours ${situation}`, async () => {
      const verdict = await theirs.ask({
        op: 'verify', assertion: bundles.RS256.bundle, audience: AUDIENCE, ...await change(),
      });
      assert.deepEqual(verdict, { status: 'failure', reason });
    });
  }
});
