// @ts-check
/**
 * Opens the sign-in page beside this one. That page has its own COOP header, so the site that
 * opened us cannot swap it; it tells its result on a broadcast channel. Some browsers deliver
 * nothing there: coming back to this window counts as a reason to look, too.
 * @param {MouseEvent} click on a link that opens the same page in a new tab, should windows be blocked
 * @param {string} url
 * @param {AbortSignal} signal
 * @param {(said: 'done' | 'cancel' | 'look') => void} hear
 */
export function signInWindow(click, url, signal, hear) {
  const channel = new BroadcastChannel('selfsame');
  channel.onmessage = ({ data }) => { if (data?.auth) hear(data.auth === 'done' ? 'done' : 'cancel'); };
  signal.addEventListener('abort', () => channel.close());
  addEventListener('focus', () => hear('look'), { signal });
  if (open(url, '', 'popup,width=520,height=640')) click.preventDefault();
}
