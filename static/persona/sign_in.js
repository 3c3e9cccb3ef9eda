// @ts-check
import { api } from './lib/api.js';
import { choices } from './lib/choices.js';
import { countDown } from './lib/count_down.js';
import { digits } from './lib/digits.js';
import { onSubmit } from './lib/on_submit.js';
import { page } from './lib/page.js';
import { hasPasskeys } from './lib/passkey.js';
import { passkeyWay } from './lib/passkey_way.js';
import { Problem } from './lib/problem.js';
import { shelf } from './lib/shelf.js';
import { slowly } from './lib/slowly.js';
import { t, texts } from './lib/texts.js';

await texts('sign_in', 'ways', 'problems');
const { all, one, show } = page();
const field = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (one(`#${id}`));
const form = (/** @type {string} */ id) => /** @type {HTMLFormElement} */ (one(`#${id}`));
const life = () => /** @type {HTMLSelectElement} */ (one('#life')).value;
const persona = /** @type {any} */ (navigator).id;

/** The agent page names the address; a person who comes by himself types it. */
const asked = new URLSearchParams(location.search).has('email');
const way = passkeyWay({
  challenge: async () => (await api('POST', '/persona/passkey/challenge', {})).body.publicKey,
  prove: (credential) => api('POST', '/persona/passkey', { credential, life: life() }),
  done: leave,
  fail: refuse,
});

show('sign_in');
one('#by_passkey').hidden = one('#wait_go').hidden = one('#wait_passkey').hidden = !hasPasskeys();
shelf().then((kept) => kept.isShared(), () => true).then((shared) => {
  if (shared) /** @type {HTMLSelectElement} */ (one('#life')).value = 'hour';
});
if (asked) {
  persona.beginAuthentication((/** @type {string} */ named) => {
    field('email').value = named;
    nameDomain(named);
    (hasPasskeys() ? one('#passkey') : field('password')).focus();
  });
} else {
  (hasPasskeys() ? one('#passkey') : field('email')).focus();
}
way.suggest();

for (const button of all('.cancel')) {
  button.hidden = !asked;
  button.addEventListener('click', () => persona.raiseAuthenticationFailure('cancelled'));
}
for (const button of all('.back')) button.addEventListener('click', back);
for (const link of all('a[href="recover.html"]')) link.setAttribute('href', `recover.html${location.search}`);
one('#passkey').addEventListener('click', byPasskey);
one('#wait_go').addEventListener('click', () => { back(); byPasskey(); });

/** A domain may leave its people to this one; they should not wonder where they are. @param {string} address */
function nameDomain(address) {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  if ([location.hostname, location.host].includes(domain)) return;
  one('#elsewhere').textContent = t('elsewhere', { of: domain, here: location.hostname });
  one('#elsewhere').hidden = false;
}

function byPasskey() {
  one('#passkey_error').textContent = '';
  slowly(one('#passkey_status'), t('signing_in'), way.ask());
}

/** @param {Problem} problem */
function refuse(problem) {
  if (problem.code === 'too_many_tries') wait(problem, false);
  else one('#passkey_error').textContent = problem.message;
}

onSubmit(form('by_password'), t('signing_in'), async () => {
  const email = field('email').value.trim();
  if (!email.includes('@')) throw new Problem('address_missing', { field: 'email' });
  if (!field('password').value) throw new Problem('password_missing', { field: 'password' });
  try {
    await begin({});
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.code === 'totp_needed') {
      show('second');
      field('totp').focus();
    } else if (problem.code === 'too_many_tries') wait(problem, true);
    else throw problem;
  }
});

onSubmit(form('by_totp'), t('signing_in'), async () => {
  const totp = digits(field('totp').value);
  if (totp.length !== 6) throw new Problem('code_short');
  try {
    await begin({ totp });
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    field('totp').value = '';
    if (problem.code === 'too_many_tries') wait(problem, true);
    else if (problem.code === 'credentials_wrong') {
      back();
      one('#password_error').textContent = problem.message;
    } else throw problem;
  }
});

/** @param {{ totp?: string }} more */
async function begin(more) {
  await api('POST', '/persona/session', { email: field('email').value.trim(), password: field('password').value, life: life(), ...more });
  leave();
}

/** There is a session now. */
function leave() {
  if (asked) persona.completeAuthentication();
  else location.assign('account.html');
}

function back() {
  field('totp').value = '';
  show('sign_in');
  (hasPasskeys() ? one('#passkey') : field('password')).focus();
}

/** Says when the next try may be made, and counts down without interrupting anybody. @param {Problem} problem @param {boolean} passkeys whether they work in the meantime */
function wait(problem, passkeys) {
  show('wait');
  one('#wait_go').hidden = one('#wait_passkey').hidden = !passkeys || !hasPasskeys();
  countDown(problem.more.wait ?? 60, { when: one('#wait_when'), left: one('#wait_left'), over: () => {
    if (one('#wait').hidden) return;
    one('#wait .status').textContent = t('wait_over');
  } });
}

choices();
