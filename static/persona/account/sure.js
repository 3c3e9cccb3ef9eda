// @ts-check
/**
 * Asks whether a person means it. @param {(selector: string) => HTMLElement} one
 * @returns {(title: string, why: string, verb: string) => Promise<boolean>}
 */
export function sure(one) {
  const dialog = /** @type {HTMLDialogElement} */ (one('#sure'));
  one('#sure_no').addEventListener('click', () => dialog.close(''));
  one('#sure_yes').addEventListener('click', () => dialog.close('yes'));
  return (title, why, verb) => new Promise((resolve) => {
    one('#sure_title').textContent = title;
    one('#sure_why').textContent = why;
    one('#sure_yes').textContent = verb;
    dialog.returnValue = '';
    dialog.addEventListener('close', () => resolve(dialog.returnValue === 'yes'), { once: true });
    dialog.showModal();
    one('#sure_no').focus();
  });
}
