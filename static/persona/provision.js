// @ts-check
import { api } from './lib/api.js';
import { texts } from './lib/texts.js';

/**
 * Persona's provisioning page: certifies the key of a frame's parent on this origin. Our own
 * agent page asks the functions itself and does not need it.
 */
const persona = /** @type {any} */ (navigator).id;

persona.beginProvisioning(async (/** @type {string} */ email, /** @type {number} */ seconds) => {
  try {
    const { body: session } = await api('GET', '/persona/session');
    if (session.email?.toLowerCase() !== email.toLowerCase()) throw new Error('user is not authenticated as target user');
    persona.genKeyPair(async (/** @type {string} */ publicKey) => {
      try {
        const query = new URLSearchParams({ email, duration: String(seconds) });
        const { body: certificate } = await api('POST', `/persona/sign/?${query}`, JSON.parse(publicKey));
        persona.registerCertificate(certificate);
      } catch (problem) {
        refuse(problem);
      }
    });
  } catch (problem) {
    refuse(problem);
  }
});

/** @param {any} problem */
function refuse(problem) {
  persona.raiseProvisioningFailure(problem.message);
}

// Only seen by who opens the page by hand, or where the agent passes a failure on; nothing waits for it.
await texts('provision', 'problems');
