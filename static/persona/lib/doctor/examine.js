// @ts-check
import { checkCertificate } from './check_certificate.js';
import { checkDocument, checkMembers, checkOpenness } from './check_document.js';
import { checkClock, checkSign } from './check_functions.js';
import { checkKeys } from './check_keys.js';
import { checkPages, checkScripts } from './check_pages.js';
import { readDocument, hostName } from './reading.js';
import { CHECKS } from './texts.js';

/**
 * @typedef {(id: string, seen: string) => void} Add
 * @typedef {{ id: string, severity: string, host: string, what: string, seen: string, why: string, fix: string, remedy?: string }} Finding
 */

const MAX_DELEGATIONS = 5;
const ORDER = ['error', 'warning', 'note'];
const NO_ANSWER = ['closed', 'forbidden', 'late', 'no_address', 'no_route', 'not_http', 'refused', 'timeout', 'tls'];

/**
 * Judges what was seen by the checks that `selfsame doctor` has, as far as a page can see: the counterpart of
 * shared/doctor/src/checks.rs, held to the same recorded cases.
 * @param {import('./reading.js').Observation} seen
 */
export function examine(seen) {
  /** @type {Finding[]} */
  const findings = [];
  /** @type {{ subject: string, host: string, because: string }[]} */
  const unseen = [];
  const looked = new Set();
  const adding = (/** @type {string} */ host) => (/** @type {string} */ id, /** @type {string} */ evidence) => {
    const known = findings.find((one) => one.id === id && one.host === host);
    if (!known) findings.push({ id, host, seen: evidence, ...CHECKS[id] });
    else if (!known.seen.split('; ').includes(evidence)) known.seen += `; ${evidence}`;
  };
  const skip = (/** @type {string[]} */ subjects, /** @type {string} */ host, /** @type {string} */ because) => {
    for (const subject of subjects) unseen.push({ subject, host, because });
  };
  const look = (/** @type {string[]} */ ...subjects) => subjects.forEach((one) => looked.add(one));

  for (const host of seen.hosts) {
    const add = adding(host.host);
    if (NO_ANSWER.includes(host.document.failure ?? '')) {
      skip(['document', 'reading the document', 'caching', 'members', 'keys'], host.host, 'the host did not answer');
      continue;
    }
    look('document');
    checkDocument(host, add);
    const { answer, members } = readDocument(host);
    if (!members) {
      skip(['reading the document', 'caching', 'members', 'keys'], host.host, 'there is no document to read');
      continue;
    }
    look('reading the document', 'caching', 'members');
    checkOpenness(host, answer, add);
    checkMembers(members, answer.when ?? 0, add);
    if (members.authority || members.disabled === true) skip(['keys'], host.host, 'the document does not speak for itself');
    else {
      look('keys');
      checkKeys(members, add);
    }
  }
  delegation(seen, adding, look, skip);

  const last = seen.hosts[seen.hosts.length - 1];
  const add = adding(last.host);
  if (seen.authority) {
    look('pages', 'scripts');
    checkPages(last, seen.authority.pages, add);
    checkScripts(last, seen.authority, add);
    if (seen.authority.sign) {
      look('functions');
      checkSign(seen.authority.sign, add);
    } else skip(['functions'], last.host, 'the pages are not this product’s, so their functions are their own business');
  } else skip(['pages', 'scripts', 'functions'], last.host, 'no document names pages');
  if (checkClock(seen, add)) look('clock');
  else skip(['clock'], last.host, 'no answer tells its time');
  if (seen.certificate !== undefined && seen.certificate !== null) {
    look('certificate');
    checkCertificate(seen, add);
  }
  findings.sort((one, other) => ORDER.indexOf(one.severity) - ORDER.indexOf(other.severity));
  const fine = Object.entries(CHECKS).filter(([id, { subject }]) => looked.has(subject) && !findings.some((one) => one.id === id));
  return { domain: seen.domain, chain: seen.hosts.map(({ host }) => host), findings, unseen, fine: fine.map(([id]) => id) };
}

/**
 * @param {import('./reading.js').Observation} seen
 * @param {(host: string) => Add} adding
 * @param {(...subjects: string[]) => void} look
 * @param {(subjects: string[], host: string, because: string) => void} skip
 */
function delegation(seen, adding, look, skip) {
  const hosts = seen.hosts.map(({ host }) => host);
  const { members } = readDocument(seen.hosts[hosts.length - 1]);
  if (!members && hosts.length === 1) return skip(['delegation'], hosts[0], 'there is no document to read');
  look('delegation');
  const next = members && members.disabled !== true ? hostName(members.authority) : null;
  const add = adding(hosts[0]);
  if (next && hosts.includes(next)) add('delegation-circle', [...hosts, next].join(' → '));
  else if (next && hosts.length > MAX_DELEGATIONS) add('delegation-too-long', [...hosts, next].join(' → '));
  else if (next) skip(['document'], next, 'this page asks nobody else: selfsame doctor does');
  else if (hosts.length > 1) add('delegated', hosts.join(' → '));
}
