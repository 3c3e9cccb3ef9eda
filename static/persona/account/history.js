// @ts-check
import { api } from '../lib/api.js';
import { t } from '../lib/texts.js';
import { moment } from './day.js';
import { dom } from './dom.js';
import { save } from './save.js';
import { csv } from './csv.js';

const DAY = 86_400_000;
/** So many lines at first, and so many more. */
const STEP = 25;
/** So many are asked for at once. */
const PAGE = 200;
/** @type {[string, number][]} */
const TIMES = [['all', 0], ['day', DAY], ['week', 7 * DAY], ['month', 30 * DAY]];
const KINDS = ['all', 'in', 'refused', 'certificates', 'changes'];

/** What happened here, in plain words, for its person. @param {import('./page.js').Page} page */
export function history(page) {
  const { one, run } = page;
  const kind = /** @type {HTMLSelectElement} */ (one('#history_kind'));
  const time = /** @type {HTMLSelectElement} */ (one('#history_time'));
  /** Newest first. @type {any[]} */
  let events = [];
  let more = false;
  let shown = STEP;

  kind.append(...KINDS.map((name) => dom('option', { value: name, textContent: t(`kind_${name}`) })));
  time.append(...TIMES.map(([name]) => dom('option', { value: name, textContent: t(`time_${name}`) })));
  const filtered = () => {
    const [, span] = TIMES.find(([name]) => name === time.value) ?? TIMES[0];
    const from = span ? Date.now() - span : 0;
    return events.filter((event) => event.time >= from && (kind.value === 'all' || kindOf(event.what) === kind.value));
  };
  const draw = () => {
    const found = filtered();
    one('#history_list').replaceChildren(...found.slice(0, shown).map(line));
    one('#history_count').textContent = t('history_count', { count: found.length });
    one('#history_more').hidden = !more && found.length <= shown;
  };
  /** One page of the server’s. */
  const read = async () => {
    const last = events[events.length - 1];
    // Things may happen in the same millisecond: it is asked for again, and what is known of it left out.
    const until = last ? `&until=${last.time + 1}` : '';
    const { body } = await api('GET', `/persona/history?max=${PAGE}${until}`);
    const known = new Set(events.filter(({ time: at }) => at === last.time).map((event) => JSON.stringify(event)));
    const fresh = body.events.filter((/** @type {any} */ event) => !known.has(JSON.stringify(event)));
    events.push(...fresh);
    more = body.events.length >= PAGE && fresh.length > 0;
  };
  const readAll = async () => { while (more) await read(); };
  for (const select of [kind, time]) {
    select.addEventListener('change', () => run(async () => {
      shown = STEP;
      if (time.value !== 'day') await readAll();
      draw();
    }));
  }
  one('#history_more').addEventListener('click', () => run(async () => {
    shown += STEP;
    if (more && filtered().length < shown) await read();
    draw();
  }));
  const name = (/** @type {string} */ ending) => ['history-', new Date().toISOString().slice(0, 10), '.', ending].join('');
  one('#history_csv').addEventListener('click', () => run(async () => { await readAll(); save(name('csv'), 'text/csv', csv(filtered())); }));
  one('#history_json').addEventListener('click', () => run(async () => { await readAll(); save(name('json'), 'application/json', JSON.stringify(filtered(), null, 2)); }));

  return async () => {
    events = [];
    await read();
    draw();
    one('#history').hidden = false;
  };
}

/** @param {string} what */
function kindOf(what) {
  switch (what) {
    case 'signed_in': case 'signed_out': case 'session_ended': case 'all_sessions_ended': case 'code_used': case 'link_used': return 'in';
    case 'refused': case 'passkey_copied': return 'refused';
    case 'certified': return 'certificates';
    default: return 'changes';
  }
}

/** @param {any} event */
function line(event) {
  const place = [event.device, event.source].filter(Boolean).join(', ');
  const made = dom('li', {}, dom('div', {},
    dom('span', { textContent: inWords(event) }), dom('br'),
    dom('span', { className: 'small' }, dom('time', { dateTime: new Date(event.time).toISOString(), textContent: moment(event.time) }), place ? ` · ${place}` : '')));
  if (['refused', 'passkey_copied', 'not_me', 'panic_switch_pulled'].includes(event.what)) made.className = 'refused';
  return made;
}

/** One event as a sentence. @param {any} event */
function inWords({ what, way, new_device: isNew, code, lifetime_ms: lifetime, left, address, name }) {
  const values = {
    address: address ?? '', name: name ?? '', count: left ?? Math.round((lifetime ?? 0) / 60_000), way: way ? t(`way_${way}`) : '',
    why: code === undefined ? '' : t(['credentials_wrong', 'passkey_refused', 'too_many_tries', 'totp_needed', 'totp_wrong'].includes(code) ? `why_${code}` : 'why_other'),
  };
  if (what === 'signed_in' && isNew) return t('what_signed_in_new', values);
  if (what === 'certified' && lifetime >= 3_600_000) return t('what_certified_hours', { ...values, count: Math.round(lifetime / 3_600_000) });
  return t(KNOWN.includes(what) ? `what_${what}` : 'what_other', values);
}

const KNOWN = [
  'address_added', 'address_removed', 'all_sessions_ended', 'certified', 'code_used', 'codes_made', 'default_address_set', 'invited',
  'link_made', 'link_used', 'not_me', 'owner_made', 'panic_released', 'panic_switch_pulled', 'passkey_added', 'passkey_copied',
  'passkey_removed', 'passkey_renamed', 'password_removed', 'password_set', 'person_removed', 'refused', 'session_ended', 'signed_in',
  'signed_out', 'totp_removed', 'totp_set',
];
