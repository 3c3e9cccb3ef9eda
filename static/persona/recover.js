// @ts-check
import { api } from './lib/api.js';
import { choices } from './lib/choices.js';
import { countDown } from './lib/count_down.js';
import { onSubmit } from './lib/on_submit.js';
import { page } from './lib/page.js';
import { Problem } from './lib/problem.js';
import { shelf } from './lib/shelf.js';
import { t, texts } from './lib/texts.js';

await texts('recover', 'ways', 'problems');
const { one, show } = page();
const field = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (one(`#${id}`));
/** The agent page names the address, by way of the sign-in page. */
const named = new URLSearchParams(location.search).get('email');

show('recover');
one('#back').setAttribute('href', `sign_in.html${location.search}`);
field('email').value = named ?? '';
field(named ? 'code' : 'email').focus();
one('#wait_back').addEventListener('click', () => { show('recover'); field('code').focus(); });

onSubmit(/** @type {HTMLFormElement} */ (one('form')), t('signing_in'), async () => {
  const email = field('email').value.trim();
  if (!email.includes('@')) throw new Problem('address_missing', { field: 'email' });
  const code = field('code').value.normalize('NFKC').trim();
  if (!code) throw new Problem('recovery_code_missing', { field: 'code' });
  const shared = await shelf().then((kept) => kept.isShared(), () => true);
  try {
    await api('POST', '/persona/recovery', { email, code, life: shared ? 'hour' : 'keep' });
  } catch (problem) {
    if (!(problem instanceof Problem)) throw problem;
    if (problem.code === 'too_many_tries') {
      show('wait');
      countDown(problem.more.wait ?? 60, { when: one('#wait_when'), left: one('#wait_left'), over: () => { one('#wait .status').textContent = t('wait_over'); } });
      return;
    }
    if (problem.code === 'credentials_wrong') problem.code = 'recovery_code_wrong';
    throw problem;
  }
  // Not straight back to a site: what was lost has to be replaced first, and the waiting window hears of it.
  const channel = new BroadcastChannel('selfsame');
  channel.postMessage({ auth: 'done' });
  channel.close();
  location.assign('account.html#recovered');
});

choices();
