// Every page at its narrowest and at an ordinary width, in light and dark, as pictures for people to
// look at (screenshots-out/), and what can be measured: the rules of axe-core, nothing sticks out or moves, also with longer
// words, everything has a name and can be hit.

import { hosting } from './kit/doctor_host.mjs';
import { look } from './kit/look.mjs';
import { relyingParty } from './kit/relying_party.mjs';
import { scene } from './kit/scene.mjs';
import {
  asksFor, button, closing, EMAIL, enrolByPassword, field, GUESTBOOK_SIGN_IN, heading, press, signInAtDomain, typeAddress, wrong,
} from './kit/steps.mjs';
import { until } from './kit/waiting.mjs';

const staged = scene({ enrolled: false });
/** Each state is looked at in four ways, which takes its time. */
const test = (name, act, more = {}) => staged(name, act, { limit: 300_000, ...more });

test('pages of the domain and of the guestbook', async (visit) => {
  const identity = `${visit.product.identity}/persona`;
  const page = await visit.open(visit.product.enrolmentLink);
  await heading(page, 'Set up how you sign in').waitFor();
  await look(page, 'enrol');
  await enrolByPassword(page);
  await heading(page, 'Your account').waitFor();
  await look(page, 'account');
  await button(page, 'Sign out').click();
  await heading(page, 'You are not signed in').waitFor();
  await look(page, 'account-nobody');

  visit.announce(/status of 404/);
  await page.goto(`${identity}/enrol.html#used`);
  await page.reload();
  await heading(page, 'This link does not work').waitFor();
  await look(page, 'enrol-problem');

  visit.announce(/status of 401/);
  await page.goto(`${identity}/sign_in.html`);
  await heading(page, 'Sign in').waitFor();
  await look(page, 'sign-in');
  await page.getByLabel('Address').fill(EMAIL);
  await page.getByLabel('Password', { exact: true }).fill('wrong');
  await button(page, 'Sign in').click();
  await page.getByRole('alert').getByText('Address or password is wrong.').waitFor();
  await look(page, 'sign-in-wrong');

  await page.goto(`${identity}/agent.html`);
  await heading(page, 'This page signs you in to web sites').waitFor();
  await look(page, 'agent-alone');
  visit.announce(/Scripts may close only the windows that were opened by them/); // opened by hand
  await page.goto(`${identity}/return.html?AUTH_RETURN`);
  await heading(page, 'You are signed in').waitFor();
  await look(page, 'return');
  await page.goto(`${identity}/provision.html`);
  await look(page, 'provision');

  visit.announce(/status of 403/); // what a signing function must answer
  visit.announce(/status of 405/);
  await page.goto(`${identity}/doctor.html`);
  await heading(page, 'Is something wrong here?').waitFor();
  await look(page, 'doctor');
  await button(page, 'Examine').click();
  await page.getByRole('heading', { name: /checks fine/ }).waitFor();
  await look(page, 'doctor-fine');

  await page.goto(`${visit.product.guestbook}/`);
  await button(page, GUESTBOOK_SIGN_IN).waitFor();
  await look(page, 'guestbook');
  await page.goto(`http://localhost:${visit.product.port}/`);
  await look(page, 'front');
});

test('a domain with much that is wrong', async (visit) => {
  visit.tolerate(/status of 404/); // the pages that it names and has not
  const body = JSON.stringify({ 'public-key': { algorithm: 'RS', n: '12345'.repeat(200), e: 65537 }, authentication: '/sign_in', provisioning: `/${'p'.repeat(200)}`, keys: 'none' });
  visit.addIdentityHost('broken.localhost');
  const origin = visit.sites.site('broken.localhost', hosting({ headers: { 'content-type': 'text/plain' }, body }));
  const page = await visit.open(`${origin}/persona/doctor.html`);
  await page.getByLabel('Show how to mend it on').selectOption('apache');
  await button(page, 'Examine').click();
  await page.getByRole('heading', { name: /checks fine/ }).waitFor();
  await look(page, 'doctor-broken');
});

test('the windows of a sign-in', async (visit) => {
  const page = await visit.open(`${visit.product.guestbook}/`);
  const dialog = await visit.popup(page, () => button(page, GUESTBOOK_SIGN_IN).click());
  await dialog.getByLabel('Your e-mail address').waitFor();
  await look(dialog, 'dialog-address');
  await typeAddress(dialog, 'nonsense');
  await dialog.getByRole('alert').waitFor();
  await look(dialog, 'dialog-address-wrong');
  await typeAddress(dialog);
  await heading(dialog, 'First, show that it is you').waitFor();
  await look(dialog, 'agent-sign-in');
  await signInAtDomain(visit, dialog);
  await asksFor(dialog, visit.product.guestbook);
  await look(dialog, 'agent-question');
  await button(dialog, 'Use another address').click();
  await heading(dialog, 'Which address?').waitFor();
  await look(dialog, 'agent-picker');
  await dialog.getByRole('textbox', { name: 'An address for this site only' }).fill('you+a b@me.localhost');
  await button(dialog, 'Use this address').click();
  await dialog.getByRole('alert').waitFor();
  await look(dialog, 'agent-picker-wrong');
  await button(dialog, 'Back').click();
  await closing(dialog, () => press(dialog, 'Sign in'));
  await page.getByText(`You are ${EMAIL}.`).waitFor();
  await look(page, 'guestbook-signed-in');
});

test('the agent when it waits, when it fails, and when it is left over', async (visit) => {
  visit.announce(/net::ERR_FAILED/);
  visit.announce(/Scripts may close only the windows that were opened by them/);
  const origin = visit.sites.site('xn--80ak6aa92e.localhost', relyingParty(visit));
  const page = await visit.open(`${origin}/`);
  const agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(agent);
  await heading(agent, 'First, show that it is you').waitFor();
  await look(agent, 'agent-spelled');
  const window = await visit.popup(agent, () => agent.getByRole('link', { name: 'Sign in here' }).click());
  await agent.getByRole('status').getByText('Waiting for the sign-in window…').waitFor();
  await look(agent, 'agent-waiting');
  await window.close();
  await page.context().route('**/persona/session', (route) => route.abort());
  const other = await visit.open(`${origin}/`);
  const second = await visit.popup(other, () => button(other, 'Sign in').click());
  await typeAddress(second);
  await second.getByRole('alert').getByText(/^No answer from this domain/).waitFor();
  await look(second, 'agent-problem');
  const left = await visit.open(`${visit.product.identity}/persona/agent.html#popup`);
  await heading(left, 'Done').waitFor();
  await look(left, 'agent-done');
  await left.goto(`${visit.product.identity}/persona/return.html?AUTH_RETURN_CANCEL`);
  await left.locator('#cancelled').waitFor();
  await look(left, 'return-cancelled');
});

test('pages of the fallback', async (visit) => {
  visit.tolerate(/CORS policy|net::ERR_FAILED/);
  visit.announce(/status of 403/);
  visit.tolerate(/Scripts may close only the windows that were opened by them/); // opened by hand
  const email = 'ann@mail.localhost';
  const prove = `${visit.product.fallback}/persona/prove.html`;
  const guestbook = await visit.open(`${visit.product.guestbook}/`);
  const agent = await visit.popup(guestbook, () => button(guestbook, GUESTBOOK_SIGN_IN).click());
  await typeAddress(agent, email);
  await heading(agent, 'First, show that it is you').waitFor();
  await look(agent, 'fallback-agent');

  const page = await visit.open(`${prove}?email=${encodeURIComponent(email)}`);
  await heading(page, 'Is this address yours?').waitFor();
  await look(page, 'fallback-ask');
  await button(page, 'I have a password here').click();
  await look(page, 'fallback-password');
  await button(page, 'Get a code by mail').click();
  await field(page, 'Address').fill(EMAIL);
  await button(page, 'Mail me a code').click();
  await page.getByRole('alert').getByText(/vouches for its people itself/).waitFor();
  await look(page, 'fallback-refused');
  await field(page, 'Address').fill(email);
  await button(page, 'Mail me a code').click();
  await heading(page, 'Type the code from the mail').waitFor();
  await look(page, 'fallback-code');
  const code = await until('the code on standard output', () => /mail to \*\*\*@mail\.localhost: code (\d{6})/.exec(visit.product.printed())?.[1]);
  await field(page, 'Code').fill(wrong(code));
  await button(page, 'Continue').click();
  await page.getByRole('alert').getByText(/^This code does not work\./).waitFor();
  await look(page, 'fallback-code-wrong');

  const tab = await visit.open(`${prove}#code=${wrong(code)}`);
  await heading(tab, 'Type the code where you asked for it').waitFor();
  await look(tab, 'fallback-elsewhere');
  await tab.goto('about:blank');
  await tab.goto(`${prove}#code=${code}`);
  await heading(tab, 'It is your address').waitFor();
  await look(tab, 'fallback-proved');
  await tab.goto(`${visit.product.fallback}/persona/account.html`);
  await heading(tab, 'Your account').waitFor();
  await tab.getByText('Forget me', { exact: true }).click();
  await look(tab, 'fallback-account');
}, { strangers: ['mail.localhost'] });

test('the question with the longest names there are', async (visit) => {
  const label = 'a'.repeat(40);
  const host = `${label}.${label}.localhost`;
  const request = `{ email: '${'y'.repeat(60)}@me.localhost', siteName: '${'Wonderful '.repeat(30)}' }`;
  const origin = visit.sites.site(host, relyingParty(visit, { request }));
  const page = await visit.open(`${origin}/`);
  const agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await heading(agent, 'First, show that it is you').waitFor();
  await look(agent, 'agent-long-names');
});

test('the dialog in the page, where no window can be had', async (visit) => {
  const origin = visit.sites.site('rp.localhost', relyingParty(visit, { attributes: 'data-redirect' }));
  const page = await visit.openWithOpenShadows(`${origin}/`);
  await button(page, 'Sign in').click();
  await page.getByRole('dialog').waitFor();
  await look(page, 'dialog-in-page');
});
