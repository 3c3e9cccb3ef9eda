// @ts-check
import { scripts, target } from './html.js';
import { framing, framingSeen, isNonce, permitsInline, scriptSources } from './policy.js';
import { challenge, header, inWords, is, isHtml, mediaType, shortened } from './reading.js';

/** @typedef {import('./examine.js').Add} Add */
/** @typedef {import('./reading.js').PageSeen} PageSeen */

const CUTS_OFF = ['same-origin', 'same-origin-allow-popups', 'noopener-allow-popups'];
const HALF_A_YEAR = 15_552_000;
const GONE = ['browserid.org', 'diresworb.org', 'dev.diresworb.org', 'login.anosrep.org', 'login.dev.anosrep.org', 'login.persona.org',
  'static.login.persona.org', 'verifier.login.persona.org', 'www.browserid.org'];
const API = { agent: null, authentication: 'authentication_api.js', provisioning: 'provisioning_api.js' };

const isShown = (/** @type {PageSeen} */ { answer }) => is(answer, 200) && isHtml(answer) && !challenge(answer);

/** The pages: their status and their headers. @param {{ origin: string }} host @param {PageSeen[]} pages @param {Add} add */
export function checkPages({ origin }, pages, add) {
  for (const { answer, role } of pages) {
    const how = challenge(answer);
    if (how) add('page-challenge', `${role}: ${how}`);
    else if (!is(answer, 200)) add('page-status', `${role} (${answer.url}): ${inWords(answer)}`);
    else if (!isHtml(answer)) add('page-type', `${role}: \`${mediaType(answer) ?? ''}\``);
  }
  const shown = pages.filter(isShown);
  for (const { answer, role } of shown) {
    const may = framing(answer, origin);
    if (role === 'agent' && may === 'others') add('agent-framable', framingSeen(answer));
    if (role === 'authentication' && may === 'others') add('sign-in-framable', framingSeen(answer));
    if (role === 'provisioning' && may === 'nobody') add('provisioning-unframable', framingSeen(answer));
    if (role === 'provisioning' && may === 'others') add('provisioning-framable', framingSeen(answer));
    const opener = (header(answer, 'cross-origin-opener-policy') ?? '').split(';')[0].trim();
    const seen = opener ? `Cross-Origin-Opener-Policy: ${shortened(opener)}` : 'no Cross-Origin-Opener-Policy';
    if (role === 'agent' && CUTS_OFF.includes(opener)) add('agent-cut-off', seen);
    if (role === 'authentication' && !['same-origin', 'noopener-allow-popups'].includes(opener)) add('sign-in-reachable', seen);
    checkPolicy(role, answer, origin, add);
  }
  if (shown.length && origin.startsWith('https:')) checkTransport(shown[0].answer, add);
}

/** @param {string} role @param {import('./reading.js').Exchange} answer @param {string} origin @param {Add} add */
function checkPolicy(role, answer, origin, add) {
  const found = scriptSources(answer);
  if (!found) return add('csp-missing', `${role}: no policy for scripts`);
  for (const source of found) {
    if (source === "'unsafe-inline'" && found.some(isNonce)) continue;
    if (source === "'unsafe-inline'" || source === "'unsafe-eval'") add('csp-inline', `${role}: ${source}`);
    else if (source !== origin && !source.startsWith("'")) add('csp-strangers', `${role}: ${shortened(source)}`);
  }
}

/** @param {import('./reading.js').Exchange} answer @param {Add} add */
function checkTransport(answer, add) {
  const value = header(answer, 'strict-transport-security');
  const seconds = Number(/(?:^|[;,])\s*max-age="?(\d+)/i.exec(value ?? '')?.[1] ?? 0);
  const seen = value ? `Strict-Transport-Security: ${shortened(value)}` : 'no Strict-Transport-Security';
  if (!seconds) add('hsts-missing', seen);
  else if (seconds < HALF_A_YEAR) add('hsts-short', seen);
}

/** The scripts of the pages. @param {{ origin: string }} host @param {{ pages: PageSeen[], scripts: import('./reading.js').Exchange[] }} seen @param {Add} add */
export function checkScripts({ origin }, seen, add) {
  for (const { answer, role } of seen.pages.filter(isShown)) {
    const found = scripts(answer.body);
    const api = API[role];
    for (const { source } of found) {
      if (source === null) continue;
      const { elsewhere } = target(source, origin, pathOf(answer.url, origin));
      if (elsewhere) add(GONE.includes(elsewhere.split(':')[0]) ? 'script-gone' : 'script-foreign', `${role}: ${elsewhere}`);
    }
    if (api && !found.some(({ source }) => source?.split(/[?#]/)[0].endsWith(api))) add('script-missing', `${role}: no ${api}`);
    const sources = scriptSources(answer);
    if (found.some(({ isInline }) => isInline) && sources && !permitsInline(sources)) add('script-blocked', role);
  }
  for (const script of seen.scripts) {
    const type = mediaType(script) ?? '';
    if (!is(script, 200)) add('script-not-found', `${script.url}: ${inWords(script)}`);
    else if (!type.endsWith('javascript') && type !== 'application/ecmascript') add('script-not-found', `${script.url}: its type is \`${type}\``);
  }
}

/** The scripts of Persona’s interface that pages load from their own origin. @param {PageSeen[]} pages @param {string} origin */
export function ownApiScripts(pages, origin) {
  const found = pages.filter(isShown).flatMap(({ answer }) => scripts(answer.body)
    .map(({ source }) => (source === null ? undefined : target(source, origin, pathOf(answer.url, origin)).path)));
  return [...new Set(found.filter((path) => path !== undefined && /\/(?:provisioning|authentication)_api\.js$/.test(path)))];
}

/** @param {string} url @param {string} origin */
const pathOf = (url, origin) => (url.startsWith(origin) ? url.slice(origin.length) : '/');
