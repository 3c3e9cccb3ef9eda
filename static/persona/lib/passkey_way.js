// @ts-check
import { getPasskey, leavePasskeys, suggestsPasskeys } from './passkey.js';
import { Problem } from './problem.js';

/** A challenge lives ten minutes; a new one is had before that. */
const RENEW_MS = 540_000;

/**
 * Signing in with a passkey: among the suggestions of the address field as soon as the page is there, and by a button.
 * A challenge that no answer used serves for both.
 * @param {{
 *   challenge: () => Promise<any>, prove: (credential: object) => Promise<unknown>,
 *   done: (proved: any) => void, fail: (problem: Problem) => void,
 * }} to challenge: the server’s options; prove: hands the answer in; fail: is not told when nothing was to be seen
 */
export function passkeyWay({ challenge, prove, done, fail }) {
  /** @type {{ publicKey: any, until: number } | null} */
  let kept = null;
  let timer = 0;
  let over = false;

  const options = async () => {
    if (!kept || Date.now() > kept.until) kept = { publicKey: await challenge(), until: Date.now() + RENEW_MS };
    return kept.publicKey;
  };
  /** @param {{ suggested?: boolean }} how @param {() => void} [taken] */
  const run = async (how, taken) => {
    const credential = await getPasskey(await options(), how);
    kept = null; // it works once, whatever the answer is
    taken?.();
    const proved = await prove(credential);
    over = true;
    return proved;
  };
  const known = (/** @type {unknown} */ problem) => {
    if (problem instanceof Problem) return problem;
    console.error(problem);
    return new Problem('unknown');
  };

  /** Puts passkeys among the suggestions, where the browser can. Says nothing of what fails before somebody takes one. */
  async function suggest() {
    clearTimeout(timer);
    if (over || !(await suggestsPasskeys())) return;
    timer = window.setTimeout(() => { kept = null; suggest(); }, RENEW_MS);
    let taken = false;
    try {
      done(await run({ suggested: true }, () => { taken = true; }));
    } catch (problem) {
      if (!taken) return;
      const failed = known(problem);
      fail(failed);
      if (failed.code === 'passkey_refused') suggest();
    }
  }

  /** The button. */
  async function ask() {
    clearTimeout(timer);
    leavePasskeys();
    try {
      done(await run({}));
    } catch (problem) {
      const failed = known(problem);
      if (failed.code === 'passkey_replaced') return;
      fail(failed);
      suggest();
    }
  }

  return { ask, suggest };
}
