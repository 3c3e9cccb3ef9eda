// @ts-check
import { api } from '../lib/api.js';
import { digits } from '../lib/digits.js';
import { onSubmit } from '../lib/on_submit.js';
import { Problem } from '../lib/problem.js';
import { t } from '../lib/texts.js';
import { LEFT } from './again.js';
import { picture } from './picture.js';

/** The second step after passwords. @param {import('./page.js').Page} page */
export function totp(page) {
  const { one, guard, sure, say, run, changed } = page;
  const form = /** @type {HTMLFormElement} */ (one('#totp_form'));
  const code = /** @type {HTMLInputElement} */ (one('#totp_code'));
  const leave = () => {
    form.hidden = true;
    form.reset();
    one('#totp_picture').replaceChildren();
    one('#totp_secret').textContent = '';
    draw();
  };
  one('#totp_begin').addEventListener('click', () => run(async () => {
    const { body } = await guard(() => api('POST', '/persona/ways/totp', {}));
    one('#totp_picture').replaceChildren(picture(body.qr, t('totp_picture')));
    one('#totp_secret').textContent = body.secret.replace(/(.{4})(?=.)/g, '$1 ');
    form.hidden = false;
    one('#totp_begin').hidden = true;
    code.focus();
  }));
  one('#totp_leave').addEventListener('click', leave);
  onSubmit(form, t('changing'), async () => {
    const typed = digits(code.value);
    if (typed.length !== 6) throw new Problem('code_short');
    try {
      await guard(() => api('POST', '/persona/ways/totp/confirm', { code: typed }));
    } catch (problem) {
      if (problem instanceof Problem && problem.code === LEFT) return;
      throw problem;
    }
    leave();
    await changed();
    say(t('totp_set'));
  });
  one('#totp_remove').addEventListener('click', () => run(async () => {
    if (!(await sure(t('totp_remove_title'), t('totp_remove_why'), t('totp_remove')))) return;
    await guard(() => api('DELETE', '/persona/ways/totp'));
    await changed();
    say(t('totp_removed'));
  }));

  function draw() {
    one('#totp_part').hidden = !page.ways.password;
    one('#totp_why').textContent = t(page.ways.totp ? 'totp_there' : 'totp_none');
    one('#totp_begin').hidden = page.ways.totp || !form.hidden;
    one('#totp_remove').hidden = !page.ways.totp;
  }
  return draw;
}
