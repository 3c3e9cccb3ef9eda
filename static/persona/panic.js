// @ts-check
import { api } from './lib/api.js';
import { choices } from './lib/choices.js';
import { digits } from './lib/digits.js';
import { linkToken } from './lib/link_token.js';
import { onSubmit } from './lib/on_submit.js';
import { page } from './lib/page.js';
import { getPasskey, hasPasskeys } from './lib/passkey.js';
import { Problem } from './lib/problem.js';
import { slowly } from './lib/slowly.js';
import { t, texts } from './lib/texts.js';

/** Of the link that the command prints. */
const token = linkToken();

await texts('panic', 'ways', 'problems');
const { one, show } = page();
const field = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (one(`#${id}`));

if (token) {
  show('release');
  one('#by_passkey').hidden = !hasPasskeys();
  one('#passkey').focus();
} else {
  fail(new Problem('release_invalid'));
}

one('#passkey').addEventListener('click', async () => {
  one('#passkey_error').textContent = '';
  try {
    await slowly(one('#passkey_status'), t('releasing'), release());
    show('done');
  } catch (problem) {
    const known = problem instanceof Problem ? problem : new Problem('unknown');
    if (known !== problem) console.error(problem);
    if (known.code === 'release_invalid') fail(known);
    else if (known.code !== 'passkey_replaced') one('#passkey_error').textContent = known.message;
  }
});

async function release() {
  const { body } = await api('POST', '/persona/panic/release/challenge', { token });
  await api('POST', '/persona/panic/release', { token, credential: await getPasskey(body.publicKey) });
}

onSubmit(/** @type {HTMLFormElement} */ (one('form')), t('releasing'), async () => {
  const email = field('email').value.trim();
  if (!email.includes('@')) throw new Problem('address_missing', { field: 'email' });
  if (!field('password').value) throw new Problem('password_missing', { field: 'password' });
  const totp = digits(field('totp').value);
  try {
    await api('POST', '/persona/panic/release', { token, email, password: field('password').value, ...totp ? { totp } : {} });
    show('done');
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.code === 'release_invalid') return fail(problem);
    problem.field = /^totp_/.test(problem.code) ? 'totp' : 'password';
    throw problem;
  }
});

/** @param {Problem} problem */
function fail(problem) {
  one('#problem .error').textContent = problem.message;
  show('problem');
}

choices();
