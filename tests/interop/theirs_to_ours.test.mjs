// Assertions made by browserid-crypto, judged by ours; and the same judgement on what is wrong.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';

import { build, CASES, makeWorld } from './kit/cases.mjs';
import { makePair } from './kit/keys.mjs';
import { jwcrypto, later, nodeLibraries } from './kit/libraries.mjs';
import { ourCommand } from './kit/ours.mjs';

const KINDS = ['RS128', 'RS256', 'DS128', 'DS256'];
const AUDIENCE = 'http://rp.example:8080';
const read = (name) => readFileSync(new URL(name, import.meta.url), 'utf8');

let ours, theirs;
before(async () => {
  ours = await ourCommand();
  theirs = nodeLibraries();
});
after(async () => {
  await theirs?.stop();
  await ours?.remove();
});

describe('what browserid-crypto makes, checked by selfsame verify', () => {
  const pairs = {};
  before(async () => {
    for (const kind of KINDS) pairs[kind] = { issuer: await makePair(kind), user: await makePair(kind) };
  });

  async function bundleOf(issuerKind, userKind, now) {
    const issuer = pairs[issuerKind].issuer;
    const user = pairs[userKind].user;
    const certificate = await later((done) => jwcrypto.cert.sign(
      { publicKey: user.publicKey, principal: { email: 'person@idp.example' } },
      { issuer: 'idp.example', issuedAt: new Date(now - 10_000), expiresAt: new Date(now + 3_600_000) },
      {}, issuer.secretKey, done,
    ));
    const assertion = await later((done) => jwcrypto.assertion.sign(
      {}, { audience: AUDIENCE, expiresAt: new Date(now + 120_000) }, user.secretKey, done,
    ));
    return jwcrypto.cert.bundle([certificate], assertion);
  }

  const documentOf = (kind) => ({
    'idp.example': {
      'public-key': pairs[kind].issuer.published, authentication: '/a', provisioning: '/p',
    },
  });

  for (const issuerKind of KINDS) {
    for (const userKind of KINDS) {
      test(`an ${issuerKind} issuer and an ${userKind} user are believed`, async () => {
        const now = Date.now();
        const verdict = await ours.verify({
          assertion: await bundleOf(issuerKind, userKind, now), audience: AUDIENCE, now, documents: documentOf(issuerKind),
        });
        assert.deepEqual(verdict, {
          audience: AUDIENCE, expires: now + 120_000, issuer: 'idp.example', email: 'person@idp.example', status: 'okay',
        });
      });
    }
    test(`an ${issuerKind} issuer under another key is not believed`, async () => {
      const now = Date.now();
      const other = await makePair(issuerKind);
      const documents = documentOf(issuerKind);
      documents['idp.example']['public-key'] = other.published;
      const verdict = await ours.verify({
        assertion: await bundleOf(issuerKind, 'RS256', now), audience: AUDIENCE, now, documents,
      });
      assert.equal(verdict.status, 'failure');
      assert.equal(verdict.reason, 'invalid signature');
    });
  }
});

describe('the same judgement on both sides', () => {
  const exceptions = JSON.parse(read('exceptions.json'));
  let world;
  before(async () => { world = await makeWorld(); });

  for (const [name, change] of Object.entries(CASES)) {
    test(`${name}: ${name in exceptions ? 'differs as written down' : 'both say the same'}`, async () => {
      const question = await build(world, typeof change === 'function' ? change(world) : change);
      const their = comparable(await theirs.ask({ op: 'verify', ...question }));
      const { code, ...rest } = await ours.verify(question);
      const our = comparable(rest);
      if (our.status === 'failure') assert.match(code, /^[a-z][a-z_]*$/, 'every refusal has a code');
      if (!(name in exceptions)) return assert.deepEqual(our, their);
      const { theirs: written, ours: expected } = exceptions[name];
      assert.deepEqual(summary(their), written, 'the reference answers as written down');
      assert.deepEqual(summary(our), expected, 'ours answers as written down');
      assert.notDeepEqual(our, their, 'both say the same now: strike the exception');
    });
  }

  test('every exception belongs to a case and names a row of DIVERGENCES', () => {
    const divergences = read('../../shared/DIVERGENCES.md');
    for (const [name, { divergence }] of Object.entries(exceptions)) {
      assert.ok(name in CASES, `no case is called: ${name}`);
      assert.match(divergence, /^\S+$/, name);
      assert.ok(divergences.includes(`\n| ${divergence} |`), `${divergence} (${name}) has a row in shared/DIVERGENCES.md`);
    }
  });
});

/**
 * What both sides must agree on. The reference echoes the assertion's audience, the HTTP verifier and
 * ours the site's own words; so the audience of a success is not compared.
 */
function comparable({ status, reason, email, issuer, expires, idpClaims, userClaims }) {
  const value = status === 'okay' ? { status, email, issuer, expires, idpClaims, userClaims } : { status, reason };
  return Object.fromEntries(Object.entries(value).filter(([, one]) => one !== undefined));
}

/** An exception in one line: okay, or the kind of failure and its reason. */
function summary({ status, reason }) {
  return status === 'okay' || reason === undefined ? status : `${status}: ${reason}`;
}
