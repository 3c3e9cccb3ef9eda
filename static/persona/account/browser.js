// @ts-check
import { shelf } from '../lib/shelf.js';
import { t } from '../lib/texts.js';
import { moment } from './day.js';
import { dom } from './dom.js';

/** What this browser keeps for the domain, with a way to throw each away. @param {Pick<import('./page.js').Page, 'one' | 'run'>} page */
export async function browser({ one, run }) {
  const kept = await shelf();
  const shared = /** @type {HTMLInputElement} */ (one('#shared'));
  const draw = async () => {
    const [sites, identities] = await Promise.all([kept.sites(), kept.identities()]);
    list('sites', sites.map((site) => row(t('site_as', site), t('ask_again'), () => kept.distrust(site))));
    list('identities', identities.map(({ email, expires }) => row(
      expires > Date.now() ? t('key_until', { email, time: moment(expires) }) : t('key_over', { email }), t('forget_key'), () => kept.forget(email))));
    one('#wipe_all').hidden = !sites.length && !identities.length;
  };
  const list = (/** @type {string} */ id, /** @type {Node[]} */ items) => {
    one(`#${id}`).replaceChildren(...items);
    one(`#no_${id}`).hidden = items.length > 0;
  };
  const row = (/** @type {string} */ text, /** @type {string} */ verb, /** @type {() => Promise<unknown>} */ act) => {
    const button = dom('button', { textContent: verb, 'aria-label': t('verb_which', { verb, name: text }) });
    button.addEventListener('click', () => run(async () => {
      await act();
      await draw();
      one('#browser h2').focus();
    }));
    return dom('li', {}, dom('bdi', { textContent: text }), ' ', button);
  };
  shared.checked = await kept.isShared();
  shared.addEventListener('change', () => run(() => kept.setShared(shared.checked)));
  one('#wipe_all').addEventListener('click', () => run(async () => {
    await wipe();
    for (const site of await kept.sites()) await kept.distrust(site);
    await draw();
    one('#browser h2').focus();
  }));
  await draw();
  one('#browser h2').tabIndex = -1;
}

/** Throws away all keys and certificates that this browser keeps for the domain. */
export async function wipe() {
  const kept = await shelf();
  for (const { email } of await kept.identities()) await kept.forget(email);
}
