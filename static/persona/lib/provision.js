// @ts-check
import { Problem } from './problem.js';

const LIMIT = 20_000;
/** Until a page that cannot be read leads on to one that can; and until the first page comes at all. */
const ELSEWHERE = 5_000, LOADING = 60_000;
const SCOPE = 'vep_prov::';
/** The one reason that means what it says: show the sign-in page. */
const NOT_SIGNED_IN = 'user is not authenticated as target user';

/**
 * Gets a certificate from a provisioning page written for Persona: the page runs in a frame of
 * this origin and talks jschannel (scope vep_prov) as it did with login.persona.org.
 * @param {string} url on this origin
 * @param {{ email: string, seconds: number, publicKey: () => Promise<object> }} offer
 * @returns {Promise<string>} the certificate
 */
export function provision(url, { email, seconds, publicKey }) {
  const frame = document.querySelector('iframe') ?? document.body.appendChild(document.createElement('iframe'));
  frame.id = 'provisioning';
  frame.hidden = true;
  return new Promise((resolve, reject) => {
    let timer = 0;
    const end = () => {
      clearTimeout(timer);
      removeEventListener('message', hear);
      frame.onload = null;
      frame.src = 'about:blank';
    };
    const fail = (/** @type {string} */ code, /** @type {unknown} */ said) => { end(); reject(new Problem(code, { said })); };
    const limit = (/** @type {number} */ ms, /** @type {string} */ code) => {
      clearTimeout(timer);
      timer = window.setTimeout(fail, ms, code);
    };
    const say = (/** @type {object} */ message) => frame.contentWindow?.postMessage(JSON.stringify(message), location.origin);
    const hear = async (/** @type {MessageEvent} */ event) => {
      if (event.source !== frame.contentWindow || event.origin !== location.origin) return;
      const { id, method, params } = parsed(event.data);
      if (typeof method !== 'string' || !method.startsWith(SCOPE)) return;
      switch (method.slice(SCOPE.length)) {
        case '__ready':
          if (params === 'ping') say({ method: `${SCOPE}__ready`, params: 'pong' });
          break;
        case 'beginProvisioning':
          say({ id, result: { email, cert_duration_s: seconds } });
          break;
        case 'genKeyPair':
          say({ id, result: JSON.stringify(await publicKey()) });
          break;
        case 'registerCertificate':
          end();
          resolve(String(params));
          break;
        case 'raiseProvisioningFailure':
          fail('provisioning_failed', params === NOT_SIGNED_IN ? '' : params);
      }
    };
    addEventListener('message', hear);
    // Counted from each load, so that a slow connection is not taken for a silent page. Of a page that forbids frames,
    // or is at another site, there is no document to be had.
    frame.onload = () => (frame.contentDocument ? limit(LIMIT, 'provisioning_late') : limit(ELSEWHERE, 'provisioning_blocked'));
    limit(LOADING, 'provisioning_late');
    frame.src = url;
  });
}

/** @param {unknown} data */
function parsed(data) {
  try {
    return JSON.parse(String(data)) ?? {};
  } catch {
    return {};
  }
}
