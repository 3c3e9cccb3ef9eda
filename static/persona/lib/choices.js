// @ts-check
import { kept } from './kept.js';
import { language, texts } from './texts.js';

/** Each in its own words. */
const NAMES = { de: 'Deutsch', en: 'English', es: 'Español', fr: 'Français', ja: '日本語' };

/** Language and colours at the foot of a page: chosen for this browser, and kept. */
export async function choices() {
  const t = await texts('choices');
  const foot = document.createElement('footer');
  const choice = (/** @type {string} */ key, /** @type {string} */ name, /** @type {string} */ now, /** @type {[string, string][]} */ options, /** @type {(value: string) => void} */ act) => {
    const label = document.createElement('label');
    const what = document.createElement('span');
    const select = document.createElement('select');
    what.textContent = t(key);
    select.append(...options.map(([value, shown]) => Object.assign(new Option(shown, value, false, value === now), name === 'lang' ? { lang: value } : {})));
    select.addEventListener('change', () => {
      try {
        localStorage.setItem(`selfsame:${name}`, select.value);
      } catch {
        // Then it holds for this page, or not at all.
      }
      act(select.value);
    });
    label.append(what, select);
    return label;
  };
  foot.append(
    choice('language', 'lang', language, Object.entries(NAMES), () => location.reload()),
    choice('colours', 'scheme', kept('scheme'), [['', t('colours_system')], ['light', t('colours_light')], ['dark', t('colours_dark')]], (value) => { document.documentElement.dataset.scheme = value; }),
  );
  document.body.append(foot);
}
