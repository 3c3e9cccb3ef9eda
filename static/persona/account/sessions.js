// @ts-check
import { api } from '../lib/api.js';
import { t } from '../lib/texts.js';
import { moment } from './day.js';
import { dom } from './dom.js';

/** Where the person is signed in, with a way to end each. @param {import('./page.js').Page} page */
export function sessions(page) {
  const { one, guard, sure, say, run, changed, leave } = page;
  one('#end_others').addEventListener('click', () => run(async () => {
    if (!(await sure(t('end_others_title'), t('end_others_why'), t('end_others')))) return;
    await guard(() => api('DELETE', '/persona/sessions/others'));
    await changed();
    say(t('others_ended'));
  }));

  const row = (/** @type {any} */ session) => {
    const device = session.device || t('device_unknown');
    const known = [
      t('session_since', { time: moment(session.created), way: t(`way_${session.way}`) }),
      t('session_seen', { time: moment(session.last_seen) }),
      t(`session_life_${session.life}`),
    ];
    const end = dom('button', { textContent: t('end'), 'aria-label': t('end_which', { device }) });
    end.addEventListener('click', () => run(async () => {
      await api('DELETE', '/persona/sessions', { id: session.id });
      if (session.is_this) return leave(t('ended_here'));
      await changed();
      say(t('ended', { device }));
    }));
    const name = dom('span', {}, dom('bdi', { textContent: device }));
    if (session.is_this) name.append(' ', dom('strong', { className: 'mark', textContent: t('this_device') }));
    return dom('li', {}, dom('div', {}, name, dom('br'), dom('span', { className: 'small', textContent: known.join(' ') })), dom('div', { className: 'acts' }, end));
  };

  return async () => {
    const { body } = await api('GET', '/persona/sessions');
    const all = body.sessions.sort((/** @type {any} */ a, /** @type {any} */ b) => Number(b.is_this) - Number(a.is_this) || b.last_seen - a.last_seen);
    one('#sessions_list').replaceChildren(...all.map(row));
    one('#end_others').hidden = all.length < 2;
    one('#sessions').hidden = false;
  };
}
