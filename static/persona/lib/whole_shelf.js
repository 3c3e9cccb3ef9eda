// @ts-check
import { shelf } from './shelf.js';

/**
 * @typedef {import('./shelf.js').Identity} Identity
 * @typedef {import('./shelf.js').Site} Site
 */

/** What this browser keeps for this domain, as a whole: to be listed, and taken away one by one. */
export async function wholeShelf() {
  const { all, remove, ...kept } = await shelf();
  return {
    ...kept,
    /** @returns {Promise<Identity[]>} */
    identities: () => all('identities'),
    /** @returns {Promise<Site[]>} */
    sites: () => all('sites'),
    /** @param {Site} site */
    distrust: ({ origin, email }) => remove('sites', [origin, email]),
    /** @returns {Promise<(Site & { value: string })[]>} value: the address that is used where the site asks for `email` */
    choices: async () => (await all('settings')).filter(({ name }) => Array.isArray(name)).map(({ name: [origin, email], value }) => ({ origin, email, value })),
    /** @param {Site} site */
    unchoose: ({ origin, email }) => remove('settings', [origin, email]),
  };
}
