// @ts-check
import { addresses } from './account/addresses.js';
import { again, LEFT } from './account/again.js';
import { browser, wipe } from './account/browser.js';
import { codes } from './account/codes.js';
import { dom } from './account/dom.js';
import { history } from './account/history.js';
import { news } from './account/news.js';
import { panic } from './account/panic.js';
import { passkeys } from './account/passkeys.js';
import { password } from './account/password.js';
import { people } from './account/people.js';
import { sessions } from './account/sessions.js';
import { sure } from './account/sure.js';
import { totp } from './account/totp.js';
import { api } from './lib/api.js';
import { choices } from './lib/choices.js';
import { page } from './lib/page.js';
import { Problem } from './lib/problem.js';
import { shelf } from './lib/shelf.js';
import { slowly } from './lib/slowly.js';
import { t, texts } from './lib/texts.js';

/** Came from a one-time link just now. */
const isNew = location.hash === '#welcome';
if (isNew) window.history.replaceState(null, '', location.pathname);

await texts('account', 'ways', 'problems');
const { one, all, show } = page();
const status = one('#status');

start();

async function start() {
  try {
    const asking = Promise.all([api('GET', '/persona/session'), mailsCodes()]);
    const [{ body: session }, mails] = await slowly(status, t('looking'), asking);
    if (mails) one('#way_in').setAttribute('href', 'prove.html');
    // Shown when all of it is there, so that nothing moves.
    await Promise.all([session.email ? (mails ? guest(session) : account(session)) : null, browser({ one, run })]);
    if (isNew) one('#said').textContent = t('welcome');
    show(session.email ? 'account' : 'nobody');
    one('#browser').hidden = false;
  } catch (problem) {
    fail(problem);
  }
  choices();
}

/** Whether people come by a mailed code here: this is a fallback. */
async function mailsCodes() {
  const { body } = await api('GET', '/.well-known/browserid').catch(() => ({ body: {} }));
  return body.authentication === '/persona/prove.html';
}

/** Who has an account here. @param {any} session */
async function account(session) {
  /** @type {import('./account/page.js').Page} */
  const own = {
    one, session, sure: sure(one), say, run, leave,
    ways: (await api('GET', '/persona/ways')).body,
    guard: (act) => prove(act),
    changed: async () => {
      own.ways = (await api('GET', '/persona/ways')).body;
      draw();
      await Promise.all([drawSessions, drawHistory].map(ifThere));
    },
  };
  const prove = again({ one, email: session.email, has: () => own.ways });
  const drawPasskeys = passkeys(own), drawPassword = password(own, false), drawTotp = totp(own), drawAddresses = addresses(own);
  const ownCodes = codes(own), drawSessions = sessions(own), drawHistory = history(own), drawPeople = people(own);
  const draw = () => {
    drawPasskeys();
    drawPassword();
    drawTotp();
    ownCodes.draw();
    nudge(own, ownCodes.make);
  };
  panic(own);
  leaving(session.email);
  one('#who').textContent = session.email;
  one('#ways').hidden = false;
  draw();
  drawAddresses();
  news(own);
  await Promise.all([drawSessions, drawHistory, drawPeople].map(ifThere));
  parts();
}

/** Functions that are older than these pages lack some paths: what they cannot tell is not shown. @param {() => Promise<void>} draw */
async function ifThere(draw) {
  try {
    await draw();
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.code !== 'not_found') throw problem;
  }
}

/** Who comes by a mailed code. An account goes as easily as it came. @param {any} session */
async function guest(session) {
  const own = {
    one, session, say, run, sure: sure(one), ways: /** @type {any} */ ({ password: true }),
    guard: (/** @type {() => Promise<any>} */ act) => act(), changed: async () => {},
  };
  password(own, true)();
  leaving(session.email);
  one('#who').textContent = session.email;
  one('#passkeys_part').hidden = true;
  /** @type {HTMLDetailsElement} */ (one('#password_part')).open = true;
  one('#ways').hidden = one('#forgetting').hidden = false;
  one('#forget').addEventListener('click', () => run(async () => {
    await (await shelf()).forget(session.email);
    await slowly(status, t('forgetting'), api('DELETE', '/persona/proof'));
    location.reload();
  }));
}

/** Until nobody who loses one thing is locked out. @param {import('./account/page.js').Page} own @param {() => unknown} makeCodes */
function nudge({ ways, session }, makeCodes) {
  const place = one('#nudge');
  place.hidden = !ways.nudge && !session.is_to_be_renewed;
  if (place.hidden) return;
  const add = dom('button', { textContent: t(ways.passkeys.length ? 'nudge_second' : 'nudge_first'), className: 'main' });
  const make = dom('button', { textContent: t('codes_make'), hidden: ways.codes_left > 0 });
  add.addEventListener('click', () => {
    one('#passkey_form').scrollIntoView({ block: 'center' });
    one('#passkey_add').focus();
    // The second one belongs on another device: its person has to see the name, and perhaps to plug something in.
    if (!ways.passkeys.length) /** @type {HTMLFormElement} */ (one('#passkey_form')).requestSubmit();
  });
  make.addEventListener('click', makeCodes);
  place.replaceChildren(
    dom('h2', { textContent: t(session.is_to_be_renewed ? 'renew_title' : 'nudge_title') }),
    dom('p', { textContent: t(session.is_to_be_renewed ? 'renew_why' : 'nudge_why') }),
    dom('p', { className: 'buttons' }, add, make));
}

/** Signing out takes the keys along, unless that is not wanted. @param {string} email */
function leaving(email) {
  one('#sign_out').addEventListener('click', () => run(async () => {
    if (/** @type {HTMLInputElement} */ (one('#wipe')).checked) await wipe();
    await slowly(status, t('signing_out'), api('DELETE', '/persona/session'));
    location.reload();
  }));
  one('#sign_out').setAttribute('aria-description', email);
}

/** Links to the parts of a long page. */
function parts() {
  const links = [...all('#account > .part'), one('#browser')].filter((part) => !part.hidden || part.id === 'browser').map((part) => {
    const title = /** @type {HTMLElement} */ (part.querySelector('h2'));
    title.tabIndex = -1;
    const link = dom('a', { href: `#${part.id}`, textContent: title.textContent });
    link.addEventListener('click', (event) => {
      event.preventDefault();
      title.scrollIntoView();
      title.focus({ preventScroll: true });
    });
    return link;
  });
  one('#parts').replaceChildren(...links);
}

/** Nobody is signed in any more. @param {string} why */
function leave(why) {
  one('#nobody_why').textContent = why;
  show('nobody');
  one('#browser').hidden = false;
}

/** What was done, where it is seen. @param {string} text */
function say(text) {
  const place = one('#said');
  place.textContent = one('#failed').textContent = '';
  setTimeout(() => { place.textContent = text; }); // said again even if it is the same
}

/** @param {() => Promise<unknown>} act */
async function run(act) {
  const part = document.activeElement?.closest('.part');
  say('');
  try {
    await act();
  } catch (problem) {
    if (problem instanceof Problem && [LEFT, 'passkey_replaced'].includes(problem.code)) return;
    if (!one('#account').hidden && problem instanceof Problem && problem.code !== 'no_session') one('#failed').textContent = problem.message;
    else if (problem instanceof Problem && problem.code === 'no_session') leave(problem.message);
    else fail(problem);
  }
  // What was pressed may be gone, with its row: the keyboard goes on from the part that it stood in.
  if (document.activeElement === document.body) part?.querySelector('h2')?.focus({ preventScroll: true });
}

/** @param {unknown} problem */
function fail(problem) {
  const known = problem instanceof Problem ? problem : new Problem('unknown');
  if (problem !== known) console.error(problem);
  one('#problem .error').textContent = known.message;
  show('problem');
}
