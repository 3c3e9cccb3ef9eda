// The account page: sessions in other browsers, the history, a browser that is new, signing out.

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';

import { device } from './kit/authenticator.mjs';
import { relyingParty, hears } from './kit/relying_party.mjs';
import { scene } from './kit/scene.mjs';
import { asksFor, button, closing, EMAIL, field, heading, openWith, press, reads, sessionCookie, typeAddress } from './kit/steps.mjs';
import { until } from './kit/waiting.mjs';

const test = scene({ post: true });

const phone = device();
const at = (visit, page) => `${visit.product.identity}/persona/${page}`;
const said = (page) => page.locator('#history_list > li > div > :first-child').allTextContents();
const PASSWORD = 'correct horse battery';

/** Signs in by password in this browser and gives the account page. */
async function signIn(visit, life = 'for 30 days') {
  const page = await visit.open(at(visit, 'sign_in.html'));
  await page.getByLabel('Keep me signed in').selectOption(life);
  await field(page, 'Address').fill(EMAIL);
  await field(page, 'Password').fill(PASSWORD);
  await button(page, 'Sign in').click();
  await heading(page, 'Your account').waitFor();
  return page;
}

test('each session is listed with its browser, its life and the mark of this one', async (visit) => {
  const page = await signIn(visit);
  const there = await visit.another();
  await signIn(there, 'only in this window');
  await page.reload();
  const rows = page.locator('#sessions_list > li');
  await until('both sessions', async () => (await rows.count()) >= 2);
  const texts = await rows.allTextContents();
  assert.match(texts[0], /Chrome.*this device.*by password.*For 30 days\./s);
  assert.ok(texts.slice(1).some((text) => /Only in that window\./.test(text)), texts.join('\n'));
  const cookie = await sessionCookie(there);
  assert.equal(cookie.expires, -1, 'gone with the window');
  assert.ok((await sessionCookie(visit)).expires > 0);
});

test('ending a session elsewhere stops its certificates at once', async (visit) => {
  const there = await visit.another();
  there.announce(/status of 403/);
  const theirs = await signIn(there, 'for an hour');
  const page = await signIn(visit);
  const other = page.locator('#sessions_list > li', { hasText: 'For an hour.' }).first();
  await other.getByRole('button', { name: /^End: / }).click();
  await page.getByText(/^The session in .* is ended\.$/).waitFor();
  const certificate = await theirs.evaluate(async () => {
    const answer = await fetch('/persona/sign/?email=you%40me.localhost&duration=600', { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: '{}' });
    return { status: answer.status, code: (await answer.json()).code };
  });
  assert.deepEqual(certificate, { status: 403, code: 'no_session' });
  await theirs.reload();
  await heading(theirs, 'You are not signed in').waitFor();
});

test('all others are ended by one press', async (visit) => {
  const there = await visit.another();
  const theirs = await signIn(there);
  const page = await signIn(visit);
  await button(page, 'End all others').click();
  await page.getByRole('dialog').getByRole('button', { name: 'End all others' }).click();
  await reads(page, 'All other sessions are ended.');
  assert.equal(await page.locator('#sessions_list > li').count(), 1);
  await theirs.reload();
  await heading(theirs, 'You are not signed in').waitFor();
});

test('the history is told in plain words, filtered, and saved as JSON and CSV', async (visit) => {
  const page = await signIn(visit);
  assert.ok((await said(page)).some((line) => line.startsWith('Signed in by password')));
  await page.getByLabel('Show', { exact: true }).selectOption('changes');
  await until('only changes', async () => (await said(page)).every((line) => !line.startsWith('Signed in')));
  await page.getByLabel('Show', { exact: true }).selectOption('everything');
  const save = async (name) => {
    const [download] = await Promise.all([page.waitForEvent('download'), button(page, name).click()]);
    return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
  };
  const json = await save('Save as JSON');
  assert.match(json.name, /^history-\d{4}-\d\d-\d\d\.json$/);
  const events = JSON.parse(json.text);
  assert.ok(events.some(({ what, way }) => what === 'signed_in' && way === 'password'));
  const csv = await save('Save as table (CSV)');
  assert.match(csv.text, /^"time","what","way",/);
  assert.equal(csv.text.trim().split('\r\n').length, events.length + 1);
  assert.doesNotMatch(json.text + csv.text, /guestbook|rp\.localhost/);
});

test('a new browser is told by mail, and the link in it locks the account and lets nobody in', async (visit) => {
  const owner = await visit.another();
  const own = await signIn(owner);
  await own.getByLabel('Name of a new passkey').waitFor();
  await phone.at(own);
  await button(own, 'Add a passkey now').click();
  await own.getByText(/^The passkey “.*” is added\.$/).waitFor();

  const before = visit.post.count(EMAIL);
  const stranger = await visit.another();
  const theirs = await signIn(stranger);
  await until('the mail', () => visit.post.count(EMAIL) > before);
  let mail; // the last: browsers of the tests before were new, too
  for (let left = visit.post.count(EMAIL); left > 0; left -= 1) mail = await visit.post.read(EMAIL);
  const [link] = /http:\/\/\S+not_me\.html#\S+/.exec(mail.text);

  await own.reload();
  await heading(own, 'Was this you?').waitFor();

  const page = await visit.open(link);
  await heading(page, 'Was this not you?').waitFor();
  assert.equal(new URL(page.url()).hash, '');
  await button(page, 'This was not me: lock my account').click();
  await heading(page, 'Your account is locked to others').waitFor();
  await page.getByText(/of yours (is|are) left\. Sign in with/).waitFor();
  assert.equal(await sessionCookie(visit), undefined);

  await theirs.reload();
  await heading(theirs, 'You are not signed in').waitFor();
  await own.reload();
  await heading(own, 'You are not signed in').waitFor();
  stranger.announce(/status of 401/);
  await theirs.goto(at(visit, 'sign_in.html'));
  await field(theirs, 'Address').fill(EMAIL);
  await field(theirs, 'Password').fill(PASSWORD);
  await button(theirs, 'Sign in').click();
  await theirs.getByRole('alert').getByText('Address or password is wrong.').waitFor();

  const back = await openWith(owner, phone, at(visit, 'sign_in.html'));
  await button(back.page, 'Sign in with a passkey').click();
  await heading(back.page, 'Make new ways in').waitFor();
});

test('signing out throws the keys of this browser away, if that is wanted', async (visit) => {
  const origin = visit.sites.site('rp.localhost', relyingParty(visit));
  const own = await openWith(visit, phone, at(visit, 'sign_in.html'));
  await button(own.page, 'Sign in with a passkey').click();
  await heading(own.page, 'Your account').waitFor();
  const site = await visit.open(`${origin}/`);
  const dialog = await visit.popup(site, () => button(site, 'Sign in').click());
  await typeAddress(dialog);
  await asksFor(dialog, origin);
  await closing(dialog, () => press(dialog, 'Sign in'));
  await hears(site, 'login');

  await own.page.reload();
  await own.page.locator('#identities > li').waitFor();
  await own.page.getByLabel('Also throw away the keys').uncheck();
  await button(own.page, 'Sign out').click();
  await heading(own.page, 'You are not signed in').waitFor();
  await own.page.locator('#identities > li').waitFor(); // kept, as wanted
  await own.page.goto(at(visit, 'sign_in.html'));
  await button(own.page, 'Sign in with a passkey').click();
  await heading(own.page, 'Your account').waitFor();
  await button(own.page, 'Sign out').click();
  await heading(own.page, 'You are not signed in').waitFor();
  await reads(own.page, 'None. One is made when you sign in to a site.');
});
