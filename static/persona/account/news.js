// @ts-check
import { api } from '../lib/api.js';
import { t } from '../lib/texts.js';
import { moment } from './day.js';
import { dom } from './dom.js';

/** Sign-ins with browsers that the account did not know, until somebody says whose they were. @param {import('./page.js').Page} page */
export function news(page) {
  const { one, session, guard, sure, say, run, leave } = page;
  const place = one('#news');
  const devices = session.new_devices ?? [];
  if (!devices.length) return;
  const mine = dom('button', { textContent: t('was_me') });
  const notMine = dom('button', { className: 'danger', textContent: t('was_not_me') });
  const since = Math.min(...devices.map((/** @type {any} */ { time }) => time));
  mine.addEventListener('click', () => run(async () => {
    await api('POST', '/persona/history/seen', {});
    place.replaceChildren();
    say(t('was_me_said'));
    one('#account h1').focus();
  }));
  notMine.addEventListener('click', () => run(async () => {
    if (!(await sure(t('not_me_title'), t('not_me_why'), t('not_me_go')))) return;
    const { body } = await guard(() => api('POST', '/persona/not-me', { since }));
    leave(body.left.passkeys ? t('not_me_done', { count: body.left.passkeys }) : t('not_me_nothing'));
  }));
  const note = dom('div', { className: 'note', role: 'region', 'aria-label': t('new_devices') },
    dom('h2', { textContent: t('new_devices') }),
    dom('ul', {}, ...devices.map((/** @type {any} */ { time, device }) => dom('li', {}, dom('bdi', { textContent: device || t('device_unknown') }), dom('span', { className: 'small', textContent: moment(time) })))),
    dom('p', { className: 'buttons' }, mine, notMine));
  note.classList.add('bad');
  place.replaceChildren(note);
}
