// @ts-check
import { api } from './api.js';
import { t, texts } from './texts.js';
import { wholeShelf } from './whole_shelf.js';

/**
 * Lets the person choose the address for a site: one of the session’s, one whose key is kept in this
 * browser, or a new one for this site only, with + and a word before its @ sign. The choice is kept in
 * this browser for the next time. Where there is nothing to choose, the site asks again. False: it does.
 * @param {import('./opener_request.js').Asked} asked
 * @param {(view: string) => AbortController} enter shows a section
 */
export async function picker(asked, enter) {
  const [kept, { body: session }] = await Promise.all([wholeShelf(), api('GET', '/persona/session'), texts('agent_more'), styles()]);
  const { email: own, addresses = [own], default_address: first = own } = session;
  const here = (await kept.identities()).filter(({ expires }) => expires > Date.now()).map(({ email }) => email);
  if (!own && !here.length) {
    asked.other();
    return false;
  }
  /** @type {string[]} */
  const mine = own ? [first, ...addresses] : [];
  const all = [...new Set([...mine, asked.typed, asked.email, ...here])];
  const part = (mine[0] ?? asked.email).replace(/(\+[^@]*)?@/, `+${siteWord(asked.audience)}@`);

  const rows = all.map((email) => choice(email, email === asked.email, name('bdi', email)));
  const typed = element('input', { type: 'email', value: part, autocapitalize: 'none', spellcheck: false, autocomplete: 'off', id: 'typed' });
  const hint = element('span', { className: 'small', id: 'typed_hint', textContent: t('pick_hint') });
  const error = element('span', { className: 'error', id: 'typed_error', role: 'alert' });
  typed.setAttribute('aria-describedby', `${hint.id} ${error.id}`);
  typed.ariaLabel = t('pick_own');
  const special = choice('', false, name('span', t('pick_own')));
  const radio = /** @type {HTMLInputElement} */ (special.firstElementChild);
  typed.addEventListener('input', () => { radio.checked = true; });

  const use = element('button', { className: 'main', textContent: t('pick_use') });
  const back = element('button', { type: 'button', textContent: t('pick_back') });
  const elsewhere = element('button', { type: 'button', className: 'link', textContent: t('pick_elsewhere') });
  const group = element('fieldset', {}, element('legend', {}, element('h1', { textContent: t('pick') })),
    element('p', { className: 'small', textContent: t('pick_why', { origin: asked.audience }) }), ...rows, special,
    element('span', { className: 'field' }, typed, hint, error));
  const form = element('form', { noValidate: true }, group,
    element('p', { className: 'buttons' }, use, back), element('p', { className: 'small' }, elsewhere));
  const section = document.getElementById('pick') ?? element('section', { id: 'pick' });
  section.replaceChildren(form);
  document.querySelector('main')?.append(section);
  const { signal } = enter('pick');
  const chosen = await new Promise((resolve) => {
    back.addEventListener('click', () => resolve(asked.email), { signal });
    elsewhere.addEventListener('click', () => { asked.other(); resolve(''); }, { signal });
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const picked = /** @type {HTMLInputElement | null} */ (form.querySelector(':checked'))?.value;
      if (picked) return resolve(picked);
      const email = typed.value.trim();
      const fits = /^[^\s@+]+\+[^\s@]+@[^\s@]+$/.test(email) && all.some((one) => plain(one) === plain(email));
      if (fits) return resolve(email);
      error.textContent = t('pick_wrong');
      typed.setAttribute('aria-invalid', 'true');
      typed.focus();
    }, { signal });
  });
  if (!chosen) return false;
  asked.email = chosen;
  const site = { origin: asked.audience, email: asked.typed };
  await kept.unchoose({ ...site, email: chosen }); // the site asks for this one next time: nothing else shall stand for it
  if (chosen !== asked.typed) await kept.choose(site, chosen);
  return true;
}

/** Forms have no looks in the agent page otherwise. */
function styles() {
  return new Promise((resolve) => {
    if (document.querySelector('link[href="pages.css"]')) return resolve(null);
    document.querySelector('link[href="style.css"]')?.after(element('link', { rel: 'stylesheet', href: 'pages.css', onload: resolve, onerror: resolve }));
  });
}

/** @param {string} email */
function plain(email) {
  return email.toLowerCase().replace(/\+[^@]*@/, '@');
}

/** A word for a site that its person knows again: of https://www.shop.example, `shop`. @param {string} origin */
function siteWord(origin) {
  return new URL(origin).hostname.replace(/^www\./, '').split('.')[0].replace(/[^a-z0-9-]/g, '') || 'site';
}

/** @param {string} value @param {boolean} checked @param {Element} words */
function choice(value, checked, words) {
  return element('label', {}, element('input', { type: 'radio', name: 'address', value, checked }), words);
}

/** @param {'bdi' | 'span'} tag @param {string} text */
function name(tag, text) {
  return element(tag, { textContent: text });
}

/** @template {keyof HTMLElementTagNameMap} T @param {T} tag @param {Record<string, unknown>} properties @param {...Element} children */
function element(tag, properties, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}
