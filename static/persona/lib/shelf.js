// @ts-check
import { Problem } from './problem.js';

/**
 * @typedef {{ email: string, privateKey: CryptoKey, certificate: string, expires: number, skew: number }} Identity
 * @typedef {{ origin: string, email: string }} Site a site that needs no question for this address
 * @typedef {Awaited<ReturnType<typeof shelf>>} Shelf
 */

/** What this browser keeps for this domain: one identity an address, trusted sites, one setting. */
export async function shelf() {
  const db = await done(opened()).catch((cause) => { throw new Problem('cookies_off', { cause }); });
  const table = (/** @type {string} */ name, /** @type {IDBTransactionMode} */ mode) => db.transaction(name, mode).objectStore(name);
  const read = (/** @type {string} */ name, /** @type {IDBValidKey} */ key) => done(table(name, 'readonly').get(key));
  const write = (/** @type {string} */ name, /** @type {unknown} */ value) => done(table(name, 'readwrite').put(value));
  const remove = (/** @type {string} */ name, /** @type {IDBValidKey} */ key) => done(table(name, 'readwrite').delete(key));
  const all = (/** @type {string} */ name) => done(table(name, 'readonly').getAll());
  return {
    all,
    remove,
    /** @param {string} email @returns {Promise<Identity | undefined>} */
    identity: (email) => read('identities', email.toLowerCase()),
    /** @param {Identity} identity */
    keep: (identity) => write('identities', { ...identity, id: identity.email.toLowerCase() }),
    /** @param {string} email */
    forget: (email) => remove('identities', email.toLowerCase()),
    /** @param {Site} site */
    trusts: async ({ origin, email }) => Boolean(await read('sites', [origin, email])),
    /** @param {Site} site */
    trust: (site) => write('sites', site),
    /** The address that is used where a site asks for this one; only this browser knows. @param {Site} site @returns {Promise<string | undefined>} */
    choice: async ({ origin, email }) => (await read('settings', [origin, email]))?.value,
    /** @param {Site} site @param {string} value */
    choose: ({ origin, email }, value) => write('settings', { name: [origin, email], value }),
    /** @returns {Promise<boolean>} whether other people use this browser too */
    isShared: async () => Boolean((await read('settings', 'shared'))?.value),
    /** @param {boolean} value */
    setShared: (value) => write('settings', { name: 'shared', value }),
  };
}

function opened() {
  const request = indexedDB.open('selfsame', 1);
  request.onupgradeneeded = () => {
    request.result.createObjectStore('identities', { keyPath: 'id' });
    request.result.createObjectStore('sites', { keyPath: ['origin', 'email'] });
    request.result.createObjectStore('settings', { keyPath: 'name' });
  };
  return request;
}

/** @template T @param {IDBRequest<T>} request @returns {Promise<T>} */
function done(request) {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}
