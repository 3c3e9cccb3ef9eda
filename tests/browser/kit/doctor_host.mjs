// A host that has the page that examines, and a document of the test's own.

import { staticFile } from './sites.mjs';

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:";

/** The page and its parts, and this document; nothing else. */
export const hosting = (document) => async ({ path }) => {
  if (path === '/.well-known/browserid') return document;
  if (!/^\/persona\/(doctor\.(html|js)|(style|pages|theme)\.css|lib\/.*|lang\/.*)$/.test(path)) return undefined;
  const headers = path.endsWith('.html') ? { 'content-security-policy': POLICY } : {};
  return { headers, body: await staticFile(path.slice(1)) };
};
