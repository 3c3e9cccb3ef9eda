// @ts-check
import { api } from './lib/api.js';
import { choices } from './lib/choices.js';
import { deviceName } from './lib/device_name.js';
import { linkToken } from './lib/link_token.js';
import { onSubmit } from './lib/on_submit.js';
import { page } from './lib/page.js';
import { createPasskey, hasPasskeys } from './lib/passkey.js';
import { Problem } from './lib/problem.js';
import { redirectRequest } from './lib/redirect_request.js';
import { reveal } from './lib/reveal.js';
import { slowly } from './lib/slowly.js';
import { strength } from './lib/strength.js';
import { t, texts } from './lib/texts.js';

const token = linkToken();

await texts('enrol', 'ways', 'problems');
const { one, show } = page();
const form = /** @type {HTMLFormElement} */ (one('form'));
const password = /** @type {HTMLInputElement} */ (one('#password'));
/** Whose link it is. */
let email = '';

start();

async function start() {
  try {
    if (!token) throw new Problem('enrolment_invalid');
    const { body } = await slowly(one('#status'), t('looking'), api('POST', '/persona/enrolment/look', { token }));
    email = body.email;
    one('#who').textContent = email;
    /** @type {HTMLInputElement} */ (one('input[name=username]')).value = email;
    show('choose');
    if (hasPasskeys()) one('#passkey').focus();
    else toPassword();
  } catch (problem) {
    fail(problem);
  }
  choices();
}

one('#to_password').addEventListener('click', toPassword);
one('#passkey').addEventListener('click', async () => {
  one('#passkey_error').textContent = '';
  try {
    await slowly(one('#passkey_status'), t('making'), makePasskey());
    leave();
  } catch (problem) {
    const known = asProblem(problem);
    if (known.code === 'passkey_replaced') return; // the button was pressed again
    if (known.code === 'enrolment_invalid') fail(known);
    else one('#passkey_error').textContent = known.message;
  }
});

async function makePasskey() {
  const { body } = await api('POST', '/persona/enrolment/passkey/challenge', { token });
  const credential = await createPasskey(body.publicKey);
  await api('POST', '/persona/enrolment/passkey', { token, credential, name: deviceName() });
}

one('#to_passkey').addEventListener('click', () => {
  one('#by_passkey').hidden = false;
  form.hidden = true;
  one('#passkey').focus();
});

function toPassword() {
  one('#by_passkey').hidden = true;
  one('#to_passkey').hidden = !hasPasskeys();
  form.hidden = false;
  password.focus();
}

reveal(form);
strength(password, /** @type {HTMLMeterElement} */ (one('#password_meter')), one('#password_words'), () => [email, location.hostname]);
onSubmit(form, t('setting'), async () => {
  if ([...password.value].length < 12) throw new Problem('password_too_short');
  try {
    await api('POST', '/persona/enrolment', { token, password: password.value });
    leave();
  } catch (problem) {
    if (!(problem instanceof Problem) || problem.code !== 'enrolment_invalid') throw problem;
    fail(problem);
  }
});

/** There is a session now: an agent page that waits in another window may look, one that waits in this tab goes on. */
function leave() {
  const channel = new BroadcastChannel('selfsame');
  channel.postMessage({ auth: 'done' });
  channel.close();
  location.replace(isWaiting() ? 'agent.html#returned' : 'account.html#welcome');
}

function isWaiting() {
  try {
    return Boolean(redirectRequest());
  } catch {
    return false; // what waits is broken, and would be said there
  }
}

/** @param {unknown} problem */
function asProblem(problem) {
  if (problem instanceof Problem) return problem;
  console.error(problem);
  return new Problem('unknown');
}

/** @param {unknown} problem */
function fail(problem) {
  one('#problem .error').textContent = asProblem(problem).message;
  show('problem');
}
