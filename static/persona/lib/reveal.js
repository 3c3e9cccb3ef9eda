// @ts-check
/** A checkbox that shows what is typed into the password fields of a form. @param {HTMLFormElement} form */
export function reveal(form) {
  const fields = /** @type {HTMLInputElement[]} */ ([...form.querySelectorAll('input[type=password], input[data-secret]')]);
  const box = /** @type {HTMLInputElement} */ (form.querySelector('.reveal'));
  const draw = () => {
    for (const field of fields) {
      field.dataset.secret = '';
      field.type = box.checked ? 'text' : 'password';
    }
  };
  box.onchange = draw;
  draw();
}
