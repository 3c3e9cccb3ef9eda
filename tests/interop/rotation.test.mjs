// The signing key changes as `selfsame rotate --plan` says: does every certificate stay good, at our verifier and at those
// of Persona's time? The dates are read from the printed plan.

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { after, before, describe, test } from 'node:test';
import { promisify } from 'node:util';

import { cleanEnvironment, program } from '../kit/product.mjs';
import { makePair, signed } from './kit/keys.mjs';
import { nodeLibraries, pythonLibrary } from './kit/libraries.mjs';
import { ourCommand } from './kit/ours.mjs';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const MAX_AGE_S = 21_600;
const MAX_LIFETIME_S = 86_400;
const AUDIENCE = 'https://rp.example';

/**
 * What is published from a moment on, as the plan says; the first key signs. Before the plan it is `a` alone. And how long
 * after the switch a verifier that knows no `keys` is right again.
 */
async function planned() {
  const { stdout } = await promisify(execFile)(
    program(),
    ['rotate', '--plan', '--start', '2026-11-21 12:00', '--max-age', String(MAX_AGE_S), '--max-lifetime', String(MAX_LIFETIME_S)],
    { env: cleanEnvironment() },
  );
  const steps = [...stdout.matchAll(/^(\S+) (\S+) {2}SigningKeys=(\S+) {2}/gm)].map(([, day, time, keys]) => ({
    at: Date.parse(`${day}T${time}Z`), keys: keys.split(','),
  }));
  assert.deepEqual(steps.map(({ keys }) => keys.join()), ['a,b', 'b,a', 'b'], stdout);
  const [, hours] = /all is well again after (\d+) h\./.exec(stdout);
  return { steps: [{ at: 0, keys: ['a'] }, ...steps], againAfter: Number(hours) * 60 * MINUTE };
}

describe('a change of the signing key', () => {
  let theirs, python, ours, plan, againAfter, user;
  const pairs = {};
  const certificates = new Map();

  before(async () => {
    theirs = nodeLibraries();
    python = pythonLibrary();
    ours = await ourCommand();
    ({ steps: plan, againAfter } = await planned());
    for (const name of ['a', 'b']) pairs[name] = await makePair('RS256');
    user = await makePair('RS256');
  });
  after(async () => {
    await theirs?.stop();
    await python?.stop();
    await ours?.remove();
  });

  const inForce = (steps, time) => steps.findLastIndex(({ at }) => at <= time);

  const documentOf = ([first, ...others]) => ({
    'my.example': {
      'public-key': pairs[first].published,
      ...(others.length > 0 && { keys: others.map((name) => pairs[name].published) }),
      authentication: '/persona/sign_in.html',
      provisioning: '/persona/provision.html',
    },
  });

  function certificate(signer, signedAt) {
    const name = `${signer} ${signedAt}`;
    if (!certificates.has(name)) {
      certificates.set(name, signed(pairs[signer], {
        'public-key': user.published,
        principal: { email: 'me@my.example' },
        iat: signedAt - 10 * SECOND,
        exp: signedAt + MAX_LIFETIME_S * SECOND,
        iss: 'my.example',
      }));
    }
    return certificates.get(name);
  }

  /** Documents that somebody may believe: a cache on the way keeps one for its max-age, a verifier as long again. */
  function believed(steps, now) {
    const oldest = inForce(steps, now - 2 * MAX_AGE_S * SECOND + 1);
    return steps.slice(oldest, inForce(steps, now) + 1).map(({ keys }) => keys);
  }

  /** Moments of signing whose certificates live now: the oldest, the last before each step, this one. */
  function signings(steps, now) {
    const oldest = now - MAX_LIFETIME_S * SECOND + SECOND;
    const last = steps.slice(1).map(({ at }) => at - 1).filter((time) => oldest <= time && time < now);
    return [oldest, ...last, now].map((time) => ({ time, signer: steps[inForce(steps, time)].keys[0] }));
  }

  /** Every verdict, by document and signer: `a,b: b → okay`. The same pair must always get the same verdict. */
  async function drill(steps, verify) {
    const moments = steps.slice(1).flatMap(({ at }) => [at - 1, at, at + 2 * MAX_AGE_S * SECOND, at + MAX_LIFETIME_S * SECOND - SECOND]);
    const verdicts = {};
    for (const now of moments) {
      const assertion = await signed(user, { aud: AUDIENCE, exp: now + 2 * MINUTE });
      for (const keys of believed(steps, now)) {
        for (const { time, signer } of signings(steps, now)) {
          const bundle = `${await certificate(signer, time)}~${assertion}`;
          const { status, reason, error, email } = await verify({
            assertion: bundle, audience: AUDIENCE, now, documents: documentOf(keys),
          });
          if (status === 'okay') assert.equal(email, 'me@my.example');
          const verdict = status === 'okay' ? 'okay' : error ?? reason;
          const pair = `${keys}: ${signer}`;
          assert.equal(verdicts[pair] ?? verdict, verdict, pair);
          verdicts[pair] = verdict;
        }
      }
    }
    return verdicts;
  }

  const verifiers = {
    'our verifier': (question) => ours.verify(question),
    'browserid-local-verify': (question) => theirs.ask({ op: 'verify', ...question }),
  };
  const ALL_GOOD = { 'a: a': 'okay', 'a,b: a': 'okay', 'a,b: b': 'okay', 'b,a: a': 'okay', 'b,a: b': 'okay', 'b: b': 'okay' };

  for (const [name, verify] of Object.entries(verifiers)) {
    test(`${name} believes every certificate before, during and after it`, async () => {
      assert.deepEqual(await drill(plan, verify), ALL_GOOD);
    });

    test(`${name} refuses the new key where it signs before the caches are through`, async () => {
      const early = structuredClone(plan);
      early[2].at = early[1].at + 2 * MAX_AGE_S * SECOND - MINUTE;
      assert.deepEqual(await drill(early, verify), { ...ALL_GOOD, 'a: b': 'invalid signature' });
    });

    test(`${name} refuses the old key where it is taken back while its certificates live`, async () => {
      const early = structuredClone(plan);
      early[3].at = early[2].at + MAX_LIFETIME_S * SECOND - MINUTE;
      assert.deepEqual(await drill(early, verify), { ...ALL_GOOD, 'b: a': 'invalid signature' });
    });
  }

  // It knows only `public-key`, the key that signs: the overlap is none for it. What the plan says of such verifiers.
  test('PyBrowserID refuses one key or the other around the switch, and is right again when the plan says so', async () => {
    const verify = (question) => python.ask({ op: 'local', ...question });
    const refused = 'InvalidSignatureError';
    assert.deepEqual(await drill(plan, verify), { ...ALL_GOOD, 'a,b: b': refused, 'b,a: a': refused });

    const switched = plan[2].at;
    for (const now of [switched - 1, switched + againAfter]) {
      for (const keys of believed(plan, now)) {
        for (const { time, signer } of signings(plan, now)) {
          const assertion = await signed(user, { aud: AUDIENCE, exp: now + 2 * MINUTE });
          const bundle = `${await certificate(signer, time)}~${assertion}`;
          const { status } = await verify({ assertion: bundle, audience: AUDIENCE, now, documents: documentOf(keys) });
          assert.equal(status, 'okay', `${keys}: ${signer}`);
        }
      }
    }
  });
});
