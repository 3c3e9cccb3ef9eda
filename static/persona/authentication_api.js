// @ts-check
/*
 * authentication_api.js: what an authentication page written for Persona calls.
 *
 *   navigator.id.beginAuthentication((email) => …)   who is to sign in (from ?email=, may be
 *                                                    called again on later pages that keep it)
 *   navigator.id.completeAuthentication()            the person has a session now
 *   navigator.id.raiseAuthenticationFailure(reason)  he left without one; the reason is not passed on
 *
 * Both ways lead to one constant page of this origin. Nothing in the address is ever followed.
 */
(function () {
  'use strict';

  const nav = /** @type {any} */ (navigator);
  nav.id = nav.id || {};
  if (nav.id.beginAuthentication && !nav.id._primaryAPIIsShimmed) return;

  nav.id.beginAuthentication = (/** @type {(email: string | null) => void} */ callback) => {
    if (typeof callback !== 'function') throw new TypeError('navigator.id.beginAuthentication() requires a callback argument');
    setTimeout(() => callback(new URLSearchParams(location.search).get('email')), 0);
  };
  nav.id.completeAuthentication = () => location.assign('/persona/return.html?AUTH_RETURN');
  nav.id.raiseAuthenticationFailure = () => location.assign('/persona/return.html?AUTH_RETURN_CANCEL');
  nav.id._primaryAPIIsShimmed = true;
})();
