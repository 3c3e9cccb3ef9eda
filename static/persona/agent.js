// @ts-check
import { api } from './lib/api.js';
import { arm } from './lib/arm.js';
import { checkCertificate, claimsOf } from './lib/check_certificate.js';
import { makeAssertion } from './lib/make_assertion.js';
import { makeKey } from './lib/make_key.js';
import { openerRequest } from './lib/opener_request.js';
import { page } from './lib/page.js';
import { Problem } from './lib/problem.js';
import { shelf } from './lib/shelf.js';
import { signInWindow } from './lib/sign_in_window.js';
import { slowly } from './lib/slowly.js';
import { has, t, texts } from './lib/texts.js';

/**
 * @typedef {import('./lib/opener_request.js').Asked} Asked
 * @typedef {import('./lib/shelf.js').Identity} Identity
 * @typedef {import('./lib/shelf.js').Shelf} Shelf
 * @typedef {{ kind: 'identity', identity: Identity } | { kind: 'sign_in', url: string, session: string | null, refused?: Problem }} Found
 */

const OUR_PROVISIONING = '/persona/provision.html';
const MAILS_CODES = '/persona/prove.html?';
const HOURS_6 = 21_600;
const HOUR = 3_600;
const LEAST_LEFT = 120_000;
const WRONG_CLOCK = 60_000;

await texts('agent');
const { all, one, show } = page();
const status = one('#status');
/** Ends everything that waits in the view shown before. */
let view = new AbortController();

start();

async function start() {
  /** @type {Asked | null} */
  let asked = null;
  all('.cancel').forEach((button) => button.addEventListener('click', () => (asked ? asked.cancel() : close())));
  all('.other').forEach((button) => button.addEventListener('click', () => asked && choose(asked)));
  one('#again').addEventListener('click', () => (asked ? answer(asked) : location.reload()));
  try {
    const returned = location.hash === '#returned';
    asked = await request();
    if (!asked) return;
    const { audience, email } = asked;
    write('.origin', audience);
    if (/xn--/.test(audience)) write('.spelled', await (await import('./lib/spelled.js')).spelled(audience));
    asked.email = await (await shelf()).choice({ origin: audience, email }) ?? email;
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
    if (leftOver) enter('done');
    else await alone();
    return null;
  }
  const late = setTimeout(alone, 5_000);
  const asked = await slowly(status, t('waiting_site'), openerRequest(opener));
  clearTimeout(late);
  return asked;
}

async function alone() {
  await texts('agent_more');
  enter('alone');
}

/** From a request to its answer. @param {Asked} asked @param {boolean} [returned] from the sign-in page */
async function answer(asked, returned = false) {
  enter('');
  write('.email', asked.email);
  try {
    const kept = await shelf();
    const found = await slowly(status, t('certifying'), identity(asked.email, kept));
    if (found.kind === 'sign_in') {
      if (found.session && asked.email !== asked.typed) { // no longer one of the person’s
        asked.email = asked.typed;
        return await answer(asked);
      }
      if (returned && !found.session) throw found.refused ?? new Problem('provisioning_failed');
      await signIn(asked, found, kept);
    } else if (!(await kept.isShared()) && await kept.trusts({ origin: asked.audience, email: asked.email })) {
      await succeed(asked, found.identity);
    } else {
      await consent(asked, found.identity, kept);
    }
  } catch (problem) {
    fail(problem);
  }
}

/** @param {string} email @param {Shelf} kept @returns {Promise<Found>} */
async function identity(email, kept) {
  const asked = api('GET', '/.well-known/browserid');
  asked.catch(() => {});
  const known = await kept.identity(email);
  if (known && known.expires - (await now(known)) > LEAST_LEFT) {
    // After its panic switch a domain says from when its certificates count; without a word of it they do.
    const since = (await asked.catch(() => null))?.body['not-before'];
    if (!since || claimsOf(known.certificate)?.iat >= since) return { kind: 'identity', identity: known };
    await kept.forget(email);
  }
  const key = makeKey(); // takes a moment: begin before it is needed
  key.catch(() => {});
  const support = (await asked).body;
  const seconds = (await kept.isShared()) ? HOUR : HOURS_6;
  ownPage(support.authentication);
  const url = `${support.authentication}?email=${encodeURIComponent(email)}`;
  let certificate, skew = 0;
  if (support.provisioning === OUR_PROVISIONING) {
    const { body: session } = await api('GET', '/persona/session');
    if (!isOf(session, email)) return { kind: 'sign_in', url, session: session.email };
    const query = new URLSearchParams({ email, duration: String(seconds) });
    try {
      ({ body: certificate, skew } = await api('POST', `/persona/sign/?${query}`, (await key).publicKey));
    } catch (problem) {
      const code = problem instanceof Problem ? problem.code : '';
      // Like one of the person’s, but somebody else’s.
      if (code === 'not_your_address') return { kind: 'sign_in', url, session: session.email };
      // Signed in, but before the address’s domain last spoke for itself: that counts no more.
      if (code !== 'no_session') throw problem;
      return { kind: 'sign_in', url, session: null };
    }
  } else {
    const { provision } = await import('./lib/provision.js');
    try {
      certificate = await provision(ownPage(support.provisioning), { email, seconds, publicKey: async () => (await key).publicKey });
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.code !== 'provisioning_failed') throw problem;
      return { kind: 'sign_in', url, session: null, refused: problem };
    }
  }
  const { privateKey, publicKey } = await key;
  const checked = checkCertificate(certificate, { email, hosts: [location.hostname, location.host], publicKey, now: Date.now() + skew });
  const made = { ...checked, privateKey, certificate, skew };
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

/** @param {Asked} asked @param {Extract<Found, { kind: 'sign_in' }>} found @param {Shelf} kept */
async function signIn(asked, { url, session, refused }, kept) {
  const mails = url.startsWith(MAILS_CODES);
  if (mails || session) await texts('agent_more');
  one('.why').textContent = session ? t('another', { session }) : mails ? t('mails_why', { host: location.hostname }) : t('why');
  one('.safe').textContent = t(mails ? 'mails_safe' : 'safe');
  const shared = /** @type {HTMLInputElement} */ (one('#shared'));
  kept.isShared().then((value) => { shared.checked = value; });
  const go = /** @type {HTMLAnchorElement} */ (one('#go'));
  go.href = ownPage(url);
  go.textContent = t(mails ? 'prove_here' : 'sign_in_here');
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
      else status.textContent = t('left');
    });
    status.textContent = t('waiting_window');
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
  return isOf((await api('GET', '/persona/session')).body, email);
}

/** Whether an address is one of the session’s, or one of them with + and more before its @ sign. @param {any} session @param {string} email */
function isOf({ email: own, addresses = [own] }, email) {
  const low = email.toLowerCase();
  const plain = low.replace(/\+[^@]*@/, '@');
  return addresses.some((/** @type {string | null} */ one) => [low, plain].includes(one?.toLowerCase() ?? ''));
}

/** @param {Asked} asked @param {Identity} identity @param {Shelf} kept */
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

/** Another address for this site. @param {Asked} asked */
async function choose(asked) {
  enter('');
  try {
    const { picker } = await import('./lib/picker.js');
    if (await picker(asked, enter)) await answer(asked);
  } catch (problem) {
    fail(problem);
  }
}

/** @param {unknown} problem */
async function fail(problem) {
  const known = problem instanceof Problem ? problem : new Problem('unknown');
  if (problem !== known) console.error(problem);
  if (!has(known.code)) await texts('problems').catch(() => {}); // what is here must do
  one('#problem .error').textContent = known.message;
  enter('problem');
}

/** @param {string} where @param {string} text */
function write(where, text) {
  for (const place of all(where)) {
    place.textContent = text;
    place.hidden = !text;
  }
}

/** @param {string} name */
function enter(name) {
  view.abort();
  view = new AbortController();
  status.textContent = '';
  show(name);
  return view;
}
