// @ts-check
import { t } from './texts.js';

/** Longer passwords are good ones anyway, and would take time. */
const LONGEST = 100;
/** What the library warns of, in fewer kinds. @type {Record<string, string>} */
const WHY = {
  common: 'common', commonNames: 'name', dates: 'date', extendedRepeat: 'repeat', keyPattern: 'keys', namesByThemselves: 'name',
  pwned: 'common', recentYears: 'date', sequences: 'sequence', similarToCommon: 'common', simpleRepeat: 'repeat', straightRow: 'keys',
  topHundred: 'common', topTen: 'common', userInputs: 'yours', wordByItself: 'common',
};

/**
 * Says under a field how good the new password in it is. The library is loaded when somebody begins to type, runs beside
 * the page, and what is typed goes nowhere. Without it the page works as well.
 * @param {HTMLInputElement} field
 * @param {HTMLMeterElement} meter
 * @param {HTMLElement} words
 * @param {() => string[]} known what is no secret, like the address
 */
export function strength(field, meter, words, known) {
  /** @type {Worker | null} */
  let worker = null;
  let number = 0;

  const begin = () => {
    worker = new Worker(new URL('./strength_worker.js', import.meta.url));
    worker.onmessage = ({ data }) => {
      if (data.number !== number) return;
      meter.value = data.score + 1;
      delete meter.dataset.empty;
      const why = WHY[data.warning];
      words.textContent = t(`strength_${data.score}`) + (why && data.score < 3 ? ` ${t(`strength_${why}`)}` : '');
    };
    worker.onerror = (event) => {
      event.preventDefault();
      worker = null;
      end();
    };
    return worker;
  };
  const end = () => {
    number += 1;
    meter.dataset.empty = ''; // its place is kept, so that nothing moves
    meter.value = 0;
    words.textContent = '';
  };
  end();
  const look = () => {
    if (!field.value) return end();
    number += 1;
    (worker ??= begin()).postMessage({ number, password: field.value.slice(0, LONGEST), known: known().flatMap((text) => [text, ...text.split(/[@.+]/)]) });
  };
  field.addEventListener('input', look);
  field.form?.addEventListener('reset', end);
}
