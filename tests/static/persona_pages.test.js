// @ts-check
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import vm from 'node:vm';

const OWN = 'https://id.example';

/** A page of the provider with one of the two scripts, and the window around it. */
function page(script, setting = {}) {
  const sent = [];
  const listeners = [];
  const went = [];
  const parent = { postMessage: (data, target) => sent.push({ ...JSON.parse(data), target }) };
  const window = {
    addEventListener: (_type, act) => listeners.push(act),
    location: { origin: OWN, search: setting.search ?? '', assign: (path) => went.push(path) },
    navigator: {},
    parent,
    setTimeout: (act) => queueMicrotask(act),
    TypeError, URLSearchParams,
  };
  if (setting.top) window.parent = window;
  window.window = window;
  window.postMessage = parent.postMessage;
  vm.runInNewContext(readFileSync(new URL(`../../static/persona/${script}.js`, import.meta.url), 'utf8'), window);
  const hear = (data, origin = OWN, source = parent) => listeners.forEach((act) => act({ source, origin, data: JSON.stringify(data) }));
  return { hear, id: window.navigator.id, sent, went };
}

const ping = { method: 'vep_prov::__ready', params: 'ping', target: OWN };
const pong = { method: 'vep_prov::__ready', params: 'pong' };

test('provisioning speaks jschannel in the order of the calls', () => {
  const { hear, id, sent } = page('provisioning_api');
  const seen = [];
  id.beginProvisioning((...given) => seen.push(given));
  assert.deepEqual(sent, [ping], 'nothing before the handshake');
  hear(pong);
  const begun = sent[1];
  assert.deepEqual({ ...begun, id: 0 }, { id: 0, method: 'vep_prov::beginProvisioning', target: OWN });
  hear({ id: begun.id, result: { email: 'x@id.example', cert_duration_s: 3600 } });
  assert.deepEqual(seen, [['x@id.example', 3600]]);
  id.genKeyPair((given) => seen.push(given));
  hear({ id: sent[2].id, result: '{"algorithm":"RS"}' });
  assert.equal(seen[1], '{"algorithm":"RS"}');
  id.registerCertificate('h.c.s');
  id.raiseProvisioningFailure('no');
  assert.deepEqual(sent.slice(3), [
    { method: 'vep_prov::registerCertificate', params: 'h.c.s', target: OWN },
    { method: 'vep_prov::raiseProvisioningFailure', params: 'no', target: OWN },
  ]);
});

test('provisioning answers a ping, too', () => {
  const { hear, sent } = page('provisioning_api');
  hear({ ...pong, params: 'ping' });
  assert.deepEqual(sent, [ping, { ...pong, target: OWN }]);
});

test('provisioning hears its own origin and its parent only, and speaks to nobody else', () => {
  const { hear, id, sent } = page('provisioning_api');
  const seen = [];
  id.beginProvisioning((email) => seen.push(email));
  id.genKeyPair((key) => seen.push(key));
  hear(pong, 'https://evil.example');
  hear(pong, OWN, { postMessage() {} });
  assert.deepEqual(sent, [ping]);
  hear(pong);
  hear({ id: sent[1].id, result: { email: 'evil' } }, 'https://evil.example');
  hear({ id: sent[2].id, result: 'evil' }, OWN, { postMessage() {} });
  assert.deepEqual(seen, []);
  assert.ok(sent.every(({ target }) => target === OWN));
});

test('a provisioning page that is in no frame is silent', () => {
  const { id, sent } = page('provisioning_api', { top: true });
  id.beginProvisioning(() => {});
  assert.deepEqual(sent, []);
});

test('provisioning calls need a function', () => {
  const { id } = page('provisioning_api');
  assert.throws(() => id.beginProvisioning(), /requires a callback/);
  assert.throws(() => id.genKeyPair('text'), /requires a callback/);
});

test('authentication begins with the address of the query, as often as wanted', async () => {
  const { id } = page('authentication_api', { search: '?email=x%2By%40id.example' });
  const seen = [];
  id.beginAuthentication((email) => seen.push(email));
  id.beginAuthentication((email) => seen.push(email));
  assert.deepEqual(seen, []);
  await Promise.resolve();
  await Promise.resolve();
  assert.deepEqual(seen, ['x+y@id.example', 'x+y@id.example']);
  assert.throws(() => id.beginAuthentication(), /requires a callback/);
});

test('authentication ends on a constant page, whatever is in the address', () => {
  const { id, went } = page('authentication_api', { search: '?email=x&return_to=javascript:alert(1)' });
  id.completeAuthentication();
  id.raiseAuthenticationFailure('user cancelled');
  assert.deepEqual(went, ['/persona/return.html?AUTH_RETURN', '/persona/return.html?AUTH_RETURN_CANCEL']);
});
