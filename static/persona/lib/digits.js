// @ts-check
/** The digits of a code as people type and paste it: with blanks, hyphens, the word before it, or in full width. @param {string} text */
export function digits(text) {
  return text.normalize('NFKC').replace(/\D/g, '');
}
