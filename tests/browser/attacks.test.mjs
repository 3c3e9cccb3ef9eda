// What other sites can try with a visitor's browser, and that nothing comes of it.

import assert from 'node:assert/strict';

import { request } from '../kit/product.mjs';
import { events, hears, relyingParty, told } from './kit/relying_party.mjs';
import { PASSWORD, scene } from './kit/scene.mjs';
import {
  asksFor, button, closing, EMAIL, heading, press, reads, signInAtDomain, signInFirst, typeAddress,
} from './kit/steps.mjs';
import { until } from './kit/waiting.mjs';

const test = scene();
const page = (body = '') => `<!doctype html><html lang="en"><title>A page</title><link rel="icon" href="data:,"><body>${body}`;

/** A visitor who is signed in at the domain. */
async function signedIn(visit) {
  const tab = await visit.open(`${visit.product.identity}/persona/sign_in.html`);
  await tab.getByLabel('Address').fill(EMAIL);
  await tab.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await button(tab, 'Sign in').click();
  await heading(tab, 'Your account').waitFor();
  return tab;
}

// ---- framing -------------------------------------------------------------------------------

for (const name of ['agent', 'sign_in', 'account', 'enrol', 'return', 'provision', 'recover', 'not_me', 'panic']) {
  test(`${name}.html is not shown in a frame of another site`, async (visit) => {
    visit.announce(/frame-ancestors/);
    await signedIn(visit);
    visit.allowRevealing('the framing site names itself');
    const target = `${visit.product.identity}/persona/${name}.html`;
    const origin = visit.sites.site('evil.localhost', { '/': page(`<iframe src="${target}"></iframe>`) });
    const tab = await visit.open(`${origin}/`);
    await until('the frame to be refused', () => tab.frames()[1]?.url().startsWith('chrome-error:'));
    const scripts = visit.sent(new URL(target).host).filter(({ headers, path }) => path.endsWith(`/${name}.js`) && headers['sec-fetch-site'] !== 'same-origin');
    assert.deepEqual(scripts, []);
  });
}

test('a same-site neighbour cannot frame the agent either', async (visit) => {
  visit.announce(/frame-ancestors/);
  visit.allowRevealing('the framing site names itself');
  const origin = visit.sites.site('blog.me.localhost', { '/': page(`<iframe src="${visit.product.identity}/persona/agent.html"></iframe>`) });
  const tab = await visit.open(`${origin}/`);
  await until('the frame to be refused', () => tab.frames()[1]?.url().startsWith('chrome-error:'));
});

// ---- requests that another site sends --------------------------------------------------------

const KEY = JSON.stringify({ algorithm: 'RS', n: (2n ** 2047n + 12345n).toString(), e: '65537' });
const SIGN = `/persona/sign/?email=${encodeURIComponent(EMAIL)}&duration=3600`;
const CREDENTIALS = JSON.stringify({ email: EMAIL, password: PASSWORD });

/** The three forms that a page can send without asking first. */
const FORMS = {
  'a form post': (url, body) => {
    const form = document.createElement('form');
    form.method = 'post';
    form.enctype = 'text/plain';
    form.action = url;
    form.target = 'sink';
    const field = document.createElement('input');
    // {"a":"=","email":…}: the trick that makes JSON of text/plain.
    field.name = `${body.slice(0, -1)},"pad":"`;
    field.value = '"}';
    form.append(field);
    const sink = document.createElement('iframe');
    sink.name = 'sink';
    document.body.append(sink, form);
    const loaded = new Promise((resolve) => { sink.onload = () => resolve('loaded'); });
    form.submit();
    return loaded;
  },
  'a fetch that pretends to be text': (url, body) => fetch(url, {
    method: 'POST', mode: 'no-cors', credentials: 'include', headers: { 'Content-Type': 'text/plain' }, body,
  }).then((response) => response.type),
  'a fetch of JSON': (url, body) => fetch(url, {
    method: 'POST', credentials: 'include', headers: { 'Content-Type': 'application/json' }, body,
  }).then((response) => response.text(), (error) => error.name),
};

const ATTACKERS = {
  'another site': 'evil.localhost',
  'a neighbour on the same domain': 'blog.me.localhost',
};

for (const [who, host] of Object.entries(ATTACKERS)) {
  for (const [how, send] of Object.entries(FORMS)) {
    test(`${who} gets no certificate by ${how}`, async (visit) => {
      visit.announce(/Failed to load resource|has been blocked by CORS policy|frame-ancestors|chrome-error|status of 40/);
      const own = await signedIn(visit);
      visit.allowRevealing('the attacker names himself');
      const tab = await visit.open(`${visit.sites.site(host, { '/': page() })}/`);
      visit.forgetSent();
      await tab.evaluate(runs(send, visit.product.identity + SIGN, KEY));
      const calls = visit.sent().filter(({ path }) => path.startsWith('/persona/sign'));
      assert.ok(calls.length > 0, 'it arrived');
      for (const { method, status, headers } of calls) {
        assert.ok(status >= 400 && status < 500, `${method} answered ${status}`);
        if (host === 'evil.localhost') assert.equal(headers.cookie, undefined, 'SameSite keeps the cookie back');
      }
      await own.reload();
      await own.getByText(`You are ${EMAIL}.`).waitFor();
    });

    test(`${who} signs nobody in by ${how}`, async (visit) => {
      visit.announce(/Failed to load resource|has been blocked by CORS policy|frame-ancestors|chrome-error|status of 40/);
      visit.allowRevealing('the attacker names himself');
      const tab = await visit.open(`${visit.sites.site(host, { '/': page() })}/`);
      await tab.evaluate(runs(send, `${visit.product.identity}/persona/session`, CREDENTIALS));
      const calls = visit.sent().filter(({ path }) => path.startsWith('/persona/session'));
      assert.ok(calls.length > 0, 'it arrived');
      for (const { method, status } of calls) assert.ok(status >= 400 && status < 500, `${method} answered ${status}`);
      assert.deepEqual(await visit.cookies(visit.product.identity), []);
    });
  }

  test(`${who} signs nobody out`, async (visit) => {
    visit.announce(/Failed to load resource|has been blocked by CORS policy/);
    const own = await signedIn(visit);
    visit.allowRevealing('the attacker names himself');
    const tab = await visit.open(`${visit.sites.site(host, { '/': page() })}/`);
    const outcome = await tab.evaluate((url) => fetch(url, { method: 'DELETE', credentials: 'include' })
      .then((response) => response.status, (error) => error.name), `${visit.product.identity}/persona/session`);
    assert.equal(outcome, 'TypeError');
    await own.reload();
    await own.getByText(`You are ${EMAIL}.`).waitFor();
  });

  test(`${who} does not learn who is signed in`, async (visit) => {
    visit.announce(/Failed to load resource|has been blocked by CORS policy/);
    await signedIn(visit);
    visit.allowRevealing('the attacker names himself');
    const tab = await visit.open(`${visit.sites.site(host, { '/': page() })}/`);
    const outcome = await tab.evaluate((url) => fetch(url, { credentials: 'include' })
      .then((response) => response.text(), (error) => error.name), `${visit.product.identity}/persona/session`);
    assert.equal(outcome, 'TypeError');
  });
}

/** A call of one of the functions above, as text: it has to run in the page. */
function runs(send, ...values) {
  return `(${send})(${values.map((value) => JSON.stringify(value)).join(', ')})`;
}

// ---- messages --------------------------------------------------------------------------------

/** A frame inside the site, of another origin, that says what it is told to say to the page around it. */
function frameOfAnother(visit) {
  return visit.sites.site('evil.localhost', {
    '/': page(`<script>
      window.heard = [];
      addEventListener('message', (event) => heard.push(event.data));
      window.say = (message) => parent.postMessage(JSON.stringify(message), '*');
    </script>`),
  });
}

test('a forged ready or response from a frame of another origin is not heard', async (visit) => {
  const evil = frameOfAnother(visit);
  const pages = relyingParty(visit);
  pages['/'].body = pages['/'].body.replace('</body>', `<iframe src="${evil}/"></iframe></body>`);
  const origin = visit.sites.site('rp.localhost', pages);
  const tab = await visit.open(`${origin}/`);
  const agent = await visit.popup(tab, () => button(tab, 'Sign in').click());
  await typeAddress(agent);
  await heading(agent, 'First, show that it is you').waitFor();
  const frame = tab.frames().find((one) => one.url() === `${evil}/`);
  await frame.evaluate(() => {
    say({ a: 'ready', v: 1 });
    say({ a: 'response', v: 1, d: { c: '', assertion: 'forged', email: 'you@me.localhost' } });
    say({ a: 'response', v: 1, d: null });
    say({ a: 'error', v: 1, d: 'client closed window' });
  });
  await signInAtDomain(visit, agent);
  await asksFor(agent, origin);
  assert.deepEqual(await events(tab), ['match', 'ready']);
  await closing(agent, () => press(agent, 'Sign in'));
  assert.equal((await visit.verify(await hears(tab, 'login'), origin)).status, 'okay');
  assert.deepEqual(await frame.evaluate(() => heard), [], 'the frame was told nothing');
});

test('a forged response from the right origin but another window is not heard', async (visit) => {
  const origin = visit.sites.site('rp.localhost', relyingParty(visit));
  const tab = await visit.open(`${origin}/`);
  const agent = await visit.popup(tab, () => button(tab, 'Sign in').click());
  await typeAddress(agent);
  await heading(agent, 'First, show that it is you').waitFor();
  visit.allowRevealing('the test opens a window without hiding the site');
  const second = await visit.popup(tab, () => tab.evaluate((url) => { window.second = open(url, 'second'); }, `${visit.product.identity}/persona/agent.html`));
  await second.waitForLoadState();
  await second.evaluate((target) => {
    for (const d of [{ c: '', assertion: 'forged', email: 'you@me.localhost' }, { assertion: 'forged' }, null]) {
      opener.postMessage(JSON.stringify({ a: 'response', v: 1, d }), target);
    }
  }, origin);
  await signInAtDomain(visit, agent);
  await asksFor(agent, origin);
  assert.deepEqual(await events(tab), ['match', 'ready']);
});

test('a response with another channel is not heard', async (visit) => {
  const origin = visit.sites.site('rp.localhost', relyingParty(visit));
  const tab = await visit.open(`${origin}/`);
  const agent = await visit.popup(tab, () => button(tab, 'Sign in').click());
  await typeAddress(agent);
  await heading(agent, 'First, show that it is you').waitFor();
  await agent.evaluate((target) => {
    for (const d of [{ c: 'another', assertion: 'forged', email: 'you@me.localhost' }, { assertion: 'forged' }, { c: null, assertion: 'forged' }]) {
      opener.postMessage(JSON.stringify({ a: 'response', v: 1, d }), target);
    }
  }, origin);
  await signInAtDomain(visit, agent);
  await asksFor(agent, origin);
  assert.deepEqual(await events(tab), ['match', 'ready']);
});

test('a request from another window than the opener is not heard, and no claim in a request counts', async (visit) => {
  const evil = visit.sites.site('evil.localhost', {
    '/': page(`<button onclick="agent = window.open('${visit.product.identity}/persona/agent.html', 'agent')">open</button>
      <iframe src="/frame"></iframe>
      <script>
        window.heard = [];
        addEventListener('message', (event) => heard.push(event.data));
        window.ask = (d, more = {}) => agent.postMessage(JSON.stringify({ a: 'request', v: 1, d: { c: 'channel-1', method: 'get', params: d }, ...more }), '*');
      </script>`),
    '/frame': page(`<script>window.ask = () => parent.agent.postMessage(JSON.stringify({
        a: 'request', v: 1, d: { c: 'frame', method: 'get', params: { email: 'frame@me.localhost' } } }), '*');</script>`),
  });
  visit.allowRevealing('the attacker opens the page without hiding himself');
  const tab = await visit.open(`${evil}/`);
  const agent = await visit.popup(tab, () => button(tab, 'open').click());
  await tab.waitForFunction(() => heard.length > 0); // ready
  await tab.frames().find((one) => one.url().endsWith('/frame')).evaluate(() => window.ask());
  const victim = visit.product.guestbook;
  await tab.evaluate((rp) => {
    ask({ email: 'you@me.localhost', audience: rp, origin: rp, aud: rp, issuer: 'me.localhost' }, { origin: rp, audience: rp });
    ask({ email: 'second@me.localhost' });
  }, victim);
  await signInAtDomain(visit, agent);
  await asksFor(agent, evil);
  assert.equal(await agent.getByText('second@me.localhost').count(), 0, 'the first request won');
  assert.equal(await agent.getByText('frame@me.localhost').count(), 0, 'the frame was not heard');
  await press(agent, 'Sign in');
  await tab.waitForFunction(() => heard.some((text) => text.includes('assertion')));
  const messages = (await tab.evaluate(() => heard)).map((text) => JSON.parse(text));
  assert.deepEqual(messages[0], { a: 'ready', v: 1 });
  assert.equal(messages.length, 2);
  const { assertion, email, c } = messages[1].d;
  assert.deepEqual({ email, c }, { email: EMAIL, c: 'channel-1' });
  assert.equal((await visit.verify(assertion, evil)).status, 'okay', 'good for the attacker\'s own site');
  assert.equal((await visit.verify(assertion, victim)).status, 'failure', 'and for no other');
  const signin = await request(`${victim}/signin`, {
    method: 'POST',
    headers: { origin: victim, 'content-type': 'application/json' },
    body: JSON.stringify({ assertion }),
  });
  assert.equal(signin.status, 401, 'the guestbook does not let it in');
});

test('certificate and key never leave in a message', async (visit) => {
  const origin = visit.sites.site('rp.localhost', relyingParty(visit, {
    script: `
      window.told = []; window.heard = [];
      addEventListener('message', (event) => heard.push(typeof event.data === 'string' ? event.data : Object.prototype.toString.call(event.data)));
      navigator.id.watch({ onlogin: (assertion) => told.push(['login', assertion]) });
      document.getElementById('in').addEventListener('click', () => navigator.id.request());`,
  }));
  const tab = await visit.open(`${origin}/`);
  await signInFirst(visit, tab, origin);
  await hears(tab, 'login');
  const heard = (await tab.evaluate(() => window.heard)).filter((text) => text.startsWith('{')).map((text) => JSON.parse(text));
  assert.deepEqual(heard.map(({ a }) => a), ['ready', 'response']);
  assert.deepEqual(Object.keys(heard[1].d).sort(), ['assertion', 'c', 'email']);
  assert.equal(heard[1].d.assertion.split('~').length, 2);
});

test('a site on plain http elsewhere is refused', async (visit) => {
  const origin = visit.sites.site('shop.insecure.example', {
    '/': page(`<button onclick="agent = window.open('${visit.product.identity}/persona/agent.html', 'agent')">open</button>
      <script>
        window.heard = [];
        addEventListener('message', (event) => {
          heard.push(event.data);
          agent.postMessage(JSON.stringify({ a: 'request', v: 1, d: { c: 'channel-1', method: 'get', params: { email: '${EMAIL}' } } }), '*');
        });
      </script>`),
  });
  visit.allowRevealing('the attacker opens the page without hiding himself');
  const tab = await visit.open(`${origin}/`);
  const agent = await visit.popup(tab, () => button(tab, 'open').click());
  await heading(agent, 'That did not work').waitFor();
  await reads(agent, 'This site does not use https, so it cannot be signed in to safely.');
  assert.deepEqual(await tab.evaluate(() => heard), ['{"a":"ready","v":1}']);
  assert.deepEqual(visit.functionCalls(), []);
});

test('an assertion is good for one site only', async (visit) => {
  const origin = visit.sites.site('rp.localhost', relyingParty(visit));
  const tab = await visit.open(`${origin}/`);
  await signInFirst(visit, tab, origin);
  const assertion = await hears(tab, 'login');
  const replayed = await visit.verify(assertion, `http://other.localhost:${visit.sites.port}`);
  assert.equal(replayed.status, 'failure');
  assert.equal(replayed.reason, 'audience mismatch: domain mismatch');
  assert.equal(replayed.code, 'audience_mismatch');
  assert.equal((await told(tab)).length, 3);
});

test('a page that swaps the sign-in window cannot: it is out of the site\'s reach', async (visit) => {
  const origin = visit.sites.site('rp.localhost', relyingParty(visit));
  const tab = await visit.open(`${origin}/`);
  const agent = await visit.popup(tab, () => button(tab, 'Sign in').click());
  await typeAddress(agent);
  await heading(agent, 'First, show that it is you').waitFor();
  const window = await visit.popup(agent, () => agent.getByRole('link', { name: 'Sign in here' }).click());
  await heading(window, 'Sign in').waitFor();
  assert.equal(await window.evaluate(() => opener), null);
});
