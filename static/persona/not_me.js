// @ts-check
import { api } from './lib/api.js';
import { choices } from './lib/choices.js';
import { linkToken } from './lib/link_token.js';
import { page } from './lib/page.js';
import { Problem } from './lib/problem.js';
import { slowly } from './lib/slowly.js';
import { t, texts } from './lib/texts.js';

/** Of the link in the mail. It can lock the account, and nothing else. */
const token = linkToken();

await texts('not_me', 'problems');
const { one, show } = page();
let busy = false;

if (token) show('ask');
else fail(new Problem('notice_invalid'));

one('#lock').addEventListener('click', async () => {
  if (busy) return;
  busy = true;
  one('#lock_error').textContent = '';
  try {
    const { body } = await slowly(one('#ask .status'), t('locking'), api('POST', '/persona/not-me', { token }));
    const { passkeys } = body.left;
    one('#left').textContent = passkeys ? t('left', { count: passkeys }) : t('left_nothing');
    one('#next').hidden = !passkeys;
    show('done');
  } catch (problem) {
    const known = problem instanceof Problem ? problem : new Problem('unknown');
    if (known !== problem) console.error(problem);
    if (['unreachable', 'unavailable', 'unknown'].includes(known.code)) one('#lock_error').textContent = known.message;
    else fail(known);
  } finally {
    busy = false;
  }
});

/** @param {Problem} problem */
function fail(problem) {
  one('#problem .error').textContent = problem.message;
  show('problem');
}

choices();
