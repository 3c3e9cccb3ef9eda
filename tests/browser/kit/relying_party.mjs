// A site that uses include.js and writes down what it is told.

/**
 * Pages of a site whose button asks for a sign-in.
 *
 * `watch` and `request` are JavaScript object literals that are spread into the options;
 * `script` replaces the whole page script.
 */
export function relyingParty(visit, {
  watch = '{ loggedInUser: null }', request = '{}', headers = {}, include = `${verifierSite(visit)}/include.js`, attributes = '', script,
} = {}) {
  const page = { headers, body: html(include, attributes) };
  return { '/': page, '/index.html': page, '/page.js': script ?? watching(watch, request) };
}

export const verifierSite = ({ product }) => `http://verifier.localhost:${product.port}`;

function html(include, attributes) {
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <title>A site</title>
  <link rel="icon" href="data:,">
  <script src="${include}" ${attributes}></script>
  <script src="/page.js" defer></script>
</head>
<body>
  <h1>A site</h1>
  <button id="in">Sign in</button>
  <button id="out">Sign out</button>
</body>
</html>`;
}

const watching = (watch, request) => `
'use strict';
window.told = [];
const tell = (name) => (value) => { told.push(value === undefined ? [name] : [name, value]); };
navigator.id.watch({
  onlogin: tell('login'), onlogout: tell('logout'), onmatch: tell('match'), onready: tell('ready'),
  ...${watch},
});
document.getElementById('in').addEventListener('click', () => {
  navigator.id.request({ oncancel: tell('cancel'), ...${request} });
});
document.getElementById('out').addEventListener('click', () => navigator.id.logout());
`;

/** What the site was told so far: [['match'], ['ready'], ['login', '…']]. */
export const told = (page) => page.evaluate(() => window.told);

/** The names of it only. */
export const events = async (page) => (await told(page)).map(([name]) => name);

/** Waits until the site is told something, and gives its value. */
export async function hears(page, name) {
  await page.waitForFunction((wanted) => window.told?.some(([one]) => one === wanted), name);
  return (await told(page)).findLast(([one]) => one === name)[1];
}
