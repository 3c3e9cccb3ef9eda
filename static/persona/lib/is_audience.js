// @ts-check
/** Whether assertions may be made for an origin: https, or http on this machine. @param {string} origin */
export function isAudience(origin) {
  try {
    const { protocol, hostname, origin: canonical } = new URL(origin);
    const local = /^(localhost|.+\.localhost|127\.0\.0\.1|\[::1\])$/.test(hostname);
    return canonical === origin && (protocol === 'https:' || (protocol === 'http:' && local));
  } catch {
    return false;
  }
}
