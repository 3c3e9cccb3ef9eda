// The certificate service, deployed: who gets through its function URL, and what the deployed verifier says of its
// certificates. The emulator looks whether a request is signed at all, and does not tell the function by whom; so what
// AWS makes of a signed request is handed to the function as an event.

import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';

import { temporaryFolder } from '../kit/product.mjs';
import { DOMAIN, EMULATOR, IDENTITY, SITE } from './kit/place.mjs';
import { aws } from './kit/programs.mjs';
import { ask } from './kit/relay.mjs';
import { stage } from './kit/stage.mjs';
import { makeKey } from './kit/visitor.mjs';

const EMAIL = `me@${DOMAIN}`;
const on = stage('certifier', { parameters: { Certifier: 'true' } });

/** Through the function URL. */
async function through(method, pathname, { headers = {}, body = '' } = {}) {
  const url = new URL(on.stack.outputs.Certifier);
  const answer = await ask(EMULATOR, { method, path: pathname, headers: { host: url.hostname, 'content-type': 'application/json', ...headers }, body });
  return { status: answer.status, body: JSON.parse(answer.body) };
}

/** What Lambda makes of a signed request. */
async function signed(method, pathname, value) {
  const event = {
    version: '2.0', routeKey: '$default', rawPath: pathname, rawQueryString: '', isBase64Encoded: false,
    headers: { host: new URL(on.stack.outputs.Certifier).hostname, 'content-type': 'application/json' },
    requestContext: {
      accountId: '000000000000', apiId: 'url', domainName: 'url', requestId: 'r', routeKey: '$default', stage: '$default', timeEpoch: Date.now(),
      http: { method, path: pathname, protocol: 'HTTP/1.1', sourceIp: '8.8.8.8', userAgent: 'server' },
      authorizer: { iam: { accessKey: 'A', accountId: '000000000000', callerId: 'C', userArn: 'arn:aws:iam::000000000000:user/server', userId: 'U' } },
    },
    ...(value === undefined ? {} : { body: JSON.stringify(value) }),
  };
  const { folder, remove } = await temporaryFolder('certifier');
  try {
    const [question, answer] = ['event.json', 'answer.json'].map((name) => path.join(folder, name));
    await writeFile(question, JSON.stringify(event));
    await aws('lambda', 'invoke', '--function-name', `${on.stack.name}-certifier`, '--payload', `fileb://${question}`, answer);
    const { statusCode, body } = JSON.parse(await readFile(answer, 'utf8'));
    return { status: statusCode, body: JSON.parse(body) };
  } finally {
    await remove();
  }
}

const asking = (key, email = EMAIL) => ({ email, pubkey: JSON.stringify(key.publicKey), duration: 3600 });

test('whoever does not sign never reaches the function, and the function trusts no unmarked request', async () => {
  const body = JSON.stringify(asking(makeKey()));
  const unsigned = await through('POST', '/cert_key', { body });
  assert.deepEqual(unsigned, { status: 403, body: { Message: 'Forbidden' } });
  assert.deepEqual(await on.stack.log('certifier').catch(() => []), [], 'it did not even start');

  const authorization = 'AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/lambda/aws4_request, SignedHeaders=host, Signature=none';
  const unmarked = await through('POST', '/cert_key', { headers: { authorization }, body });
  assert.deepEqual([unmarked.status, unmarked.body.code], [403, 'wrong_front']);
  for (const forged of [{ 'x-amzn-iam': 'me' }, { authorizer: '{"iam":{}}' }]) {
    assert.equal((await through('POST', '/cert_key', { headers: { authorization, ...forged }, body })).status, 403);
  }
  assert.equal((await on.stack.audit(EMAIL)).length, 0);
});

test('what an owner\'s server asks for is a certificate that the verifier accepts, with its row', async () => {
  const key = makeKey();
  const { status, body } = await signed('POST', '/cert_key', asking(key));
  assert.deepEqual([status, body.success], [200, true], JSON.stringify(body));
  const audience = `https://${SITE}`;
  const verdict = await on.stack.verify(2, { assertion: key.assertion(body.certificate, audience), audience });
  assert.deepEqual([verdict.status, verdict.email, verdict.issuer], ['okay', EMAIL, DOMAIN], JSON.stringify(verdict));
  const [row] = await on.stack.audit(EMAIL);
  assert.ok(on.aws.asked('Sign').some(({ requestId }) => requestId === row.request_id.S));

  const { body: half } = await signed('GET', '/public-key');
  const document = (await on.visitor.ask(`${IDENTITY}/.well-known/browserid`)).json();
  assert.equal(half.n, document['public-key'].n);
  const stranger = await signed('POST', '/cert_key', asking(key, 'me@elsewhere.test'));
  assert.deepEqual([stranger.status, stranger.body.code], [403, 'not_our_domain']);
});

test('no certificate leaves while its row cannot be written', async () => {
  const answer = await on.aws.whileBroken('PutItem', 'throttled', () => signed('POST', '/cert_key', asking(makeKey())), { body: /audit#/ });
  assert.equal(answer.status, 503);
  assert.doesNotMatch(JSON.stringify(answer.body), /eyJ/);
});

test('no path of the identity provider leads to it', async () => {
  for (const pathname of ['/cert_key', '/public-key', '/__heartbeat__']) {
    const answer = await on.visitor.ask(IDENTITY + pathname);
    assert.ok([403, 404].includes(answer.status), pathname);
    const { status, body } = await on.stack.pastTheFront('GET', pathname);
    assert.deepEqual([status, JSON.parse(body).code], [403, 'wrong_front']);
  }
});
