// @ts-check
const COLUMNS = ['time', 'what', 'way', 'code', 'address', 'name', 'left', 'lifetime_ms', 'new_device', 'key', 'device', 'source'];

/** Events as a table for spreadsheets, times in UTC. @param {any[]} events */
export function csv(events) {
  const rows = events.map((event) => COLUMNS.map((name) => (name === 'time' ? new Date(event.time).toISOString() : event[name])));
  return [COLUMNS, ...rows].map((row) => row.map(cell).join(',')).join('\r\n') + '\r\n';
}

/**
 * Always in quotes. What a spreadsheet would run as a formula gets a stroke before it: a browser may call itself anything.
 * @param {unknown} value
 */
function cell(value) {
  const text = String(value ?? '');
  const safe = typeof value === 'string' && /^\s*[=+\-@\t\r\n\uFF1D\uFF0B\uFF0D\uFF20]/u.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}
