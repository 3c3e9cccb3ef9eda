// @ts-check
import { api } from './lib/api.js';
import { onSubmit } from './lib/on_submit.js';
import { page } from './lib/page.js';
import { Problem } from './lib/problem.js';
import { reveal } from './lib/reveal.js';
import { shelf } from './lib/shelf.js';
import { slowly } from './lib/slowly.js';
import { texts } from './lib/texts.js';

await texts('problems');
const { one, show } = page();
const field = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (one(`#${id}`));
const form = /** @type {HTMLFormElement} */ (one('form'));

start();

async function start() {
  try {
    const asking = Promise.all([api('GET', '/persona/session'), mailsCodes()]);
    const [{ body: session }, mails] = await slowly(one('#status'), 'Looking who you are…', asking);
    if (mails) one('#way_in').setAttribute('href', 'prove.html');
    show(session.email ? 'account' : 'nobody');
    if (session.email) account(session.email, mails);
    await browser();
  } catch (problem) {
    fail(problem);
  }
}

/** Whether people come by a mailed code here: this is a fallback. */
async function mailsCodes() {
  const { body } = await api('GET', '/.well-known/browserid').catch(() => ({ body: {} }));
  return body.authentication === '/persona/prove.html';
}

/** @param {string} email @param {boolean} mails */
function account(email, mails) {
  one('#who').textContent = email;
  if (mails) comeByCode(email);
  field('account input[name=username]').value = email;
  one('#sign_out').addEventListener('click', async () => {
    try {
      await (await shelf()).forget(email);
      await slowly(one('#status'), 'Signing out…', api('DELETE', '/persona/session'));
      location.reload();
    } catch (problem) {
      fail(problem);
    }
  });
  reveal(form);
  onSubmit(form, 'Changing…', async () => {
    one('#changed').textContent = '';
    try {
      const current = field('current').value || (mails ? undefined : '');
      await api('POST', '/persona/password', { current, new: field('new').value });
    } catch (problem) {
      if (problem instanceof Problem) {
        problem.field = /^password_/.test(problem.code) ? 'new' : 'current';
        if (problem.code === 'credentials_wrong') {
          problem.code = '';
          problem.more.reason = mails ? 'This is not your password. Forgotten? Sign out, come by a code, and leave this empty.' : 'This is not your password.';
        }
      }
      throw problem;
    }
    form.reset();
    reveal(form);
    one('#changed').textContent = `Your password is ${mails ? 'set' : 'changed'}. You are signed out everywhere else.`;
  });
}

/** At a fallback a password is not needed, and an account goes as easily as it came. @param {string} email */
function comeByCode(email) {
  one('#password_title').textContent = 'A password here';
  one('#set').textContent = 'Set password';
  one('#password_why').hidden = false;
  one('#current_hint').textContent = 'Leave it empty if you have none yet, or if you came by a code just now.';
  one('#forgetting').hidden = false;
  one('#forget').addEventListener('click', async () => {
    try {
      await (await shelf()).forget(email);
      await slowly(one('#status'), 'Forgetting you…', api('DELETE', '/persona/proof'));
      location.reload();
    } catch (problem) {
      fail(problem);
    }
  });
}

/** What is kept here, with a way to throw each away. */
async function browser() {
  const kept = await shelf();
  const shared = field('shared');
  const draw = async () => {
    const [sites, identities] = await Promise.all([kept.sites(), kept.identities()]);
    list('sites', sites.map((site) => row(`${site.origin} as ${site.email}`, 'Ask again', () => kept.distrust(site))));
    list('identities', identities.map(({ email, expires }) => row(
      `${email}, ${expires > Date.now() ? `until ${new Date(expires).toLocaleString()}` : 'run out'}`, 'Forget', () => kept.forget(email))));
  };
  const row = (/** @type {string} */ text, /** @type {string} */ verb, /** @type {() => Promise<unknown>} */ act) => {
    const item = document.createElement('li');
    const what = document.createElement('bdi');
    const button = document.createElement('button');
    what.textContent = text;
    button.textContent = verb;
    button.setAttribute('aria-label', `${verb}: ${text}`);
    button.addEventListener('click', () => act().then(draw).then(() => one('#browser h2').focus()).catch(fail));
    item.append(what, ' ', button);
    return item;
  };
  shared.checked = await kept.isShared();
  shared.addEventListener('change', () => kept.setShared(shared.checked).catch(fail));
  await draw();
  one('#browser h2').tabIndex = -1;
  one('#browser').hidden = false;
}

/** @param {string} id @param {Node[]} items */
function list(id, items) {
  one(`#${id}`).replaceChildren(...items);
  one(`#no_${id}`).hidden = items.length > 0;
}

/** @param {unknown} problem */
function fail(problem) {
  const known = problem instanceof Problem ? problem : new Problem('unknown');
  if (problem !== known) console.error(problem);
  one('#problem .error').textContent = known.message;
  show('problem');
}
