// @ts-check
import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import { test } from 'node:test';

const ROOT = new URL('../../static/', import.meta.url);
const all = readdirSync(ROOT, { recursive: true }).map(String);
/** Other people’s, as released. */
const isVendored = (name) => name.startsWith('persona/vendor/');
const files = all.filter((name) => !isVendored(name));
const text = (name) => readFileSync(new URL(name, ROOT), 'utf8');
const ending = (...endings) => files.filter((name) => endings.some((one) => name.endsWith(one)));

const BUDGET = 40 * 1024;

test('the agent page with all its scripts and styles keeps its budget', () => {
  const seen = new Map();
  const load = (name) => {
    if (seen.has(name)) return;
    const body = text(name);
    seen.set(name, Buffer.byteLength(body));
    const here = new URL(name, ROOT);
    const named = name.endsWith('.html') ? body.matchAll(/(?:src|href)="([^"]+\.(?:js|css))"/g) : body.matchAll(/^import .*'(\.[^']+)';$/gm);
    for (const [, path] of named) load(new URL(path, here).href.slice(ROOT.href.length));
  };
  load('persona/agent.html');
  const bytes = [...seen.values()].reduce((sum, size) => sum + size, 0);
  assert.ok(seen.size > 15, 'imports are followed');
  assert.ok(bytes <= BUDGET, `${bytes} bytes, ${bytes - BUDGET} too many`);
});

test('the hash in the header of include.js is that of the script in the discovery frame', () => {
  const source = text('include.js');
  const parts = /const FRAME_SCRIPT = \[([^]*?)\]\.join\(''\)/.exec(source)?.[1] ?? '';
  const script = [...parts.matchAll(/'(.*)',\n/g)].map(([, part]) => part).join('');
  assert.match(script, /^addEventListener.*parent\.postMessage\("selfsame:frame","\*"\)$/);
  const hash = createHash('sha256').update(script).digest('base64');
  assert.ok(source.slice(0, source.indexOf('*/')).includes(`'sha256-${hash}'`), `write sha256-${hash} into the header of include.js`);
});

test('pages have no inline script, style or handler, and name nothing on another host', () => {
  const pages = ending('.html');
  assert.ok(pages.length >= 7);
  for (const name of pages) {
    const html = text(name);
    assert.doesNotMatch(html, /<script(?![^>]*\ssrc=)|<style|\sstyle=|\son\w+=/i, name);
    assert.doesNotMatch(html, /(?:src|href|action)="(?:[a-z]+:)?\/\//i, name);
    assert.match(html, /<noscript>/, name);
    assert.match(html, /<html(?: lang="en")?>/, name); // without: the script says it with the texts
    assert.match(html, /<meta charset="utf-8">/, name);
    for (const [, path] of html.matchAll(/(?:src|href)="([^":#]+\.(?:js|css|html))"/g)) {
      const folder = name.startsWith('guestbook/') && path.startsWith('/') ? path.slice(1) : new URL(path, new URL(name, ROOT)).href.slice(ROOT.href.length);
      assert.ok(files.includes(folder), `${name} names ${path}`);
    }
  }
});

test('scripts write text only, and styles load nothing', () => {
  for (const name of ending('.js')) {
    assert.doesNotMatch(text(name), /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function|userAgent\b/, name);
    assert.match(text(name), /^\/\/ @ts-check\n/, name);
  }
  for (const name of ending('.css')) assert.doesNotMatch(text(name), /url\(|@import/, name);
});

test('what is vendored is what its makers released', () => {
  const packages = { core: '@zxcvbn-ts/core', 'language-common': '@zxcvbn-ts/language-common', 'language-en': '@zxcvbn-ts/language-en' };
  const released = (name) => readFileSync(new URL(`node_modules/${name}`, import.meta.url));
  const expected = new Map(Object.entries(packages).map(([part, name]) => [`persona/vendor/zxcvbn-ts-${part}.js`, `${name}/dist/zxcvbn-ts.js`]));
  expected.set('persona/vendor/zxcvbn-ts-LICENSE.txt', '@zxcvbn-ts/core/LICENSE.txt');
  expected.set('persona/vendor/zxcvbn-ts-language-en-NOTICE.txt', '@zxcvbn-ts/language-en/NOTICE.md');
  assert.deepEqual(all.filter(isVendored).sort(), [...expected.keys()].sort());
  for (const [ours, theirs] of expected) assert.ok(readFileSync(new URL(ours, ROOT)).equals(released(theirs)), ours);
});

test('every import leads to a file that exports what is named', async () => {
  const modules = ending('.js').filter((name) => name.startsWith('persona/') && /^import /m.test(text(name)));
  for (const name of modules) {
    for (const [, names, path] of text(name).matchAll(/^import \{ ([^}]+) \} from '([^']+)';$/gm)) {
      const target = new URL(path, new URL(name, ROOT)).href.slice(ROOT.href.length);
      assert.ok(files.includes(target), `${name} imports ${path}`);
      for (const one of names.split(', ')) assert.match(text(target), new RegExp(`^export (?:async )?(?:function|class|const) ${one}\\b`, 'm'), `${one} of ${target}`);
    }
  }
});

test('controls have names, and errors are tied to their fields', () => {
  for (const name of ending('.html')) {
    const html = text(name);
    for (const [, id] of html.matchAll(/<input id="([^"]+)"[^>]*>/g)) assert.match(html, new RegExp(`<label for="${id}"`), `${name} ${id}`);
    for (const [, ids] of html.matchAll(/aria-describedby="([^"]+)"/g)) {
      for (const id of ids.split(' ')) assert.match(html, new RegExp(`id="${id}"`), `${name} ${id}`);
    }
  }
});
