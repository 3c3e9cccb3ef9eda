// @ts-check
import { Problem } from './problem.js';

const LIMIT = 20_000;
const SCOPE = 'vep_prov::';

/**
 * Gets a certificate from a provisioning page written for Persona: the page runs in a frame of
 * this origin and talks jschannel (scope vep_prov) as it did with login.persona.org.
 * @param {HTMLIFrameElement} frame
 * @param {string} url on this origin
 * @param {{ email: string, seconds: number, publicKey: () => Promise<object> }} offer
 * @returns {Promise<string>} the certificate
 */
export function provision(frame, url, { email, seconds, publicKey }) {
  return new Promise((resolve, reject) => {
    let timer = 0;
    const end = () => {
      clearTimeout(timer);
      removeEventListener('message', hear);
      frame.onload = null;
      frame.src = 'about:blank';
    };
    const fail = (/** @type {string} */ code) => { end(); reject(new Problem(code)); };
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
          fail('provisioning_failed');
      }
    };
    addEventListener('message', hear);
    // Counted from each load, so that a slow connection is not taken for a silent page.
    frame.onload = () => {
      clearTimeout(timer);
      timer = window.setTimeout(fail, LIMIT, 'provisioning_late');
    };
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
