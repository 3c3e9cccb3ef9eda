// @ts-check
import { isAudience } from './is_audience.js';

/**
 * Where redirect mode may deliver, and for which audience; null for anything else. A fragment
 * survives HTTP redirects, so a path that might redirect to another site would hand the
 * assertion on: only `/` and plain paths that end in `.html` qualify.
 * @param {string | null} text
 * @returns {{ audience: string, url: string } | null}
 */
export function returnTarget(text) {
  const parts = /^(https?:\/\/[^/?#\\@]+)(\/|\/(?:[\w~-][\w.~-]*\/)*[\w~-][\w.~-]*\.html)$/.exec(text ?? '');
  return parts && isAudience(parts[1]) ? { audience: parts[1], url: parts[0] } : null;
}
