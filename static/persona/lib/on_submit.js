// @ts-check
import { Problem } from './problem.js';
import { slowly } from './slowly.js';

/**
 * Runs a form without leaving the page: one run at a time, progress said, a failure shown
 * beside the field that it names (or the last one), which gets the focus.
 * @param {HTMLFormElement} form
 * @param {string} progress
 * @param {() => Promise<unknown>} act
 */
export function onSubmit(form, progress, act) {
  let busy = false;
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (busy) return;
    busy = true;
    for (const place of form.querySelectorAll('.error')) place.textContent = '';
    for (const field of form.querySelectorAll('[aria-invalid]')) field.removeAttribute('aria-invalid');
    try {
      await slowly(/** @type {Element} */ (form.querySelector('[role=status]')), progress, act());
    } catch (problem) {
      const known = problem instanceof Problem ? problem : new Problem('unknown');
      if (problem !== known) console.error(problem);
      const fields = /** @type {NodeListOf<HTMLInputElement>} */ (form.querySelectorAll('input[aria-describedby]'));
      const field = [...fields].find(({ name }) => name === known.field) ?? fields[fields.length - 1];
      field.setAttribute('aria-invalid', 'true');
      /** @type {Element} */ (form.querySelector(`#${field.name}_error`)).textContent = known.message;
      field.focus();
    } finally {
      busy = false;
    }
  });
}
