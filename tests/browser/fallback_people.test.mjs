// The fallback's people and those who would like to be them: guesses, passwords, addresses it does not speak for.

import assert from 'node:assert/strict';

import { sendFromOwnPage } from '../kit/product.mjs';
import { sceneWithPost, session, site, somebody, toAgent } from './kit/fallback.mjs';
import { hears } from './kit/relying_party.mjs';
import { asksFor, button, closing, field, heading, press, proveByCode, reads, wrong } from './kit/steps.mjs';

const test = sceneWithPost();

test('who asks for somebody else\'s address gets no code, and five guesses', async (visit) => {
  visit.announce(/status of 403/);
  const victim = somebody();
  const page = await visit.open(`${visit.product.fallback}/persona/prove.html?email=${encodeURIComponent(victim)}`);
  await button(page, 'Mail me a code').click();
  await heading(page, 'Type the code from the mail').waitFor();
  const { code, link } = await visit.post.read(victim); // in the victim's mailbox
  assert.ok(!(await page.content()).includes(code));
  const [asked] = visit.sent(new URL(visit.product.fallback).host).filter(({ path }) => path === '/persona/proof');
  assert.ok(asked);
  for (let guess = 1; guess <= 5; guess += 1) {
    await field(page, 'Code').fill(wrong(code, guess));
    const answer = page.waitForResponse((one) => one.url().endsWith('/persona/proof/confirm'));
    await button(page, 'Continue').click();
    assert.equal((await answer).status(), 403);
    await page.getByRole('alert').getByText(/^This code does not work\./).waitFor();
  }
  await field(page, 'Code').fill(code); // too late, even with the right one
  const last = page.waitForResponse((one) => one.url().endsWith('/persona/proof/confirm'));
  await button(page, 'Continue').click();
  assert.deepEqual([(await last).status(), (await (await last).json()).code], [403, 'code_invalid']);
  assert.equal((await session(visit)).email, null);

  await visit.clearCookies(); // the victim's browser: the link of a mail that they did not ask for signs nobody in
  const tab = await visit.open(link);
  await heading(tab, 'Type the code where you asked for it').waitFor();
  await reads(tab, `${code.slice(0, 3)} ${code.slice(3)}`);
  assert.equal((await session(visit)).email, null);
});

test('known and unknown addresses look alike to whoever asks', async (visit) => {
  const known = somebody();
  const page = await visit.open(`${site(visit)}/`);
  const agent = await toAgent(visit, page, known);
  await proveByCode(visit, agent, known);
  await heading(agent, /^Sign in to/).waitFor();
  const ask = async (email) => {
    const answer = await sendFromOwnPage(visit.product.fallback, 'POST', '/persona/proof', { email });
    const { expires, ...body } = answer.json();
    const headers = Object.fromEntries(Object.entries(answer.headers).filter(([name]) => !['date', 'set-cookie', 'content-length'].includes(name)));
    const cookie = answer.headers['set-cookie'].map((line) => line.replace(/=[\w-]{43};/, '=…;'));
    assert.ok(expires > Date.now());
    return { status: answer.status, body, headers, cookie };
  };
  assert.deepEqual(await ask(known), await ask(somebody()));
});

test('a password that was set here spares the mail; changing it needs the old one, or a new code', async (visit) => {
  visit.announce(/status of 401/);
  const email = somebody();
  const page = await visit.open(`${visit.product.fallback}/persona/prove.html`);
  await field(page, 'Address').fill(email);
  await button(page, 'Mail me a code').click();
  await field(page, 'Code').fill((await visit.post.read(email)).code);
  await button(page, 'Continue').click();
  await heading(page, 'Your account').waitFor();
  await page.getByLabel('New password', { exact: true }).fill('a password for ann');
  await button(page, 'Set password').click();
  await reads(page, 'Your password is set. You are signed out everywhere else.');
  await button(page, 'Sign out').click();
  await heading(page, 'You are not signed in').waitFor();

  const origin = site(visit);
  const rp = await visit.open(`${origin}/`);
  const agent = await toAgent(visit, rp, email);
  await heading(agent, 'First, show that it is you').waitFor();
  const window = await visit.popup(agent, () => agent.getByRole('link', { name: 'Prove it here' }).click());
  await button(window, 'I have a password here').click();
  assert.equal(await field(window, 'Address').inputValue(), email);
  const password = window.getByLabel('Password', { exact: true });
  await password.fill('not the password');
  await button(window, 'Sign in').click();
  await window.getByRole('alert').getByText('Address or password is wrong.', { exact: true }).waitFor();
  await password.fill('a password for ann');
  await closing(window, () => button(window, 'Sign in').click());
  await asksFor(agent, origin, email);
  await closing(agent, () => press(agent, 'Sign in'));
  assert.equal((await visit.verify(await hears(rp, 'login'), origin)).email, email);
  assert.equal(visit.post.count(email), 1);

  await page.goto(`${visit.product.fallback}/persona/account.html`);
  await heading(page, 'Your account').waitFor();
  await page.getByLabel('New password', { exact: true }).fill('another password for ann');
  await button(page, 'Set password').click(); // nothing in the field for the old one
  await page.getByRole('alert').getByText(/^This is not your password\. Forgotten\?/).waitFor();
  await page.getByLabel('Password now').fill('a password for ann');
  await button(page, 'Set password').click();
  await reads(page, 'Your password is set. You are signed out everywhere else.');
});

test('whoever wants to be forgotten is, and may come back by a code', async (visit) => {
  visit.announce(/status of 401/);
  const email = somebody();
  const page = await visit.open(`${visit.product.fallback}/persona/prove.html`);
  const prove = async () => {
    await field(page, 'Address').fill(email);
    await button(page, 'Mail me a code').click();
    await field(page, 'Code').fill((await visit.post.read(email)).code);
    await button(page, 'Continue').click();
    await heading(page, 'Your account').waitFor();
  };
  await prove();
  await page.getByLabel('New password', { exact: true }).fill('a password for ann');
  await button(page, 'Set password').click();
  await reads(page, 'Your password is set. You are signed out everywhere else.');
  await page.getByText('Forget me', { exact: true }).click();
  await button(page, 'Forget me now').click();
  await heading(page, 'You are not signed in').waitFor();
  assert.equal((await session(visit)).email, null);

  await page.getByRole('link', { name: 'Sign in' }).click();
  await heading(page, 'Is this address yours?').waitFor();
  await button(page, 'I have a password here').click();
  await field(page, 'Address').fill(email);
  await page.getByLabel('Password', { exact: true }).fill('a password for ann');
  await button(page, 'Sign in').click();
  await page.getByRole('alert').getByText('Address or password is wrong.', { exact: true }).waitFor();
  await button(page, 'Get a code by mail').click();
  await prove();
});

test('what cannot be mailed, and who needs no fallback, is said beside the address', async (visit) => {
  visit.announce(/status of (400|403|422|503)/);
  const page = await visit.open(`${visit.product.fallback}/persona/prove.html`);
  const says = async (email, text) => {
    await field(page, 'Address').fill(email);
    await button(page, 'Mail me a code').click();
    await page.getByRole('alert').getByText(text).waitFor();
    assert.equal(await field(page, 'Address').getAttribute('aria-invalid'), 'true');
  };
  await says('nobody', /^Type your whole address/);
  await says('reply-550@mail.localhost', /^This address takes no mail from here\./);
  await says('you@me.localhost', /^The domain of this address vouches for its people itself now\./);
  await says('x@down.localhost:1', /^The domain of this address does not answer at the moment\./);
  assert.equal((await session(visit)).email, null);
});

test('another domain\'s page mails no codes and says so', async (visit) => {
  visit.announce(/status of 404/);
  const page = await visit.open(`${visit.product.identity}/persona/prove.html`);
  await field(page, 'Address').fill('ann@mail.localhost');
  await button(page, 'Mail me a code').click();
  await page.getByRole('alert').getByText('This domain mails no codes: it vouches for its own people only.', { exact: true }).waitFor();
});
