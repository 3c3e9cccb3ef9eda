// @ts-check
// The words of the pages: in every language, all of them, none too many, and none anywhere else.
import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

const PERSONA = new URL('../../static/persona/', import.meta.url);
const read = (/** @type {string} */ name) => readFileSync(new URL(name, PERSONA), 'utf8');
const LANGUAGES = readdirSync(new URL('lang/', PERSONA)).sort();
const SETS = readdirSync(new URL('lang/en/', PERSONA)).map((name) => name.replace(/\.js$/, '')).sort();
const PAGES = readdirSync(PERSONA).filter((name) => name.endsWith('.html')).sort();


/** In no language: names, and what is written for programs. Each with its reason. @type {[string, RegExp, string][]} */
const ALLOWED = [
  ['provision.js', /^user is not authenticated as target user$/, 'the protocol of Persona’s pages'],
  ['lib/provision.js', /^user is not authenticated as target user$/, 'the protocol of Persona’s pages'],
  ['lib/from_base64url.js', /^not base64url$/, 'for the console'],
  ['provisioning_api.js', /requires a callback argument$/, 'for who writes such a page'],
  ['authentication_api.js', /requires a callback argument$/, 'for who writes such a page'],
  ['doctor.js', /^selfsame doctor …$/, 'what is to be typed'],
  ['doctor.js', /^(Why it matters|To mend it): …\.?$/, 'stands around a finding, in a part that says that it is English'],
  ['lib/doctor/', /./, 'findings are data from shared/doctor, in English, and marked so'],
];

/** @type {Map<string, Record<string, string | Record<string, string>>>} */
const words = new Map();
for (const language of LANGUAGES) {
  for (const set of readdirSync(new URL(`lang/${language}/`, PERSONA))) {
    words.set(`${language}/${set.replace(/\.js$/, '')}`, (await import(new URL(`lang/${language}/${set}`, PERSONA).href)).default);
  }
}
const of = (/** @type {string} */ language, /** @type {string} */ set) => words.get(`${language}/${set}`) ?? {};
const forms = (/** @type {string | Record<string, string>} */ text) => (typeof text === 'string' ? [text] : Object.values(text));
const placeholders = (/** @type {string} */ text) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();

test('there are five languages, and each has every file with the same keys in the order of the alphabet', () => {
  assert.deepEqual(LANGUAGES, ['de', 'en', 'es', 'fr', 'ja']);
  for (const language of LANGUAGES) {
    for (const set of SETS) {
      assert.deepEqual(Object.keys(of(language, set)), Object.keys(of('en', set)).sort(), `${language}/${set}`);
    }
  }
  assert.equal(words.size, LANGUAGES.length * SETS.length, 'no language has a file that English has not');
});

test('each text has the placeholders of the English one, and just the plural forms of its language', () => {
  for (const language of LANGUAGES) {
    const categories = new Intl.PluralRules(language).resolvedOptions().pluralCategories.slice().sort();
    for (const set of SETS) {
      for (const [key, text] of Object.entries(of(language, set))) {
        const english = of('en', set)[key];
        const where = `${language}/${set} ${key}`;
        assert.equal(typeof text, typeof english, where);
        if (typeof text !== 'string') assert.deepEqual(Object.keys(text).sort(), categories, where);
        const wanted = placeholders(forms(english).at(-1) ?? '');
        for (const form of forms(text)) {
          assert.ok(form.trim(), where);
          assert.equal(form, form.trim(), `${where} has blanks at an end`);
          // “One passkey” needs no figure.
          const had = placeholders(form);
          if (typeof text === 'string') assert.deepEqual(had, wanted, where);
          else assert.deepEqual(had.filter((name) => name !== 'count'), wanted.filter((name) => name !== 'count'), where);
          assert.doesNotMatch(form, /<|&\w+;|'|"|\.\.\./, `${where}: no markup, no typewriter’s marks`);
        }
      }
    }
  }
});

test('no text was forgotten in English', () => {
  const same = /^(\{count\} error|Code|Passkeys?|Name|Sessions?|CSV|JSON|OK|Version|\W*)$/; // words that two languages share
  for (const language of LANGUAGES.filter((one) => one !== 'en')) {
    for (const set of SETS) {
      for (const [key, text] of Object.entries(of(language, set))) {
        const english = forms(of('en', set)[key]);
        for (const form of forms(text)) if (!same.test(form)) assert.ok(!english.includes(form), `${language}/${set} ${key}: ${form}`);
      }
    }
  }
});

test('texts that stand in two files are the same in both', () => {
  for (const page of PAGES) {
    for (const language of LANGUAGES) {
      /** @type {Record<string, unknown>} */
      const seen = {};
      for (const set of used(page).sets) {
        for (const [key, text] of Object.entries(of(language, set))) {
          if (key in seen) assert.deepEqual(text, seen[key], `${key} in ${language}/${set}`);
          seen[key] = text;
        }
      }
    }
  }
});

test('every text that a page needs is there, with a place for each value', () => {
  for (const page of PAGES) {
    const { needed, slots, sets } = used(page);
    assert.ok(sets.size > 0, `${page} reads no texts`);
    const has = Object.assign({}, ...[...sets].map((set) => of('en', set)));
    for (const key of needed) assert.ok(key in has, `${page} wants “${key}”, which is not in ${[...sets].join(', ')}`);
    for (const [key, names] of slots) {
      assert.equal(typeof has[key], 'string', `${page}: “${key}” depends on a number, so it is not for data-t`);
      assert.deepEqual(placeholders(has[key]).filter((name) => !names.includes(name)), [], `${page}: “${key}” has values without a slot`);
      assert.deepEqual(names.filter((name) => !placeholders(has[key]).includes(name)), [], `${page}: “${key}” never shows a slot`);
    }
  }
});

test('no text is there that no page needs', () => {
  const codes = readFileSync(new URL('../../shared/web/src/problem.rs', import.meta.url), 'utf8');
  for (const set of SETS) {
    const pages = PAGES.map(used).filter(({ sets }) => sets.has(set));
    for (const key of Object.keys(of('en', set))) {
      const isUsed = pages.some(({ literals, prefixes }) => literals.has(key) || prefixes.some((prefix) => key.startsWith(prefix)));
      assert.ok(isUsed || codes.includes(`"${key}"`), `${set} ${key} is in no page that reads it`);
    }
  }
});

test('pages hold no words but those for browsers without scripts, in all five languages', () => {
  const calls = new Set(PAGES.map((page) => /<noscript>.*?<\/noscript>/s.exec(read(page))?.[0]));
  assert.equal(calls.size, 1, 'all pages say it alike');
  assert.deepEqual([...String([...calls][0]).matchAll(/<p lang="(\w+)">[^<]+<\/p>/g)].map(([, tag]) => tag).sort(), LANGUAGES);
  for (const page of PAGES) {
    const html = read(page).replace(/<noscript>.*?<\/noscript>/s, '').replace(/<!--.*?-->/gs, '');
    assert.match(html, /^<!doctype html>\n<html>\n/, `${page}: its language is known when its texts are`);
    assert.match(html, /<title data-t="\w+"><\/title>/, page);
    const shown = html.replace(/<[^>]*>/g, '\n').split('\n').map((line) => line.trim()).filter((line) => /\p{L}/u.test(line));
    assert.deepEqual(shown, [], `${page} has words of its own`);
    assert.doesNotMatch(html, /\s(?:aria-label|title|placeholder|alt|aria-description)="[^"]*\p{L}/u, page);
    assert.match(html, /<link rel="stylesheet" href="style.css">\n(?:\s*<link rel="stylesheet" href="pages.css">\n)?\s*<link rel="stylesheet" href="theme.css">/, page);
  }
});

test('scripts hold no words', () => {
  const scripts = new Set(PAGES.flatMap((page) => [...used(page).scripts]));
  const sinks = /\b(?:textContent|innerText|ariaLabel|ariaDescription|title|placeholder|alt)\s*\+?=\s*(['`])(?!\1)[^'`]*\p{L}{2}[^'`]*\1|\b(?:alert|confirm|prompt)\(\s*[^)\s\w]|(?:append|prepend|replaceChildren|createTextNode|Option)\(\s*(['`])[^'`]*\p{L}{2}|'aria-label',\s*['`]/u;
  for (const name of scripts) {
    if (name.startsWith('lang/')) continue;
    const code = withoutComments(read(name)).replace(/\{ reason: '[^']*' \}/g, '');
    for (const line of code.split('\n')) {
      if (sinks.test(line) && !/\$\{|\bt\(/.test(line)) assert.fail(`${name} shows words of its own: ${line.trim()}`);
    }
    for (const text of literals(code)) {
      const isProse = text !== 'use strict' && /\p{L}{2}[,;:]? \p{L}+/u.test(text) && !/^[\w-]+="|^popup,|[[\]#>]|^(?:main|form|input|button) /.test(text);
      if (isProse && !ALLOWED.some(([file, what]) => name.startsWith(file) && what.test(text))) assert.fail(`${name} has a sentence of its own: ${text}`);
    }
  }
});

/** What a page uses of the texts, by its HTML and all scripts that it may load. @param {string} page */
function used(page) {
  const html = read(page);
  const scripts = new Set();
  const load = (/** @type {string} */ name) => {
    if (scripts.has(name)) return;
    scripts.add(name);
    for (const [, path] of read(name).matchAll(/(?:from|import)\s*\(?'(\.[^']+)'/g)) load(new URL(path, new URL(name, PERSONA)).href.slice(PERSONA.href.length));
  };
  for (const [, src] of html.matchAll(/<script [^>]*src="([^"]+)"/g)) load(src);
  const code = [...scripts].filter((name) => !/^(?:lang|vendor|lib\/doctor)\//.test(name)).map((name) => withoutComments(read(name))).join('\n');
  const sets = new Set([...code.matchAll(/\btexts\(([^)]*)\)/g)].flatMap(([, names]) => [...names.matchAll(/'(\w+)'/g)].map(([, name]) => name)));
  const needed = new Set();
  /** @type {[string, string[]][]} */
  const slots = [];
  for (const [whole, tag, key] of html.matchAll(/<(\w+)[^>]*\sdata-t="(\w+)"[^>]*>/g)) {
    needed.add(key);
    const from = html.indexOf(whole) + whole.length;
    slots.push([key, [...inside(html.slice(from), tag).matchAll(/\sdata-slot="(\w+)"/g)].map(([, name]) => name)]);
  }
  for (const [, key] of html.matchAll(/data-t-label="(\w+)"/g)) needed.add(key);
  for (const [, argument] of code.matchAll(/\bt\(((?:[^(),]|\([^()]*\))*)/g)) {
    for (const [, key] of argument.replace(/[!=]== '\w+'/g, '').matchAll(/'(\w+)'/g)) needed.add(key);
  }
  for (const [, code_] of code.matchAll(/new Problem\('(\w+)'/g)) needed.add(code_);
  const prefixes = [...code.matchAll(/`(\w+_)\$\{/g)].map(([, prefix]) => prefix);
  return { literals: new Set([...literals(code), ...needed]), needed, prefixes, scripts, sets, slots };
}

/** What stands up to the end of the element. @param {string} html @param {string} tag */
function inside(html, tag) {
  let depth = 1;
  for (const found of html.matchAll(new RegExp(`<(/?)${tag}\\b`, 'g'))) {
    depth += found[1] ? -1 : 1;
    if (depth === 0) return html.slice(0, found.index);
  }
  return html;
}

/** @param {string} code */
function withoutComments(code) {
  return code.replace(/\/\*.*?\*\//gs, '').replace(/(^|[\s;{])\/\/.*$/gm, '$1');
}

/** @param {string} code @returns {string[]} */
function literals(code) {
  return [...code.matchAll(/'((?:[^'\\\n]|\\.)*)'|`((?:[^`\\]|\\.)*)`/g)].map(([, plain, template]) => plain ?? template.replace(/\$\{[^}]*\}+/g, '…'));
}
