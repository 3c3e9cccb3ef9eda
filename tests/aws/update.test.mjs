// What deploying again and taking down do.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { DOMAIN, IDENTITY } from './kit/place.mjs';
import { aws } from './kit/programs.mjs';
import { Stack } from './kit/stack.mjs';
import { stage } from './kit/stage.mjs';

const on = stage('update');

test('a deploy with other pages publishes them, and sessions go on', async () => {
  const person = await on.enrolled(`me@${DOMAIN}`);
  const [old, wanted] = ['Set up how you sign in', 'Set up how you come in'];
  const shown = async () => (await on.visitor.ask(`${IDENTITY}/persona/lang/en/enrol.js`)).text;
  assert.ok((await shown()).includes(old));
  await on.stack.rewrite('PublishFunction', old, wanted);
  await on.deploy();
  assert.equal(on.stack.status, 'UPDATE_COMPLETE');
  assert.ok((await shown()).includes(wanted));
  assert.equal((await on.visitor.certificate(person)).status, 200);
});

test('a deploy that cannot publish fails and says why, and what was published stays', async () => {
  const published = async () => (await on.visitor.ask(`${IDENTITY}/.well-known/browserid`)).text;
  const before = await published();
  const deploy = () => on.stack.deploy({ SigningKeys: 'a,b' });
  await on.aws.whileBroken('GetPublicKey', 'throttled', () => assert.rejects(deploy(), /Failed to create\/update the stack/));
  const { StackEvents } = await aws('cloudformation', 'describe-stack-events', '--stack-name', on.stack.name);
  const { ResourceStatusReason: why } = StackEvents.find(({ ResourceType, ResourceStatus }) => ResourceType === 'Custom::Site' && ResourceStatus === 'UPDATE_FAILED');
  assert.match(why, /^the public half of the key \S+: .*KMS is throttling us/, 'the owner reads why');
  await on.front.follow();
  assert.equal(await published(), before);
});

test('a stack that is deleted leaves its key, its table and its pages', async () => {
  const stack = await Stack.of('takedown', on.authority);
  try {
    await stack.deploy({ DomainName: 'another.test' });
    const { Table, SigningKey, PagesBucket } = stack.outputs;
    await aws('dynamodb', 'put-item', '--table-name', Table, '--item', JSON.stringify({ pk: { S: 'accounts' }, sk: { S: 'me@another.test' } }));
    await stack.delete();
    assert.equal((await aws('kms', 'describe-key', '--key-id', SigningKey)).KeyMetadata.KeyState, 'Enabled');
    assert.equal((await aws('dynamodb', 'scan', '--table-name', Table)).Count, 1);
    assert.ok(await aws('s3api', 'head-object', '--bucket', PagesBucket, '--key', '.well-known/browserid'));
    const { Functions } = await aws('lambda', 'list-functions');
    assert.deepEqual(Functions.map(({ FunctionName }) => FunctionName).filter((one) => one.startsWith('takedown')), []);
  } finally {
    await stack.stop();
  }
});
