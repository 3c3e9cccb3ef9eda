// Another key without a gap: a, then a and b, then b and a, then b. Each step as the owner deploys it.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DOMAIN, IDENTITY, SITE } from './kit/place.mjs';
import { aws } from './kit/programs.mjs';
import { stage } from './kit/stage.mjs';
import { makeKey } from './kit/visitor.mjs';

const ORIGIN = `https://${SITE}`;
const on = stage('rotation', { parameters: { SigningKeys: 'a' } });

test('certificates from before, during and after a change of the key verify at every step', async (t) => {
  const person = await on.enrolled(`me@${DOMAIN}`);
  const certificates = [];
  const certified = async () => {
    const key = makeKey();
    const answer = await on.visitor.certificate({ ...person, key });
    assert.equal(answer.status, 200, answer.text);
    certificates.push({ key, certificate: answer.text });
  };
  const keyOf = async (name) => on.stack.modulus(await on.stack.resource(name));
  const published = async () => {
    const document = (await on.visitor.ask(`${IDENTITY}/.well-known/browserid`)).json();
    return { signs: document['public-key'].n, all: new Set([document['public-key'], ...(document.keys ?? [])].map(({ n }) => n)) };
  };
  const verdicts = async () => {
    const seen = [];
    for (const { key, certificate } of certificates) {
      const { status, reason } = await on.stack.verify(2, { assertion: key.assertion(certificate, ORIGIN), audience: ORIGIN });
      seen.push(status === 'okay' ? 'okay' : reason);
    }
    return seen;
  };
  const allVerify = async () => assert.deepEqual(await verdicts(), certificates.map(() => 'okay'));
  /** Verifiers keep a document for a while: what they know may lag one step behind, and later it does not. */
  const verifyBeforeAndAfterTheCacheTime = async () => {
    await allVerify();
    await on.stack.restart('verify');
    await allVerify();
  };

  await certified();
  await verifyBeforeAndAfterTheCacheTime();
  const a = await keyOf('KeyA');
  assert.deepEqual(await published(), { signs: a, all: new Set([a]) });

  let b;
  await t.test('the new key is published beside the old one, which signs', async () => {
    await on.deploy({ SigningKeys: 'a,b' });
    b = await keyOf('KeyB');
    assert.notEqual(a, b);
    assert.deepEqual(await published(), { signs: a, all: new Set([a, b]) });
    await certified();
    await verifyBeforeAndAfterTheCacheTime();
  });

  await t.test('the new key signs, and the old one stays published', async () => {
    await on.deploy({ SigningKeys: 'b,a' });
    assert.deepEqual(await published(), { signs: b, all: new Set([a, b]) });
    await certified();
    await verifyBeforeAndAfterTheCacheTime();
  });

  await t.test('the old key is published no longer, and what it signed is worth nothing then', async () => {
    const old = await on.stack.resource('KeyA');
    await on.deploy({ SigningKeys: 'b' });
    assert.deepEqual(await published(), { signs: b, all: new Set([b]) });
    await certified();
    await on.stack.restart('verify');
    assert.deepEqual(await verdicts(), ['invalid signature', 'invalid signature', 'okay', 'okay']);
    const { KeyMetadata: kept } = await aws('kms', 'describe-key', '--key-id', old);
    assert.equal(kept.KeyState, 'Enabled', 'the old key stays until the owner ends it');
  });
});
