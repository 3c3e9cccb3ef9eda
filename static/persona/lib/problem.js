// @ts-check
/** What can go wrong, in words for the person in front of the screen; a page may add its own. @type {Record<string, string>} */
export const TEXTS = {
  audience_refused: 'This site does not use https, so it cannot be signed in to safely.',
  certificate_wrong: 'The certificate that this domain made does not fit. Try again; if it stays so, the domain’s owner has to look at it.',
  cookies_off: 'This browser does not let the page keep anything. Allow cookies and site data for this domain, then try again.',
  credentials_wrong: 'Address or password is wrong.',
  domain_offline: 'The domain of this address vouched for its people until lately, and is silent now. For 30 days nobody takes its place, unless its owner says that it stopped.',
  domain_silent: 'The domain of this address does not answer at the moment. It may vouch for its people itself, so nobody takes its place. Try again in a minute.',
  domain_supported: 'The domain of this address vouches for its people itself now. Sign in at the site again: it leads you there.',
  enrolment_invalid: 'This link was used already, has run out, or is incomplete. Ask for a new one: selfsame user link ADDRESS.',
  no_session: 'You are signed out. Sign in again.',
  pages_elsewhere: 'This domain names no sign-in pages of its own here. Its owner has to put them on this site, or delegate to the site where they are.',
  password_too_long: 'Use at most 1024 characters.',
  password_too_short: 'Use at least 12 characters. A few words in a row do well.',
  provisioning_blocked: 'This domain’s provisioning page cannot run inside this page: it forbids frames, or leads to another site. The domain’s owner has to change that.',
  provisioning_failed: 'This domain signed you in, but did not confirm your address. Is it the right account?',
  provisioning_late: 'This domain’s provisioning page did not answer within 20 seconds. Try again.',
  request_wrong: 'The site asked in a way that cannot be answered. Go back to it and try again.',
  unavailable: 'This domain cannot sign you in at the moment. Try again in a minute.',
  unreachable: 'No answer from this domain. Check your connection and try again.',
};

/** A failure with a stable code. Shown by its text, or by the server’s own reason. */
export class Problem extends Error {
  /**
   * @param {string} code
   * @param {{ cause?: unknown, field?: string, reason?: string, said?: unknown, wait?: number }} [more]
   *   field: the one to correct; said: by a page of the domain; wait: seconds until a new try
   */
  constructor(code, more = {}) {
    const text = code === 'too_many_tries' ? `Too many tries. Try again ${inWords(more.wait ?? 60)}.` : TEXTS[code];
    const said = typeof more.said === 'string' ? more.said.replace(/\p{C}/gu, ' ').trim().slice(0, 200) : '';
    super((text ?? more.reason ?? 'Something went wrong. Try again.') + (said && ` The domain says: “${said}”`), { cause: more.cause });
    this.code = code;
    this.field = more.field;
  }
}

/** @param {number} seconds */
function inWords(seconds) {
  if (seconds < 90) return `in ${Math.max(1, Math.ceil(seconds))} seconds`;
  const until = new Date(Date.now() + seconds * 1000).toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' });
  return `in ${Math.ceil(seconds / 60)} minutes, at ${until}`;
}
