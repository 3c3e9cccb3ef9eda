// Owners who have pages and a server written for Persona, after the guides of that time: they add the agent page and keep
// the rest. Certificates come from `selfsame certifier`, so each chain is whole: page, sign function, certifier, verifier.

import assert from 'node:assert/strict';
import { after, before } from 'node:test';

import {
  claimsOf, loginAuthentication, logsIn, OLD, oldServer, PAT, provisioning, renderedProvisioning, startCertifier,
} from './kit/old_server.mjs';
import { hears, relyingParty } from './kit/relying_party.mjs';
import { scene } from './kit/scene.mjs';
import { staticFile } from './kit/sites.mjs';
import { asksFor, button, closing, heading, press, reads, typeAddress } from './kit/steps.mjs';
import { until } from './kit/waiting.mjs';

const WORDS = 'words.localhost';
const test = scene({
  flags: (port) => [OLD, WORDS].flatMap((host) => ['--map', `${host}=http://${host}:${port}`]),
});
let certifier;
before(async () => { certifier = await startCertifier([OLD, WORDS]); });
after(() => certifier.stop());

/** The site serves include.js itself, so that domains ending in .localhost are looked up at its own port. */
async function siteOfItsOwn(visit) {
  return visit.sites.site('rp.localhost', {
    ...relyingParty(visit, { include: '/include.js' }), '/include.js': await staticFile('include.js'),
  });
}

/** Opens the agent for an address, from a site. */
async function atAgent(visit, email = PAT) {
  const origin = await siteOfItsOwn(visit);
  const page = await visit.open(`${origin}/`);
  const agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(agent, email);
  return { origin, page, agent };
}

const toSignIn = async (visit, agent) => {
  await heading(agent, 'First, show that it is you').waitFor();
  return visit.popup(agent, () => agent.getByRole('link', { name: 'Sign in here' }).click());
};

/** The person agrees, the site asks the verifier: it is them. */
async function isBelieved(visit, { origin, page, agent }, email = PAT) {
  await asksFor(agent, origin, email);
  await closing(agent, () => press(agent, 'Sign in'));
  const assertion = await hears(page, 'login');
  const verdict = await visit.verify(assertion, origin);
  assert.deepEqual([verdict.status, verdict.email, verdict.issuer], ['okay', email, OLD], verdict.reason);
  return assertion;
}

async function failsWith(agent, text) {
  await heading(agent, 'That did not work').waitFor();
  await reads(agent, text);
}

test('the guide’s pages: nobody is signed in, then somebody is, and the certifier’s certificate is believed', async (visit) => {
  visit.announce(/status of 403/); // the wrong pass phrase
  const { seen } = oldServer(visit, certifier);
  const at = await atAgent(visit);
  const window = await toSignIn(visit, at.agent);
  await window.getByText(PAT, { exact: true }).waitFor();
  await logsIn(window, 'open poppy');
  await reads(window, 'That is not it.');
  await closing(window, () => logsIn(window));
  const assertion = await isBelieved(visit, at);

  const [{ email, pubkey, duration, said }, ...more] = seen.signed;
  assert.deepEqual([email, duration, more], [PAT, '21600', []]);
  assert.deepEqual(Object.keys(JSON.parse(pubkey)).sort(), ['algorithm', 'e', 'n'], 'genKeyPair gave a JSON text, posted as it was');
  const claims = claimsOf(said.certificate);
  assert.equal(assertion.split('~')[0], said.certificate);
  assert.deepEqual([claims.iss, claims.principal, claims['public-key']], [OLD, { email: PAT }, JSON.parse(pubkey)]);
  assert.equal(claims.exp - claims.iat, 21_610_000);
  assert.equal(seen.refused, 0, 'the page asked its own session first');
});

test('somebody who is signed in there already is asked nothing by the domain', async (visit) => {
  const { seen, isSignedIn } = oldServer(visit, certifier);
  await isSignedIn(PAT);
  await isBelieved(visit, await atAgent(visit));
  assert.equal(seen.signed.length, 1);
});

test('on a shared computer the page is given an hour', async (visit) => {
  const { seen } = oldServer(visit, certifier);
  const at = await atAgent(visit);
  await heading(at.agent, 'First, show that it is you').waitFor();
  await at.agent.getByLabel('Others use this computer too (keep me for one hour only)').check();
  const window = await toSignIn(visit, at.agent);
  await closing(window, () => logsIn(window));
  await isBelieved(visit, at);
  assert.deepEqual(seen.signed.map(({ duration }) => duration), ['3600']);
});

test('the blog author’s page, into which the server writes who is signed in', async (visit) => {
  const server = oldServer(visit, certifier, { provision: renderedProvisioning });
  const at = await atAgent(visit);
  const window = await toSignIn(visit, at.agent);
  await closing(window, () => logsIn(window));
  await isBelieved(visit, at);
  assert.equal(server.seen.signed.length, 1);
});

test('an authentication page that leads through the blog’s ordinary login and comes back with its query', async (visit) => {
  oldServer(visit, certifier, { provision: renderedProvisioning, authenticate: loginAuthentication });
  const at = await atAgent(visit);
  const window = await toSignIn(visit, at.agent);
  await heading(window, 'The blog’s login').waitFor();
  await window.getByLabel('Name').fill(PAT);
  await logsIn(window, 'open poppy');
  await reads(window, 'That is not it.');
  await window.getByLabel('Name').fill(PAT);
  await closing(window, () => logsIn(window));
  await isBelieved(visit, at);
  const came = visit.sent(`${OLD}:${visit.sites.port}`).filter(({ path }) => path.startsWith('/persona/sign_in/'));
  assert.deepEqual(came.map(({ path }) => path), Array(2).fill(`/persona/sign_in/?email=${encodeURIComponent(PAT)}`));
});

test('signed in at the blog as somebody else: the page says so, and the question stays', async (visit) => {
  const { isSignedIn, seen } = oldServer(visit, certifier, { provision: renderedProvisioning, authenticate: loginAuthentication });
  await isSignedIn(`max@${OLD}`);
  const at = await atAgent(visit);
  const window = await toSignIn(visit, at.agent).catch(() => null);
  if (window && !window.isClosed()) await window.waitForEvent('close');
  await at.agent.getByRole('status').getByText('You left the sign-in page without signing in.', { exact: true }).waitFor();
  assert.deepEqual(seen.signed, []);
});

test('authentication over several pages asks for the address on each, as long as the query is kept', async (visit) => {
  const step = (title, then) => `<!doctype html><meta charset="utf-8"><title>${title}</title><link rel="icon" href="data:,">
    <script src="/persona/authentication_api.js"></script><h1>${title}</h1><button id="on">Go on</button><p id="who"></p>
    <script>navigator.id.beginAuthentication(function (email) {
      document.getElementById('who').textContent = email;
      document.getElementById('on').onclick = function () { ${then} };
    });</script>`;
  oldServer(visit, certifier, {
    authenticate: ({ query }) => (query.has('step')
      ? step('Second page', `var x = new XMLHttpRequest(); x.open('POST', '/api/login');
          x.onload = function () { navigator.id.completeAuthentication(); };
          x.send(JSON.stringify({ user: email, phrase: 'open sesame' }));`)
      : step('First page', "location.assign(location.search + '&step=2');")),
  });
  const at = await atAgent(visit);
  const window = await toSignIn(visit, at.agent);
  await heading(window, 'First page').waitFor();
  await button(window, 'Go on').click();
  await heading(window, 'Second page').waitFor();
  await window.getByText(PAT, { exact: true }).waitFor();
  await closing(window, () => button(window, 'Go on').click());
  await isBelieved(visit, at);
});

test('the whole of it by a redirect, without any window', async (visit) => {
  oldServer(visit, certifier, { authenticate: loginAuthentication });
  const origin = visit.sites.site('rp.localhost', {
    ...relyingParty(visit, { include: '/include.js', attributes: 'data-redirect' }), '/include.js': await staticFile('include.js'),
  });
  const page = await visit.openWithOpenShadows(`${origin}/index.html`);
  await button(page, 'Sign in').click();
  await typeAddress(page, PAT);
  await heading(page, 'First, show that it is you').waitFor();
  await page.getByRole('link', { name: 'Sign in here' }).click();
  await page.getByLabel('Name').fill(PAT);
  await logsIn(page);
  await asksFor(page, origin, PAT);
  await press(page, 'Sign in');
  const verdict = await visit.verify(await hears(page, 'login'), origin);
  assert.deepEqual([verdict.status, verdict.email], ['okay', PAT], verdict.reason);
});

test('a domain that delegates to the old server has its people certified there', async (visit) => {
  const { isSignedIn } = oldServer(visit, certifier);
  visit.addIdentityHost(WORDS);
  visit.sites.site(WORDS, { '/.well-known/browserid': {
    headers: { 'content-type': 'application/json', 'access-control-allow-origin': '*' }, body: JSON.stringify({ authority: OLD }),
  } });
  await isSignedIn(`ann@${WORDS}`);
  await isBelieved(visit, await atAgent(visit, `ann@${WORDS}`), `ann@${WORDS}`);
});

test('a page that says nothing is given 20 seconds from its load, and not less', async (visit) => {
  oldServer(visit, certifier, { provision: () => provisioning('') });
  await visit.installClock();
  const { agent } = await atAgent(visit);
  await loaded(agent);
  await agent.clock.fastForward(19_000);
  assert.ok(!await heading(agent, 'That did not work').isVisible());
  await agent.clock.fastForward(1_500);
  await failsWith(agent, 'This domain’s provisioning page did not answer within 20 seconds. Try again.');
});

test('trying again after a silent page begins anew', async (visit) => {
  let answers = false;
  const { isSignedIn } = oldServer(visit, certifier, {
    provision: (asked) => (answers ? renderedProvisioning(asked) : provisioning('')),
  });
  await isSignedIn(PAT);
  await visit.installClock();
  const at = await atAgent(visit);
  await loaded(at.agent);
  await at.agent.clock.fastForward(20_500);
  await heading(at.agent, 'That did not work').waitFor();
  answers = true;
  await button(at.agent, 'Try again').click();
  await asksFor(at.agent, at.origin, PAT);
});

/** Waits until the provisioning page stands in its frame. */
async function loaded(agent) {
  await agent.locator('#provisioning[src$="/persona/provision/"]').waitFor({ state: 'attached' });
  const frame = agent.frames().find((one) => one !== agent.mainFrame());
  await frame.waitForURL('**/persona/provision/');
  await frame.waitForLoadState();
}

test('a failure after authentication ends it, in the words of the page', async (visit) => {
  oldServer(visit, certifier, {
    provision: () => provisioning("navigator.id.raiseProvisioningFailure('the moon is <b>full</b>');"),
  });
  const { agent } = await atAgent(visit);
  const window = await toSignIn(visit, agent);
  await closing(window, () => logsIn(window));
  await failsWith(agent, 'This domain signed you in, but did not confirm your address. Is it the right account? '
    + 'The domain says: “the moon is <b>full</b>”');
});

test('a certifier that refuses is a failure of the page, and nothing is taken', async (visit) => {
  visit.announce(/status of 400/);
  const { seen } = oldServer(visit, certifier, { certify: (asked) => ({ ...asked, email: 'pat@strange.localhost' }) });
  const { agent } = await atAgent(visit);
  const window = await toSignIn(visit, agent);
  await closing(window, () => logsIn(window));
  await failsWith(agent, 'This domain signed you in, but did not confirm your address. Is it the right account? '
    + 'The domain says: “could not get a certificate”');
  assert.ok(seen.signed.length > 0);
  for (const { said } of seen.signed) assert.deepEqual([said.success, said.code], [false, 'not_our_domain']);
});

test('a page that makes its key before it knows for whom gets one all the same', async (visit) => {
  const { isSignedIn } = oldServer(visit, certifier, {
    provision: () => provisioning(`
      var publicKey = null, target = null;
      function go() {
        if (!publicKey || !target) return;
        var x = new XMLHttpRequest();
        x.open('POST', '/persona/sign/?email=' + encodeURIComponent(target.email) + '&duration=' + target.duration);
        x.setRequestHeader('Content-Type', 'application/json');
        x.onload = function () { navigator.id.registerCertificate(x.responseText); };
        x.send(publicKey);
      }
      navigator.id.genKeyPair(function (key) { publicKey = key; go(); });
      navigator.id.beginProvisioning(function (email, duration) { target = { email: email, duration: duration }; go(); });`),
  });
  await isSignedIn(PAT);
  await isBelieved(visit, await atAgent(visit));
});

const OTHER_KEY = JSON.stringify({ algorithm: 'RS', n: (2n ** 2047n + 12345n).toString(), e: '65537' });
for (const [what, certify] of Object.entries({
  'another address': (asked) => ({ ...asked, email: `max@${OLD}` }),
  'another key': (asked) => ({ ...asked, pubkey: OTHER_KEY }),
})) {
  test(`a page that registers a certificate for ${what} is not believed`, async (visit) => {
    const { isSignedIn, seen } = oldServer(visit, certifier, { certify });
    await isSignedIn(PAT);
    const { agent } = await atAgent(visit);
    await failsWith(agent, 'The certificate that this domain made does not fit. Try again; if it stays so, the domain’s owner has to look at it.');
    assert.equal(seen.signed[0].said.success, true, 'it was a good certificate, for somebody else');
  });
}

/** Lets seconds go by until it is said; which must be before so many are over. */
async function failsWithin(agent, seconds, text) {
  const outside = () => agent.frames().slice(1).some((frame) => !['about:blank', ''].includes(frame.url()));
  await until('something in the frame', outside);
  for (let gone = 0; gone < seconds && !await heading(agent, 'That did not work').isVisible(); gone += 1) await agent.clock.fastForward(1_000);
  assert.ok(await heading(agent, 'That did not work').isVisible());
  await reads(agent, text);
}

const BLOCKED = 'This domain’s provisioning page cannot run inside this page: it forbids frames, or leads to another site. '
  + 'The domain’s owner has to change that.';

for (const [name, value] of [['x-frame-options', 'DENY'], ['content-security-policy', "frame-ancestors 'none'"]]) {
  test(`a provisioning page that forbids frames (${name}) is named, long before 20 seconds`, async (visit) => {
    visit.announce(/Refused to display|frame-ancestors|Framing/);
    oldServer(visit, certifier, { provision: (asked) => ({ headers: { [name]: value }, body: renderedProvisioning(asked) }) });
    await visit.installClock();
    const { agent } = await atAgent(visit);
    await failsWithin(agent, 10, BLOCKED);
  });
}

test('a provisioning page that leads to another site is named, and that site is not asked', async (visit) => {
  visit.announce(/frame-src 'self'/); // the agent page's own policy
  const elsewhere = visit.sites.site('elsewhere.localhost', { '/provision': renderedProvisioning({ user: PAT }) });
  oldServer(visit, certifier, { provision: () => ({ status: 302, headers: { location: `${elsewhere}/provision` } }) });
  await visit.installClock();
  const { agent } = await atAgent(visit);
  await failsWithin(agent, 10, BLOCKED);
  assert.deepEqual(visit.sent(new URL(elsewhere).host), []);
});

test('a provisioning page that never comes is waited for a minute, not for ever', async (visit) => {
  let asked = false;
  const never = new Promise((resolve) => { visit.afterwards(resolve); });
  oldServer(visit, certifier, { provision: () => { asked = true; return never; } });
  await visit.installClock();
  const { agent } = await atAgent(visit);
  await until('the question', () => asked);
  await agent.clock.fastForward(50_000);
  assert.ok(!await heading(agent, 'That did not work').isVisible(), 'a slow connection is not a silent page');
  await agent.clock.fastForward(10_500);
  await failsWith(agent, 'This domain’s provisioning page did not answer within 20 seconds. Try again.');
});

test('coming back from a sign-in that told nothing is reason enough to ask the page again', async (visit) => {
  const { seen } = oldServer(visit, certifier, {
    provision: renderedProvisioning,
    authenticate: ({ user, url }) => (user === null ? loginAuthentication({ user, url }) : '<!doctype html><title>Blog</title><link rel="icon" href="data:,"><h1>Welcome back</h1>'),
  });
  const at = await atAgent(visit);
  const comesBack = () => at.agent.evaluate(() => dispatchEvent(new Event('focus')));
  const asked = () => visit.sent(`${OLD}:${visit.sites.port}`).filter(({ path }) => path === '/persona/provision/').length;
  const window = await toSignIn(visit, at.agent);
  await heading(window, 'The blog’s login').waitFor();
  const before = asked();
  await comesBack();
  await until('the page to be asked again', () => asked() > before);
  await heading(at.agent, 'First, show that it is you').waitFor();
  await window.getByLabel('Name').fill(PAT);
  await logsIn(window);
  await heading(window, 'Welcome back').waitFor();
  await comesBack();
  await isBelieved(visit, at);
  assert.equal(seen.signed.length, 1, 'the certificate that was looked for is the one that is used');
  assert.ok(!visit.sent().some(({ path }) => path.startsWith('/persona/session')), 'nothing is asked that such a server has not');
});

const NONE = 'This domain names no sign-in pages of its own here. Its owner has to put them on this site, or delegate to the site where they are.';

for (const [what, change] of Object.entries({
  'pages at another site': (document) => ({ ...document, provisioning: 'https://elsewhere.example/provision' }),
  'pages below two slashes': (document) => ({ ...document, authentication: '//elsewhere.example/sign_in' }),
  'no pages': ({ agent, 'public-key': key }) => ({ agent, 'public-key': key }),
})) {
  test(`at a domain that names ${what} the agent says what its owner has to do`, async (visit) => {
    oldServer(visit, certifier, { document: (text) => JSON.stringify(change(JSON.parse(text))) });
    const { agent } = await openedByHand(visit);
    await failsWith(agent, NONE);
  });
}

/** A window that a site opened at the agent page itself: include.js does not go to a domain with such a document. */
async function openedByHand(visit) {
  const agentPage = `http://${OLD}:${visit.sites.port}/persona/agent.html#popup`;
  const origin = visit.sites.site('rp.localhost', relyingParty(visit, { include: '/none.js', script: `
    document.getElementById('in').addEventListener('click', () => {
      addEventListener('message', ({ data, source }) => {
        if (JSON.parse(data).a !== 'ready') return;
        source.postMessage(JSON.stringify({ a: 'request', v: 1, d: { c: 'channel-of-the-test', method: 'get', params: { email: '${PAT}', siteName: '' } } }), '*');
      });
      const link = Object.assign(document.createElement('a'), { href: '${agentPage}', target: '_blank', rel: 'opener', referrerPolicy: 'no-referrer' });
      link.click();
    });` }));
  visit.tolerate(/404/); // none.js
  const page = await visit.open(`${origin}/`);
  return { agent: await visit.popup(page, () => button(page, 'Sign in').click()) };
}
