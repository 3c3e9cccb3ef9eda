// The samples of the README, taken out of it and run: a visitor is signed in if and only if the verifier says so.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, beforeEach, describe, test } from 'node:test';

import { temporaryFolder } from '../kit/product.mjs';
import { makeCertificate, startRelay } from './kit/relay.mjs';
import { run } from './kit/sites.mjs';
import { AUDIENCE, DOMAIN, EMAIL, serve, startWorld } from './kit/world.mjs';

const README = new URL('../../README.md', import.meta.url);
const SECTION = '## For sites: verify a sign-in';

// A program for each that calls the sample with the JSON value in its first argument and prints what came of it.
const languages = {
  js: {
    sample: 'verify.mjs',
    program: 'site.mjs',
    text: `
      import { verify } from './verify.mjs';
      try {
        console.log(JSON.stringify({ verdict: await verify(JSON.parse(process.argv[2])) }));
      } catch (error) {
        console.log(JSON.stringify({ threw: String(error) }));
      }`,
    start: (file) => [process.execPath, [file]],
    trusting: (authority) => ({ env: { NODE_EXTRA_CA_CERTS: authority } }),
    limit: ['10_000', '500'],
  },
  python: {
    sample: 'verify.py',
    program: 'site_itself.py',
    text: `
import json, sys
from verify import verify
try:
    print(json.dumps({"verdict": verify(json.loads(sys.argv[1]))}))
except Exception as error:
    print(json.dumps({"threw": repr(error)}))`,
    start: (file) => ['python3', [file]],
    trusting: (authority) => ({ env: { SSL_CERT_FILE: authority } }),
    limit: ['timeout=10', 'timeout=0.5'],
  },
  php: {
    sample: 'verify.php',
    program: 'site.php',
    text: `<?php
      require __DIR__ . '/verify.php';
      try {
          echo json_encode(['verdict' => verify(json_decode($argv[1], true))]);
      } catch (Throwable $error) {
          echo json_encode(['threw' => (string) $error]);
      }`,
    start: (file) => ['php', ['-d', 'display_errors=stderr', '-d', 'log_errors=1', file]],
    trusting: (authority) => ({ flags: ['-d', `curl.cainfo=${authority}`] }),
    limit: ['CURLOPT_TIMEOUT => 10', 'CURLOPT_TIMEOUT_MS => 500'],
  },
  ruby: {
    sample: 'verify.rb',
    program: 'site.rb',
    text: `
      require_relative 'verify'
      begin
        puts JSON.generate(verdict: verify(JSON.parse(ARGV[0])))
      rescue StandardError => error
        puts JSON.generate(threw: error.inspect)
      end`,
    start: (file) => ['ruby', [file]],
    trusting: (authority) => ({ env: { SSL_CERT_FILE: authority } }),
    limit: ['read_timeout: 10', 'read_timeout: 0.5'],
  },
};

/** The only block of that language in the section. */
function sampleOf(readme, language) {
  const begin = readme.indexOf(`\n${SECTION}\n`);
  assert.ok(begin >= 0, 'the section is there');
  const section = readme.slice(begin, readme.indexOf('\n## ', begin + 1));
  const blocks = [...section.matchAll(/^```(\w+)\n([^]*?)^```$/gm)].filter(([, name]) => name === language);
  assert.equal(blocks.length, 1, `one sample for ${language}`);
  return blocks[0][2];
}

let readme, world, relay;
before(async () => {
  readme = await readFile(README, 'utf8');
  world = await startWorld();
  relay = await startRelay(world.verifier.port);
});
beforeEach(() => relay.forget());
after(async () => {
  await relay?.stop();
  await world?.stop();
});

for (const [language, { sample, program, text, start, trusting, limit }] of Object.entries(languages)) {
  describe(`the sample for ${language}`, () => {
    let folder, remove;
    before(async () => {
      ({ folder, remove } = await temporaryFolder('sample'));
      await writeFile(path.join(folder, sample), sampleOf(readme, language));
      await writeFile(path.join(folder, program), text);
    });
    after(() => remove?.());

    async function verify(assertion, verifier = `${relay.url}/v2`, { flags = [], env = {} } = {}) {
      const [command, file] = start(path.join(folder, program));
      const args = [...flags, ...file, JSON.stringify(assertion)];
      const settings = { VERIFIER: verifier, AUDIENCE, ...env };
      const { code, stdout, stderr } = await run(command, args, { cwd: folder, env: settings });
      assert.equal(code, 0, stderr);
      return { ...JSON.parse(stdout), stderr };
    }
    const threw = ({ verdict, threw: what }) => {
      assert.equal(verdict, undefined);
      assert.notEqual(what, undefined);
    };
    /** A verifier that answers everybody alike. */
    async function askInstead(handle, judge) {
      const other = await serve((question, answer) => { question.resume().on('end', () => handle(question, answer)); });
      try {
        await judge(await verify(await world.assertion(), `${other.url}/v2`));
      } finally {
        await other.stop();
      }
    }
    const saying = (status, body, type = 'application/json') => (question, answer) => {
      answer.writeHead(status, { 'content-type': type }).end(body);
    };
    const okay = JSON.stringify({ status: 'okay', email: EMAIL });

    test('gives the verifier\'s answer for a good assertion', async () => {
      const expires = Date.now() + 100_000;
      const assertion = await world.assertion({ expires });
      const { verdict, stderr } = await verify(assertion);
      assert.deepEqual(verdict, { status: 'okay', email: EMAIL, issuer: DOMAIN, audience: AUDIENCE, expires });
      assert.equal(stderr, '');
      const [{ line, headers, body }, ...more] = relay.sent();
      assert.deepEqual(more, []);
      assert.equal(line, 'POST /v2 HTTP/1.1');
      assert.equal(headers['content-type'], 'application/json');
      assert.deepEqual(JSON.parse(body), { assertion, audience: AUDIENCE });
    });

    const refusals = {
      expired: ['assertion_expired', () => world.expired()],
      'for another site': ['audience_mismatch', () => world.elsewhere()],
      forged: ['assertion_signature', () => world.forged()],
      garbage: ['bundle_malformed', () => 'garbage'],
    };
    for (const [kind, [code, make]] of Object.entries(refusals)) {
      test(`gives nothing for an assertion that is ${kind}, and logs the code alone`, async () => {
        const assertion = await make();
        const { verdict, stderr } = await verify(assertion);
        assert.equal(verdict, null);
        assert.match(stderr, new RegExp(`sign-in refused: ${code}$`, 'm'));
        assert.ok(kind === 'garbage' || !stderr.includes(assertion.slice(0, 20)), stderr);
      });
    }

    for (const nothing of ['', null, 7, ['a'], { a: 'b' }]) {
      test(`asks nobody about ${JSON.stringify(nothing)}`, async () => {
        assert.equal((await verify(nothing)).verdict, null);
        assert.deepEqual(relay.sent(), []);
      });
    }

    test('throws when nobody is there', async () => {
      const gone = await serve(() => {});
      await gone.stop();
      threw(await verify(await world.assertion(), `${gone.url}/v2`));
    });

    test('throws when the verifier cannot be sure', () => askInstead(saying(503, okay), threw));
    test('throws at a page instead of an answer', () => askInstead(saying(200, '<p>okay', 'text/html'), threw));
    test('throws at half an answer', () => askInstead(saying(200, okay.slice(0, -1)), threw));

    test('follows no redirect', async () => {
      let asked = 0;
      const other = await serve((question, answer) => { asked += 1; saying(200, okay)(question, answer); });
      try {
        await askInstead((question, answer) => answer.writeHead(307, { location: other.url }).end(), threw);
        assert.equal(asked, 0);
      } finally {
        await other.stop();
      }
    });

    test('throws at a certificate that nobody it knows has signed, and tells it nothing', async () => {
      const certificate = await makeCertificate('127.0.0.1');
      const tls = await startRelay(world.verifier.port, certificate);
      try {
        threw(await verify(await world.assertion(), `${tls.url}/v2`));
        assert.deepEqual(tls.sent(), []);
        const authority = path.join(folder, 'authority.pem');
        await writeFile(authority, certificate.cert);
        const { verdict } = await verify(await world.assertion(), `${tls.url}/v2`, trusting(authority));
        assert.equal(verdict?.email, EMAIL, 'with the signer known it is believed');
      } finally {
        await tls.stop();
      }
    });

    for (const [what, answer] of Object.entries({
      'an okay without an address': { status: 'okay', issuer: DOMAIN },
      'an okay with an address that is not verified': { status: 'okay', 'unverified-email': EMAIL },
      'a failure that names an address': { status: 'failure', email: EMAIL, code: 'no_such_thing' },
    })) {
      test(`gives nothing for ${what}`, () => askInstead(saying(200, JSON.stringify(answer)), ({ verdict }) => {
        assert.equal(verdict, null);
      }));
    }

    test('throws when the verifier says nothing for as long as the sample waits', async () => {
      const file = path.join(folder, sample);
      const asItIs = await readFile(file, 'utf8');
      const [waits, shorter] = limit;
      assert.equal(asItIs.split(waits).length, 2, `the limit stands there once, as ${waits}`);
      await writeFile(file, asItIs.replace(waits, shorter));
      try {
        await askInstead(() => {}, threw);
      } finally {
        await writeFile(file, asItIs);
      }
    });
  });
}
