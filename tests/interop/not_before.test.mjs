// A document with `not-before`, a member of ours, read by the old libraries: they take the document, and look past the member.

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { after, before, describe, test } from 'node:test';

import { nodeLibraries, pythonLibrary } from './kit/libraries.mjs';
import { ourCommand } from './kit/ours.mjs';

const { cases } = JSON.parse(readFileSync(new URL('../vectors/not_before.json', import.meta.url), 'utf8'));

let ours, python, theirs;
before(async () => {
  ours = await ourCommand();
  python = pythonLibrary();
  theirs = nodeLibraries();
});
after(async () => {
  await theirs?.stop();
  await python?.stop();
  await ours?.remove();
});

test('PyBrowserID looks past it too', async () => {
  const { assertion, audience, now_ms: now, docs: documents } = cases.find(({ name }) => name === 'issued a millisecond before');
  assert.deepEqual(await python.ask({ op: 'local', assertion, audience, now, documents }), {
    status: 'okay', audience, email: 'bob@idp.example', issuer: 'idp.example',
  });
});

describe('not-before, which only ours looks at', () => {
  for (const { name, assertion, audience, now_ms: now, docs: documents, config, ours: expected, reference } of cases) {
    test(`${name}: the library says ${reference}`, async () => {
      const their = await theirs.ask({ op: 'verify', assertion, audience, now, documents, ...config });
      assert.equal(their.status === 'okay' ? 'okay' : their.reason, reference);
      const our = await ours.verify({ assertion, audience, now, documents, ...config });
      const said = expected.replace(/^DOCUMENT /, `bad support document for '${Object.keys(documents)[0]}': Error: `);
      assert.equal(our.status === 'okay' ? 'okay' : our.reason, said);
    });
  }
});
