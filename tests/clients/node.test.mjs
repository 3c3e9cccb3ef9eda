// Sites written for Node: express-persona, passport-browserid, passport-persona, and the samples of the old
// documentation in their shape, given only our address.

import assert from 'node:assert/strict';
import http from 'node:http';
import https from 'node:https';
import { createRequire } from 'node:module';
import querystring from 'node:querystring';
import { after, before, beforeEach, describe, test } from 'node:test';

import { request } from '../kit/product.mjs';
import { makeCertificate, startRelay } from './kit/relay.mjs';
import { AUDIENCE, DOMAIN, EMAIL, startWorld } from './kit/world.mjs';

process.noDeprecation = true; // what these packages call is as old as they are
const require = createRequire(import.meta.url);
const express = require('express');
const passport = require('passport');

const FORM = 'application/x-www-form-urlencoded';
const OLD_NAME = 'verifier.login.persona.org';
const OUR_NAME = 'verifier.rp.example';

const REFUSALS = {
  expired: ['expired', () => world.expired()],
  elsewhere: ['audience mismatch: domain mismatch', () => world.elsewhere()],
  forged: ['invalid signature', () => world.forged()],
  garbage: ['no certificates provided', () => 'garbage'],
};

let world, relay, certificate, tlsRelay;
before(async () => {
  world = await startWorld();
  certificate = await makeCertificate(OLD_NAME, OUR_NAME);
  relay = await startRelay(world.verifier.port);
  tlsRelay = await startRelay(world.verifier.port, certificate);
});
beforeEach(() => { relay.forget(); tlsRelay.forget(); });
after(async () => {
  await relay?.stop();
  await tlsRelay?.stop();
  await world?.stop();
});

/** An Express application of 2013 on a free port. */
async function listening(app) {
  const server = http.createServer(app);
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const post = (path, value, headers = {}) => request(origin + path, {
    method: 'POST', headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(value),
  });
  return { origin, post, stop: () => new Promise((resolve) => { server.close(resolve); }) };
}

const form = (assertion) => `assertion=${assertion}&audience=http%3A%2F%2Frp.example%3A8000`;

describe('express-persona', () => {
  let site;
  before(async () => {
    const app = express();
    app.use(express.cookieParser());
    app.use(express.session({ secret: 'of no importance' }));
    // `verifierURI` is its own setting.
    require('express-persona')(app, { audience: AUDIENCE, verifierURI: `${relay.url}/verify` });
    app.get('/who', (question, answer) => answer.json({ email: question.session.email ?? null }));
    site = await listening(app);
  });
  after(() => site.stop());

  /** What the page's script posts, and who the session belongs to then. */
  async function signIn(assertion) {
    const { status, headers, json } = await site.post('/persona/verify', { assertion });
    const cookie = headers['set-cookie'].map((line) => line.split(';')[0]).join('; ');
    const { email } = (await request(`${site.origin}/who`, { headers: { cookie } })).json();
    return { status, told: json(), session: email };
  }

  test('signs a visitor in', async () => {
    const assertion = await world.assertion();
    assert.deepEqual(await signIn(assertion), { status: 200, told: { status: 'okay', email: EMAIL }, session: EMAIL });
    const [{ line, headers, body }, ...more] = relay.sent();
    assert.deepEqual(more, []);
    assert.equal(line, 'POST /verify HTTP/1.1');
    assert.equal(headers['content-type'], FORM);
    assert.equal(body, form(assertion), '~ is not escaped');
  });

  for (const [kind, [reason, make]] of Object.entries(REFUSALS)) {
    test(`refuses an assertion that is ${kind} with our reason, and starts no session`, async () => {
      assert.deepEqual(await signIn(await make()), { status: 500, told: { status: 'failure', reason }, session: null });
    });
  }

  test('tells our 400 for an empty assertion as the refusal that it is', async () => {
    const { told, session } = await signIn('');
    assert.deepEqual(told, { status: 'failure', reason: 'missing assertion parameter' });
    assert.equal(session, null);
  });
});

// Both speak to https://verifier.login.persona.org and have no setting for it. Their option `transport` takes the
// place of Node's `https`; so a site gives them one that asks its own verifier, in connection and Host alike.
const transport = {
  request: (options, answered) => https.request({
    ...options,
    host: '127.0.0.1', // in life: the verifier's name, and neither `port` nor `ca`
    port: tlsRelay.port,
    headers: { ...options.headers, Host: OUR_NAME },
    ca: certificate.cert,
  }, answered),
};

function passportSite(name, options) {
  const { Strategy } = require(`passport-${name}`);
  passport.use(name, new Strategy({ audience: AUDIENCE, ...options }, (email, done) => done(null, { email })));
  const app = express();
  app.use(express.json());
  app.use(passport.initialize());
  app.post('/sign-in', passport.authenticate(name, { session: false }), (question, answer) => answer.json(question.user));
  app.use((error, question, answer, next) => answer.json(500, { name: error.name, message: error.message }));
  return listening(app);
}

describe('passport-browserid', () => {
  let site;
  before(async () => { site = await passportSite('browserid', { transport }); });
  after(() => site.stop());

  test('signs a visitor in', async () => {
    const assertion = await world.assertion();
    const { status, json } = await site.post('/sign-in', { assertion });
    assert.deepEqual({ status, user: json() }, { status: 200, user: { email: EMAIL } });
    const [{ line, headers, body }] = tlsRelay.sent();
    assert.equal(line, 'POST /verify HTTP/1.1');
    assert.equal(headers.host, OUR_NAME);
    assert.equal(headers['content-type'], FORM);
    assert.equal(body, form(assertion));
  });

  for (const [kind, [reason, make]] of Object.entries(REFUSALS)) {
    test(`ends a sign-in with an assertion that is ${kind} in its error with our reason`, async () => {
      const { status, json } = await site.post('/sign-in', { assertion: await make() });
      assert.deepEqual({ status, error: json() }, { status: 500, error: { name: 'VerificationError', message: reason } });
    });
  }

  test('is answered under the old name too, for a network that sends that name to us', async () => {
    const old = await passportSite('browserid', {
      transport: { request: (options, answered) => https.request({ ...options, host: '127.0.0.1', port: tlsRelay.port, ca: certificate.cert }, answered) },
    });
    try {
      const { json } = await old.post('/sign-in', { assertion: await world.assertion() });
      assert.deepEqual(json(), { email: EMAIL });
      assert.equal(tlsRelay.sent()[0].headers.host, OLD_NAME);
    } finally {
      await old.stop();
    }
  });
});

describe('passport-persona', () => {
  let site;
  before(async () => { site = await passportSite('persona', { transport }); });
  after(() => site.stop());

  test('signs a visitor in', async () => {
    const assertion = await world.assertion();
    const { status, json } = await site.post('/sign-in', { assertion });
    assert.deepEqual({ status, user: json() }, { status: 200, user: { email: EMAIL } });
    assert.equal(tlsRelay.sent()[0].body, form(assertion));
  });

  for (const [kind, [, make]] of Object.entries(REFUSALS)) {
    test(`refuses an assertion that is ${kind}`, async () => {
      const { status, text } = await site.post('/sign-in', { assertion: await make() });
      assert.deepEqual({ status, text }, { status: 403, text: 'Unauthorized' });
      assert.equal(tlsRelay.sent().length, 1);
    });
  }
});

describe('the Node samples of the old documentation', () => {
  /** https.request, a body of one of the two kinds, its length from the string. */
  function ask(type, body) {
    return new Promise((resolve, reject) => {
      const asked = https.request({
        host: '127.0.0.1',
        port: tlsRelay.port,
        path: '/verify',
        method: 'POST',
        servername: OUR_NAME,
        ca: certificate.cert,
        headers: { Host: OUR_NAME, 'Content-Type': type, 'Content-Length': body.length },
      }, (answer) => {
        let text = '';
        answer.setEncoding('utf8');
        answer.on('data', (more) => { text += more; });
        answer.on('end', () => resolve({ status: answer.statusCode, told: JSON.parse(text) }));
      });
      asked.on('error', reject);
      asked.write(body);
      asked.end();
    });
  }
  const samples = {
    'a form made by querystring': (assertion, audience) => ask(FORM, querystring.stringify({ assertion, audience })),
    'a JSON object': (assertion, audience) => ask('application/json', JSON.stringify({ assertion, audience })),
  };

  for (const [kind, post] of Object.entries(samples)) {
    test(`${kind} brings the whole answer`, async () => {
      const expires = Date.now() + 100_000;
      const assertion = await world.assertion({ expires });
      assert.deepEqual(await post(assertion, AUDIENCE), {
        status: 200, told: { status: 'okay', email: EMAIL, issuer: DOMAIN, audience: AUDIENCE, expires },
      });
      const [{ body }] = tlsRelay.sent();
      assert.ok(body.includes(assertion), 'neither kind escapes ~');
    });

    for (const [fault, [reason, make]] of Object.entries(REFUSALS)) {
      test(`${kind} brings our reason for an assertion that is ${fault}, with status 200`, async () => {
        const { status, told } = await post(await make(), AUDIENCE);
        assert.equal(status, 200);
        assert.equal(told.status, 'failure');
        assert.equal(told.reason, reason);
      });
    }

    test(`${kind} may name the port that the scheme means anyway`, async () => {
      const assertion = await world.assertion({ audience: 'https://rp.example' });
      const { told } = await post(assertion, 'https://rp.example:443');
      assert.deepEqual([told.status, told.audience], ['okay', 'https://rp.example:443']);
    });
  }
});
