// @ts-check
/** A choice kept in this browser: `lang` or `scheme`. Nothing where the browser keeps nothing. @param {string} name */
export function kept(name) {
  try {
    return localStorage.getItem(`selfsame:${name}`) ?? '';
  } catch {
    return '';
  }
}
