// @ts-check
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { site } from './site.js';

const WELL_KNOWN = '/.well-known/browserid';
const KEY = { 'public-key': { algorithm: 'RS' } };

/** Where the window is sent for an address, or what is written in it. */
async function outcome(email, documents, more = {}) {
  const page = site({ documents, ...more });
  page.id.watch({ onlogin() {} });
  page.id.request({ email });
  await page.pass();
  // A frame that does not run is noticed by the clock.
  await new Promise((resolve) => setTimeout(resolve, 5));
  await page.pass(1000);
  const [click] = page.seen.clicks;
  return { to: click?.href ?? null, text: click ? '' : page.drawn().text, page };
}

/** @type {[string, string, Record<string, any>, string | RegExp, object?][]} */
const CASES = [
  ['an agent is found', 'x@a.example', { 'https://a.example': { ...KEY, agent: '/agent.html' } }, 'https://a.example/agent.html#popup'],
  ['a delegation is followed', 'x@a.example', { 'https://a.example': { authority: 'id.a.example' }, 'https://id.a.example': { ...KEY, agent: '/p/agent' } }, 'https://id.a.example/p/agent#popup'],
  ['a bare delegation may be octet-stream', 'x@a.example', { 'https://a.example': { type: 'application/octet-stream', body: '{"authority":"id.example"}' }, 'https://id.example': { ...KEY, agent: '/a' } }, 'https://id.example/a#popup'],
  ['a full document may not', 'x@a.example', { 'https://a.example': { type: 'application/octet-stream', body: '{"agent":"/a"}' } }, /not set up for this kind of sign-in/],
  ['five delegations are the most', 'x@a0.example', chain(5), 'https://a5.example/a#popup'],
  ['six are too many', 'x@a0.example', chain(6), /delegates too many times/],
  ['a circle is noticed', 'x@a.example', { 'https://a.example': { authority: 'b.example' }, 'https://b.example': { authority: 'a.example' } }, /leads in a circle/],
  ['an authority is a host name', 'x@a.example', { 'https://a.example': { authority: 'evil.example/x' } }, /not a host name/],
  ['an authority has no port', 'x@a.example', { 'https://a.example': { authority: 'b.example:8443' } }, /not a host name/],
  ['an authority is no IP address', 'x@a.example', { 'https://a.example': { authority: '127.0.0.1' } }, /not a host name/],
  ['nobody outside delegates to this machine', 'x@a.example', { 'https://a.example': { authority: 'me.localhost' } }, /not a host name/],
  ['an agent with an origin is refused', 'x@a.example', { 'https://a.example': { ...KEY, agent: 'https://evil.example/' } }, /not a plain absolute path/],
  ['an agent on another host by // is refused', 'x@a.example', { 'https://a.example': { ...KEY, agent: '//evil.example/' } }, /not a plain absolute path/],
  ['an agent with a backslash is refused', 'x@a.example', { 'https://a.example': { ...KEY, agent: '/\\evil.example/' } }, /not a plain absolute path/],
  ['an agent with a query is refused', 'x@a.example', { 'https://a.example': { ...KEY, agent: '/a?b' } }, /not a plain absolute path/],
  ['an agent that is a script is refused', 'x@a.example', { 'https://a.example': { ...KEY, agent: 'javascript:alert(1)' } }, /not a plain absolute path/],
  ['a document without agent is too old', 'x@a.example', { 'https://a.example': { ...KEY, provisioning: '/p' } }, /too old/],
  ['a domain that is disabled has no support', 'x@a.example', { 'https://a.example': { ...KEY, agent: '/a', disabled: true } }, /not set up/],
  ['a missing document is no support', 'x@a.example', { 'https://a.example': 404 }, /not set up/],
  ['a document that is no JSON is no support', 'x@a.example', { 'https://a.example': '<html>' }, /not set up/],
  ['a domain in trouble is said to be', 'x@a.example', { 'https://a.example': 503 }, /Try again later/],
  ['a slow domain too', 'x@a.example', { 'https://a.example': { status: 0, late: true } }, /Try again later/],
  ['no answer at all is said plainly', 'x@a.example', {}, /did not answer, or is not set up/],
  ['the fallback speaks for a domain without support', 'x@a.example', { 'https://a.example': 404, 'https://f.example': { ...KEY, agent: '/a' } }, 'https://f.example/a#popup', { data: { fallback: 'f.example' } }],
  ['the fallback speaks where no answer can be read', 'x@a.example', { 'https://f.example': { ...KEY, agent: '/a' } }, 'https://f.example/a#popup', { data: { fallback: 'f.example' } }],
  ['the fallback does not speak for a domain in trouble, and both are named', 'x@a.example', { 'https://a.example': 503, 'https://f.example': { ...KEY, agent: '/a' } }, /a\.example does not answer properly.*so f\.example does not take its place.*Try again later/, { data: { fallback: 'f.example' } }],
  ['nor for one whose delegate is in trouble', 'x@a.example', { 'https://a.example': { authority: 'id.example' }, 'https://id.example': 503, 'https://f.example': { ...KEY, agent: '/a' } }, /id\.example, to which a\.example leaves sign-in, does not answer properly.*f\.example does not take its place/, { data: { fallback: 'f.example' } }],
  ['a delegate that vanished is named beside the domain', 'x@a.example', { 'https://a.example': { authority: 'gone.example' }, 'https://gone.example': 404 }, /gone\.example, to which a\.example leaves sign-in, is not set up for it\. Only the owner of a\.example/],
  ['a delegate that is switched off', 'x@a.example', { 'https://a.example': { authority: 'off.example' }, 'https://off.example': { ...KEY, agent: '/a', disabled: true } }, /off\.example, to which a\.example leaves sign-in, is not set up for it\. Only the owner of a\.example/],
  ['a delegate that is somebody’s page', 'x@a.example', { 'https://a.example': { authority: 'page.example' }, 'https://page.example': { type: 'text/html', body: '<!doctype html>' } }, /page\.example, to which a\.example leaves sign-in, is not set up for it/],
  ['a domain that names itself', 'x@a.example', { 'https://a.example': { authority: 'a.example' } }, /^(?!.*to which).*a\.example is set up wrongly for sign-in: its delegation leads in a circle/s],
  ['a delegate that is too old', 'x@a.example', { 'https://a.example': { authority: 'old.example' }, 'https://old.example': KEY }, /The provider at old\.example is too old/],
  ['a delegate that does not answer too', 'x@a.example', { 'https://a.example': { authority: 'gone.example' } }, /gone\.example, to which a\.example leaves sign-in, did not answer/],
  ['a delegate that delegates back is named beside the domain', 'x@a.example', { 'https://a.example': { authority: 'b.example' }, 'https://b.example': { authority: 'b.example' } }, /b\.example, to which a\.example leaves sign-in, is set up wrongly.*leads in a circle/],
  ['a fallback that does not answer is named beside the domain', 'x@a.example', { 'https://a.example': 404 }, /a\.example cannot sign you in itself, and f\.example, which this site uses instead, did not answer/, { data: { fallback: 'f.example' } }],
  ['a fallback may delegate to where its pages are', 'x@a.example', { 'https://a.example': 404, 'https://f.example': { authority: 'id.f.example' }, 'https://id.f.example': { ...KEY, agent: '/a' } }, 'https://id.f.example/a#popup', { data: { fallback: 'f.example' } }],
  ['a fallback that is no host name is none', 'x@a.example', { 'https://a.example': 404 }, /a\.example is not set up/, { data: { fallback: 'https://f.example/' } }],
  ['the fallback does not speak for a provider that is too old', 'x@a.example', { 'https://a.example': KEY, 'https://f.example': { ...KEY, agent: '/a' } }, /too old/, { data: { fallback: 'f.example' } }],
  ['.localhost is asked over http at the port of the script', 'x@me.localhost', { 'http://me.localhost:8080': { ...KEY, agent: '/a' } }, 'http://me.localhost:8080/a#popup', { src: 'http://guestbook.localhost:8080/include.js' }],
  ['.localhost may name its port', 'x@me.localhost:99', { 'http://me.localhost:99': { ...KEY, agent: '/a' } }, 'http://me.localhost:99/a#popup', { src: 'http://guestbook.localhost:8080/include.js' }],
];
for (const [name, email, hosts, expected, more] of CASES) {
  test(name, async () => {
    const documents = Object.fromEntries(Object.entries(hosts).map(([origin, body]) => [origin + WELL_KNOWN, body]));
    const { to, text, page } = await outcome(email, documents, more);
    if (typeof expected === 'string') assert.equal(to, expected);
    else {
      assert.equal(to, null);
      assert.match(text, expected);
    }
    assert.deepEqual(page.seen.fetches, [], 'the page itself asks nobody');
    assert.ok(page.seen.sandboxes.every((sandbox) => sandbox === 'allow-scripts'));
  });
}

function chain(hops) {
  const hosts = { [`https://a${hops}.example`]: { ...KEY, agent: '/a' } };
  for (let hop = 0; hop < hops; hop++) hosts[`https://a${hop}.example`] = { authority: `a${hop + 1}.example` };
  return hosts;
}

test('every hop is told the domain of the address', async () => {
  const documents = { [`https://a.example${WELL_KNOWN}`]: { authority: 'b.example' }, [`https://b.example${WELL_KNOWN}`]: { ...KEY, agent: '/a' } };
  const { page } = await outcome('x@a.example', documents);
  assert.deepEqual(page.seen.fetched, [`https://a.example${WELL_KNOWN}?domain=a.example`, `https://b.example${WELL_KNOWN}?domain=a.example`]);
});

const VERIFIER = { data: { discovery: 'https://v.example' } };
const info = (said) => ({ 'https://v.example/wsapi/address_info': said });

test('a verifier is asked where the frame may not run', async () => {
  const said = { type: 'primary', issuer: 'id.example', agent: 'https://id.example/a' };
  const { to, page } = await outcome('x@a.example', info(said), { ...VERIFIER, frames: false });
  assert.equal(to, 'https://id.example/a#popup');
  assert.deepEqual(page.seen.fetches.map(({ address }) => address), ['https://v.example/wsapi/address_info?email=x%40a.example']);
  assert.equal(page.seen.fetches[0].options.credentials, 'omit');
});

test('a verifier is asked where the answer cannot be read, and not where it can', async () => {
  const said = { type: 'primary', issuer: 'a.example', agent: 'https://a.example/v' };
  assert.equal((await outcome('x@a.example', info(said), VERIFIER)).to, 'https://a.example/v#popup');
  const readable = { [`https://a.example${WELL_KNOWN}`]: { ...KEY, agent: '/own' } };
  assert.equal((await outcome('x@a.example', { ...info(said), ...readable }, VERIFIER)).to, 'https://a.example/own#popup');
});

test('what a verifier says is not followed to another origin', async () => {
  for (const agent of ['https://evil.example/a', 'http://a.example/a', 'javascript:alert(1)', 'https://a.example:8443/a']) {
    const { to, text } = await outcome('x@a.example', info({ type: 'primary', issuer: 'a.example', agent }), VERIFIER);
    assert.equal(to, null, agent);
    assert.match(text, /set up wrongly|does not answer/, agent);
  }
});

test('a domain that the verifier cannot reach is in trouble, and no fallback speaks for it', async () => {
  const agent = { [`https://f.example${WELL_KNOWN}`]: { ...KEY, agent: '/a' } };
  const data = { ...VERIFIER.data, fallback: 'f.example' };
  for (const issuer of ['a.example', 'f.example']) {
    const said = { type: 'secondary', issuer, disabled: false, state: 'offline' };
    const { to, text, page } = await outcome('x@a.example', { ...info(said), ...agent }, { data });
    assert.equal(to, null, issuer);
    assert.match(text, /a\.example does not answer properly at the moment/);
    assert.ok(!page.seen.fetched.some((url) => url.includes('f.example')));
  }
  const unknown = { type: 'secondary', issuer: 'f.example', disabled: false, state: 'unknown' };
  assert.equal((await outcome('x@a.example', { ...info(unknown), ...agent }, { data })).to, 'https://f.example/a#popup');
});

test('the page alone says whether there is a fallback', async () => {
  const agent = { [`https://f.example${WELL_KNOWN}`]: { ...KEY, agent: '/a' }, [`https://g.example${WELL_KNOWN}`]: { ...KEY, agent: '/a' } };
  const said = { type: 'secondary', issuer: 'f.example', disabled: false, state: 'unknown' };
  const none = await outcome('x@a.example', { ...info(said), ...agent }, VERIFIER);
  assert.equal(none.to, null);
  assert.match(none.text, /a\.example is not set up/);
  const other = await outcome('x@a.example', { ...info(said), ...agent }, { data: { ...VERIFIER.data, fallback: 'g.example' } });
  assert.equal(other.to, 'https://g.example/a#popup');
  assert.deepEqual(other.page.seen.warnings, ['data-fallback is g.example, but the verifier trusts f.example']);
});

test('a page whose policy stops the frame asks the verifier for the fallback too', async () => {
  let asked = 0;
  const documents = {
    get 'https://v.example/wsapi/address_info'() {
      asked += 1;
      return asked % 2 ? { type: 'secondary', issuer: 'f.example', disabled: false, state: 'unknown' }
        : { type: 'primary', issuer: 'f.example', agent: 'https://f.example/a', state: 'unknown' };
    },
  };
  const { to, page } = await outcome('x@a.example', documents, { data: { ...VERIFIER.data, fallback: 'f.example' }, frames: false });
  assert.equal(to, 'https://f.example/a#popup');
  assert.deepEqual(page.seen.fetches.map(({ address }) => address.split('?')[1]), ['email=x%40a.example', 'email=nobody%40f.example']);
});

test('a verifier named by its host is asked over https, below .localhost at the port of the script', async () => {
  const asked = async (discovery, src) => {
    const { page } = await outcome('x@a.example', {}, { data: { discovery }, src });
    return page.seen.fetches.map(({ address }) => new URL(address).origin);
  };
  assert.deepEqual(await asked('v.example'), ['https://v.example']);
  assert.deepEqual(await asked('verifier.localhost', 'http://guestbook.localhost:8080/include.js'), ['http://verifier.localhost:8080']);
  assert.deepEqual(await asked('/'), ['https://rp.example']);
});

test('without a verifier a page whose policy stops the frame says so, and asks nobody', async () => {
  const { to, text, page } = await outcome('x@a.example', {}, { frames: false });
  assert.equal(to, null);
  assert.match(text, /security policy/);
  assert.deepEqual(page.seen.fetches, []);
});

test('after a failure the visitor may type another address, or cancels once', async () => {
  const page = site();
  const events = [];
  page.id.watch({ onlogin() {} });
  page.id.request({ email: 'x@a.example', oncancel: () => events.push('cancel') });
  await page.pass();
  page.drawn().find((node) => node.className === 'main').fire('click');
  assert.equal(page.drawn().find((node) => node.tagName === 'input').value, 'x@a.example');
  assert.deepEqual(events, []);
  page.drawn().find((node) => node.tagName === 'button' && node.type === 'button').fire('click');
  await page.pass(3000);
  assert.deepEqual(events, ['cancel']);
});
