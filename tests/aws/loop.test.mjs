// The whole loop on the deployed stack: from `selfsame user add` to the verdict of the deployed verifier.

import assert from 'node:assert/strict';
import { createVerify } from 'node:crypto';
import { test } from 'node:test';

import { button, heading } from '../browser/kit/steps.mjs';
import { startBrowser } from './kit/browser.mjs';
import { buildSite } from './kit/built_site.mjs';
import { choosesPassword, signsInAt, signsOut } from './kit/journey.mjs';
import { DOMAIN, EVIL, IDENTITY, SITE } from './kit/place.mjs';
import { aws } from './kit/programs.mjs';
import { site } from './kit/site.mjs';
import { linkIn, stage } from './kit/stage.mjs';
import { claims, PASSWORD } from './kit/visitor.mjs';

const ORIGIN = `https://${SITE}`;
const SIX_HOURS_MS = 6 * 3_600_000;

const on = stage('loop', { sites: { [SITE]: site(), [EVIL]: site() }, also: { browser: startBrowser } });

test('a person who was added signs in at a site, and the deployed verifier says who it is', async (t) => {
  const email = `me@${DOMAIN}`;
  const link = linkIn(await on.owner('add', email));
  assert.equal(link.split('#')[0], `${IDENTITY}/persona/enrol.html`);
  const visit = await on.browser.visit();
  try {
    const account = await choosesPassword(visit, link, email);
    const [cookie] = await visit.cookies(IDENTITY);
    assert.deepEqual(
      [cookie.name, cookie.domain, cookie.path, cookie.secure, cookie.httpOnly, cookie.sameSite],
      ['__Host-selfsame', DOMAIN, '/', true, true, 'Strict'],
    );

    const { page, assertion } = await signsInAt(visit, ORIGIN, email);
    await saysWhoItIs({ email, assertion });
    await isSignedInKms(assertion.split('~')[0]);
    await leftARow({ email, certificate: assertion.split('~')[0] });

    await signsOut(account);
    const session = await on.visitor.ask(`${IDENTITY}/persona/session`, { headers: { cookie: `${cookie.name}=${cookie.value}` } });
    assert.deepEqual(session.json(), { status: 'okay', email: null, panic: false }, 'the session is over on the server, too');
    const again = await visit.popup(page, () => button(page, 'Sign in').click());
    await heading(again, 'First, show that it is you').waitFor();

    await nothingOfItLeaked({ secrets: [new URL(link).hash.slice(1), cookie.value, PASSWORD, ...assertion.split('~')] });
    assert.deepEqual(visit.said, [], 'nothing stands in a console');
  } catch (error) {
    await visit.report(t);
    throw error;
  } finally {
    await visit.end();
  }
});

async function saysWhoItIs({ email, assertion }) {
  const { status, ...verdict } = await on.stack.verify(2, { assertion, audience: ORIGIN });
  assert.equal(status, 'okay', JSON.stringify(verdict));
  assert.deepEqual([verdict.email, verdict.audience, verdict.issuer], [email, ORIGIN, DOMAIN]);
  const first = await on.stack.verify(1, new URLSearchParams({ assertion, audience: ORIGIN }).toString(), 'application/x-www-form-urlencoded');
  assert.deepEqual([first.status, first.email, first.issuer], ['okay', email, DOMAIN]);
  for (const [version, audience] of [[1, `https://${EVIL}`], [2, `https://${EVIL}`]]) {
    const refused = await on.stack.verify(version, { assertion, audience });
    assert.deepEqual([refused.status, refused.reason, refused.email], ['failure', 'audience mismatch: domain mismatch', undefined]);
  }
}

/** By the key that AWS holds, asked past everything of ours. */
async function isSignedInKms(certificate) {
  const { PublicKey } = await aws('kms', 'get-public-key', '--key-id', `alias/${on.stack.name}`);
  const [head, body, signature] = certificate.split('.');
  const key = { key: Buffer.from(PublicKey, 'base64'), format: 'der', type: 'spki' };
  assert.ok(createVerify('sha256').update(`${head}.${body}`).verify(key, signature, 'base64url'));
}

async function leftARow({ email, certificate }) {
  const { iat, exp } = claims(certificate);
  assert.ok(exp - iat <= SIX_HOURS_MS + 10_000, 'no longer than was asked');
  const rows = await on.stack.audit(email);
  assert.equal(rows.length, 1, 'one row for one certificate');
  const signed = on.aws.asked('Sign').map(({ requestId }) => requestId);
  assert.ok(signed.includes(rows[0].request_id.S), 'the row names the call to KMS');
}

/** Neither the table, nor the logs, nor the identity provider at all. */
async function nothingOfItLeaked({ secrets }) {
  const kept = JSON.stringify(await on.stack.rows());
  const logs = (await Promise.all(['sign', 'sign-in', 'panic', 'owner', 'verify', 'publish'].map((name) => on.stack.log(name)))).flat().join('\n');
  assert.match(logs, /"path":"\/persona\/sign\/"/, 'the logs were read');
  for (const secret of secrets) {
    assert.ok(secret.length > 16, 'a secret, not a word');
    assert.ok(!kept.includes(secret), 'no plain token, password or certificate in the table');
    assert.ok(!logs.includes(secret), 'none in a log');
  }
  const identity = (await Promise.all(['sign', 'sign-in', 'panic'].map((name) => on.stack.log(name)))).flat().join('\n');
  assert.ok(!identity.includes(SITE), 'the logs of the identity provider do not know the site');
  const heard = on.front.passed.filter(({ host }) => host === DOMAIN);
  assert.ok(heard.some(({ path }) => path.startsWith('/persona/sign/')));
  for (const { path, headers, body } of heard) {
    const from = path.startsWith('/.well-known/browserid') || path.endsWith('/include.js') ? { ...headers, origin: null, referer: null } : headers;
    assert.ok(!decodeURIComponent(`${path}${JSON.stringify(from)}${body}`).includes(SITE), `${path} names the site`);
  }
}

test('the stack is deployed whole', async () => {
  assert.equal(on.stack.status, 'CREATE_COMPLETE');
  const { StackResources } = await aws('cloudformation', 'describe-stack-resources', '--stack-name', on.stack.name);
  assert.deepEqual(StackResources.filter(({ ResourceStatus }) => ResourceStatus !== 'CREATE_COMPLETE'), []);
  assert.equal(on.stack.outputs.Site, IDENTITY);
});

test('the support document holds the key of KMS and may be read by every site', async () => {
  for (const path of ['/.well-known/browserid', '/.well-known/browserid/', '/.well-known/browserid?domain=other.test']) {
    const answer = await on.visitor.ask(IDENTITY + path, { headers: { origin: ORIGIN } });
    assert.equal(answer.status, 200, path);
    assert.match(answer.headers['content-type'], /^application\/json/);
    assert.equal(answer.headers['access-control-allow-origin'], '*');
    assert.match(answer.headers['cache-control'], /max-age=\d+/);
    const document = answer.json();
    assert.equal(document['public-key'].algorithm, 'RS');
    assert.equal(document.keys, undefined, 'one key is published');
    assert.equal(document['public-key'].n, await on.stack.modulus(on.stack.outputs.SigningKey));
  }
});

test('what is published is what `selfsame site build` makes, with its headers', async () => {
  const built = await buildSite({ key: on.stack.outputs.SigningKey });
  try {
    assert.ok(built.rules.size > 20, 'there are pages and scripts');
    for (const [path, { 'content-type': type, ...headers }] of built.rules) {
      // Hosts that read `_headers` serve pages under their names without the ending, too. The bucket does not.
      if (built.rules.has(`${path}.html`)) continue;
      const answer = await on.visitor.ask(IDENTITY + path, { headers: { origin: ORIGIN } });
      assert.equal(answer.status, 200, path);
      assert.equal(answer.text, (await built.file(path)).toString('utf8'), path);
      const got = Object.fromEntries(Object.keys(headers).map((name) => [name, answer.headers[name]]));
      assert.deepEqual(got, headers, path);
      assert.match(answer.headers['content-type'], /^(text\/(html|css|javascript|plain)|application\/json)/);
    }
  } finally {
    await built.stop();
  }
});

test('whoever goes past the front is refused, and cannot name himself a visitor', async () => {
  for (const headers of [{}, { 'x-origin-secret': 'guess' }, { 'x-origin-secret': '', 'cloudfront-viewer-address': '8.8.8.8:1' }]) {
    for (const path of ['/persona/session', '/persona/sign/?email=me%40owner.test&duration=60', '/anything']) {
      const { status, body } = await on.stack.pastTheFront('GET', path, headers);
      assert.equal(status, 403, path);
      assert.equal(JSON.parse(body).code, 'wrong_front');
    }
  }
  const through = await on.visitor.ask(`${IDENTITY}/persona/health`, { headers: { 'x-origin-secret': 'guess' } });
  assert.equal(through.status, 200, 'the front puts its own in its place');
});

test('guesses are counted for the address that the front saw, whatever the visitor says of himself', async () => {
  const email = `guessed@${DOMAIN}`;
  await on.enrolled(email);
  const before = await limits();
  for (const forged of ['8.8.8.8:1', '9.9.9.9:2']) {
    const answer = await on.visitor.send('POST', '/persona/session', { email, password: 'not the password' }, {
      'cloudfront-viewer-address': forged, 'x-forwarded-for': '7.7.7.7', 'x-origin-secret': 'mine',
    });
    assert.equal(answer.status, 401);
  }
  const made = (await limits()).filter((key) => !before.includes(key));
  assert.ok(made.length > 0, 'guesses were counted');
  assert.ok((await limits()).some((key) => key.includes('3ffe::')), `the network of the visitor is among ${made}`);
  assert.ok(!made.some((key) => /[789]\.[789]\./.test(key)), `${made}`);
});

const limits = async () => (await on.stack.rows()).map(({ pk }) => pk.S).filter((key) => key.startsWith('limit#'));

test('only methods and paths of the template reach the functions', async () => {
  const answer = await on.visitor.ask(`${IDENTITY}/persona/agent.html`, { method: 'POST' });
  assert.equal(answer.status, 403);
  assert.equal(answer.headers.server, 'CloudFront');
  const sign = await on.visitor.ask(`${IDENTITY}/persona/sign/`);
  assert.deepEqual([sign.status, sign.headers.allow], [405, 'POST']);
});

test('the owner lists, links, signs out and removes people from his own machine', async () => {
  const email = `guest@${DOMAIN}`;
  const person = await on.enrolled(email);
  assert.match(await on.owner('list'), /guest@owner\.test/);
  const who = () => on.visitor.ask(`${IDENTITY}/persona/session`, { headers: { cookie: person.cookie } });
  assert.equal((await who()).json().email, email);

  await on.owner('sign-out', email);
  assert.equal((await who()).json().email, null);
  assert.equal((await on.visitor.certificate(person)).status, 403);

  const again = await on.visitor.enrol(linkIn(await on.owner('link', email)), 'another good password');
  assert.equal((await on.visitor.certificate({ ...person, cookie: again })).status, 200);

  await on.owner('remove', email);
  assert.doesNotMatch(await on.owner('list'), /guest@owner\.test/);
  assert.equal((await on.visitor.certificate({ ...person, cookie: again })).status, 403);
  await assert.rejects(on.owner('link', email), /no account|not an account|nobody|no such/i);
});

test('the verifier believes no root but those of its parameter and the public ones', async () => {
  const { email, cookie, key } = await on.enrolled(`root@${DOMAIN}`);
  const certificate = (await on.visitor.certificate({ email, cookie, key })).text;
  const question = { assertion: key.assertion(certificate, ORIGIN), audience: ORIGIN };
  assert.equal((await on.stack.verify(2, question)).status, 'okay');
  const { Environment: { Variables: variables } } = await aws('lambda', 'get-function-configuration', '--function-name', `${on.stack.name}-verify`);
  const setRoots = (roots) => aws('lambda', 'update-function-configuration', '--function-name', `${on.stack.name}-verify`,
    '--environment', JSON.stringify({ Variables: { ...variables, EXTRA_ROOTS: roots } }));
  await setRoots('');
  try {
    const refused = await on.stack.verify(2, question);
    assert.deepEqual([refused.status, refused.reason], ['failure', `${DOMAIN} is not a browserid primary: no secure connection`]);
  } finally {
    await setRoots(variables.EXTRA_ROOTS);
  }
});
