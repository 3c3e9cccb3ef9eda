// PyBrowserID, the library behind the old Python sites: its own checks of ours, its client of the
// verifier, and what it makes.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';

import { enrol, request, sendFromOwnPage, startProduct } from '../kit/product.mjs';
import { makePair, signed } from './kit/keys.mjs';
import { pythonLibrary } from './kit/libraries.mjs';
import { ourCommand } from './kit/ours.mjs';

const AUDIENCE = 'http://rp.localhost:9000';
const USER_KEYS = ['RS256', 'DS128', 'DS256'];

let python;
before(() => { python = pythonLibrary(); });
after(() => python?.stop());

describe('what Selfsame issues, checked by PyBrowserID', () => {
  let product, person, document;
  const bundles = {};

  before(async () => {
    product = await startProduct();
    person = await enrol(product);
    document = (await request(`${product.identity}/.well-known/browserid`)).json();
    for (const kind of USER_KEYS) {
      const pair = await makePair(kind);
      const answer = await sendFromOwnPage(
        product.identity, 'POST', `/persona/sign/?email=${encodeURIComponent(person.email)}&duration=3600`,
        pair.published, { cookie: person.cookie },
      );
      assert.equal(answer.status, 200, answer.text);
      bundles[kind] = `${answer.text}~${await signed(pair, { aud: AUDIENCE, exp: Date.now() + 120_000 })}`;
    }
  });
  after(() => product?.stop());

  const local = (more) => python.ask({
    op: 'local', assertion: bundles.RS256, audience: AUDIENCE, documents: { 'me.localhost': document }, ...more,
  });
  const remote = (more) => python.ask({
    op: 'remote', assertion: bundles.RS256, audience: AUDIENCE, url: `${product.verifier}/verify`, ...more,
  });

  for (const kind of USER_KEYS) {
    test(`its LocalVerifier accepts our certificate for a ${kind} key`, async () => {
      assert.deepEqual(await local({ assertion: bundles[kind] }), {
        status: 'okay', audience: AUDIENCE, email: person.email, issuer: 'me.localhost',
      });
    });

    test(`its RemoteVerifier accepts the answer of our /verify for a ${kind} key`, async () => {
      const { expires, ...rest } = await remote({ assertion: bundles[kind] });
      assert.deepEqual(rest, { status: 'okay', audience: AUDIENCE, email: person.email, issuer: 'me.localhost' });
      assert.ok(expires > Date.now());
    });
  }

  test('its LocalVerifier follows our delegation', async () => {
    const verdict = await local({
      documents: { 'me.localhost': document, 'blog.example': { authority: 'me.localhost' } },
    });
    assert.equal(verdict.status, 'okay');
  });

  test('its LocalVerifier refuses ours at another audience', async () => {
    assert.equal((await local({ audience: 'http://other.localhost' })).error, 'AudienceMismatchError');
  });

  test('its LocalVerifier refuses ours when the time is over', async () => {
    assert.equal((await local({ now: Date.now() + 180_000 })).error, 'ExpiredSignatureError');
  });

  test('its LocalVerifier refuses ours under another key', async () => {
    const other = await makePair('RS256');
    const verdict = await local({ documents: { 'me.localhost': { ...document, 'public-key': other.published } } });
    assert.equal(verdict.error, 'InvalidSignatureError');
    assert.equal(verdict.reason, 'bad signature in chain');
  });

  test('its RemoteVerifier reports our refusal with our reason', async () => {
    const [certificate] = bundles.RS256.split('~');
    const forged = `${certificate}~${await signed(await makePair('RS256'), { aud: AUDIENCE, exp: Date.now() + 120_000 })}`;
    const verdict = await remote({ assertion: forged });
    assert.equal(verdict.error, 'InvalidSignatureError');
    assert.match(verdict.reason, /'reason': 'invalid signature'/);
  });
});

describe('what PyBrowserID makes, checked by selfsame verify', () => {
  let ours, document;
  before(async () => {
    ours = await ourCommand();
    document = { ...await python.ask({ op: 'document', domain: 'idp.example' }), authentication: '/a', provisioning: '/p' };
  });
  after(() => ours?.remove());

  const made = async (more = {}) => (await python.ask({
    op: 'make', with: { email: 'person@idp.example', audience: AUDIENCE, issuer: 'idp.example', ...more },
  })).assertion;
  const judged = async (assertion, more = {}) => ours.verify({
    assertion, audience: AUDIENCE, documents: { 'idp.example': document }, ...more,
  });

  test('its assertion is believed', async () => {
    const { expires, ...rest } = await judged(await made());
    assert.deepEqual(rest, { audience: AUDIENCE, issuer: 'idp.example', email: 'person@idp.example', status: 'okay' });
    assert.ok(expires > Date.now());
  });

  test('its extra claims come through', async () => {
    const verdict = await judged(await made({ idp_claims: { level: 3 }, user_claims: { mood: 'calm' } }));
    assert.deepEqual(verdict.idpClaims, { level: 3 });
    assert.deepEqual(verdict.userClaims, { mood: 'calm' });
  });

  const refusals = {
    'a wrong signature on the assertion': [{ assertion_sig: undefined, forged: 'assertion_sig' }, 'invalid signature'],
    'a wrong signature on the certificate': [{ forged: 'certificate_sig' }, 'invalid signature'],
    'an end in the past': [{ exp: 1 }, 'expired'],
    'another audience': [{ audience: 'http://other.localhost:9000' }, 'audience mismatch: domain mismatch'],
    'an issuer with nothing to say': [{ issuer: 'login.persona.org' }, "untrusted issuer, expected 'idp.example', got 'login.persona.org'"],
    'the bundle of 2011': [{ new_style: false }, 'no certificates provided'],
  };
  for (const [situation, [{ forged, ...change }, reason]] of Object.entries(refusals)) {
    test(`its assertion with ${situation} is refused`, async () => {
      let assertion = await made(change);
      if (forged) {
        const [certificate, own] = assertion.split('~');
        const spoil = (text) => `${text.split('.').slice(0, 2).join('.')}.${Buffer.alloc(40, 7).toString('base64url')}`;
        assertion = forged === 'assertion_sig' ? `${certificate}~${spoil(own)}` : `${spoil(certificate)}~${own}`;
      }
      const verdict = await judged(assertion);
      assert.equal(verdict.status, 'failure');
      assert.equal(verdict.reason, reason);
    });
  }
});
