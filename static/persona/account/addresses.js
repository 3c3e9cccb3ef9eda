// @ts-check
import { api } from '../lib/api.js';
import { t } from '../lib/texts.js';
import { dom } from './dom.js';

/** The addresses of the person, and which is offered first. @param {import('./page.js').Page} page */
export function addresses(page) {
  const { one, session, say, run } = page;
  let first = session.default_address ?? session.email;
  const draw = () => {
    const all = session.addresses ?? [session.email];
    one('#addresses').hidden = all.length < 2;
    one('#addresses_list').replaceChildren(...all.map((/** @type {string} */ address) => {
      const item = dom('li', {}, dom('bdi', { textContent: address }));
      if (address === first) {
        item.append(dom('strong', { className: 'mark', textContent: t('address_first') }));
        return item;
      }
      const choose = dom('button', { textContent: t('address_choose'), 'aria-label': t('address_choose_which', { address }) });
      choose.addEventListener('click', () => run(async () => {
        await api('POST', '/persona/addresses/default', { address });
        first = address;
        draw();
        say(t('address_chosen', { address }));
      }));
      item.append(choose);
      return item;
    }));
  };
  return draw;
}
