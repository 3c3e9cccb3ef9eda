// @ts-check
import { api } from '../lib/api.js';
import { t } from '../lib/texts.js';
import { moment } from './day.js';
import { dom } from './dom.js';

/** For the owner: the panic switch. @param {import('./page.js').Page} page */
export function panic(page) {
  const { one, session, guard, sure, run, leave } = page;
  one('#panic').hidden = !session.is_owner;
  one('#panic_pull').addEventListener('click', () => run(async () => {
    if (!(await sure(t('panic_title'), t('panic_sure'), t('panic_pull')))) return;
    const { body } = await guard(() => api('POST', '/persona/panic', {}));
    leave(t('panic_pulled', { time: moment(body.certificates_live_until) }));
    one('#way_in').hidden = true; // nobody gets in now
    if (body.published === false) byHand(one('#by_hand'), `"not-before": ${body.not_before}`);
  }));
}

/** The support document is at a host of the owner's own. @param {HTMLElement} place @param {string} line what to write into it */
function byHand(place, line) {
  const copy = dom('button', { className: 'main', textContent: t('copy') });
  const text = dom('p', { className: 'codes', textContent: line });
  const said = dom('span', { className: 'small', role: 'status' });
  copy.addEventListener('click', async () => {
    // Where that is not allowed, the line is selected, to be copied by hand.
    said.textContent = await navigator.clipboard.writeText(line).then(() => t('copied'), () => { getSelection()?.selectAllChildren(text); return ''; });
  });
  place.replaceChildren(dom('h2', { textContent: t('panic_hand') }), dom('p', { textContent: t('panic_hand_why') }), text, dom('p', { className: 'buttons' }, copy, said));
  place.hidden = false;
}
