// @ts-check
import { api } from '../lib/api.js';
import { deviceName } from '../lib/device_name.js';
import { onSubmit } from '../lib/on_submit.js';
import { createPasskey, hasPasskeys } from '../lib/passkey.js';
import { Problem } from '../lib/problem.js';
import { t } from '../lib/texts.js';
import { LEFT } from './again.js';
import { day } from './day.js';
import { dom } from './dom.js';

/** Passkeys: add, call otherwise, remove. @param {import('./page.js').Page} page */
export function passkeys(page) {
  const { one, guard, sure, say, run, changed } = page;
  const name = /** @type {HTMLInputElement} */ (one('#passkey_name'));
  const form = /** @type {HTMLFormElement} */ (one('#passkey_form'));
  form.hidden = !hasPasskeys();
  name.value = deviceName();
  onSubmit(form, t('passkey_adding'), async () => {
    const called = name.value.trim() || deviceName();
    try {
      const { body } = await guard(() => api('POST', '/persona/ways/passkey/challenge', {}));
      const credential = await createPasskey(body.publicKey);
      await api('POST', '/persona/ways/passkey', { credential, name: called });
    } catch (problem) {
      if (problem instanceof Problem && [LEFT, 'passkey_replaced'].includes(problem.code)) return;
      throw problem;
    }
    name.value = deviceName();
    await changed();
    say(t('passkey_added', { name: called }));
  });

  const row = (/** @type {import('./page.js').Passkey} */ passkey) => {
    const known = [t('passkey_created', { date: day(passkey.created) })];
    known.push(passkey.last_used ? t('passkey_used', { date: day(passkey.last_used) }) : t('passkey_unused'));
    known.push(t(passkey.is_backed_up ? 'passkey_backed_up' : 'passkey_one_device'));
    const rename = dom('button', { textContent: t('rename'), 'aria-label': t('rename_which', { name: passkey.name }) });
    const remove = dom('button', { textContent: t('remove'), 'aria-label': t('remove_which', { name: passkey.name }) });
    const item = dom('li', {}, dom('div', {}, dom('bdi', { textContent: passkey.name }), dom('br'), dom('span', { className: 'small', textContent: known.join(' ') })), dom('div', { className: 'acts' }, rename, remove));
    rename.addEventListener('click', () => item.replaceChildren(renaming(passkey)));
    remove.addEventListener('click', () => run(async () => {
      if (!(await sure(t('passkey_remove_title', { name: passkey.name }), t('passkey_remove_why'), t('remove')))) return;
      await guard(() => api('DELETE', '/persona/ways/passkey', { id: passkey.id }));
      await changed();
      say(t('passkey_removed', { name: passkey.name }));
    }));
    return item;
  };
  const renaming = (/** @type {import('./page.js').Passkey} */ { id, name: old }) => {
    const called = dom('input', { value: old, maxLength: 60, 'aria-label': t('passkey_name') });
    const keep = dom('button', { textContent: t('keep') });
    const leave = dom('button', { type: 'button', textContent: t('cancel') });
    const made = dom('form', { className: 'inline', noValidate: true }, called, keep, leave);
    made.addEventListener('submit', (event) => {
      event.preventDefault();
      run(async () => {
        if (!called.value.trim()) return;
        await api('POST', '/persona/ways/passkey/name', { id, name: called.value.trim() });
        await changed();
        say(t('passkey_renamed', { name: called.value.trim() }));
      });
    });
    leave.addEventListener('click', draw);
    setTimeout(() => called.select());
    return made;
  };
  const draw = () => {
    one('#passkeys').replaceChildren(...page.ways.passkeys.map(row));
    one('#no_passkeys').hidden = page.ways.passkeys.length > 0;
  };
  return draw;
}
