// @ts-check
import { api } from './lib/api.js';
import { onSubmit } from './lib/on_submit.js';
import { page } from './lib/page.js';
import { Problem } from './lib/problem.js';
import { texts } from './lib/texts.js';

await texts('problems');
const { one, show } = page();
const email = /** @type {HTMLInputElement} */ (one('#email'));
const password = /** @type {HTMLInputElement} */ (one('#password'));
const persona = /** @type {any} */ (navigator).id;

show('sign_in');
/** The agent page names the address; a person who comes by himself types it. */
const asked = new URLSearchParams(location.search).has('email');
if (asked) {
  one('#cancel').hidden = false;
  one('#cancel').addEventListener('click', () => persona.raiseAuthenticationFailure('cancelled'));
  persona.beginAuthentication((/** @type {string} */ named) => {
    email.value = named;
    nameDomain(named);
    password.focus();
  });
} else {
  email.focus();
}

/** A domain may leave its people to this one; they should not wonder where they are. @param {string} address */
function nameDomain(address) {
  const domain = address.slice(address.lastIndexOf('@') + 1).toLowerCase();
  if ([location.hostname, location.host].includes(domain)) return;
  one('#elsewhere .of').textContent = domain;
  one('#elsewhere .here').textContent = location.hostname;
  one('#elsewhere').hidden = false;
}

onSubmit(/** @type {HTMLFormElement} */ (one('form')), 'Signing in…', async () => {
  if (!email.value.includes('@')) throw new Problem('address_missing', { field: 'email', reason: `Type your whole address with its domain, like name@${location.hostname}.` });
  if (!password.value) throw new Problem('password_missing', { field: 'password', reason: 'Type your password.' });
  await api('POST', '/persona/session', { email: email.value.trim(), password: password.value });
  if (asked) persona.completeAuthentication();
  else location.assign('account.html');
});
