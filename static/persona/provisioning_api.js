// @ts-check
/*
 * provisioning_api.js: what a provisioning page written for Persona calls.
 *
 *   navigator.id.beginProvisioning((email, seconds) => …)   who is to be certified, for how long
 *   navigator.id.genKeyPair((publicKey) => …)               only after the page knows the person;
 *                                                           publicKey is a JSON string
 *   navigator.id.registerCertificate(certificate)           done
 *   navigator.id.raiseProvisioningFailure(reason)           "user is not authenticated as target user"
 *
 * The page runs in a frame of the agent page. The peer is the parent window, if it is of this
 * origin, for every message in both directions: anybody else who frames the page gets silence,
 * or he could have his own key certified. Messages are jschannel, scope vep_prov.
 */
(function () {
  'use strict';

  const nav = /** @type {any} */ (navigator);
  nav.id = nav.id || {};
  if (nav.id.beginProvisioning && !nav.id._primaryAPIIsShimmed) return;

  const SCOPE = 'vep_prov::';
  const peer = parent === window ? null : parent;
  /** @type {object[]} */
  let queue = [];
  let ready = false;
  let next = 1 + Math.floor(Math.random() * 1000000);
  /** @type {Map<number, (result: any) => void>} */
  const waiting = new Map();

  nav.id.beginProvisioning = (/** @type {(email: string, seconds: number) => void} */ callback) => {
    mustBeFunction(callback, 'beginProvisioning');
    call('beginProvisioning', (said) => callback(said.email, said.cert_duration_s));
  };
  nav.id.genKeyPair = (/** @type {(publicKey: string) => void} */ callback) => {
    mustBeFunction(callback, 'genKeyPair');
    call('genKeyPair', callback);
  };
  nav.id.registerCertificate = (/** @type {string} */ certificate) => say({ method: `${SCOPE}registerCertificate`, params: certificate });
  nav.id.raiseProvisioningFailure = (/** @type {string} */ reason) => say({ method: `${SCOPE}raiseProvisioningFailure`, params: reason });
  nav.id._primaryAPIIsShimmed = true;

  addEventListener('message', (event) => {
    if (!peer || event.source !== peer || event.origin !== location.origin) return;
    let message;
    try {
      message = JSON.parse(event.data) || {};
    } catch {
      return;
    }
    if (message.method === `${SCOPE}__ready` && !ready) {
      ready = true;
      if (message.params === 'ping') post({ method: `${SCOPE}__ready`, params: 'pong' });
      queue.forEach(post);
      queue = [];
    } else if (message.method === undefined && waiting.has(message.id)) {
      const callback = waiting.get(message.id);
      waiting.delete(message.id);
      if (callback && message.error === undefined) callback(message.result);
    }
  });
  post({ method: `${SCOPE}__ready`, params: 'ping' });

  /** @param {string} method @param {(result: any) => void} callback */
  function call(method, callback) {
    const id = next++;
    waiting.set(id, callback);
    say({ id, method: SCOPE + method });
  }

  /** @param {object} message */
  function say(message) {
    if (ready) post(message);
    else queue.push(message);
  }

  /** @param {object} message */
  function post(message) {
    if (peer) peer.postMessage(JSON.stringify(message), location.origin);
  }

  /** @param {unknown} callback @param {string} name */
  function mustBeFunction(callback, name) {
    if (typeof callback !== 'function') throw new TypeError(`navigator.id.${name}() requires a callback argument`);
  }
})();
