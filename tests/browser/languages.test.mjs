// Five languages: the agent and the sign-in page in each, what the agent loads in each, the kept choice, and a language
// that nobody speaks, in which everything is longer.

import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';

import { fits } from './kit/axe.mjs';
import { PASSWORD, scene } from './kit/scene.mjs';
import { arms, button, closing, EMAIL, GUESTBOOK_SIGN_IN, heading, typeAddress } from './kit/steps.mjs';

const test = scene();
const PERSONA = new URL('../../static/persona/', import.meta.url);
const LANGUAGES = ['de', 'en', 'es', 'fr', 'ja'];
const BUDGET = 40 * 1024;
const words = async (language, set) => (await import(new URL(`lang/${language}/${set}.js`, PERSONA))).default;

/** Every byte of the page and of what it loaded from files, as they are before compression. */
const bytes = (page) => page.evaluate(() => [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
  .filter(({ name }) => /\.(html|css|js)$/.test(new URL(name).pathname))
  .map(({ name, decodedBodySize }) => [new URL(name).pathname, decodedBodySize]));

for (const language of LANGUAGES) {
  test(`a first sign-in at the guestbook in ${language}, within the budget of bytes`, async (visit) => {
    const [agent, signIn] = await Promise.all([words(language, 'agent'), words(language, 'sign_in')]);
    const page = await visit.open(`${visit.product.guestbook}/`);
    const dialog = await visit.popup(page, () => button(page, GUESTBOOK_SIGN_IN).click());
    await typeAddress(dialog);
    await heading(dialog, agent.show).waitFor();
    assert.deepEqual(await dialog.evaluate(() => [document.documentElement.lang, document.documentElement.dir, document.title]), [language, 'ltr', agent.title]);
    const window = await visit.popup(dialog, () => dialog.getByRole('link', { name: agent.sign_in_here, exact: true }).click());
    await heading(window, signIn.title).waitFor();
    assert.equal(await window.evaluate(() => document.documentElement.lang), language);
    await window.locator('#password').fill(PASSWORD);
    await closing(window, () => window.locator('#by_password button').first().click());
    await heading(dialog, agent.asking.replace('{origin}', visit.product.guestbook)).waitFor();
    await dialog.getByText(agent.as.replace('{email}', EMAIL), { exact: true }).waitFor();
    const loaded = await bytes(dialog);
    const sum = loaded.reduce((all, [, size]) => all + size, 0);
    const what = loaded.map(([name, size]) => `${size} ${name}`).join('\n');
    assert.ok(loaded.every(([, size]) => size > 0) && loaded.length > 20, what);
    assert.ok(sum <= BUDGET, `${sum} bytes, ${sum - BUDGET} too many:\n${what}`);
    console.log(`agent page, first sign-in, ${language}: ${sum} bytes in ${loaded.length} files`);
    const accept = button(dialog, agent.sign_in);
    await arms(dialog, accept);
    await closing(dialog, () => accept.click());
    await page.getByText(`You are ${EMAIL}.`).waitFor();
  }, { context: { locale: language } });
}

test('what is not spoken here becomes English', async (visit) => {
  const page = await visit.open(`${visit.product.identity}/persona/agent.html`);
  await page.waitForFunction(() => document.documentElement.lang === 'en');
}, { context: { locale: 'tlh' } });

test('a language chosen at the foot of a page is kept, for the agent too', async (visit) => {
  const page = await visit.open(`${visit.product.identity}/persona/sign_in.html`);
  await heading(page, 'Sign in').waitFor();
  await page.getByLabel('Language').selectOption('fr');
  await heading(page, (await words('fr', 'sign_in')).title).waitFor();
  assert.equal(await page.evaluate(() => document.documentElement.lang), 'fr');
  const agent = await visit.open(`${visit.product.identity}/persona/agent.html`);
  await heading(agent, (await words('fr', 'agent_more')).alone).waitFor();
});

test('colours chosen at the foot of a page are kept', async (visit) => {
  const page = await visit.open(`${visit.product.identity}/persona/sign_in.html`);
  const scheme = (one) => one.evaluate(() => getComputedStyle(document.documentElement).colorScheme);
  await page.emulateMedia({ colorScheme: 'light' });
  assert.equal(await scheme(page), 'light dark');
  await page.getByLabel('Colours').selectOption('dark');
  assert.equal(await scheme(page), 'dark');
  await page.reload();
  await heading(page, 'Sign in').waitFor();
  assert.equal(await scheme(page), 'dark');
  const agent = await visit.open(`${visit.product.identity}/persona/agent.html`);
  await heading(agent, 'This page signs you in to web sites').waitFor();
  assert.equal(await scheme(agent), 'dark');
});

/** Every text with marks on its letters, 40 % longer, between brackets; values stay. */
function pseudo(text) {
  if (typeof text !== 'string') return Object.fromEntries(Object.entries(text).map(([form, one]) => [form, pseudo(one)]));
  const marked = text.split(/(\{\w+\})/).map((part, at) => (at % 2 ? part : part.replace(/[aeiouc]/g, (letter) => `${letter}\u0301`.normalize('NFC')))).join('');
  const more = 'lorem ipsum dolor sit amet consectetur adipiscing elit sed do '.repeat(9).slice(0, Math.ceil(text.length * 0.4)).trim();
  return `⟦${marked} ${more}⟧`;
}

test('in a language with longer words nothing sticks out at 320 px, and no word is out of a file', async (visit) => {
  visit.announce(/status of 404/);
  visit.tolerate(/status of 40\d/);
  visit.tolerate(/Scripts may close only the windows that were opened by them/);
  const page = await visit.open('about:blank');
  await page.setViewportSize({ width: 320, height: 640 });
  for (const set of await readdir(new URL('lang/en/', PERSONA))) {
    const texts = Object.fromEntries(Object.entries(await words('en', set.replace(/\.js$/, ''))).map(([key, text]) => [key, pseudo(text)]));
    await page.route(`**/persona/lang/en/${set}`, (route) => route.fulfill({ contentType: 'text/javascript', body: `export default ${JSON.stringify(texts)};` }));
  }
  const identity = `${visit.product.identity}/persona`;
  const look = async (name) => {
    await fits(page, name);
    const plain = await page.evaluate(() => {
      const found = [];
      const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
      while (walk.nextNode()) {
        const { data, parentElement: at } = walk.currentNode;
        if (!/\p{L}{2}/u.test(data) || !at.checkVisibility() || at.closest('.domain, noscript, option[lang], bdi, strong, code, .host, [lang=en]:not(html), #host')) continue;
        // A sentence around an element is in several pieces: its first has the bracket, its last the other.
        const whole = at.closest('p, h1, h2, h3, li, label, button, a, span, legend, option, summary, div')?.textContent ?? '';
        // Times are the browser’s to write; what a device is called is the functions’.
        if (!/⟦[^]*⟧/.test(whole) && !/^(\d|· \w+ on \w+)/.test(data.trim())) found.push(data.trim());
      }
      return found;
    });
    assert.deepEqual(plain, [], `words on ${name} that are in no file`);
  };
  const open = async (path, visible) => {
    await page.goto('about:blank');
    await page.goto(`${identity}/${path}`);
    await page.locator(visible).waitFor();
    await look(path);
  };
  await open('agent.html', '#alone');
  await open('return.html?AUTH_RETURN', '#done');
  await open('return.html?AUTH_RETURN_CANCEL', '#cancelled');
  await open('provision.html', 'h1');
  await open('enrol.html#used', '#problem');
  await open('recover.html', 'main section:not([hidden]) h1');
  await open('not_me.html#none', 'main section:not([hidden]) h1');
  await open('panic.html#none', 'main section:not([hidden]) h1');
  await open('doctor.html', '#doctor');
  await open('account.html', '#nobody');
  await open('sign_in.html', '#sign_in');
  await page.locator('#email').fill(EMAIL);
  await page.locator('#password').fill('wrong');
  await page.locator('#by_password button').first().click();
  await page.locator('#password_error:not(:empty)').waitFor();
  await look('sign_in.html, wrong');
  await page.locator('#password').fill(PASSWORD);
  await page.locator('#by_password button').first().click();
  await page.locator('#account').waitFor();
  await look('account.html, signed in');
}, { limit: 240_000 });
