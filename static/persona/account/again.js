// @ts-check
import { api } from '../lib/api.js';
import { digits } from '../lib/digits.js';
import { onSubmit } from '../lib/on_submit.js';
import { getPasskey, hasPasskeys, leavePasskeys } from '../lib/passkey.js';
import { Problem } from '../lib/problem.js';
import { t } from '../lib/texts.js';

/** The code of what a person left; nothing is said about it. */
export const LEFT = 'left';

/**
 * Some things need a person who signed in within the last five minutes. Gives a function that does such a thing: if the
 * server wants a new proof, it is asked for in a dialog, and then the thing goes on by itself. Who leaves the dialog has
 * left the thing.
 * @param {{ one: (selector: string) => HTMLElement, email: string, has: () => { passkeys: unknown[], password: boolean } }} page
 * @returns {<T>(act: () => Promise<T>) => Promise<T>}
 */
export function again({ one, email, has }) {
  const dialog = /** @type {HTMLDialogElement} */ (one('#again'));
  const form = /** @type {HTMLFormElement} */ (one('#again_form'));
  const password = /** @type {HTMLInputElement} */ (one('#again_password'));
  const totp = /** @type {HTMLInputElement} */ (one('#again_totp'));
  /** @type {(() => void) | null} */
  let proved = null;

  const end = () => {
    proved?.();
    dialog.close();
  };
  /** @type {HTMLInputElement} */ (one('#again_form input[name=username]')).value = email;
  one('#again_leave').addEventListener('click', () => dialog.close());
  one('#again_passkey').addEventListener('click', async () => {
    const place = one('#again_passkey_error');
    place.textContent = '';
    try {
      const { body } = await api('POST', '/persona/again/challenge', {});
      await api('POST', '/persona/again', { credential: await getPasskey(body.publicKey) });
      end();
    } catch (problem) {
      const known = problem instanceof Problem ? problem : new Problem('unknown');
      if (known !== problem) console.error(problem);
      if (known.code !== 'passkey_replaced') place.textContent = known.message;
    }
  });
  onSubmit(form, t('proving'), async () => {
    if (!password.value) throw new Problem('password_missing', { field: 'again_password' });
    const code = digits(totp.value);
    try {
      await api('POST', '/persona/again', { password: password.value, ...code ? { totp: code } : {} });
      end();
    } catch (problem) {
      if (!(problem instanceof Problem)) throw problem;
      if (problem.code === 'totp_needed') {
        one('#again_totp_field').hidden = false;
        totp.focus();
        return;
      }
      problem.field = problem.code === 'totp_wrong' ? 'again_totp' : 'again_password';
      if (problem.code === 'credentials_wrong') problem.code = 'password_not_yours';
      totp.value = '';
      throw problem;
    }
  });

  const prove = () => new Promise((/** @type {(value: boolean) => void} */ resolve) => {
    let done = false;
    proved = () => { done = true; };
    form.reset();
    for (const place of dialog.querySelectorAll('.error')) place.textContent = '';
    one('#again_totp_field').hidden = true;
    const { passkeys, password: hasPassword } = has();
    one('#again_by_passkey').hidden = !hasPasskeys() || passkeys.length === 0;
    form.hidden = !hasPassword;
    dialog.addEventListener('close', () => {
      if (!done) leavePasskeys();
      resolve(done);
    }, { once: true });
    dialog.showModal();
  });

  return async (act) => {
    try {
      return await act();
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.code !== 'step_up_needed') throw problem;
      if (!(await prove())) throw new Problem(LEFT);
      return act();
    }
  };
}
