// What people have at a deployed identity provider: passkeys, sessions, a history, and a switch that stops everything.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { makePasskey } from './kit/authenticator.mjs';
import { DOMAIN, IDENTITY, SITE } from './kit/place.mjs';
import { startPost } from './kit/post.mjs';
import { linkIn, stage } from './kit/stage.mjs';
import { claims, cookiesOf, makeKey, PASSWORD } from './kit/visitor.mjs';

const ORIGIN = `https://${SITE}`;
const HOUR_MS = 3_600_000;
const FIREFOX = { 'user-agent': 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0', 'accept-language': 'de' };

const on = stage('people', { parameters: { MailFrom: `login@${DOMAIN}` }, also: { post: () => startPost(DOMAIN) } });

/** Asks as a page does; the answer has to have this status. */
async function asks(method, path, value, { cookie = '', status = 200, ...headers } = {}) {
  const answer = await on.visitor.send(method, `/persona/${path}`, value, { ...(cookie ? { cookie } : {}), ...headers });
  assert.equal(answer.status, status, `${method} ${path}: ${answer.text}`);
  return { ...answer, cookie: cookiesOf(answer), ...(answer.text ? { said: answer.json() } : {}) };
}

/** Gets a challenge, has it answered, and sends the answer with the cookie that the challenge came with. */
async function proves(path, value, act, { cookie = '', ...options } = {}) {
  const { said, cookie: bound } = await asks('POST', `${path}/challenge`, value, { cookie, ...options, status: 200 });
  const both = [cookie, bound].filter(Boolean).join('; ');
  return asks('POST', path, { ...value, credential: act(said.publicKey) }, { ...options, cookie: both });
}

/** Somebody who came by the one-time link and made a passkey. */
async function comes(email, ...how) {
  const token = new URL(linkIn(await on.owner('add', email, ...how))).hash.slice(1);
  const passkey = makePasskey(IDENTITY);
  const { said, cookie: bound } = await asks('POST', 'enrolment/passkey/challenge', { token }, FIREFOX);
  const credential = passkey.make(said.publicKey);
  const { cookie } = await asks('POST', 'enrolment/passkey', { token, credential, name: 'laptop' }, { ...FIREFOX, cookie: bound });
  return { email, cookie, passkey, key: makeKey() };
}

const signsIn = ({ passkey }, options) => proves('passkey', {}, (it) => passkey.answer(it), options);

const certificate = async (person) => on.visitor.certificate(person);
const document = async () => (await on.visitor.ask(`${IDENTITY}/.well-known/browserid`)).json();

test('a passkey made by the link signs in, is asked for again before ways in change, and all of it stands in the history', async () => {
  const me = await comes(`me@${DOMAIN}`);
  assert.equal((await certificate(me)).status, 200);
  const again = await signsIn(me, FIREFOX);
  const { said: who } = await asks('GET', 'session', undefined, { cookie: again.cookie });
  assert.deepEqual([who.email, who.way], [me.email, 'passkey']);

  const { said: ways } = await asks('GET', 'ways', undefined, { cookie: again.cookie });
  assert.deepEqual([ways.password, ways.passkeys.map(({ name }) => name)], [false, ['laptop']]);
  const last = await asks('DELETE', 'ways/passkey', { id: ways.passkeys[0].id }, { cookie: again.cookie, status: 409 });
  assert.equal(last.said.code, 'last_way_in');

  const issued = await certificate({ ...me, cookie: again.cookie });
  assert.equal(issued.status, 200, issued.text);
  assert.ok(claims(issued.text).exp - claims(issued.text).iat <= 6 * HOUR_MS + 60_000);

  const { said: history } = await asks('GET', 'history', undefined, { cookie: again.cookie });
  const seen = history.events.map(({ what }) => what);
  for (const expected of ['signed_in', 'certified']) assert.ok(seen.includes(expected), `${expected} is not among ${seen}`);
  const devices = new Set(history.events.map(({ device }) => device).filter(Boolean));
  assert.ok([...devices].some((device) => /Firefox/.test(device)), `the browser is known by its name: ${[...devices]}`);
  assert.ok(![...devices].some((device) => /CloudFront/.test(device)));
  assert.ok(!JSON.stringify(history).includes(SITE));

  const replayed = await asks('GET', 'history', undefined, { status: 403 });
  assert.equal(replayed.said.code, 'no_session');
});

test('a challenge of another browser, and the same answer twice, let nobody in', async () => {
  const me = await comes(`twice@${DOMAIN}`);
  const { said, cookie } = await asks('POST', 'passkey/challenge', {});
  const credential = me.passkey.answer(said.publicKey);
  const stolen = await asks('POST', 'passkey', { credential }, { status: 401 });
  assert.equal(stolen.said.code, 'passkey_refused');
  assert.equal((await asks('POST', 'passkey', { credential }, { cookie })).said.email, me.email);
  assert.equal((await asks('POST', 'passkey', { credential }, { cookie, status: 401 })).said.code, 'passkey_refused');
});

test('who ends a session ends its certificates, at the sign function too', async () => {
  const me = await comes(`two@${DOMAIN}`);
  const other = await signsIn(me, FIREFOX);
  const { said } = await asks('GET', 'sessions', undefined, { cookie: other.cookie });
  assert.equal(said.sessions.length, 2);
  const [first] = said.sessions.filter(({ is_this: isThis }) => !isThis);
  await asks('DELETE', 'sessions', { id: first.id }, { cookie: other.cookie });
  assert.equal((await certificate(me)).status, 403);
  assert.equal((await certificate({ ...me, cookie: other.cookie })).status, 200);
});

test('a new device is told of by mail, in the language of the browser and without a way in', async () => {
  const me = await comes(`told@${DOMAIN}`);
  await signsIn(me, { 'user-agent': 'Mozilla/5.0 (Macintosh) Safari/605.1.15', 'accept-language': 'en' });
  const mail = await on.post.read(me.email);
  assert.ok(mail.BodyText.includes(`${IDENTITY}/persona/not_me.html#`), 'it has the link that locks');
});

test('the panic switch ends everything, says so in the document, and is undone by the command and a passkey together', async () => {
  const owner = await comes(`owner@${DOMAIN}`, '--owner');
  const member = await comes(`member@${DOMAIN}`);
  const old = (await certificate(member)).text;
  assert.equal((await document())['not-before'], undefined);

  const begun = Date.now();
  await on.panic();
  const { 'not-before': notBefore, ...rest } = await document();
  assert.ok(notBefore >= begun - 60_000 && notBefore <= Date.now() + 60_000, `${notBefore}`);
  assert.ok(rest['public-key'] && rest.agent, 'all else is still there');
  assert.equal((await on.visitor.ask(`${IDENTITY}/.well-known/browserid/`)).json()['not-before'], notBefore);
  for (const person of [owner, member]) assert.equal((await certificate(person)).status, 403);
  const { said } = await signsIn(member, { status: 403 });
  assert.equal(said.code, 'panicked');

  // What was certified before is refused by a verifier that reads the document now.
  await on.stack.restart('verify');
  const refused = await on.stack.verify(2, { assertion: member.key.assertion(old, ORIGIN), audience: ORIGIN });
  assert.deepEqual([refused.status, refused.code], ['failure', 'certificate_before_not_before']);

  // A deploy changes nothing of it.
  await on.deploy({ SigningKeys: 'a,b' });
  assert.equal((await document())['not-before'], notBefore);

  await assert.rejects(on.panic('status'), /ended with 3:\npulled\t/);
  const printed = await on.panic('release');
  const token = /https:\/\/\S+#(\S+)/.exec(printed)?.[1];
  assert.ok(token, printed);
  await proves('panic/release', { token }, (it) => owner.passkey.answer(it));
  const { cookie } = await signsIn(member);
  const fresh = await certificate({ ...member, cookie });
  assert.equal(fresh.status, 200, fresh.text);
  const believed = await on.stack.verify(2, { assertion: member.key.assertion(fresh.text, ORIGIN), audience: ORIGIN });
  assert.equal(believed.status, 'okay', JSON.stringify(believed));
  assert.equal((await document())['not-before'], notBefore, 'it stays');

  // Once more, by the owner's button: a function of its own writes the document.
  const refusedHer = await asks('POST', 'panic', {}, { cookie, status: 403 });
  assert.equal(refusedHer.said.code, 'not_owner');
  const { said: pulled } = await asks('POST', 'panic', {}, { cookie: (await signsIn(owner)).cookie });
  assert.equal(pulled.published, true);
  assert.ok(pulled.not_before > notBefore);
  assert.equal((await document())['not-before'], pulled.not_before);
  assert.equal((await certificate({ ...member, cookie })).status, 403);
});

test('the tables and logs hold no secret of all this', async () => {
  const kept = JSON.stringify(await on.stack.rows());
  const logs = (await Promise.all(['sign', 'sign-in', 'panic', 'owner'].map((name) => on.stack.log(name)))).flat().join('\n');
  assert.match(logs, /"path":"\/persona\/passkey"/);
  for (const secret of [PASSWORD, SITE, 'Firefox/140.0']) assert.ok(!logs.includes(secret), secret);
  assert.ok(!kept.includes(SITE));
});
