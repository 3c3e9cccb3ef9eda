// @ts-check
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';
import { examine } from '../../static/persona/lib/doctor/examine.js';
import { observe } from '../../static/persona/lib/doctor/observe.js';
import { parseJson } from '../../static/persona/lib/doctor/parse_json.js';
import { CHECKS } from '../../static/persona/lib/doctor/texts.js';

const FOLDER = new URL('../doctor/cases/', import.meta.url);
const read = (name) => JSON.parse(readFileSync(new URL(name, FOLDER), 'utf8'));
const healthy = () => read('healthy.json');
const ids = (report) => report.findings.map(({ id, host }) => (host === report.domain ? id : `${id} at ${host}`)).sort();

/** The same changes as in tests/doctor/cases.rs. */
function observation({ document, set = [] }) {
  const seen = healthy();
  if (document) {
    const whole = { ...JSON.parse(seen.hosts[0].document.body), ...document };
    const body = JSON.stringify(Object.fromEntries(Object.entries(whole).filter(([, value]) => value !== null)));
    for (const which of ['document', 'without_query', 'with_slash']) seen.hosts[0][which].body = body;
  }
  for (const [pointer, value] of set) {
    const names = pointer.split('/').slice(1);
    const last = names.pop();
    names.reduce((at, name) => at[name], seen)[last] = value;
  }
  return seen;
}

test('the page says what the command says, as far as it can see', () => {
  let cases = 0;
  for (const name of readdirSync(FOLDER)) {
    if (name === 'healthy.json') continue;
    for (const one of read(name)) {
      const expected = one.findings.filter((id) => id in CHECKS).sort();
      assert.deepEqual(ids(examine(observation(one))), expected, `${name}: ${one.name}`);
      cases += 1;
    }
  }
  assert.ok(cases > 120, `${cases} cases`);
});

test('what cannot be looked at is said, and what is fine is counted', () => {
  const report = examine(healthy());
  assert.deepEqual(report.unseen, []);
  assert.ok(report.fine.length > 60);
  const nothing = examine(observation({ set: [['/hosts/0/document/status', 404], ['/hosts/0/without_query/status', 404], ['/authority', null]] }));
  const unseen = nothing.unseen.map(({ subject }) => subject);
  assert.deepEqual(unseen, ['reading the document', 'caching', 'members', 'keys', 'delegation', 'pages', 'scripts', 'functions']);
});

test('a member that stands twice is found wherever it stands', () => {
  for (const twice of ['{"a":1,"a":2}', '{"a":{"b":1,"b":1}}', '[{"a":1, "a" : 2}]', '{"a":1,"\\u0061":2}']) assert.equal(parseJson(twice).flaw, 'twice', twice);
  for (const once of ['{"a":{"a":1},"b":{"a":1}}', '[{"a":1},{"a":2}]', '{"a":"\\",\\"a\\":"}', '{"a":["a","a"]}']) assert.equal(parseJson(once).flaw, undefined, once);
  for (const none of ['', '{', "{'a':1}", '[1,]', '['.repeat(33) + ']'.repeat(33)]) assert.equal(parseJson(none).flaw, 'json', none);
});

const ORIGIN = 'https://idp.example';

/** Answers from the healthy observation; notes what was asked. */
function pretending(changes = {}, asked = []) {
  const seen = healthy();
  const known = new Map();
  const { sign, pages, scripts } = seen.authority;
  for (const answer of [seen.hosts[0].document, seen.hosts[0].without_query, seen.hosts[0].with_slash, ...pages.map((page) => page.answer), ...scripts, sign.get, sign.session]) {
    known.set(`GET ${answer.url}`, answer);
  }
  known.set(`POST ${sign.no_session.url}`, sign.no_session);
  return async (url, options) => {
    asked.push([url, options]);
    const key = `${options.method ?? 'GET'} ${url}`;
    const answer = changes[key] ?? known.get(key);
    if (!answer) throw new TypeError('not expected');
    if (answer instanceof Error) throw answer;
    if (answer.redirected) return { type: 'opaqueredirect' };
    const headers = answer.headers.filter(([name]) => name !== 'date');
    return new Response(answer.raw ?? answer.body, { status: answer.status, headers });
  };
}

const look = (ask) => observe({ ask, origin: ORIGIN, host: 'idp.example', now: 1_790_000_000_000, progress: () => {} });

test('a healthy domain is seen as such, without a cookie, a redirect or a request elsewhere', async () => {
  const asked = [];
  const report = examine(await look(pretending({}, asked)));
  assert.deepEqual(ids(report), []);
  assert.deepEqual(report.unseen.map(({ subject }) => subject), ['clock']);
  assert.equal(asked.length, 11);
  for (const [url, options] of asked) {
    assert.ok(url.startsWith(`${ORIGIN}/`), url);
    assert.equal(options.credentials, 'omit');
    assert.equal(options.redirect, 'manual');
    assert.deepEqual(Object.keys(options.headers ?? {}).filter((name) => name !== 'Content-Type'), []);
  }
});

test('redirects, silence, broken bytes and byte-order marks are seen', async () => {
  const all = (answer) => Object.fromEntries(['?domain=idp.example', '', '/?domain=idp.example'].map((end) => [`GET ${ORIGIN}/.well-known/browserid${end}`, answer]));
  const [type] = [['content-type', 'application/json'], ['access-control-allow-origin', '*'], ['cache-control', 'max-age=60']];
  const found = async (answer) => ids(examine(await look(pretending(all(answer)))));
  assert.deepEqual(await found({ redirected: true }), ['document-redirected']);
  assert.deepEqual(await found(new TypeError('gone')), []);
  assert.deepEqual(await found({ status: 200, headers: [type], raw: new Uint8Array([0x22, 0xff, 0x22]) }), ['document-json']);
  const marked = new TextEncoder().encode(`\u{feff}${healthy().hosts[0].document.body}`);
  assert.deepEqual(await found({ status: 200, headers: healthy().hosts[0].document.headers, raw: marked }), ['document-bom']);
});
