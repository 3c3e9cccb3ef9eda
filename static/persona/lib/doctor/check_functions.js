// @ts-check
import { challenge, clockOffset, header, inWords, is, mediaType, shortened } from './reading.js';

/** @typedef {import('./examine.js').Add} Add */
/** @typedef {import('./reading.js').Observation} Observation */
/** @typedef {import('./reading.js').SignSeen} SignSeen */

/** What the functions answer to somebody who may do nothing. @param {SignSeen} sign @param {Add} add */
export function checkSign({ get, no_session: post, session }, add) {
  const how = challenge(get) ?? challenge(post);
  if (how) return add('sign-broken', `a bot challenge: ${how}`);
  if (get.failure || get.status === 404) return add('sign-missing', `GET ${shortened(get.url)}: ${inWords(get)}`);
  const broken = [get, post, session].find(({ status }) => status >= 500);
  if (broken) return add('sign-broken', `${shortened(broken.url)}: ${inWords(broken)}`);
  const allow = header(get, 'allow') ?? '';
  if (get.status !== 405 || (!get.is_partial && !allow.split(',').some((one) => one.trim() === 'POST'))) add('sign-get', `GET: ${inWords(get)}, Allow: ${shortened(allow)}`);
  if (!post.failure && post.status >= 200 && post.status < 300) add('sign-open', `POST without a cookie: ${inWords(post)}`);
  else if (post.status !== 403) add('sign-no-session', `POST without a cookie: ${inWords(post)}`);
  if (!is(session, 200) || mediaType(session) !== 'application/json') add('session-missing', `GET ${shortened(session.url)}: ${inWords(session)}`);
}

/** False if no answer tells its time. @param {Observation} seen @param {Add} add */
export function checkClock(seen, add) {
  const sign = seen.authority?.sign;
  const offset = (sign && clockOffset(sign.no_session)) ?? clockOffset(seen.hosts[seen.hosts.length - 1].document);
  if (offset === null) return false;
  const off = Math.abs(offset);
  const words = `${Math.floor(off / 1000)} seconds ${offset < 0 ? 'behind' : 'ahead'} (by its Date)`;
  if (off > 300_000) add('clock-wrong', words);
  else if (off > 10_000) add('clock-off', words);
  return true;
}
