// @ts-check
import { fromBase64url } from './from_base64url.js';
import { Problem } from './problem.js';
import { toBase64url } from './to_base64url.js';

/** What is asked for and has not ended: a browser shows one such question at a time. @type {AbortController | null} */
let flight = null;

/** Whether this browser knows passkeys at all. */
export const hasPasskeys = () => typeof PublicKeyCredential === 'function' && Boolean(navigator.credentials);

/** Whether passkeys can stand among the suggestions of a field. Support: 2022 to 2024. */
export async function suggestsPasskeys() {
  return hasPasskeys() && Boolean(await PublicKeyCredential.isConditionalMediationAvailable?.().catch(() => false));
}

/** Ends what is asked for, if anything is. */
export function leavePasskeys() {
  flight?.abort();
  flight = null;
}

/**
 * Makes a passkey. @param {any} publicKey the server’s options, as JSON
 * @returns {Promise<object>} the credential, as JSON
 */
export function createPasskey(publicKey) {
  return run(publicKey.timeout, async (signal) => {
    const options = PublicKeyCredential.parseCreationOptionsFromJSON?.(publicKey) ?? creationOptions(publicKey);
    return navigator.credentials.create({ publicKey: options, signal });
  });
}

/**
 * Asks for a passkey.
 * @param {any} publicKey the server’s options, as JSON
 * @param {{ suggested?: boolean }} [how] suggested: among the suggestions of a field, until somebody takes one
 * @returns {Promise<object>} the credential, as JSON
 */
export function getPasskey(publicKey, { suggested = false } = {}) {
  return run(suggested ? Infinity : publicKey.timeout, async (signal) => {
    const options = PublicKeyCredential.parseRequestOptionsFromJSON?.(publicKey) ?? requestOptions(publicKey);
    return navigator.credentials.get({ publicKey: options, signal, ...suggested ? { mediation: 'conditional' } : {} });
  });
}

/**
 * @param {number} limit in milliseconds, after which the browser gives up
 * @param {(signal: AbortSignal) => Promise<Credential | null>} ask
 */
async function run(limit, ask) {
  if (!hasPasskeys()) throw new Problem('passkey_not_supported');
  leavePasskeys();
  const mine = flight = new AbortController();
  const begun = performance.now();
  try {
    const made = /** @type {PublicKeyCredential | null} */ (await ask(mine.signal));
    if (!made) throw new Problem('passkey_failed');
    return typeof made.toJSON === 'function' ? made.toJSON() : asJson(made);
  } catch (cause) {
    if (cause instanceof Problem) throw cause;
    throw new Problem(mine.signal.aborted ? 'passkey_replaced' : explain(cause, performance.now() - begun >= limit), { cause });
  } finally {
    if (flight === mine) flight = null;
  }
}

/**
 * What went wrong, by a closed list. Browsers do not tell a person who said no from one who has no passkey here,
 * so that sites cannot find out.
 * @param {unknown} cause @param {boolean} late
 */
function explain(cause, late) {
  switch (/** @type {any} */ (cause)?.name) {
    case 'AbortError': return 'passkey_cancelled';
    case 'ConstraintError': return 'passkey_not_able';
    case 'InvalidStateError': return 'passkey_there';
    case 'NotAllowedError': return late ? 'passkey_late' : 'passkey_cancelled';
    case 'NotSupportedError': return 'passkey_not_supported';
    case 'SecurityError': return 'passkey_wrong_origin';
    default: return 'passkey_failed';
  }
}

// Support: the JSON forms came to browsers between 2023 and 2025. Until then, what our server says and reads:

/** @param {any} json @returns {PublicKeyCredentialCreationOptions} */
function creationOptions(json) {
  return {
    ...json,
    challenge: fromBase64url(json.challenge),
    user: { ...json.user, id: fromBase64url(json.user.id) },
    excludeCredentials: (json.excludeCredentials ?? []).map(descriptor),
  };
}

/** @param {any} json @returns {PublicKeyCredentialRequestOptions} */
function requestOptions(json) {
  return { ...json, challenge: fromBase64url(json.challenge), allowCredentials: (json.allowCredentials ?? []).map(descriptor) };
}

/** @param {any} json */
const descriptor = (json) => ({ ...json, id: fromBase64url(json.id) });

/** @param {PublicKeyCredential} made */
function asJson(made) {
  /** @type {Record<string, unknown>} */
  const response = {};
  const said = /** @type {any} */ (made.response);
  for (const name of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (said[name]) response[name] = toBase64url(new Uint8Array(said[name]));
  }
  if (said.getTransports) {
    response.transports = said.getTransports();
    response.authenticatorData = toBase64url(new Uint8Array(said.getAuthenticatorData()));
    response.publicKeyAlgorithm = said.getPublicKeyAlgorithm();
    const key = said.getPublicKey();
    if (key) response.publicKey = toBase64url(new Uint8Array(key));
  }
  const id = toBase64url(new Uint8Array(made.rawId));
  return {
    id, rawId: id, type: made.type, response,
    authenticatorAttachment: made.authenticatorAttachment ?? undefined,
    clientExtensionResults: made.getClientExtensionResults(),
  };
}
