// @ts-check
/*
 * What every site does that takes such sign-ins; written as for Persona. The server keeps its
 * own session and has each assertion checked by a verifier.
 */
(function () {
  'use strict';

  const persona = /** @type {any} */ (navigator).id;
  const one = (/** @type {string} */ id) => /** @type {HTMLElement} */ (document.getElementById(id));

  one('signin').addEventListener('click', () => {
    say('');
    persona.request({ siteName: 'Guestbook', oncancel: () => say('You did not sign in.') });
  });
  one('signout').addEventListener('click', () => persona.logout());

  draw().then((you) => {
    persona.watch({
      loggedInUser: you,
      async onlogin(/** @type {string} */ assertion) {
        say('Checking…');
        try {
          await send('/signin', { assertion });
          say('');
          await draw();
        } catch (error) {
          persona.logout(); // so that the page and the server agree
          say(`The sign-in was not accepted: ${/** @type {Error} */ (error).message}.`);
        }
      },
      async onlogout() {
        await send('/signout', {});
        await draw();
      },
      oncancel: () => say('You did not sign in.'),
    });
  }).catch(() => say('The guestbook does not answer. Load the page again in a moment.'));

  /** Shows the list and who is signed in. @returns {Promise<string | null>} */
  async function draw() {
    const response = await fetch('/visitors');
    const { visitors, you } = await response.json();
    one('nobody').hidden = Boolean(you);
    one('somebody').hidden = !you;
    one('you').textContent = you || '';
    one('empty').hidden = visitors.length > 0;
    one('visitors').replaceChildren(...visitors.map(row));
    return you;
  }

  /** @param {{ email: string, at: number }} visitor */
  function row({ email, at }) {
    const item = document.createElement('li');
    const who = document.createElement('bdi');
    const time = document.createElement('time');
    who.textContent = email;
    time.dateTime = new Date(at).toISOString();
    time.textContent = new Date(at).toLocaleString([], { dateStyle: 'medium', timeStyle: 'short' });
    item.append(who, time);
    return item;
  }

  /** @param {string} path @param {object} body */
  async function send(path, body) {
    const response = await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(body) });
    const said = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(said.reason || `the server answered ${response.status}`);
    return said;
  }

  /** @param {string} text */
  function say(text) {
    one('message').textContent = text;
  }
})();
