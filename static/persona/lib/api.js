// @ts-check
import { Problem } from './problem.js';

const LIMIT = 15_000;

/**
 * The one way to the functions of this origin: JSON in; JSON or plain text out. `skew` is what
 * to add to the local clock to get the server’s.
 * @param {'GET' | 'POST' | 'DELETE'} method
 * @param {string} path
 * @param {unknown} [body]
 * @returns {Promise<{ body: any, skew: number }>}
 */
export async function api(method, path, body) {
  const sent = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'Content-Type': 'application/json' } };
  let response, text;
  try {
    // Support: AbortSignal.timeout, 2022.
    response = await fetch(path, { method, cache: 'no-store', signal: AbortSignal.timeout(LIMIT), ...sent });
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
