// @ts-check
import { locale } from './locale.js';
import { t } from './texts.js';

/** Of the one that runs. */
let timer = 0;

/**
 * Says when something may be tried again, by the reader’s clock, and how long that is. The second place changes every
 * second, so it must not be a live region; what is said at the end is the caller’s.
 * @param {number} seconds
 * @param {{ when: Element, left: Element, over: () => void }} to
 */
export function countDown(seconds, { when, left, over }) {
  const end = Date.now() + seconds * 1000;
  const time = new Intl.DateTimeFormat(locale, { hour: 'numeric', minute: '2-digit', ...seconds < 120 ? { second: '2-digit' } : {} });
  when.textContent = t('wait_when', { time: time.format(end) });
  left.setAttribute('aria-live', 'off');
  const draw = () => {
    const rest = Math.max(0, Math.ceil((end - Date.now()) / 1000));
    left.textContent = rest ? t('wait_left', { time: `${Math.floor(rest / 60)}:${String(rest % 60).padStart(2, '0')}` }) : '';
    if (rest) return;
    clearInterval(timer);
    over();
  };
  clearInterval(timer);
  timer = window.setInterval(draw, 1000);
  draw();
}
