// That the browser of these tests is as strict as the ones that people use.

import assert from 'node:assert/strict';

import { scene } from './kit/scene.mjs';

const test = scene();
const page = (body) => `<!doctype html><html lang="en"><title>A page</title><link rel="icon" href="data:,">${body}`;

test('third-party cookies are blocked', async (visit) => {
  const frame = visit.sites.site('other.localhost', {
    '/': { headers: { 'set-cookie': ['all=1; SameSite=None; Secure', 'own=1; SameSite=Lax'] }, body: page('set') },
    '/frame': page('frame'),
  });
  const outer = visit.sites.site('rp.localhost', { '/': page(`<iframe src="${frame}/frame"></iframe>`) });
  const tab = await visit.open(`${frame}/`);
  await tab.goto(`${frame}/frame`);
  await tab.goto(`${outer}/`);
  await tab.frames()[1].waitForLoadState();
  const cookies = visit.sent().filter(({ path }) => path === '/frame').map(({ headers }) => headers.cookie);
  assert.deepEqual(cookies, ['all=1; own=1', undefined], 'sent to the site itself, not to its frame in another');
});

test('a window that nobody clicked for is blocked', async (visit) => {
  const site = visit.sites.site('rp.localhost', { '/': page('<script>window.opened = window.open("about:blank") !== null</script>') });
  const tab = await visit.open(`${site}/`);
  assert.equal(await tab.evaluate(() => window.opened), false);
});

test('no name leads off this machine', async (visit) => {
  const site = visit.sites.site('rp.localhost', { '/': page('') });
  const tab = await visit.open(`${site}/`);
  const answer = await tab.evaluate(() => fetch('data:,kept').then((kept) => kept.text()));
  assert.equal(answer, 'kept', 'the page can fetch');
  assert.equal(visit.sent().filter(({ host }) => host.startsWith('rp.')).length, 1);
});
