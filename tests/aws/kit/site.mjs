// A site that people sign in at: its own copy of include.js, a page, and nothing else.

import { readFile } from 'node:fs/promises';
import path from 'node:path';

import { relyingParty } from '../../browser/kit/relying_party.mjs';
import { ROOT } from './place.mjs';

const TYPES = { '.html': 'text/html; charset=utf-8', '.js': 'text/javascript; charset=utf-8' };

/** Serves it, as the front wants sites. `attributes`: of the script, as the site's owner wrote them. */
export function site(attributes = '') {
  const pages = {
    ...relyingParty({}, { include: '/include.js', attributes }),
    '/include.js': () => readFile(path.join(ROOT, 'static/include.js'), 'utf8'),
  };
  return async ({ path: asked }) => {
    const { pathname } = new URL(asked, 'https://site');
    const page = pages[pathname];
    if (page === undefined) return { status: 404, headers: { 'content-type': 'text/plain' }, body: 'not here' };
    const body = typeof page === 'function' ? await page() : (page.body ?? page);
    return { status: 200, headers: { 'content-type': TYPES[path.extname(pathname)] ?? TYPES['.html'] }, body };
  };
}
