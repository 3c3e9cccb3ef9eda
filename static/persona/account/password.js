// @ts-check
import { api } from '../lib/api.js';
import { onSubmit } from '../lib/on_submit.js';
import { Problem } from '../lib/problem.js';
import { reveal } from '../lib/reveal.js';
import { strength } from '../lib/strength.js';
import { t } from '../lib/texts.js';
import { LEFT } from './again.js';

/**
 * The password: set, change, remove. Also at a fallback, where people come by mailed codes and a password is one more way.
 * @param {Pick<import('./page.js').Page, 'one' | 'session' | 'ways' | 'guard' | 'sure' | 'say' | 'run' | 'changed'>} page
 * @param {boolean} mails whether this is a fallback
 */
export function password(page, mails) {
  const { one, session, guard, sure, say, run, changed } = page;
  const field = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (one(`#${id}`));
  const form = /** @type {HTMLFormElement} */ (one('#password_form'));
  field('password_form input[name=username]').value = session.email;
  reveal(form);
  strength(field('new'), /** @type {HTMLMeterElement} */ (one('#new_meter')), one('#new_words'), () => [session.email, location.hostname]);
  const may = (/** @type {() => Promise<any>} */ act) => (mails ? act() : guard(act));

  onSubmit(form, t('changing'), async () => {
    const had = page.ways.password;
    try {
      if ([...field('new').value].length < 12) throw new Problem('password_too_short');
      const current = field('current').value || undefined;
      await may(() => api('POST', '/persona/password', { current, new: field('new').value }));
    } catch (problem) {
      if (problem instanceof Problem) {
        if (problem.code === LEFT) return;
        problem.field = /^password_/.test(problem.code) ? 'new' : 'current';
        if (problem.code === 'credentials_wrong') problem.code = mails ? 'password_not_yours_mails' : 'password_not_yours';
      }
      throw problem;
    }
    form.reset();
    reveal(form);
    await changed();
    if (!mails) /** @type {HTMLDetailsElement} */ (one('#password_part')).open = false;
    say(t(had && !mails ? 'password_changed' : 'password_was_set'));
  });

  one('#password_remove').addEventListener('click', () => run(async () => {
    if (!(await sure(t('password_remove_title'), t('password_remove_why'), t('password_remove')))) return;
    await guard(() => api('DELETE', '/persona/password'));
    await changed();
    say(t('password_removed'));
  }));

  return () => {
    const has = page.ways.password;
    const verb = mails || !has ? t('password_set') : t('password_change');
    one('#password_open').textContent = verb;
    one('#password_set').textContent = verb;
    one('#password_why').textContent = t(mails ? 'password_why_mails' : has ? 'password_there' : 'password_none');
    one('#current_hint').textContent = mails ? t('current_hint_mails') : '';
    one('#current_field').hidden = !mails && !has;
    one('#password_remove').hidden = mails || !has;
  };
}
