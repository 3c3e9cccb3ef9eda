// A fallback, deployed: from a mailed code to the verdict of the deployed verifier, and who is refused.

import assert from 'node:assert/strict';
import { test } from 'node:test';

import { hears } from '../browser/kit/relying_party.mjs';
import { asksFor, button, closing, field, heading, press, typeAddress } from '../browser/kit/steps.mjs';
import { startBrowser } from './kit/browser.mjs';
import { DOMAIN, IDENTITY, MAIL, SITE } from './kit/place.mjs';
import { startPost } from './kit/post.mjs';
import { aws } from './kit/programs.mjs';
import { site } from './kit/site.mjs';
import { stage } from './kit/stage.mjs';
import { claims, cookiesOf, makeKey } from './kit/visitor.mjs';

const ORIGIN = `https://${SITE}`;
const SENDER = `login@${DOMAIN}`;
const [ADDRESS_INFO, SEND] = ['GET /wsapi/address_info', 'POST /v2/email/outbound-emails'];

/** What the domain of the visitors answers: status and document. */
let domain;
const nobody = { status: 404 };
const mailDomain = async () => ({
  status: domain.status,
  headers: { 'content-type': 'application/json', 'access-control-allow-origin': '*' },
  body: JSON.stringify(domain.document ?? {}),
});
domain = nobody;

const on = stage('fallback', {
  parameters: { IdentityProvider: 'fallback', MailFrom: SENDER },
  sites: { [SITE]: site(`data-fallback="${DOMAIN}"`), [MAIL]: mailDomain },
  also: { post: () => startPost(DOMAIN), browser: startBrowser },
});

// A mailbox gets five mails an hour, and one source may ask for twenty: this file asks for fifteen.
let people = 0;
const somebody = () => `ann${++people}@${MAIL}`;
const asks = (email, headers = {}) => on.visitor.send('POST', '/persona/proof', { email }, headers);
const confirms = (code, cookie) => on.visitor.send('POST', '/persona/proof/confirm', { code, shared: false }, { cookie });
/** The verifier forgets what it heard of the domain: else it would keep it for half a minute or more. */
const changes = async (how) => {
  domain = how;
  await on.stack.restart('verify');
};

/** A person with a session that a mailed code began, and a key. */
async function proved(email = somebody()) {
  const asked = await asks(email);
  assert.equal(asked.status, 200, asked.text);
  const confirmed = await confirms((await on.post.read(email)).code, cookiesOf(asked));
  assert.equal(confirmed.status, 200, confirmed.text);
  return { email, cookie: cookiesOf(confirmed), key: makeKey() };
}

test('a visitor whose domain vouches for nobody signs in at a site by the mail that SES was given', async (t) => {
  const email = somebody();
  const visit = await on.browser.visit();
  try {
    const page = await visit.open(`${ORIGIN}/`);
    await hears(page, 'ready');
    const agent = await visit.popup(page, () => button(page, 'Sign in').click());
    await typeAddress(agent, email);
    await heading(agent, 'First, show that it is you').waitFor();
    const window = await visit.popup(agent, () => agent.getByRole('link', { name: 'Prove it here' }).click());
    await heading(window, 'Is this address yours?').waitFor();
    assert.equal(await on.post.count(email), 0, 'nothing is mailed because a page was opened');
    await button(window, 'Mail me a code').click();
    await heading(window, 'Type the code from the mail').waitFor();
    const mail = await on.post.read(email);
    await field(window, 'Code').fill(mail.code);
    await closing(window, () => button(window, 'Continue').click());
    await asksFor(agent, ORIGIN, email);
    await closing(agent, () => press(agent, 'Sign in'));
    const assertion = await hears(page, 'login');

    const verdict = await on.stack.verify(2, { assertion, audience: ORIGIN });
    assert.deepEqual([verdict.status, verdict.email, verdict.issuer], ['okay', email, DOMAIN], JSON.stringify(verdict));
    const [certificate] = assertion.split('~');
    assert.ok(claims(certificate).exp - claims(certificate).iat <= 24 * 3_600_000 + 60_000);
    const [row] = await on.stack.audit(email);
    assert.ok(on.aws.asked('Sign').some(({ requestId }) => requestId === row.request_id.S), 'the row names the call to KMS');

    const [session] = await visit.cookies(IDENTITY);
    assert.deepEqual([session.name, session.httpOnly, session.secure, session.sameSite], ['__Host-selfsame', true, true, 'Strict']);
    await nothingLeaked({ secrets: [session.value, certificate], code: mail.code, mail });
  } catch (error) {
    await visit.report(t);
    throw error;
  } finally {
    await visit.end();
  }
});

/** The fallback never learns the site, the verifier not the person, and no log anything of either. */
async function nothingLeaked({ secrets, code, mail }) {
  const logs = Object.fromEntries(await Promise.all(['fallback', 'verify', 'publish'].map(async (name) => [name, (await on.stack.log(name)).join('\n')])));
  assert.match(logs.fallback, /"path":"\/persona\/proof"/, 'the logs were read');
  const kept = JSON.stringify(await on.stack.rows());
  for (const secret of [...secrets, `"${code}"`]) {
    for (const text of [...Object.values(logs), kept]) assert.ok(!text.includes(secret), 'no cookie, certificate or code');
  }
  assert.ok(!/ann[0-9]+/.test(logs.fallback + logs.verify), 'no log names a person');
  assert.ok(!logs.fallback.includes(SITE) && !`${mail.Subject}${mail.BodyText}${mail.BodyHtml}`.includes(SITE), 'no site');
  for (const { body } of on.aws.asked(SEND)) assert.ok(!body.includes(SITE));
  for (const { body } of on.aws.asked(ADDRESS_INFO)) assert.equal(body, '');
  const heard = on.front.passed.filter(({ host, path }) => host === DOMAIN && path.startsWith('/persona/') && !path.endsWith('/include.js'));
  assert.ok(heard.some(({ path }) => path === '/persona/proof/confirm'));
  for (const { path, headers, body } of heard) assert.ok(!decodeURIComponent(`${path}${JSON.stringify(headers)}${body}`).includes(SITE), path);
}

test('the support document of a fallback leads to the page that asks for a code', async () => {
  const document = (await on.visitor.ask(`${IDENTITY}/.well-known/browserid`)).json();
  assert.equal(document.authentication, '/persona/prove.html');
  assert.equal(document['public-key'].n, await on.stack.modulus(on.stack.outputs.SigningKey));
  assert.equal((await on.visitor.ask(IDENTITY + document.authentication)).status, 200);
  assert.deepEqual([on.stack.outputs.Fallback, on.stack.outputs.OwnerFunction, on.stack.outputs.Next], [DOMAIN, undefined, undefined]);
});

test('the mail comes from the one address, in the language of the browser', async () => {
  const email = somebody();
  assert.equal((await asks(email, { 'accept-language': 'de-AT, de;q=0.9' })).status, 200);
  const mail = await on.post.read(email);
  assert.equal(mail.Source, `"${DOMAIN}" <${SENDER}>`);
  assert.deepEqual(mail.To, [email]);
  assert.equal(mail.link, `${IDENTITY}/persona/prove.html#code=${mail.code}`);
  assert.match(mail.BodyText, /Minuten/);
  const role = await on.stack.resource('FallbackRole');
  const { PolicyDocument: { Statement: statements } } = await aws('iam', 'get-role-policy', '--role-name', role, '--policy-name', 'fallback');
  const mailing = statements.filter(({ Action }) => [Action].flat().some((one) => one.startsWith('ses:')));
  assert.deepEqual(mailing.map(({ Action, Resource, Condition }) => [Action, Resource.split(':').at(-1), Condition]), [
    ['ses:SendEmail', `identity/${DOMAIN}`, { StringEquals: { 'ses:FromAddress': SENDER } }],
  ]);
  assert.ok(!JSON.stringify(statements).includes('kms:'), 'signing stands in the key\'s policy alone');
});

test('a code works once, and only for the browser that asked', async () => {
  const email = somebody();
  const [mine, another] = [await asks(email), await asks(somebody())];
  const { code } = await on.post.read(email);
  for (const cookie of ['', cookiesOf(another)]) {
    const refused = await confirms(code, cookie);
    assert.deepEqual([refused.status, refused.json().code, cookiesOf(refused)], [403, 'code_invalid', '']);
  }
  assert.equal((await confirms(code, cookiesOf(mine))).status, 200);
  assert.equal((await confirms(code, cookiesOf(mine))).json().code, 'code_invalid');
});

test('who goes past the front is refused', async () => {
  for (const path of ['/persona/proof', '/persona/proof/confirm', '/persona/session']) {
    const { status, body } = await on.stack.pastTheFront('POST', path);
    assert.deepEqual([status, JSON.parse(body).code], [403, 'wrong_front'], path);
  }
});

for (const [what, operation, kind] of [
  ['the verifier refuses', ADDRESS_INFO, 'throttled'], ['the verifier is silent', ADDRESS_INFO, 'silent'],
  ['the verifier breaks off', ADDRESS_INFO, 'dropped'], ['SES refuses', SEND, 'throttled'], ['SES breaks off', SEND, 'dropped'],
]) {
  test(`nothing is mailed and nobody is let in while ${what}`, async () => {
    const [email, begun] = [somebody(), Date.now()];
    const refused = await on.aws.whileBroken(operation, kind, () => asks(email));
    assert.deepEqual([refused.status, refused.json().code, cookiesOf(refused)], [503, 'unavailable', '']);
    assert.match(refused.headers['retry-after'] ?? '', /^[1-9][0-9]?$/);
    assert.ok(Date.now() - begun < 9_000, 'in time');
    assert.equal(await on.post.count(email), 0);
  });
}

test('no certificate while the verifier does not say who speaks for the domain', async () => {
  const person = await proved();
  const from = on.aws.passed.length;
  const refused = await on.aws.whileBroken(ADDRESS_INFO, 'dropped', () => on.visitor.certificate(person));
  assert.deepEqual([refused.status, refused.json().code], [503, 'unavailable']);
  assert.equal(on.aws.asked('Sign', from).length, 0);
  assert.equal((await on.visitor.certificate(person)).status, 200);
});

test('a domain that starts to speak for itself takes its people back, and keeps them when it falters', async () => {
  const person = await proved();
  const { email } = person;
  const mails = await on.post.count(email);
  const from = on.aws.passed.length;
  const refusal = async () => {
    const answers = [await asks(email), await on.visitor.certificate(person)];
    assert.equal(on.aws.asked('Sign', from).length, 0);
    assert.equal(await on.post.count(email), mails, 'no mail');
    return answers.map((answer) => [answer.status, answer.json().code]);
  };
  try {
    const support = (await on.visitor.ask(`${IDENTITY}/.well-known/browserid`)).json();
    await changes({ status: 200, document: { ...support, authentication: '/sign_in', provisioning: '/provision' } });
    const [asked, signed] = await refusal();
    assert.deepEqual([asked, signed[0]], [[403, 'domain_supported'], 403]);
    await changes({ status: 503 });
    assert.deepEqual((await refusal())[0], [503, 'domain_silent']);
    await changes(nobody);
    assert.deepEqual((await refusal())[0], [403, 'domain_offline']);
    await changes({ status: 200, document: { disabled: true } });
    const again = await on.visitor.certificate(person);
    assert.deepEqual([again.status, again.json().code], [403, 'no_session'], 'what was proved before is worth nothing');
    assert.equal((await asks(email)).status, 200, 'who proves it anew is let in');
  } finally {
    await changes(nobody);
  }
});
