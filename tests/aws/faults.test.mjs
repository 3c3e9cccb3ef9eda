// What the deployed functions do when AWS does not do what it is asked: a typed answer in time, nothing lost, no
// certificate without its row, and all well again by itself.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DOMAIN, IDENTITY } from './kit/place.mjs';
import { aws, call } from './kit/programs.mjs';
import { linkIn, stage } from './kit/stage.mjs';
import { PASSWORD } from './kit/visitor.mjs';

/** The function is ended after 10 s; until then it has to have given up by itself. */
const IN_TIME_MS = 9_000;
const EMAIL = `me@${DOMAIN}`;

const on = stage('faults');

let enrolled;
/** One person for all tests: each counts from what it finds. */
const somebody = () => (enrolled ??= on.enrolled(EMAIL));

async function unavailable(asking) {
  const begun = Date.now();
  const answer = await asking();
  assert.equal(answer.status, 503, answer.text);
  assert.equal(answer.json().code, 'unavailable');
  assert.match(answer.headers['retry-after'] ?? '', /^[1-9][0-9]?$/);
  assert.equal(answer.headers['set-cookie'], undefined);
  assert.ok(Date.now() - begun < IN_TIME_MS, `in time, not after ${Date.now() - begun} ms`);
  return answer;
}

const rows = async () => (await on.stack.audit(EMAIL)).length;

/** A certificate is refused because AWS fails; how many rows and signatures that leaves; and that all is well then. */
async function refusedMeanwhile(person, { broken }) {
  const [before, from] = [await rows(), on.aws.passed.length];
  const answer = await broken(() => unavailable(() => on.visitor.certificate(person)));
  assert.doesNotMatch(answer.text, /eyJ/, 'nothing of a certificate');
  const left = { rows: await rows() - before, signatures: on.aws.asked('Sign', from).filter(({ status }) => status === 200).length };
  await allIsWell(person);
  return left;
}

async function allIsWell(person) {
  const before = await rows();
  const answer = await on.visitor.certificate(person);
  assert.equal(answer.status, 200, answer.text);
  assert.equal(await rows(), before + 1);
}

for (const kind of ['throttled', 'silent', 'dropped']) {
  test(`no certificate and no row while KMS does not sign: ${kind}`, async () => {
    const left = await refusedMeanwhile(await somebody(), { broken: (act) => on.aws.whileBroken('Sign', kind, act) });
    assert.deepEqual(left, { rows: 0, signatures: 0 });
  });

  test(`nothing is signed while no session can be read: ${kind}`, async () => {
    const left = await refusedMeanwhile(await somebody(), { broken: (act) => on.aws.whileBroken('GetItem', kind, act) });
    assert.deepEqual(left, { rows: 0, signatures: 0 });
  });

  test(`no certificate leaves while its row cannot be written: ${kind}`, async () => {
    const left = await refusedMeanwhile(await somebody(), { broken: (act) => on.aws.whileBroken('PutItem', kind, act, { body: /audit#/ }) });
    assert.deepEqual(left, { rows: 0, signatures: 1 });
  });

  test(`whoever signs in meanwhile is not told that the password is wrong: ${kind}`, async () => {
    const { email } = await somebody();
    const signIn = () => on.visitor.send('POST', '/persona/session', { email, password: PASSWORD });
    for (const operation of ['GetItem', 'TransactWriteItems']) await on.aws.whileBroken(operation, kind, () => unavailable(signIn));
    assert.equal((await signIn()).status, 200);
  });
}

test('a signature whose answer is lost is made again, and only the last one has a row', async () => {
  const person = await somebody();
  const left = await refusedMeanwhile(person, { broken: (act) => on.aws.whileBroken('Sign', 'lost', act) });
  assert.equal(left.rows, 0);
  assert.ok(left.signatures >= 1, 'KMS did sign, and the audit will say so');
});

test('a key that is disabled, and one that awaits its deletion, sign nothing until they are enabled', async () => {
  const person = await somebody();
  const key = ['--key-id', on.stack.outputs.SigningKey];
  await aws('kms', 'disable-key', ...key);
  await unavailable(() => on.visitor.certificate(person));
  await aws('kms', 'enable-key', ...key);
  await allIsWell(person);

  await aws('kms', 'schedule-key-deletion', ...key, '--pending-window-in-days', '30');
  await unavailable(() => on.visitor.certificate(person));
  await aws('kms', 'cancel-key-deletion', ...key);
  await aws('kms', 'enable-key', ...key);
  await allIsWell(person);
});

test('a function that starts while KMS is away answers, and recovers without another start', async () => {
  const person = await somebody();
  await on.stack.restart('sign');
  const from = on.aws.passed.length;
  await on.aws.whileBroken('GetPublicKey', 'throttled', async () => {
    await unavailable(() => on.visitor.certificate(person));
    await unavailable(() => on.visitor.certificate(person));
  });
  await allIsWell(person);
  await allIsWell(person);
  assert.equal(on.aws.asked('GetPublicKey', from).filter(({ status }) => status === 200).length, 1, 'the key is asked for once');
});

test('a one-time link that could not be used works afterwards', async () => {
  const email = `linked@${DOMAIN}`;
  const link = linkIn(await on.owner('add', email));
  const use = () => on.visitor.send('POST', '/persona/enrolment', { token: new URL(link).hash.slice(1), password: PASSWORD });
  for (const operation of ['GetItem', 'DeleteItem']) await on.aws.whileBroken(operation, 'throttled', () => unavailable(use));
  assert.equal((await use()).status, 200);
  assert.equal((await use()).json().code, 'enrolment_invalid', 'and only once');
});

test('a table that is gone makes nobody a stranger: once it is restored, sessions and people are there', async () => {
  const person = await somebody();
  const kept = await on.stack.rows();
  const TableName = on.stack.outputs.Table;
  const { Table: { KeySchema, AttributeDefinitions } } = await call('DynamoDB_20120810.DescribeTable', { TableName });
  await aws('dynamodb', 'update-table', '--table-name', TableName, '--no-deletion-protection-enabled');
  await aws('dynamodb', 'delete-table', '--table-name', TableName);

  await unavailable(() => on.visitor.certificate(person));
  await unavailable(() => on.visitor.send('POST', '/persona/session', { email: person.email, password: PASSWORD }));
  await unavailable(() => on.visitor.ask(`${IDENTITY}/persona/session`, { headers: { cookie: person.cookie } }));
  await assert.rejects(on.owner('list'), /unavailable|try again|later/i);

  await call('DynamoDB_20120810.CreateTable', { TableName, KeySchema, AttributeDefinitions, BillingMode: 'PAY_PER_REQUEST' });
  for (const Item of kept) await call('DynamoDB_20120810.PutItem', { TableName, Item });
  await allIsWell(person);
  assert.ok(await on.visitor.signIn(person.email));
});
