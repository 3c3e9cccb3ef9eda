// @ts-check
import { locale } from './locale.js';
import { t } from './texts.js';

/**
 * A name for a passkey that is made here, for its owner to know it again: what kind of device this is, and today. Asked
 * of the browser’s own, coarse answer; a person may call it otherwise at any time.
 */
export function deviceName() {
  const said = /** @type {any} */ (navigator);
  // Support: `userAgentData` in Chromium only; `platform` everywhere, though no longer loved.
  const platform = String(said.userAgentData?.platform || navigator.platform || '');
  const touch = navigator.maxTouchPoints > 1;
  const [, name] = KINDS.find(([pattern]) => pattern.test(platform)) ?? [];
  const device = name === 'Mac' && touch ? 'iPad' : name === 'Linux' && touch ? 'Android' : name;
  const date = new Date().toLocaleDateString(locale, { month: 'short', year: 'numeric' });
  return device ? t('device_name', { device, date }) : t('device_name_unknown', { date });
}

/** @type {[RegExp, string][]} */
const KINDS = [
  [/^iphone/i, 'iPhone'], [/^ipad/i, 'iPad'], [/android/i, 'Android'], [/^mac/i, 'Mac'], [/^win/i, 'Windows'],
  [/cros|chrome os/i, 'Chromebook'], [/linux/i, 'Linux'],
];
