// Every signature accounted for: what CloudTrail noted beside what the table holds, as the owner compares them.

import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after, before, test } from 'node:test';

import { temporaryFolder } from '../kit/product.mjs';
import { DOMAIN } from './kit/place.mjs';
import { aws, selfsame } from './kit/programs.mjs';
import { stage } from './kit/stage.mjs';

const on = stage('audit');
let exports;
before(async () => { exports = await temporaryFolder('exports'); });
after(() => exports.remove());

/**
 * The commands of infra/README.md, for this month; without `--key`, as the emulator's records do not name the key in the
 * way that CloudTrail does.
 */
async function audit() {
  const [cloudtrail, rows] = ['cloudtrail.json', 'rows.json'].map((name) => path.join(exports.folder, name));
  const now = new Date();
  const [since, until] = [0, 1].map((later) => new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth() + later)).toISOString().slice(0, 10));
  await writeFile(cloudtrail, JSON.stringify(await aws('cloudtrail', 'lookup-events', '--lookup-attributes', 'AttributeKey=EventName,AttributeValue=Sign')));
  await writeFile(rows, JSON.stringify(await aws('dynamodb', 'query', '--table-name', on.stack.outputs.Table, '--consistent-read',
    '--key-condition-expression', 'pk = :month', '--expression-attribute-values', JSON.stringify({ ':month': { S: `audit#${since.slice(0, 7)}` } }))));
  return JSON.parse(await selfsame('audit', '--cloudtrail', cloudtrail, '--rows', rows, '--since', since, '--until', until, '--json').catch((error) => error.stdout));
}

test('every certificate matches its signature, and a signature that nobody accounts for is named', async () => {
  const person = await on.enrolled(`me@${DOMAIN}`);
  for (let count = 0; count < 3; count += 1) assert.equal((await on.visitor.certificate(person)).status, 200);
  assert.deepEqual(await audit(), { status: 'okay', matched: 3, findings: [], unjudged: [], left_out: 0, repeated: 0 });

  const digest = path.join(exports.folder, 'digest');
  await writeFile(digest, Buffer.alloc(32));
  await aws('kms', 'sign', '--key-id', on.stack.outputs.SigningKey, '--message', `fileb://${digest}`, '--message-type', 'DIGEST',
    '--signing-algorithm', 'RSASSA_PKCS1_V1_5_SHA_256');
  const { status, matched, findings, unjudged } = await audit();
  assert.deepEqual({ status, matched, unjudged }, { status: 'failure', matched: 3, unjudged: [] });
  assert.deepEqual(findings.map(({ code, principal }) => [code, principal]), [['signature_without_row', 'arn:aws:iam::000000000000:user/test']]);
});
