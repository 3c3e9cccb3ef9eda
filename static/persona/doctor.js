// @ts-check
import { api } from './lib/api.js';
import { choices } from './lib/choices.js';
import { isAudience } from './lib/is_audience.js';
import { makeKey } from './lib/make_key.js';
import { page } from './lib/page.js';
import { Problem } from './lib/problem.js';
import { language, texts } from './lib/texts.js';
import { examine } from './lib/doctor/examine.js';
import { observe } from './lib/doctor/observe.js';
import { REMEDIES } from './lib/doctor/texts.js';

const t = await texts('doctor', 'problems');
const { one, show } = page();
const host = /** @type {HTMLSelectElement} */ (one('#host'));
/** @type {import('./lib/doctor/reading.js').Observation | null} */
let seen = null;
let busy = false;

for (const name of Object.keys(Object.values(REMEDIES)[0])) host.append(new Option(name));
one('#command').textContent = `selfsame doctor ${location.hostname}`;
host.addEventListener('change', () => seen && draw());
one('form').addEventListener('submit', async (event) => {
  event.preventDefault();
  if (busy) return;
  busy = true;
  try {
    const named = one('meta[name="selfsame-api"]')?.getAttribute('content') ?? '';
    const progress = (/** @type {string} */ what) => { one('form .status').textContent = what && t('examining'); };
    seen = await observe({ origin: location.origin, host: location.hostname, api: isAudience(named) ? named : '', now: Date.now(), progress });
    progress('');
    draw();
    one('#summary').focus();
    await offerCertificate();
  } finally {
    busy = false;
  }
});
one('#certify').addEventListener('click', certify);
show('doctor');
choices();

/** Who is not signed in, or whose functions do not answer, is offered nothing. */
async function offerCertificate() {
  const who = await api('GET', '/persona/session').then(({ body }) => body?.email ?? null, () => null);
  one('#certificate').hidden = who === null;
}

async function certify() {
  if (busy || !seen) return;
  busy = true;
  const error = one('#certificate .error');
  error.textContent = '';
  try {
    const { body } = await api('GET', '/persona/session');
    const { publicKey } = await makeKey();
    const asked = `/persona/sign/?email=${encodeURIComponent(body.email)}&duration=60`;
    const certificate = await api('POST', asked, publicKey);
    seen = { ...seen, certificate: certificate.body, now: Date.now() };
    draw();
    one('#summary').focus();
  } catch (problem) {
    error.textContent = problem instanceof Problem ? problem.message : t('certificate_failed');
  } finally {
    busy = false;
  }
}

function draw() {
  if (!seen) return;
  const report = examine(seen);
  const count = (/** @type {string} */ severity) => report.findings.filter((finding) => finding.severity === severity).length;
  const many = ['error', 'warning', 'note'].map((severity) => t(`count_${severity}`, { count: count(severity) }));
  one('#summary').textContent = new Intl.ListFormat(language, { type: 'unit' }).format([t('count_fine', { count: report.fine.length }), ...many]);
  one('#in_english').textContent = t('in_english');
  one('#in_english').hidden = language === 'en';
  one('#findings').replaceChildren(...report.findings.map(drawn));
  const reasons = new Map();
  for (const { subject, because } of report.unseen) reasons.set(because, [...reasons.get(because) ?? [], subject]);
  one('#unseen').textContent = [...reasons].map(([because, subjects]) => `${subjects.join(', ')}: ${because}.`).join(' ');
  one('#unseen').hidden = report.unseen.length === 0;
  one('#report').hidden = false;
}

/** @param {import('./lib/doctor/examine.js').Finding} finding */
function drawn(finding) {
  const article = document.createElement('article');
  const add = (/** @type {string} */ tag, /** @type {string} */ text, name = '') => {
    const element = document.createElement(tag);
    // What stands in backquotes is to be typed.
    text.split('`').forEach((part, at) => element.append(at % 2 ? code(part) : part));
    element.className = name;
    article.append(element);
  };
  add('h3', `${finding.severity}: ${finding.what}`, finding.severity === 'error' ? 'error' : '');
  add('p', `${finding.id} at ${finding.host}: ${finding.seen}`, 'small');
  add('p', `Why it matters: ${finding.why}.`);
  add('p', `To mend it: ${REMEDIES[finding.remedy ?? '']?.[host.value] ?? finding.fix}`);
  return article;
}

/** @param {string} text */
function code(text) {
  const element = document.createElement('code');
  element.textContent = text;
  return element;
}
