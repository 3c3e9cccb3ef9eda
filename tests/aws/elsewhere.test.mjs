// Pages at a host of the owner's own, functions on AWS: two origins of one site.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { startBrowser } from './kit/browser.mjs';
import { buildSite } from './kit/built_site.mjs';
import { choosesPassword, signsInAt, signsOut } from './kit/journey.mjs';
import { ADDRESS, DOMAIN, EMULATOR, IDENTITY, SITE } from './kit/place.mjs';
import { ask, pairs } from './kit/relay.mjs';
import { site } from './kit/site.mjs';
import { linkIn, stage } from './kit/stage.mjs';
import { PASSWORD } from './kit/visitor.mjs';

const ORIGIN = `https://${SITE}`;
const API_HOST = `api.${DOMAIN}`;
const API = `https://${API_HOST}`;

/** The HTTP API under its own name, by which the emulator finds it. */
function toApi({ method, path, body, rawHeaders }) {
  if (method === 'OPTIONS') return preflight({ path, rawHeaders });
  return ask(EMULATOR, { method, path, body, headers: pairs({ rawHeaders }).filter(([name]) => name.toLowerCase() !== 'connection').flat() });
}

/**
 * The emulator answers every preflight itself, and refuses. An HTTP API without a CORS configuration hands it to the
 * route, as any request: so this does.
 */
async function preflight({ path, rawHeaders }) {
  const { pathname, search } = new URL(path, API);
  const own = pathname.startsWith('/persona/sign/') ? 'sign' : pathname === '/persona/panic' ? 'panic' : 'sign-in';
  const name = `${on.stack.name}-${own}`;
  const http = { method: 'OPTIONS', path: pathname, protocol: 'HTTP/1.1', sourceIp: ADDRESS, userAgent: '' };
  const event = {
    version: '2.0', routeKey: `ANY ${pathname}`, rawPath: pathname, rawQueryString: search.slice(1), isBase64Encoded: false,
    headers: Object.fromEntries(pairs({ rawHeaders }).map(([one, value]) => [one.toLowerCase(), value])),
    requestContext: { http, requestId: 'preflight', routeKey: `ANY ${pathname}`, stage: '$default', domainName: API_HOST, apiId: 'api', accountId: '000000000000', timeEpoch: Date.now(), time: '' },
  };
  const answer = await ask(EMULATOR, { method: 'POST', path: `/2015-03-31/functions/${name}/invocations`, headers: { 'content-type': 'application/json' }, body: JSON.stringify(event) });
  const { statusCode, headers, body } = JSON.parse(answer.body);
  return { status: statusCode, headers, body };
}

const on = stage('elsewhere', {
  parameters: {
    StaticHosting: 'elsewhere', ApiDomain: API_HOST, CertificateArn: '',
    ApiCertificateArn: 'arn:aws:acm:us-east-1:000000000000:certificate/00000000-0000-4000-8000-000000000001',
  },
  sites: { [SITE]: site(), [DOMAIN]: (question) => on.host.serve(question), [API_HOST]: toApi },
  also: {
    browser: startBrowser,
    host: ({ stack }) => buildSite({ key: stack.outputs.SigningKey, api: API }),
  },
});

test('a person signs in at a site with pages at one host and functions on AWS', async (t) => {
  const email = `me@${DOMAIN}`;
  const link = linkIn(await on.owner('add', email));
  assert.equal(link.split('#')[0], `${IDENTITY}/persona/enrol.html`);
  const visit = await on.browser.visit();
  try {
    const account = await choosesPassword(visit, link, email);
    assert.deepEqual((await visit.cookies(IDENTITY)).map(({ name }) => name), [], 'the pages\' host gets no cookie');
    const [cookie] = await visit.cookies(API);
    assert.deepEqual([cookie.name, cookie.domain, cookie.httpOnly, cookie.secure, cookie.sameSite], ['__Host-selfsame', API_HOST, true, true, 'Strict']);
    const { assertion } = await signsInAt(visit, ORIGIN, email);
    const verdict = await on.stack.verify(2, { assertion, audience: ORIGIN });
    assert.deepEqual([verdict.status, verdict.email, verdict.issuer], ['okay', email, DOMAIN], JSON.stringify(verdict));
    assert.equal((await on.stack.audit(email)).length, 1);
    await signsOut(account);
    for (const { host, path, headers, body } of on.front.passed.filter((one) => one.host === API_HOST)) {
      assert.ok(!decodeURIComponent(`${path}${JSON.stringify(headers)}${body}`).includes(SITE), `${host}${path} names the site`);
    }
    assert.deepEqual(visit.said, [], 'nothing stands in a console');
  } catch (error) {
    await visit.report(t);
    throw error;
  } finally {
    await visit.end();
  }
});

test('the functions answer the pages\' origin and no other', async () => {
  const sign = `${API}/persona/session`;
  const body = JSON.stringify({ email: `me@${DOMAIN}`, password: PASSWORD });
  for (const [origin, site_] of [[ORIGIN, 'cross-site'], [API, 'same-origin'], [`https://other.${DOMAIN}`, 'same-site']]) {
    const answer = await on.visitor.ask(sign, { method: 'POST', body, headers: { origin, 'sec-fetch-site': site_, 'content-type': 'application/json' } });
    assert.equal(answer.status, 403, origin);
    assert.equal(answer.json().code, 'wrong_origin');
    assert.equal(answer.headers['access-control-allow-origin'], undefined);
  }
  const own = await on.visitor.ask(sign, { headers: { origin: IDENTITY, 'sec-fetch-site': 'same-site' } });
  assert.equal(own.headers['access-control-allow-origin'], IDENTITY);
  assert.equal(own.headers['access-control-allow-credentials'], 'true');
});
