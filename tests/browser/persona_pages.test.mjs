// A domain whose provisioning and authentication pages were written for Persona: only the addresses of
// the two scripts are new, and the agent page stands beside them.

import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, sign } from 'node:crypto';

import { hears, relyingParty } from './kit/relying_party.mjs';
import { PASSWORD, scene } from './kit/scene.mjs';
import { staticFile } from './kit/sites.mjs';
import { asksFor, button, closing, heading, press, reads, typeAddress } from './kit/steps.mjs';

const test = scene({ flags: (port) => ['--map', `old.localhost=http://old.localhost:${port}`] });
const EMAIL = 'pat@old.localhost';
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

const PROVISION = `<!doctype html>
<html>
<head><meta charset="utf-8"><title>Provisioning</title>
<script src="/persona/provisioning_api.js"></script>
</head>
<body><script>
  navigator.id.beginProvisioning(function (email, cert_duration) {
    var xhr = new XMLHttpRequest();
    xhr.open('GET', '/whoami');
    xhr.onload = function () {
      if (JSON.parse(xhr.responseText).email !== email) {
        navigator.id.raiseProvisioningFailure('user is not authenticated as target user');
        return;
      }
      navigator.id.genKeyPair(function (publicKey) {
        var signing = new XMLHttpRequest();
        signing.open('POST', '/persona/sign/?email=' + encodeURIComponent(email) + '&duration=' + cert_duration);
        signing.setRequestHeader('Content-Type', 'application/json');
        signing.onload = function () { navigator.id.registerCertificate(signing.responseText); };
        signing.send(publicKey);
      });
    };
    xhr.send();
  });
</script></body>
</html>`;

const AUTHENTICATE = `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>Old sign-in</title><link rel="icon" href="data:,">
<script src="/persona/authentication_api.js"></script>
</head>
<body>
<h1>Old sign-in</h1>
<form><p id="who"></p><label>Pass phrase <input id="word" type="password"></label>
<button>Log in</button> <button type="button" id="leave">Leave</button></form>
<script>
  navigator.id.beginAuthentication(function (email) {
    document.getElementById('who').textContent = email;
    document.forms[0].onsubmit = function () {
      var xhr = new XMLHttpRequest();
      xhr.open('POST', '/login');
      xhr.onload = function () { navigator.id.completeAuthentication(); };
      xhr.send(JSON.stringify({ email: email, word: document.getElementById('word').value }));
      return false;
    };
    document.getElementById('leave').onclick = function () { navigator.id.raiseAuthenticationFailure('user cancelled'); };
  });
</script>
</body>
</html>`;

/** The old domain, its pages and its own session. */
async function oldDomain(visit, { provision = PROVISION, certify = (claims) => claims } = {}) {
  const jwk = createPublicKey(privateKey).export({ format: 'jwk' });
  const decimal = (text) => BigInt(`0x${Buffer.from(text, 'base64url').toString('hex')}`).toString();
  const seen = { keys: [], durations: [] };
  const agentFiles = {};
  for (const file of ['agent.html', 'agent.js', 'return.html', 'return.js', 'style.css', 'pages.css', 'theme.css', 'provisioning_api.js', 'authentication_api.js']) {
    agentFiles[`/persona/${file}`] = await staticFile(`persona/${file}`);
  }
  for (const set of ['agent', 'agent_more', 'problems', 'return']) agentFiles[`/persona/lang/en/${set}.js`] = await staticFile(`persona/lang/en/${set}.js`);
  for (const file of await libraryFiles()) agentFiles[`/persona/lib/${file}`] = await staticFile(`persona/lib/${file}`);
  const session = ({ headers }) => (/(?:^|; )old=yes/.test(headers.cookie ?? '') ? EMAIL : null);
  const origin = visit.sites.site('old.localhost', {
    ...agentFiles,
    '/.well-known/browserid': {
      headers: { 'content-type': 'application/json', 'access-control-allow-origin': '*' },
      body: JSON.stringify({
        'public-key': { algorithm: 'RS', n: decimal(jwk.n), e: decimal(jwk.e) },
        authentication: '/authenticate.html', provisioning: '/provision.html', agent: '/persona/agent.html',
      }),
    },
    '/provision.html': provision,
    '/authenticate.html': AUTHENTICATE,
    '/whoami': (request) => ({ headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email: session(request) }) }),
    '/login': ({ body }) => (JSON.parse(body).word === 'open sesame'
      ? { headers: { 'set-cookie': 'old=yes; Path=/' }, body: 'ok' } : { status: 403, body: 'no' }),
    '/persona/sign/': (request) => {
      if (session(request) === null) return { status: 403, body: 'no' };
      seen.keys.push(request.body);
      seen.durations.push(request.query.get('duration'));
      const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
      const now = Date.now();
      const text = `${part({ alg: 'RS256' })}.${part(certify({
        iss: 'old.localhost', iat: now - 10_000, exp: now + Number(request.query.get('duration')) * 1000,
        'public-key': JSON.parse(request.body), principal: { email: request.query.get('email') },
      }))}`;
      return { headers: { 'content-type': 'text/plain' }, body: `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}` };
    },
  });
  visit.addIdentityHost('old.localhost');
  return { origin, seen };
}

async function libraryFiles() {
  const source = await staticFile('persona/agent.js');
  const found = new Set();
  const follow = async (text) => {
    for (const [, name] of text.matchAll(/(?:from |import\()'\.\/(?:lib\/)?([\w.]+)'/g)) {
      if (found.has(name)) continue;
      found.add(name);
      await follow(await staticFile(`persona/lib/${name}`));
    }
  };
  await follow(source);
  await follow(await staticFile('persona/return.js'));
  return found;
}

/** The site serves include.js itself, so that domains ending in .localhost are looked up at its own port. */
async function siteOfItsOwn(visit) {
  return visit.sites.site('rp.localhost', {
    ...relyingParty(visit, { include: '/include.js' }), '/include.js': await staticFile('include.js'),
  });
}

async function logIn(visit, agent) {
  await heading(agent, 'First, show that it is you').waitFor();
  const window = await visit.popup(agent, () => agent.getByRole('link', { name: 'Sign in here' }).click());
  await heading(window, 'Old sign-in').waitFor();
  await window.getByText(EMAIL, { exact: true }).waitFor();
  await window.getByLabel('Pass phrase').fill('open sesame');
  await closing(window, () => button(window, 'Log in').click());
}

test('no session there: failure, authentication, and provisioning again', async (visit) => {
  const { seen } = await oldDomain(visit);
  const origin = await siteOfItsOwn(visit);
  const page = await visit.open(`${origin}/`);
  const agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(agent, EMAIL);
  await logIn(visit, agent);
  await asksFor(agent, origin, EMAIL);
  await closing(agent, () => press(agent, 'Sign in'));
  const verdict = await visit.verify(await hears(page, 'login'), origin);
  assert.equal(verdict.status, 'okay', verdict.reason);
  assert.equal(verdict.email, EMAIL);
  assert.equal(verdict.issuer, 'old.localhost');
  assert.equal(seen.keys.length, 1);
  assert.equal(typeof JSON.parse(seen.keys[0]).n, 'string', 'genKeyPair gave a JSON string, which the page posted as it was');
  assert.deepEqual(seen.durations, ['21600']);
});

test('a session there: the certificate comes without a word', async (visit) => {
  const { origin: old, seen } = await oldDomain(visit);
  await visit.addCookies([{ name: 'old', value: 'yes', url: old }]);
  const origin = await siteOfItsOwn(visit);
  const page = await visit.open(`${origin}/`);
  const agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(agent, EMAIL);
  await asksFor(agent, origin, EMAIL);
  await closing(agent, () => press(agent, 'Sign in'));
  assert.equal((await visit.verify(await hears(page, 'login'), origin)).status, 'okay');
  assert.equal(seen.keys.length, 1);
});

test('leaving the authentication page leads back to the question', async (visit) => {
  await oldDomain(visit);
  const origin = await siteOfItsOwn(visit);
  const page = await visit.open(`${origin}/`);
  const agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(agent, EMAIL);
  await heading(agent, 'First, show that it is you').waitFor();
  const window = await visit.popup(agent, () => agent.getByRole('link', { name: 'Sign in here' }).click());
  await closing(window, () => button(window, 'Leave').click());
  await agent.getByRole('status').getByText('You left the sign-in page without signing in.', { exact: true }).waitFor();
  await logIn(visit, agent);
  await asksFor(agent, origin, EMAIL);
});

test('signed in there as somebody else: said, instead of asking in a circle', async (visit) => {
  await oldDomain(visit, { provision: PROVISION.replace("JSON.parse(xhr.responseText).email !== email", 'true') });
  const page = await visit.open(`${await siteOfItsOwn(visit)}/`);
  const agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(agent, EMAIL);
  await logIn(visit, agent);
  await heading(agent, 'That did not work').waitFor();
  await reads(agent, 'This domain signed you in, but did not confirm your address. Is it the right account?');
});

const WRONG_CERTIFICATES = {
  'for another address': (claims) => ({ ...claims, principal: { email: 'max@old.localhost' } }),
  'of another issuer': (claims) => ({ ...claims, iss: 'evil.localhost' }),
  'for another key': (claims) => ({ ...claims, 'public-key': { ...claims['public-key'], n: `1${claims['public-key'].n}` } }),
  'for a month': (claims) => ({ ...claims, exp: Date.now() + 30 * 86_400_000 }),
  'that ran out': (claims) => ({ ...claims, exp: Date.now() - 1 }),
  'without an end': ({ exp, ...claims }) => claims,
};

for (const [what, certify] of Object.entries(WRONG_CERTIFICATES)) {
  test(`a certificate ${what} is not taken`, async (visit) => {
    const { origin: old } = await oldDomain(visit, { certify });
    await isNotTaken(visit, old);
  });
}

test('a certificate that is none is not taken', async (visit) => {
  const { origin: old } = await oldDomain(visit, { provision: PROVISION.replace('registerCertificate(signing.responseText)', "registerCertificate('certificate')") });
  await isNotTaken(visit, old);
});

async function isNotTaken(visit, old) {
  await visit.addCookies([{ name: 'old', value: 'yes', url: old }]);
  const page = await visit.open(`${await siteOfItsOwn(visit)}/`);
  const agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(agent, EMAIL);
  await heading(agent, 'That did not work').waitFor();
  await reads(agent, 'The certificate that this domain made does not fit. Try again; if it stays so, the domain’s owner has to look at it.');
}

test('who frames the provisioning page from elsewhere gets silence', async (visit) => {
  const { origin: old, seen } = await oldDomain(visit);
  await visit.addCookies([{ name: 'old', value: 'yes', url: old }]);
  visit.allowRevealing('the framing site names itself');
  const evil = visit.sites.site('evil.localhost', {
    '/': `<!doctype html><html lang="en"><title>evil</title><link rel="icon" href="data:,"><body><script>
      window.heard = [];
      addEventListener('message', (event) => heard.push(event.data));
    </script><iframe src="${old}/provision.html"></iframe>`,
  });
  visit.tolerate(/postMessage/); // the page's own greeting is for a parent of its origin only
  const tab = await visit.open('about:blank');
  await tab.addInitScript(() => { Math.random = () => 0; }); // so that the attacker knows the number of the question
  await tab.goto(`${evil}/`);
  await tab.frames()[1].waitForLoadState();
  await tab.evaluate(() => {
    for (const message of [
      { method: 'vep_prov::__ready', params: 'ping' }, { method: 'vep_prov::__ready', params: 'pong' },
      { id: 1, result: { email: 'pat@old.localhost', cert_duration_s: 3600 } },
      { id: 2, result: '{"algorithm":"RS","n":"1","e":"65537"}' },
    ]) frames[0].postMessage(JSON.stringify(message), '*');
  });
  await tab.frames()[1].evaluate(() => fetch('/authenticate.html').then((answer) => answer.text())); // turns later
  assert.ok(!visit.sent().some(({ path }) => path === '/whoami'), 'the page was not set going');
  assert.deepEqual(await tab.evaluate(() => window.heard), []);
  assert.deepEqual(seen.keys, []);
});

/** Frames the product's own provisioning page on its own origin and talks to it as Persona's dialog did. */
function provisions(page, email, publicKey) {
  return page.evaluate(({ email, publicKey }) => new Promise((resolve) => {
    const frame = document.createElement('iframe');
    const calls = [];
    const say = (message) => frame.contentWindow.postMessage(JSON.stringify(message), location.origin);
    addEventListener('message', (event) => {
      if (event.source !== frame.contentWindow) return;
      const { id, method, params } = JSON.parse(event.data);
      const name = method.replace('vep_prov::', '');
      if (name !== '__ready') calls.push(name);
      else if (params === 'ping') say({ method, params: 'pong' });
      if (name === 'beginProvisioning') say({ id, result: { email, cert_duration_s: 3600 } });
      if (name === 'genKeyPair') say({ id, result: publicKey });
      if (name === 'registerCertificate' || name === 'raiseProvisioningFailure') {
        frame.remove();
        resolve({ calls, said: params });
      }
    });
    frame.src = 'provision.html';
    document.body.append(frame);
  }), { email, publicKey });
}

test('the product\'s own provisioning page certifies the key of who frames it on its origin', async (visit) => {
  const page = await visit.open(`${visit.product.identity}/persona/sign_in.html`);
  await page.getByLabel('Address').fill('you@me.localhost');
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await button(page, 'Sign in').click();
  await heading(page, 'Your account').waitFor();

  const { n } = createPublicKey(privateKey).export({ format: 'jwk' });
  const key = { algorithm: 'RS', n: BigInt(`0x${Buffer.from(n, 'base64url').toString('hex')}`).toString(), e: '65537' };
  const { calls, said } = await provisions(page, 'you@me.localhost', JSON.stringify(key));
  assert.deepEqual(calls, ['beginProvisioning', 'genKeyPair', 'registerCertificate']);
  const claims = JSON.parse(Buffer.from(said.split('.')[1], 'base64url').toString());
  assert.equal(claims.iss, 'me.localhost');
  assert.deepEqual(claims.principal, { email: 'you@me.localhost' });
  assert.deepEqual(claims['public-key'], key);
  assert.equal(claims.exp - claims.iat, 3_610_000);

  const signed = () => visit.sent().filter(({ path }) => path.startsWith('/persona/sign/')).length;
  const before = signed();
  assert.equal(before, 1);
  const other = await provisions(page, 'pat@me.localhost', JSON.stringify(key));
  assert.deepEqual(other, {
    calls: ['beginProvisioning', 'raiseProvisioningFailure'],
    said: 'user is not authenticated as target user',
  });
  assert.equal(signed(), before, 'nobody else was certified');
});

test('the provisioning page opened by hand says what it is and asks for nothing', async (visit) => {
  const page = await visit.open(`${visit.product.identity}/persona/provision.html`);
  await heading(page, 'This page works inside others').waitFor();
  assert.deepEqual(visit.functionCalls(), []);
});
