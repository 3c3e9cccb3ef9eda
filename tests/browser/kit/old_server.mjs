// An owner's server from Persona's days, as the guides of that time taught to build it: its own sessions, its own two
// pages with their inline scripts, its own sign function. New are only our files beside them: the agent page, the page
// that authentication ends on, the two scripts, and the member `agent` of the support document. Certificates come from
// `selfsame certifier`, which runs behind it.

import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { promisify } from 'node:util';

import { cleanEnvironment, program, request, temporaryFolder } from '../../kit/product.mjs';
import { staticHost } from './hosting.mjs';

export const OLD = 'old.localhost';
export const PAT = `pat@${OLD}`;
const PASS_PHRASE = 'open sesame';

/** `selfsame certifier` for people of these domains, with a key of its own, and what `selfsame site build` makes. */
export async function startCertifier(domains) {
  const { folder, remove } = await temporaryFolder('old');
  const run = (...args) => promisify(execFile)(program(), args, { cwd: folder, env });
  const env = {
    ...cleanEnvironment(), ISSUER_HOSTNAME: OLD, ADDRESS_DOMAINS: domains.join(','), PRIV_KEY_PATH: 'key.pem', PORT: '0',
  };
  await run('keygen', '--out', 'key.pem');
  const pages = ['--authentication', '/persona/sign_in/', '--provisioning', '/persona/provision/'];
  const { stdout: document } = await run('certifier', '--support-document', ...pages);
  await run('site', 'build', '--domain', OLD, '--key', 'key.pem', '--out', 'site');
  const child = spawn(program(), ['certifier', '--data', 'data'], { cwd: folder, env, stdio: ['ignore', 'pipe', 'ignore'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const origin = await new Promise((resolve, reject) => {
    child.stdout.on('data', (line) => resolve(/http:\/\/\S+/.exec(line)[0]));
    child.once('exit', (code) => reject(new Error(`the certifier ended with ${code}`)));
  });
  return {
    document,
    files: await staticHost(path.join(folder, 'site')),
    /** What the sign functions of that time did: one POST inside. */
    async certify(email, pubkey, duration) {
      const answer = await request(`${origin}/cert_key`, {
        method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ email, pubkey, duration }),
      });
      return answer.json();
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await remove();
    },
  };
}

const page = (title, body, head = '') => `<!doctype html>
<html><head><meta charset="utf-8"><title>${title}</title><link rel="icon" href="data:,">${head}</head><body>${body}</body></html>`;
const withScript = (name) => `<script src="/persona/${name}.js"></script>`;
const text = (value) => JSON.stringify(value).replaceAll('<', '\\u003c');

/** Asks the sign function for a certificate, as a statement of the provisioning page. */
const POSTS_KEY = `
  var signing = new XMLHttpRequest();
  signing.open('POST', '/persona/sign/?email=' + encodeURIComponent(email) + '&duration=' + encodeURIComponent(duration), true);
  signing.setRequestHeader('Content-Type', 'application/json; charset=utf-8');
  signing.onreadystatechange = function () {
    if (signing.readyState !== 4) return;
    if (signing.status === 200) navigator.id.registerCertificate(signing.responseText);
    else navigator.id.raiseProvisioningFailure('could not get a certificate');
  };
  signing.send(publicKey);`;
const REFUSES = "navigator.id.raiseProvisioningFailure('user is not authenticated as target user');";

/** A provisioning page with this script in it. */
export const provisioning = (script) => page('Provisioning', `<script>${script}</script>`, withScript('provisioning_api'));

/** The guide's: who is signed in, the page asks. */
const askingProvisioning = () => provisioning(`
navigator.id.beginProvisioning(function (email, duration) {
  var who = new XMLHttpRequest();
  who.open('GET', '/api/whoami', true);
  who.onreadystatechange = function () {
    if (who.readyState !== 4) return;
    if (who.status !== 200 || JSON.parse(who.responseText).user !== email) { ${REFUSES} return; }
    navigator.id.genKeyPair(function (publicKey) { ${POSTS_KEY} });
  };
  who.send();
});`);

/** The blog author's: the server writes into the page who is signed in. */
export const renderedProvisioning = ({ user }) => provisioning(`
var signedIn = ${text(user)};
navigator.id.beginProvisioning(function (email, duration) {
  if (email !== signedIn) { ${REFUSES} return; }
  navigator.id.genKeyPair(function (publicKey) { ${POSTS_KEY} });
});`);

/** The guide's: a form of the page's own. */
const askingAuthentication = () => page('Sign in', `<h1>Old sign-in</h1>
<form><p id="who"></p><label>Pass phrase <input id="phrase" type="password"></label>
<p id="wrong"></p><button>Log in</button> <button type="button" id="leave">Leave</button></form>
<script>
navigator.id.beginAuthentication(function (email) {
  document.getElementById('who').textContent = email;
  document.forms[0].onsubmit = function () {
    var login = new XMLHttpRequest();
    login.open('POST', '/api/login', true);
    login.onreadystatechange = function () {
      if (login.readyState !== 4) return;
      if (login.status === 200) navigator.id.completeAuthentication();
      else document.getElementById('wrong').textContent = 'That is not it.';
    };
    login.send(JSON.stringify({ user: email, phrase: document.getElementById('phrase').value }));
    return false;
  };
  document.getElementById('leave').onclick = function () { navigator.id.raiseAuthenticationFailure('user cancelled'); };
});
</script>`, withScript('authentication_api'));

/** Through the blog's ordinary login: nobody signed in is sent there, somebody signed in is done. */
export const loginAuthentication = ({ user, url }) => (user === null
  ? { status: 302, headers: { location: `/login/?next=${encodeURIComponent(url)}` } }
  : page('Signed in', `<script>
navigator.id.beginAuthentication(function (email) {
  if (email === ${text(user)}) navigator.id.completeAuthentication();
  else navigator.id.raiseAuthenticationFailure('signed in as somebody else');
});
</script>`, withScript('authentication_api')));

const loginForm = (next, said = '') => page('Log in', `<h1>The blog’s login</h1><p>${said}</p>
<form method="post" action="/login/"><input type="hidden" name="next" value="${next.replace(/[&"<]/g, (one) => `&#${one.charCodeAt(0)};`)}">
<label>Name <input name="user"></label> <label>Pass phrase <input name="phrase" type="password"></label> <button>Log in</button></form>`);

/**
 * Puts the server up at old.localhost. `provision` and `authenticate` make the two pages from `{ user, url, query }`;
 * `document` and `certify` change what is published and what is asked of the certifier.
 */
export function oldServer(visit, certifier, {
  provision = askingProvisioning, authenticate = askingAuthentication, document = (text_) => text_, certify = (asked) => asked,
} = {}) {
  const sessions = new Map();
  const seen = { signed: [], refused: 0 };
  const signIn = (user) => {
    const id = randomBytes(16).toString('hex');
    sessions.set(id, user);
    return { 'set-cookie': `oldsession=${id}; Path=/; HttpOnly; SameSite=Lax` };
  };
  const json = (status, body, headers = {}) => ({ status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) });
  const own = {
    'GET /persona/provision/': provision,
    'GET /persona/sign_in/': authenticate,
    'GET /api/whoami': ({ user }) => json(200, { user }),
    'POST /api/login': ({ body }) => {
      const { user, phrase } = JSON.parse(body);
      return phrase === PASS_PHRASE ? json(200, {}, signIn(user)) : json(403, {});
    },
    'GET /login/': ({ query }) => loginForm(query.get('next') ?? '/'),
    'POST /login/': ({ body }) => {
      const form = new URLSearchParams(body);
      if (form.get('phrase') !== PASS_PHRASE) return loginForm(form.get('next'), 'That is not it.');
      return { status: 302, headers: { location: form.get('next'), ...signIn(form.get('user')) } };
    },
    'POST /persona/sign/': async ({ user, query, body }) => {
      const email = query.get('email');
      if (user === null || user !== email) {
        seen.refused += 1;
        return { status: 403, body: 'Forbidden' };
      }
      const asked = certify({ email, pubkey: body, duration: query.get('duration') });
      const said = await certifier.certify(asked.email, asked.pubkey, asked.duration);
      seen.signed.push({ ...asked, said });
      return said.success
        ? { headers: { 'content-type': 'text/plain' }, body: said.certificate }
        : { status: 400, body: said.reason };
    },
    'GET /.well-known/browserid': () => ({
      headers: { 'content-type': 'application/json', 'access-control-allow-origin': '*' }, body: document(certifier.document),
    }),
  };
  const origin = visit.sites.site(OLD, async (asked) => {
    const id = /(?:^|; )oldsession=(\w+)/.exec(asked.headers.cookie ?? '')?.[1];
    const act = own[`${asked.method} ${asked.path}`];
    if (act) return act({ ...asked, user: sessions.get(id) ?? null });
    if (own[`GET ${asked.path}`]) return { status: 405 };
    return certifier.files(asked);
  });
  visit.addIdentityHost(OLD);
  return {
    origin,
    seen,
    /** A visitor who has signed in at the blog before. */
    async isSignedIn(user) {
      const [name, value] = signIn(user)['set-cookie'].split(';')[0].split('=');
      await visit.addCookies([{ name, value, url: origin }]);
    },
    endSessions: () => sessions.clear(),
  };
}

/** Fills in the guide's authentication page. */
export async function logsIn(window, phrase = PASS_PHRASE) {
  await window.getByLabel('Pass phrase').fill(phrase);
  await window.getByRole('button', { name: 'Log in' }).click();
}

/** What a certificate says. */
export function claimsOf(certificate) {
  assert.equal(certificate.split('.').length, 3);
  return JSON.parse(Buffer.from(certificate.split('.')[1], 'base64url').toString());
}
