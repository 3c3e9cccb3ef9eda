// @ts-check
import { readDocument, encoding, challenge, header, hostName, inWords, is, isHtml, isPath, mediaType, members, shortened } from './reading.js';

/** @typedef {import('./examine.js').Add} Add */
/** @typedef {import('./reading.js').HostSeen} HostSeen */
/** @typedef {import('./reading.js').Exchange} Exchange */

const DAY = 86_400;
// Clocks differ; five minutes is what verifiers allow.
const AHEAD_MS = 300_000;

/** The document as HTTP and as JSON. @param {HostSeen} host @param {Add} add */
export function checkDocument(host, add) {
  const { answer, flaw, members: document } = readDocument(host);
  if (answer.failure === 'redirected' || (answer.status >= 300 && answer.status < 400)) return add('document-redirected', inWords(answer));
  const how = challenge(answer);
  if (how) return add('bot-challenge', how);
  if (answer.status === 404 || answer.status === 410) return add('document-missing', inWords(answer));
  if (!is(answer, 200)) return add('document-status', inWords(answer));
  if ((answer.took ?? 0) > 2000) add('document-slow', `${answer.took} ms`);
  if (encoding(answer)) return;
  const type = mediaType(answer);
  const octets = type === 'application/octet-stream' && document?.authority;
  if (type !== 'application/json' && !octets) add('document-type', type === null ? 'no Content-Type' : `Content-Type: ${shortened(type)}`);
  if (answer.is_bom) add('document-bom', 'the first bytes are EF BB BF');
  const beginning = `it begins with \`${shortened([...answer.body].slice(0, 60).join('').trim())}\``;
  if (document && answer.bytes > 8192) add('document-large', `${answer.bytes} bytes`);
  if (flaw === 'large') add('document-too-large', 'more than 65536 bytes');
  if (flaw === 'object') add('document-not-object', beginning);
  if (flaw === 'twice') add('document-member-twice', beginning);
  if (flaw === 'json' && !isHtml(answer)) add('document-json', beginning);
}

/** Who can read the document, and for how long it is kept. @param {HostSeen} host @param {Exchange} answer @param {Add} add */
export function checkOpenness(host, answer, add) {
  const other = host.without_query;
  if (other && members(host.document).flaw) add('query-refused', `with it ${inWords(host.document)}, without it ${inWords(other)}`);
  else if (other && !other.failure && other.body !== host.document.body) add('query-differs', `with it ${host.document.bytes} bytes, without it ${other.bytes}`);
  const allowed = header(answer, 'access-control-allow-origin');
  if (allowed?.trim() !== '*') add('cors-missing', allowed ? `Access-Control-Allow-Origin: ${shortened(allowed)}` : 'no Access-Control-Allow-Origin');
  const slash = host.with_slash;
  if (slash && members(slash).flaw && slash.failure !== 'late') add('final-slash', inWords(slash));

  const value = header(answer, 'cache-control');
  const seen = `Cache-Control: ${shortened(value ?? '')}`;
  const directives = (value ?? '').toLowerCase().split(',').map((one) => one.split('=').map((part) => part.trim()));
  const named = (/** @type {string} */ name) => directives.find(([known]) => known === name);
  const age = named('max-age')?.[1]?.replaceAll('"', '');
  if (named('immutable')) add('cache-immutable', seen);
  else if (named('no-store') || named('no-cache')) add('cache-never', seen);
  else if (age !== undefined && /^\d+$/.test(age)) {
    if (Number(age) > DAY) add('cache-long', seen);
  } else if (header(answer, 'expires') === null) add('cache-unsaid', 'no Cache-Control with max-age, no Expires');
}

/** @param {Record<string, any>} document @param {number} now 0 if unknown @param {Add} add */
export function checkMembers(document, now, add) {
  const written = (/** @type {string} */ name) => shortened(`"${name}": ${JSON.stringify(document[name])}`);
  const { disabled, authority } = document;
  if (disabled === true) return add('disabled', '"disabled": true');
  if (disabled !== undefined && disabled !== false) return add('disabled-malformed', written('disabled'));
  if (authority) {
    if (!hostName(authority)) add('authority-malformed', written('authority'));
    const beside = ['public-key', 'keys', 'authentication', 'provisioning', 'agent'].filter((name) => name in document);
    if (beside.length) add('authority-beside', beside.join(', '));
    return;
  }
  for (const name of ['authentication', 'provisioning', 'agent']) {
    const value = document[name];
    if (value === undefined) add(`${name}-missing`, `no \`${name}\``);
    else if (typeof value !== 'string' && name !== 'agent') add(`${name}-missing`, written(name));
    else if (!isPath(value)) add(`${name}-path`, written(name));
  }
  const moment = document['not-before'];
  if (moment === undefined) return;
  if (!Number.isSafeInteger(moment) || moment < 1) add('not-before-malformed', written('not-before'));
  else add(now && moment > now + AHEAD_MS ? 'not-before-ahead' : 'not-before', written('not-before'));
}
