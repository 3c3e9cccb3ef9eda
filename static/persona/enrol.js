// @ts-check
import { api } from './lib/api.js';
import { onSubmit } from './lib/on_submit.js';
import { page } from './lib/page.js';
import { Problem } from './lib/problem.js';
import { reveal } from './lib/reveal.js';
import { slowly } from './lib/slowly.js';
import { texts } from './lib/texts.js';

await texts('problems');
const { one, show } = page();
const form = /** @type {HTMLFormElement} */ (one('form'));
const password = /** @type {HTMLInputElement} */ (one('#password'));

/** Out of the address bar and the history at once; kept only as long as this page lives. */
const token = location.hash.slice(1);
history.replaceState(null, '', location.pathname);

start();

async function start() {
  try {
    if (!token) throw new Problem('enrolment_invalid');
    const { body } = await slowly(one('#status'), 'Looking at your link…', api('POST', '/persona/enrolment/look', { token }));
    one('#who').textContent = body.email;
    /** @type {HTMLInputElement} */ (one('input[name=username]')).value = body.email;
    show('choose');
    password.focus();
  } catch (problem) {
    fail(problem);
  }
}

reveal(form);
onSubmit(form, 'Setting your password…', async () => {
  if ([...password.value].length < 12) throw new Problem('password_too_short');
  try {
    await api('POST', '/persona/enrolment', { token, password: password.value });
    location.replace('account.html');
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.code !== 'enrolment_invalid') throw problem;
    fail(problem);
  }
});

/** @param {unknown} problem */
function fail(problem) {
  const known = problem instanceof Problem ? problem : new Problem('unknown');
  if (problem !== known) console.error(problem);
  one('#problem .error').textContent = known.message;
  show('problem');
}
