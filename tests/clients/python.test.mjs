// Sites written in Python: PyBrowserID, django-browserid and a Flask walk-through, given only our address.

import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, test } from 'node:test';

import { startRelay } from './kit/relay.mjs';
import { pythonSite } from './kit/sites.mjs';
import { AUDIENCE, DOMAIN, EMAIL, SILENT_DOMAIN, startWorld } from './kit/world.mjs';

const FORM = 'application/x-www-form-urlencoded';

let world, relay;
before(async () => {
  world = await startWorld();
  relay = await startRelay(world.verifier.port);
});
beforeEach(() => relay.forget());
after(async () => {
  await relay?.stop();
  await world?.stop();
});

describe('PyBrowserID', () => {
  let site;
  before(() => { site = pythonSite('pybrowserid_site.py'); });
  after(() => site.stop());
  const signIn = (assertion, audience = AUDIENCE) => site.ask({ url: `${relay.url}/verify`, audience, assertion });

  test('signs a visitor in with the answer as it came', async () => {
    const expires = Date.now() + 100_000;
    const assertion = await world.assertion({ expires });
    assert.deepEqual(await signIn(assertion), {
      status: 'okay', email: EMAIL, issuer: DOMAIN, audience: AUDIENCE, expires,
    });
    const [{ line, headers, body }, ...more] = relay.sent();
    assert.deepEqual(more, []);
    assert.equal(line, 'POST /verify HTTP/1.1');
    assert.equal(headers['content-type'], FORM);
    assert.equal(body, `assertion=${assertion}&audience=http%3A%2F%2Frp.example%3A8000`, '~ is not escaped');
  });

  const refusals = { expired: 'expired', forged: 'invalid signature' };
  for (const [kind, reason] of Object.entries(refusals)) {
    test(`refuses an assertion that is ${kind} with its own exception and our reason`, async () => {
      const { raised, reason: told } = await signIn(await world[kind]());
      assert.equal(raised, 'InvalidSignatureError');
      assert.ok(told.includes(`'reason': '${reason}'`), told);
      assert.equal(relay.sent().length, 1);
    });
  }

  test('refuses an assertion for another site before it asks', async () => {
    assert.equal((await signIn(await world.elsewhere())).raised, 'AudienceMismatchError');
    assert.deepEqual(relay.sent(), []);
  });

  test('refuses garbage before it asks', async () => {
    assert.equal((await signIn('garbage')).raised, 'UnicodeDecodeError', 'a ValueError');
    assert.deepEqual(relay.sent(), []);
  });
});

describe('django-browserid', () => {
  let site;
  before(() => { site = pythonSite('django_site.py'); });
  after(() => site.stop());
  const ask = (op, question) => site.ask({ op, url: `${relay.url}/verify`, ...question });
  const verify = (assertion, more = {}) => ask('verify', { assertion, audience: AUDIENCE, ...more });

  test('its verifier reports address, issuer, audience and end', async () => {
    const expires = Math.floor(Date.now() / 1000) * 1000 + 100_000;
    const assertion = await world.assertion({ expires });
    assert.deepEqual(await verify(assertion), {
      okay: true,
      text: `<VerificationResult Success email=${EMAIL}>`,
      audience: AUDIENCE,
      email: EMAIL,
      issuer: DOMAIN,
      expires: new Date(expires).toISOString().replace('.000Z', ''),
    });
    const [{ headers, body }] = relay.sent();
    assert.equal(headers['content-type'], FORM);
    assert.equal(body, `assertion=${assertion}&audience=http%3A%2F%2Frp.example%3A8000`);
  });

  test('its own view signs the visitor in', async () => {
    assert.deepEqual(await ask('log_in', { assertion: await world.assertion() }), {
      status: 200, json: { email: EMAIL, redirect: '/' }, user: EMAIL,
    });
    assert.equal(relay.sent().length, 1);
  });

  const refusals = {
    expired: 'expired', elsewhere: 'audience mismatch: domain mismatch', forged: 'invalid signature',
  };
  for (const [kind, reason] of Object.entries(refusals)) {
    test(`its verifier refuses an assertion that is ${kind} with our reason`, async () => {
      assert.deepEqual(await verify(await world[kind]()), {
        okay: false, text: '<VerificationResult Failure>', reason,
      });
    });

    test(`its own view starts no session for an assertion that is ${kind}`, async () => {
      assert.deepEqual(await ask('log_in', { assertion: await world[kind]() }), {
        status: 403, json: { redirect: '/' }, user: null,
      });
      assert.equal(relay.sent().length, 1, 'our refusal, not an error on the way');
    });
  }

  test('its verifier refuses garbage with our reason', async () => {
    assert.deepEqual(await verify('garbage'), {
      okay: false, text: '<VerificationResult Failure>', reason: 'no certificates provided',
    });
  });

  test('an audience beyond ASCII reaches us as it is and comes back as it was', async () => {
    const assertion = await world.assertion({ audience: 'http://xn--bcher-kva.example' });
    const told = await verify(assertion, { audience: 'http://bücher.example' });
    assert.equal(told.audience, 'http://bücher.example');
    assert.match(relay.sent()[0].body, /&audience=http%3A%2F%2Fb%C3%BCcher\.example$/);
  });

  test('further arguments of its verifier become parameters that we know', async () => {
    const assertion = await world.assertion({ email: `person@${SILENT_DOMAIN}` });
    assert.equal((await verify(assertion)).reason, `untrusted issuer, expected '', got '${DOMAIN}'`);
    const told = await verify(assertion, { more: { experimental_forceIssuer: DOMAIN } });
    assert.equal(told.email, `person@${SILENT_DOMAIN}`);
    assert.match(relay.sent().at(-1).body, /&experimental_forceIssuer=idp\.example$/);
  });
});

describe('a Flask site after the walk-throughs', () => {
  const HOST_AND_PORT = 'rp.example:8000';
  let site;
  before(() => { site = pythonSite('flask_site.py'); });
  after(() => site.stop());
  const signIn = (assertion, audience = HOST_AND_PORT) => site.ask({ url: `${relay.url}/verify`, audience, assertion });

  test('signs a visitor in with host and port as audience', async () => {
    const expires = Date.now() + 100_000;
    assert.deepEqual(await signIn(await world.assertion({ expires })), {
      status: 200,
      told: { status: 'okay', email: EMAIL, issuer: DOMAIN, audience: HOST_AND_PORT, expires },
      session: EMAIL,
    });
    const [{ headers, body }] = relay.sent();
    assert.equal(headers['content-type'], FORM);
    assert.match(body, /&audience=rp\.example%3A8000$/);
  });

  test('host and port mean http: a sign-in at the https site of that name is another audience', async () => {
    const { status, session } = await signIn(await world.assertion({ audience: `https://${HOST_AND_PORT}` }));
    assert.deepEqual({ status, session }, { status: 403, session: null });
  });

  for (const kind of ['expired', 'elsewhere', 'forged']) {
    test(`starts no session for an assertion that is ${kind}`, async () => {
      const { status, session } = await signIn(await world[kind]());
      assert.deepEqual({ status, session }, { status: 403, session: null });
      assert.equal(relay.sent().length, 1);
    });
  }

  test('starts no session for garbage, and sees nothing but a refusal', async () => {
    const { status, session } = await signIn('garbage');
    assert.deepEqual({ status, session }, { status: 403, session: null });
  });

  test('sees the old server\'s 400 where the page sent an empty assertion', async () => {
    const { status, session } = await signIn('');
    assert.deepEqual({ status, session }, { status: 500, session: null });
  });
});

