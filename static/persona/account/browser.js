// @ts-check
import { t } from '../lib/texts.js';
import { wholeShelf } from '../lib/whole_shelf.js';
import { moment } from './day.js';
import { dom } from './dom.js';

/** What this browser keeps for the domain, with a way to throw each away. @param {Pick<import('./page.js').Page, 'one' | 'run'>} page */
export async function browser({ one, run }) {
  const kept = await wholeShelf();
  const shared = /** @type {HTMLInputElement} */ (one('#shared'));
  const draw = async () => {
    const [sites, picks, identities] = await Promise.all([kept.sites(), kept.choices(), kept.identities()]);
    list('sites', sites.map((site) => row(t('site_as', site), t('ask_again'), () => kept.distrust(site))));
    list('picks', picks.map((pick) => row(t('pick_as', pick), t('forget_key'), () => kept.unchoose(pick))));
    list('identities', identities.map(({ email, expires }) => row(
      expires > Date.now() ? t('key_until', { email, time: moment(expires) }) : t('key_over', { email }), t('forget_key'), () => kept.forget(email))));
    one('#wipe_all').hidden = ![...sites, ...picks, ...identities].length;
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
    for (const pick of await kept.choices()) await kept.unchoose(pick);
    await draw();
    one('#browser h2').focus();
  }));
  await draw();
  one('#browser h2').tabIndex = -1;
}

/** Throws away all keys and certificates that this browser keeps for the domain. */
export async function wipe() {
  const kept = await wholeShelf();
  for (const { email } of await kept.identities()) await kept.forget(email);
}
