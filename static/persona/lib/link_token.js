// @ts-check
/**
 * The token of a one-time link: out of the address bar at once. It stays with this entry of the tab’s history, so that
 * the page may be loaded again, in another language for instance.
 */
export function linkToken() {
  const token = location.hash.slice(1) || String(history.state?.token ?? '');
  history.replaceState({ token }, '', location.pathname);
  return token;
}
