// @ts-check
/**
 * What the parts of the account page share.
 * @typedef {{ id: string, name: string, created: number, last_used: number | null, is_backed_up: boolean }} Passkey
 * @typedef {{ password: boolean, totp: boolean, codes_left: number, passkeys: Passkey[], nudge: boolean }} Ways
 * @typedef {{
 *   one: (selector: string) => HTMLElement,
 *   session: any,
 *   ways: Ways,
 *   guard: <T>(act: () => Promise<T>) => Promise<T>,
 *   sure: (title: string, why: string, verb: string) => Promise<boolean>,
 *   say: (text: string) => void,
 *   run: (act: () => Promise<unknown>) => Promise<void>,
 *   changed: () => Promise<void>,
 *   leave: (why: string) => void,
 * }} Page guard: asks for a new proof where one is needed; say: what was done; run: shows what goes wrong; changed: reads the
 *   ways in and the history again; leave: nobody is signed in any more
 */
export {};
