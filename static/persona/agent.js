// @ts-check
import { api } from './lib/api.js';
import { arm } from './lib/arm.js';
import { checkCertificate } from './lib/check_certificate.js';
import { makeAssertion } from './lib/make_assertion.js';
import { makeKey } from './lib/make_key.js';
import { openerRequest } from './lib/opener_request.js';
import { page } from './lib/page.js';
import { Problem } from './lib/problem.js';
import { shelf } from './lib/shelf.js';
import { signInWindow } from './lib/sign_in_window.js';
import { slowly } from './lib/slowly.js';
import { texts } from './lib/texts.js';

/**
 * @typedef {import('./lib/opener_request.js').Asked} Asked
 * @typedef {import('./lib/shelf.js').Identity} Identity
 * @typedef {{ kind: 'identity', identity: Identity } | { kind: 'sign_in', url: string, session: string | null, refused?: Problem }} Found
 */

const OUR_PROVISIONING = '/persona/provision.html';
const MAILS_CODES = '/persona/prove.html?';
const HOURS_6 = 21_600;
const HOUR = 3_600;
const LEAST_LEFT = 120_000;
const WRONG_CLOCK = 60_000;

await texts('problems');
const { all, one, show } = page();
const status = one('#status');
/** Ends everything that waits in the view shown before. */
let view = new AbortController();

start();

async function start() {
  /** @type {Asked | null} */
  let asked = null;
  all('.cancel').forEach((button) => button.addEventListener('click', () => (asked ? asked.cancel() : close())));
  all('.other').forEach((button) => button.addEventListener('click', () => asked?.other()));
  one('#again').addEventListener('click', () => (asked ? answer(asked) : location.reload()));
  try {
    const returned = location.hash === '#returned';
    asked = await request();
    if (!asked) return;
    const { audience, email } = asked;
    all('.origin').forEach((place) => { place.textContent = audience; });
    all('.email').forEach((place) => { place.textContent = email; });
    await answer(asked, returned);
  } catch (problem) {
    fail(problem);
  }
}

/** Who asks: the opener, or the address of this page. Null when nobody does. */
async function request() {
  const redirected = location.hash.startsWith('#r=') || !opener ? (await import('./lib/redirect_request.js')).redirectRequest() : null;
  if (redirected) return redirected;
  if (!opener) {
    const leftOver = location.hash === '#popup';
    if (leftOver) close(); // the site’s COOP header cut us off; it goes on in its own tab
    enter(leftOver ? 'done' : 'alone');
    return null;
  }
  const late = setTimeout(enter, 5_000, 'alone');
  const asked = await slowly(status, 'Waiting for the site…', openerRequest(opener));
  clearTimeout(late);
  return asked;
}

/** From a request to its answer. @param {Asked} asked @param {boolean} [returned] from the sign-in page */
async function answer(asked, returned = false) {
  enter('');
  try {
    const kept = await shelf();
    const found = await slowly(status, 'Asking for a certificate…', identity(asked.email, kept));
    if (found.kind === 'sign_in') {
      if (returned && !found.session) throw found.refused ?? new Problem('provisioning_failed');
      signIn(asked, found, kept);
    } else if (!(await kept.isShared()) && await kept.trusts({ origin: asked.audience, email: asked.email })) {
      await succeed(asked, found.identity);
    } else {
      await consent(asked, found.identity, kept);
    }
  } catch (problem) {
    fail(problem);
  }
}

/** @param {string} email @param {Awaited<ReturnType<typeof shelf>>} kept @returns {Promise<Found>} */
async function identity(email, kept) {
  const known = await kept.identity(email);
  if (known && known.expires - (await now(known)) > LEAST_LEFT) return { kind: 'identity', identity: known };
  const key = makeKey(); // takes a moment: begin before it is needed
  key.catch(() => {});
  const support = (await api('GET', '/.well-known/browserid')).body;
  const seconds = (await kept.isShared()) ? HOUR : HOURS_6;
  ownPage(support.authentication);
  const url = `${support.authentication}?email=${encodeURIComponent(email)}`;
  let certificate, skew = 0;
  if (support.provisioning === OUR_PROVISIONING) {
    const { body: session } = await api('GET', '/persona/session');
    if (session.email?.toLowerCase() !== email.toLowerCase()) return { kind: 'sign_in', url, session: session.email };
    const query = new URLSearchParams({ email, duration: String(seconds) });
    try {
      ({ body: certificate, skew } = await api('POST', `/persona/sign/?${query}`, (await key).publicKey));
    } catch (problem) {
      // Signed in, but before the address’s domain last spoke for itself: that counts no more.
      if (!(problem instanceof Problem) || problem.code !== 'no_session') throw problem;
      return { kind: 'sign_in', url, session: null };
    }
  } else {
    const { provision } = await import('./lib/provision.js');
    const publicKey = async () => (await key).publicKey;
    const frame = /** @type {HTMLIFrameElement} */ (one('#provisioning'));
    try {
      certificate = await provision(frame, ownPage(support.provisioning), { email, seconds, publicKey });
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.code !== 'provisioning_failed') throw problem;
      return { kind: 'sign_in', url, session: null, refused: problem };
    }
  }
  const { privateKey, publicKey } = await key;
  const checked = checkCertificate(certificate, { email, hosts: [location.hostname, location.host], publicKey, now: Date.now() + skew });
  const made = { email: checked.email, expires: checked.expires, privateKey, certificate, skew };
  await kept.keep(made);
  return { kind: 'identity', identity: made };
}

/** The time by the domain’s clock; asked again only where this computer’s clock is known to be wrong. @param {Identity} identity */
async function now({ skew }) {
  if (Math.abs(skew) < WRONG_CLOCK) return Date.now();
  return Date.now() + (await api('GET', '/persona/session')).skew;
}

/** @param {unknown} path */
function ownPage(path) {
  const url = new URL(String(path), location.origin);
  if (typeof path !== 'string' || url.origin !== location.origin) throw new Problem('pages_elsewhere');
  return url.href;
}

/** @param {Asked} asked @param {Extract<Found, { kind: 'sign_in' }>} found @param {Awaited<ReturnType<typeof shelf>>} kept */
function signIn(asked, { url, session, refused }, kept) {
  const mails = url.startsWith(MAILS_CODES);
  const here = mails
    ? `${location.hostname} vouches for addresses whose own domain does not. It mails a code to yours.`
    : 'You are not signed in at this domain in this browser.';
  one('.why').textContent = session ? `You are signed in here as ${session}, another address than the one asked for.` : here;
  one('.safe').textContent = mails ? 'It learns neither the code nor a password.' : 'Your password goes to this domain only.';
  const shared = /** @type {HTMLInputElement} */ (one('#shared'));
  kept.isShared().then((value) => { shared.checked = value; });
  const go = /** @type {HTMLAnchorElement} */ (one('#go'));
  go.href = ownPage(url);
  go.textContent = mails ? 'Prove it here' : 'Sign in here';
  go.target = asked.leaves ? '_self' : '_blank';
  const { signal } = enter('sign_in');
  shared.addEventListener('change', () => kept.setShared(shared.checked), { signal });
  go.addEventListener('click', (click) => {
    if (asked.leaves) return;
    signInWindow(click, go.href, signal, async (said) => {
      if (said === 'done') {
        await looked;
        if (!signal.aborted) answer(asked, true);
      } else if (said === 'look') looked = looked.then(look);
      else status.textContent = 'You left the sign-in page without signing in.';
    });
    status.textContent = 'Waiting for the sign-in window…';
  }, { signal });
  let looked = Promise.resolve(); // one after the other: pages written for Persona share a frame
  const look = async () => {
    if (signal.aborted) return;
    const found = await (refused ? identity(asked.email, kept).then(({ kind }) => kind === 'identity') : isSignedIn(asked.email)).catch(() => false);
    if (!signal.aborted && found) answer(asked, true);
  };
}

/** @param {string} email */
async function isSignedIn(email) {
  return (await api('GET', '/persona/session')).body.email?.toLowerCase() === email.toLowerCase();
}

/** @param {Asked} asked @param {Identity} identity @param {Awaited<ReturnType<typeof shelf>>} kept */
async function consent(asked, identity, kept) {
  const name = asked.siteName.replace(/\p{C}/gu, '').trim().slice(0, 60);
  one('.name').textContent = name;
  one('.said').hidden = !name;
  one('#trust').hidden = await kept.isShared();
  const always = /** @type {HTMLInputElement} */ (one('#always'));
  const accept = /** @type {HTMLButtonElement} */ (one('#accept'));
  const { signal } = enter('consent');
  accept.focus({ preventScroll: true }); // the origin stays in sight
  arm(accept, signal, async () => {
    enter('');
    try {
      if (always.checked) await kept.trust({ origin: asked.audience, email: asked.email });
      if (identity.expires > (await now(identity))) await succeed(asked, identity);
      else await answer(asked); // the page was left open too long
    } catch (problem) {
      fail(problem);
    }
  });
}

/** @param {Asked} asked @param {Identity} identity */
async function succeed(asked, identity) {
  const assertion = await makeAssertion(identity, asked.audience, await now(identity));
  asked.succeed({ assertion, email: identity.email });
  if (!asked.leaves) setTimeout(enter, 1_000, 'done'); // only seen where a window may not close itself
}

/** @param {unknown} problem */
function fail(problem) {
  if (!(problem instanceof Problem)) console.error(problem);
  one('#problem .error').textContent = problem instanceof Problem ? problem.message : new Problem('unknown').message;
  enter('problem');
}

/** @param {string} name */
function enter(name) {
  view.abort();
  view = new AbortController();
  status.textContent = '';
  show(name);
  return view;
}
