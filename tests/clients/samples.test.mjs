// The PHP and Java samples of the old documentation, in their shape.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';
import path from 'node:path';

import { temporaryFolder } from '../kit/product.mjs';
import { startRelay } from './kit/relay.mjs';
import { SITES, run } from './kit/sites.mjs';
import { AUDIENCE, DOMAIN, EMAIL, startWorld } from './kit/world.mjs';

const FORM = 'application/x-www-form-urlencoded';

let world, relay, java;
before(async () => {
  world = await startWorld();
  relay = await startRelay(world.verifier.port);
  java = await temporaryFolder('java');
  // The compiler as a module: it comes with the runtime, the command `javac` does not.
  const compiler = ['-m', 'jdk.compiler/com.sun.tools.javac.Main', '-d', java.folder];
  const { code, stderr } = await run('java', [...compiler, path.join(SITES, 'SignIn.java')]);
  assert.equal(code, 0, stderr);
});
beforeEach(() => relay.forget());
after(async () => {
  await relay?.stop();
  await world?.stop();
  await java?.remove();
});

const languages = {
  PHP: (...args) => run('php', [path.join(SITES, 'sign_in.php'), ...args]),
  Java: (...args) => run('java', ['-cp', java.folder, 'SignIn', ...args]),
};

for (const [language, start] of Object.entries(languages)) {
  describe(`a site in ${language}`, () => {
    async function signIn(assertion, audience = AUDIENCE, ...more) {
      const { code, stdout, stderr } = await start(`${relay.url}/verify`, audience, assertion, ...more);
      assert.equal(code, 0, stderr);
      const [, status, text] = /^(\d+)\n([^]*)$/.exec(stdout);
      return { status: Number(status), told: JSON.parse(text) };
    }

    test('gets the whole answer for a form', async () => {
      const expires = Date.now() + 100_000;
      const assertion = await world.assertion({ expires });
      assert.deepEqual(await signIn(assertion), {
        status: 200, told: { status: 'okay', email: EMAIL, issuer: DOMAIN, audience: AUDIENCE, expires },
      });
      const [{ line, headers, body }] = relay.sent();
      assert.equal(line, 'POST /verify HTTP/1.1');
      assert.equal(headers['content-type'], FORM);
      assert.ok(assertion.includes('~'));
      assert.equal(body, `assertion=${assertion.replace('~', '%7E')}&audience=http%3A%2F%2Frp.example%3A8000`);
    });

    test('gets our reasons with status 200', async () => {
      const refusals = [
        [await world.expired(), 'expired'],
        [await world.elsewhere(), 'audience mismatch: domain mismatch'],
        [await world.forged(), 'invalid signature'],
        ['garbage', 'no certificates provided'],
      ];
      for (const [assertion, reason] of refusals) {
        const { status, told } = await signIn(assertion);
        assert.deepEqual([status, told.status, told.reason], [200, 'failure', reason]);
      }
    });

    test('may name its bare host where it is an http site, and only there', async () => {
      const plain = await world.assertion({ audience: 'http://rp.example' });
      assert.equal((await signIn(plain, 'rp.example')).told.audience, 'rp.example');
      const secure = await world.assertion({ audience: 'https://rp.example' });
      assert.equal((await signIn(secure, 'rp.example')).told.reason, 'audience mismatch: scheme mismatch');
    });

    test('sends a blank as +, and we read a blank', async () => {
      const { told } = await signIn(await world.assertion(), `${AUDIENCE} `);
      assert.match(relay.sent()[0].body, /%3A8000\+$/);
      assert.equal(told.reason, 'audience mismatch: has a blank');
    });

    test('sends letters beyond ASCII as UTF-8, and gets them back', async () => {
      const assertion = await world.assertion({ audience: 'http://xn--bcher-kva.example' });
      const { told } = await signIn(assertion, 'http://bücher.example');
      assert.match(relay.sent()[0].body, /&audience=http%3A%2F%2Fb%C3%BCcher\.example$/);
      assert.equal(told.audience, 'http://bücher.example');
    });

    if (language === 'PHP') {
      test('that hands cURL an array is told that multipart is not understood', async () => {
        const { status, told } = await signIn(await world.assertion(), AUDIENCE, 'array');
        assert.equal(status, 415);
        const expected = 'application/x-www-form-urlencoded or application/json';
        assert.equal(told.reason, `Unsupported Content-Type: multipart/form-data (expected ${expected})`);
      });
    }
  });
}
