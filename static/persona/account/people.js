// @ts-check
import { api } from '../lib/api.js';
import { onSubmit } from '../lib/on_submit.js';
import { Problem } from '../lib/problem.js';
import { t } from '../lib/texts.js';
import { LEFT } from './again.js';
import { day, moment } from './day.js';
import { dom } from './dom.js';

/** For the owner: who has an account here; invite, remove, give further addresses. @param {import('./page.js').Page} page */
export function people(page) {
  const { one, session, guard, sure, say, run, changed } = page;
  const field = (/** @type {string} */ id) => /** @type {HTMLInputElement} */ (one(`#${id}`));
  const form = (/** @type {string} */ id) => /** @type {HTMLFormElement} */ (one(`#${id}`));
  const unlessLeft = async (/** @type {() => Promise<unknown>} */ act) => {
    try {
      await act();
    } catch (problem) {
      if (!(problem instanceof Problem) || problem.code !== LEFT) throw problem;
    }
  };

  onSubmit(form('invite_form'), t('inviting'), () => unlessLeft(async () => {
    const email = field('invite').value.trim();
    if (!email.includes('@')) throw new Problem('address_missing');
    const { body } = await guard(() => api('POST', '/persona/people', { email }));
    form('invite_form').reset();
    say('');
    invited(email, body);
    await draw();
  }));
  onSubmit(form('address_form'), t('changing'), () => unlessLeft(async () => {
    const address = field('address').value.trim();
    if (!address.includes('@')) throw new Problem('address_missing');
    await guard(() => api('POST', '/persona/addresses', { address, email: field('address_of').value }));
    form('address_form').reset();
    await draw();
    await changed();
    say(t('address_added', { address }));
  }));

  const invited = (/** @type {string} */ email, /** @type {{ link: string, expires: number }} */ { link, expires }) => {
    const copy = dom('button', { className: 'main', textContent: t('copy_link') });
    const text = dom('input', { readOnly: true, value: link, 'aria-label': t('link') });
    const title = dom('h3', { textContent: t('invited', { email }), tabIndex: -1 });
    text.addEventListener('focus', () => text.select());
    copy.addEventListener('click', () => run(async () => { await navigator.clipboard.writeText(link); say(t('copied')); }));
    one('#invited').replaceChildren(title, dom('p', { textContent: t('invited_why', { time: moment(expires) }) }), dom('p', {}, text), dom('p', { className: 'buttons' }, copy));
    one('#invited').hidden = false;
    title.focus();
  };

  const row = (/** @type {any} */ person) => {
    const marks = [person.email === session.email ? t('person_you') : '', person.is_owner ? t('person_owner') : '', person.has_ways ? '' : t('person_invited')];
    const known = [marks.filter(Boolean).join(', '), t('person_since', { date: day(person.created) })].filter(Boolean).join(' · ');
    const item = dom('li', {}, dom('div', {}, dom('bdi', { textContent: person.email }), dom('br'), dom('span', { className: 'small', textContent: known })));
    const more = (person.addresses ?? []).filter((/** @type {string} */ address) => address !== person.email);
    if (more.length) {
      item.firstElementChild?.append(dom('ul', { className: 'more' }, ...more.map((/** @type {string} */ address) => {
        const take = dom('button', { textContent: t('remove'), 'aria-label': t('remove_which', { name: address }) });
        take.addEventListener('click', () => run(async () => {
          await guard(() => api('DELETE', '/persona/addresses', { address, email: person.email }));
          await draw();
          await changed();
          say(t('address_removed', { address }));
        }));
        return dom('li', {}, dom('bdi', { textContent: address }), take);
      })));
    }
    if (person.email !== session.email) {
      const remove = dom('button', { className: 'danger', textContent: t('remove'), 'aria-label': t('remove_which', { name: person.email }) });
      remove.addEventListener('click', () => run(async () => {
        if (!(await sure(t('person_remove_title', { email: person.email }), t('person_remove_why'), t('remove')))) return;
        await guard(() => api('DELETE', '/persona/people', { email: person.email }));
        one('#invited').hidden = true;
        await draw();
        say(t('person_removed', { email: person.email }));
      }));
      item.append(dom('div', { className: 'acts' }, remove));
    }
    return item;
  };
  async function draw() {
    if (!session.is_owner) return;
    const { body } = await api('GET', '/persona/people');
    one('#people_list').replaceChildren(...body.people.map(row));
    one('#address_of').replaceChildren(...body.people.map((/** @type {any} */ { email }) => dom('option', { value: email, textContent: email })));
    one('#people').hidden = false;
  }
  return draw;
}
