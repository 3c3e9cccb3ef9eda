// @ts-check
import { isAudience } from './is_audience.js';
import { Problem } from './problem.js';

const LIMIT = 15_000;
/** The session’s cookie goes along, to another origin of the same site too. @type {RequestInit} */
const CROSSING = { credentials: 'include', mode: 'cors' };

/**
 * The one way to the functions: JSON in; JSON or plain text out. They are at this origin, or at
 * the one that the page’s head names (`selfsame site build --api`); files are always here. `skew`
 * is what to add to the local clock to get the server’s.
 * @param {'GET' | 'POST' | 'DELETE'} method
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<{ body: any, skew: number }>}
 */
export async function api(method, path, body) {
  const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
  const elsewhere = path.startsWith('/persona/') ? otherOrigin() : '';
  const crossing = elsewhere ? CROSSING : {};
  let response, text;
  try {
    // Support: AbortSignal.timeout, 2022.
    response = await fetch(elsewhere + path, { method, cache: 'no-store', signal: AbortSignal.timeout(LIMIT), ...crossing, ...sent });
    text = await response.text();
  } catch (cause) {
    throw new Problem('unreachable', { cause });
  }
  const json = /^application\/json\b/i.test(response.headers.get('Content-Type') ?? '');
  let said;
  try {
    said = json ? JSON.parse(text) : text;
  } catch (cause) {
    throw new Problem('unavailable', { cause });
  }
  if (!response.ok) {
    throw new Problem(said.code ?? 'unavailable', { reason: said.reason, wait: Number(response.headers.get('Retry-After')) || undefined });
  }
  const date = Date.parse(response.headers.get('Date') ?? '');
  return { body: said, skew: date ? date - Date.now() : 0 };
}

/** What the page’s head names; nothing unless it is an origin, and one that no network can forge. */
function otherOrigin() {
  const named = document.querySelector('meta[name="selfsame-api"]')?.getAttribute('content') ?? '';
  return isAudience(named) ? named : '';
}
