// @ts-check
import { api } from '../lib/api.js';
import { t } from '../lib/texts.js';
import { moment } from './day.js';

/** For the owner: the panic switch. @param {import('./page.js').Page} page */
export function panic(page) {
  const { one, session, guard, sure, run, leave } = page;
  one('#panic').hidden = !session.is_owner;
  one('#panic_pull').addEventListener('click', () => run(async () => {
    if (!(await sure(t('panic_title'), t('panic_sure'), t('panic_pull')))) return;
    const { body } = await guard(() => api('POST', '/persona/panic', {}));
    leave(t('panic_pulled', { time: moment(body.certificates_live_until) }));
  }));
}
