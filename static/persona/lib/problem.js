// @ts-check
import { has, language, t } from './texts.js';

/**
 * A failure with a stable code. Its message is the text of that code in the language of the page
 * (lang/…/problems.js, or the page’s own), or the server’s own reason.
 */
export class Problem extends Error {
  /**
   * @param {string} code
   * @param {{ cause?: unknown, field?: string, reason?: string, said?: unknown, wait?: number }} [more]
   *   field: the one to correct; said: by a page of the domain; wait: seconds until a new try
   */
  constructor(code, more = {}) {
    super(undefined, { cause: more.cause });
    this.code = code;
    this.field = more.field;
    this.more = more;
  }

  /** Made when it is shown: its texts may have to be read first. @override */
  get message() {
    const { reason, said, wait = 60 } = this.more;
    const text = has(this.code) ? t(this.code, soon(wait)) : reason ?? t('unknown');
    const words = typeof said === 'string' ? said.replace(/\p{C}/gu, ' ').trim().slice(0, 200) : '';
    return words ? `${text} ${t('domain_says', { words })}` : text;
  }
}

/** @param {number} seconds */
function soon(seconds) {
  const time = new Date(Date.now() + seconds * 1000).toLocaleTimeString(language, { hour: '2-digit', minute: '2-digit' });
  const [count, unit] = seconds < 90 ? [seconds, /** @type {const} */ ('second')] : [seconds / 60, /** @type {const} */ ('minute')];
  return { time, wait: new Intl.RelativeTimeFormat(language).format(Math.ceil(count), unit) };
}
