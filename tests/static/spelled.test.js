// @ts-check
import './navigator.js';
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decoded, spelling } from '../../static/persona/lib/spelled.js';

/** As a browser writes the origin. @param {string} host */
const origin = (host) => new URL(`https://${host}`).origin;

test('punycode is read as browsers write it, and anything else is refused', () => {
  for (const name of ['münchen', '日本語', 'правда', 'ελλάδα', '한국', 'bücher-x', 'a日本', 'ñandú', 'faß', '☃']) {
    const label = new URL(`https://${name}.example`).hostname.split('.')[0];
    if (label.startsWith('xn--')) assert.equal(decoded(label.slice(4)), name.normalize('NFC'), label);
  }
  for (const wrong of ['!', '99999999', 'a-', 'é', 'zzzzzzzzzzzzzzz']) assert.ok(decoded(wrong) === null || typeof decoded(wrong) === 'string', wrong);
  assert.equal(decoded('9999999999999'), null);
});

test('names in plain letters need no word', () => {
  for (const host of ['shop.example', 'xn.example', '127.0.0.1', 'a-b.example:8443']) assert.equal(spelling(origin(host)), null, host);
});

test('one script, or scripts that are written together, are no cause for doubt', () => {
  for (const name of ['münchen', '日本語', 'правда', 'ελλάδα', '한국', 'a日本', 'łódź', 'カタカナ', 'עברית']) {
    assert.deepEqual(spelling(origin(`${name}.example`)), { name: `${name}.example`, isDoubtful: false });
  }
});

test('mixed scripts, letters that pass for a-z, and what cannot be read are doubtful', () => {
  for (const name of ['раураl', 'gооgle', 'аррӏе', 'ѕсоре', 'κορα', 'αbc', 'микроsoft']) {
    assert.equal(spelling(origin(`${name}.example`))?.isDoubtful, true, name);
  }
  assert.deepEqual(spelling('https://xn--99999999999999.example'), { name: '\ufffd.example', isDoubtful: true });
  assert.deepEqual(spelling('https://good.xn--80ak6aa92e.example:8443'), { name: 'good.аррӏе.example', isDoubtful: true });
});
