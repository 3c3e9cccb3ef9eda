// @ts-check
import { api } from './lib/api.js';
import { choices } from './lib/choices.js';
import { digits } from './lib/digits.js';
import { onSubmit } from './lib/on_submit.js';
import { page } from './lib/page.js';
import { Problem } from './lib/problem.js';
import { shelf } from './lib/shelf.js';
import { slowly } from './lib/slowly.js';
import { texts } from './lib/texts.js';

/** Until another mail may be asked for, in milliseconds. */
const PAUSE = 30_000;
/** So long a code works, in milliseconds. */
const CODE_LIFE = 600_000;
/** What a problem with the address or its domain is said beside: the address. */
const ABOUT_ADDRESS = /^(address_|domain_|mail_|too_many)/;

const t = await texts('prove', 'problems');
const { all, one, show } = page();
const field = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (one(`#${id}`));
const form = (/** @type {string} */ id) => /** @type {HTMLFormElement} */ (one(`#${id} form`));
const persona = /** @type {any} */ (navigator).id;

/** The agent page names the address; a person who comes by himself types it. */
const named = new URLSearchParams(location.search).get('email');
/** The code in the link of the mail: out of the address bar and the history at once. */
const linked = /^#code=(\d{6})$/.exec(location.hash)?.[1];
if (location.hash) history.replaceState(null, '', location.pathname + location.search);

const channel = new BroadcastChannel('selfsame');
/** When the last mail was asked for. */
let asked = 0;

for (const button of all('.cancel')) {
  button.hidden = named === null;
  button.addEventListener('click', () => persona.raiseAuthenticationFailure('cancelled'));
}
one('.host').textContent = location.hostname;
one('#to_password').addEventListener('click', () => askPassword(field('email').value));
one('#to_code').addEventListener('click', () => ask(field('username').value));
one('#other').addEventListener('click', () => { forgetWaiting(); ask(''); });
one('#again').addEventListener('click', again);
setInterval(drawPause, 500);

choices();
if (linked) follow(linked);
else start();

function start() {
  // Perhaps the link in the mail was opened in another tab of this browser.
  channel.onmessage = async ({ data }) => {
    const email = one('#type .who').textContent?.toLowerCase();
    if (data?.auth !== 'done' || one('#type').hidden) return;
    const { body } = await api('GET', '/persona/session').catch(() => ({ body: {} }));
    if (body.email?.toLowerCase() === email) leave();
  };
  const waiting = readWaiting();
  if (waiting && (named === null || waiting.email === named)) askCode(waiting.email, waiting.sent);
  else ask(named ?? '');
}

/** @param {string} email */
function ask(email) {
  show('ask');
  field('email').value = email;
  if (email) /** @type {HTMLElement} */ (form('ask').querySelector('button')).focus();
  else field('email').focus();
}

/** @param {string} email */
function askPassword(email) {
  show('password_section');
  field('username').value = email;
  field(email ? 'password' : 'username').focus();
}

/** @param {string} email @param {number} sent */
function askCode(email, sent) {
  asked = sent;
  for (const place of all('.who')) place.textContent = email;
  show('type');
  drawPause();
  field('code').focus();
}

onSubmit(form('ask'), t('sending'), async () => {
  const email = wholeAddress('email');
  await about('email', email, api('POST', '/persona/proof', { email }));
  askCode(email, keepWaiting(email));
});

onSubmit(form('type'), t('looking'), async () => {
  const code = digits(field('code').value);
  if (code.length !== 6) throw new Problem('code_short', { field: 'code' });
  await confirm(code);
  leave();
});

onSubmit(form('password_section'), t('signing_in'), async () => {
  const email = wholeAddress('username');
  if (!field('password').value) throw new Problem('password_missing', { field: 'password' });
  await about('username', email, api('POST', '/persona/session', { email, password: field('password').value, life: await life() }));
  leave();
});

async function again() {
  if (pause() > 0) return;
  one('#again_error').textContent = '';
  const email = one('#type .who').textContent ?? '';
  asked = Date.now();
  drawPause();
  try {
    await slowly(one('#type .status'), t('sending_again'), api('POST', '/persona/proof', { email }));
    keepWaiting(email);
    field('code').value = '';
    one('#type .status').textContent = t('sent_again');
    field('code').focus();
  } catch (problem) {
    one('#again_error').textContent = known(problem).message;
  }
}

/** The link in the mail. @param {string} code */
async function follow(code) {
  try {
    const { body } = await slowly(one('#status'), t('looking'), confirm(code));
    for (const place of all('.who')) place.textContent = body.email;
    channel.postMessage({ auth: 'done' });
    show('proved');
  } catch (problem) {
    const { code: why, message } = known(problem);
    one('#digits').textContent = `${code.slice(0, 3)} ${code.slice(3)}`;
    one('#problem .error').textContent = message;
    show(why === 'code_invalid' ? 'elsewhere' : 'problem');
  }
}

/** @param {string} code */
async function confirm(code) {
  const done = await api('POST', '/persona/proof/confirm', { code, life: await life() });
  forgetWaiting();
  return done;
}

/** There is a session now. */
function leave() {
  forgetWaiting();
  if (named !== null) persona.completeAuthentication();
  else location.assign('account.html');
}

/** What was chosen at the agent page or the account page. Without storage the shorter life is chosen. */
async function life() {
  return shelf().then((kept) => kept.isShared(), () => true).then((isShared) => (isShared ? 'hour' : 'keep'));
}

/** @param {string} id */
function wholeAddress(id) {
  const email = field(id).value.trim();
  if (!/^[^\s@]+@[^\s@]+$/.test(email)) throw new Problem('address_missing', { field: id });
  return email;
}

/**
 * Says what is wrong with an address beside it. A key whose domain speaks for itself, or did lately, is thrown away: the
 * certificate of this one is worth nothing any more.
 * @template T @param {string} id @param {string} email @param {Promise<T>} asking
 */
async function about(id, email, asking) {
  try {
    return await asking;
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.code === 'not_found') throw new Problem('mails_nothing', { field: id });
    if (ABOUT_ADDRESS.test(problem.code)) problem.field = id;
    if (/^domain_(offline|supported)$/.test(problem.code)) await shelf().then((kept) => kept.forget(email), () => {});
    throw problem;
  }
}

/** @param {unknown} problem */
function known(problem) {
  if (problem instanceof Problem) return problem;
  console.error(problem);
  return new Problem('unknown');
}

function pause() {
  return asked + PAUSE - Date.now();
}

function drawPause() {
  const left = Math.ceil(pause() / 1000);
  one('#again').setAttribute('aria-disabled', String(left > 0));
  one('#wait').textContent = left > 0 ? t('wait', { count: left }) : '';
}

// Phones throw a page away while the mail is read: what it waited for is found again.

/** @returns {{ email: string, sent: number } | null} */
function readWaiting() {
  try {
    const waiting = JSON.parse(sessionStorage.getItem('selfsame:proof') ?? 'null');
    return waiting && Date.now() - waiting.sent < CODE_LIFE ? waiting : null;
  } catch {
    return null;
  }
}

/** @param {string} email */
function keepWaiting(email) {
  const sent = Date.now();
  try {
    sessionStorage.setItem('selfsame:proof', JSON.stringify({ email, sent }));
  } catch {
    // Then a page that is thrown away asks for the address again.
  }
  return sent;
}

function forgetWaiting() {
  try {
    sessionStorage.removeItem('selfsame:proof');
  } catch {
    // Nothing is there.
  }
}
