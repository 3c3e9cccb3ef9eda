// What the tests of one file stand on: a stack of their own behind its front, and the fault proxy under it.

import { after, before } from 'node:test';

import { makeAuthority } from './authority.mjs';
import { startFaultProxy } from './fault_proxy.mjs';
import { startFront } from './front.mjs';
import { DOMAIN, EVIL, MAIL, SITE } from './place.mjs';
import { selfsame } from './programs.mjs';
import { Stack } from './stack.mjs';
import { makeKey, visitor } from './visitor.mjs';

/**
 * Sets the stage before the tests of a file and clears it after them. `parameters`: for the first deploy; `sites`: see
 * the front; `also`: starts more, with the stage so far, and gives what stands on the stage under that name.
 */
export function stage(name, { parameters = {}, sites = {}, also = {} } = {}) {
  const set = {};
  const started = [];
  const keep = (one) => {
    started.push(one);
    return one;
  };
  before(async () => {
    set.authority = await makeAuthority([DOMAIN, `api.${DOMAIN}`, MAIL, SITE, EVIL]);
    set.aws = keep(await startFaultProxy());
    set.stack = keep(await Stack.of(name, set.authority));
    set.front = keep(await startFront({ authority: set.authority, sites }));
    set.visitor = visitor(set.authority.root);
    set.deploy = async (changed = {}) => {
      await set.stack.deploy({ ...parameters, ...changed });
      await set.front.follow();
    };
    set.owner = (...args) => selfsame('user', ...args, '--stack', name, '--region', 'us-east-1');
    set.panic = (...args) => selfsame('panic', ...args, '--stack', name, '--region', 'us-east-1');
    set.enrolled = (email) => enrolled(set, email);
    await set.deploy();
    for (const [one, start] of Object.entries(also)) set[one] = keep(await start(set));
  });
  after(async () => {
    for (const one of started.reverse()) await one.stop?.();
  });
  return set;
}

/** A person with a password, a session and a key. */
async function enrolled({ owner, visitor: program }, email) {
  const cookie = await program.enrol(linkIn(await owner('add', email)));
  return { email, cookie, key: makeKey() };
}

/** The one-time link in what a command printed. */
export function linkIn(printed) {
  const found = /https:\/\/\S+\/persona\/enrol\.html#\S+/.exec(printed);
  if (!found) throw new Error(`no link in:\n${printed}`);
  return found[0];
}
