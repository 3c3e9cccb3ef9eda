// @ts-check
import { api } from '../lib/api.js';
import { t } from '../lib/texts.js';
import { dom } from './dom.js';
import { save } from './save.js';

/** Recovery codes: made anew, shown once, to be printed, copied or downloaded. @param {import('./page.js').Page} page */
export function codes(page) {
  const { one, session, guard, sure, say, run, changed } = page;
  const place = one('#codes');

  const make = () => run(async () => {
    if (page.ways.codes_left > 0 && !(await sure(t('codes_again_title'), t('codes_again_why'), t('codes_again')))) return;
    const { body } = await guard(() => api('POST', '/persona/ways/codes', {}));
    show(body.codes);
    await changed();
  });
  const show = (/** @type {string[]} */ made) => {
    const text = [t('codes_title'), t('codes_of', { email: session.email, host: location.host }), '', ...made, ''].join('\n');
    const act = (/** @type {string} */ key, /** @type {() => unknown} */ does, className = '') => {
      const button = dom('button', { textContent: t(key), className });
      button.addEventListener('click', does);
      return button;
    };
    const title = dom('h2', { textContent: t('codes_title'), tabIndex: -1 });
    place.replaceChildren(
      title,
      dom('p', { className: 'print', textContent: t('codes_of', { email: session.email, host: location.host }) }),
      dom('p', { textContent: t('codes_once') }),
      dom('ol', { className: 'codes' }, ...made.map((code) => dom('li', { textContent: code }))),
      dom('p', { className: 'buttons' },
        act('print', () => print()),
        act('copy', () => run(async () => { await navigator.clipboard.writeText(text); say(t('copied')); })),
        act('download', () => save(`${location.hostname}-recovery-codes.txt`, 'text/plain', text)),
        act('codes_kept', () => {
          place.hidden = true;
          place.replaceChildren();
          one('#account h1').focus();
        }, 'main')),
    );
    place.hidden = false;
    place.scrollIntoView({ block: 'nearest' });
    title.focus();
  };
  one('#codes_make').addEventListener('click', make);

  return {
    make,
    draw: () => {
      const left = page.ways.codes_left;
      one('#codes_part').hidden = false;
      one('#codes_why').textContent = left ? t('codes_left', { count: left }) : t('codes_none');
      one('#codes_make').textContent = t(left ? 'codes_again' : 'codes_make');
    },
  };
}
