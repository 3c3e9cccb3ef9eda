// @ts-check
import { Problem } from './problem.js';
import { returnTarget } from './return_target.js';

const KEY = 'selfsame:request';
const LIFE = 600_000;

/**
 * The request in the address of this page (redirect mode), or the one that this tab was
 * working on before it went to the sign-in page. Null when there is none.
 * @param {Window} [self]
 * @returns {import('./opener_request.js').Asked | null}
 */
export function redirectRequest(self = window) {
  const { location, history, sessionStorage } = self;
  const named = new URLSearchParams(location.hash.slice(1));
  if (named.has('r')) {
    history.replaceState(null, '', location.pathname);
    sessionStorage.setItem(KEY, JSON.stringify({ r: named.get('r'), s: named.get('s'), e: named.get('e'), n: named.get('n'), t: Date.now() }));
  }
  const kept = JSON.parse(sessionStorage.getItem(KEY) ?? 'null');
  if (!kept || Date.now() - kept.t > LIFE) return null;
  const target = returnTarget(kept.r);
  if (!target || !/^[\w-]{8,128}$/.test(kept.s) || !/^[^\s@]+@[^\s@]+$/.test(kept.e)) {
    sessionStorage.removeItem(KEY);
    throw new Problem('request_wrong');
  }
  const leave = (/** @type {string} */ assertion, more = '') => {
    sessionStorage.removeItem(KEY);
    location.replace(`${target.url}#browserid=${assertion}&s=${kept.s}${more}`);
  };
  return {
    audience: target.audience,
    email: kept.e,
    typed: kept.e,
    siteName: kept.n ?? '',
    leaves: true,
    succeed: ({ assertion }) => leave(assertion),
    cancel: () => leave(''),
    other: () => leave('', '&again=1'),
  };
}
