// What the tests of the fallback share: visitors of a domain for which nobody answers, and a mail server.

import { request } from '../../kit/product.mjs';
import { relyingParty } from './relying_party.mjs';
import { scene } from './scene.mjs';
import { button, typeAddress } from './steps.mjs';

export const ATTRIBUTES = 'data-fallback="fallback.localhost" data-discovery="verifier.localhost"';

/** A scene in which nobody answers for mail.localhost: the browser cannot read that, so it asks the verifier. */
export function sceneWithPost() {
  const test = scene({ post: true, enrolled: false });
  return (name, act) => test(name, async (visit) => {
    visit.tolerate(/CORS policy|net::ERR_FAILED/);
    await act(visit);
  }, { strangers: ['mail.localhost'] });
}

let people = 0;
/** An address that no other test uses. */
export const somebody = () => `ann${++people}@mail.localhost`;

/** A site that trusts the fallback. */
export const site = (visit, options = {}) => visit.sites.site('rp.localhost', relyingParty(visit, { attributes: ATTRIBUTES, ...options }));

/** From a site to the agent of the fallback. */
export async function toAgent(visit, page, email, by = 'Sign in') {
  const agent = await visit.popup(page, () => button(page, by).click());
  await typeAddress(agent, email);
  return agent;
}

/** What the fallback says of whoever is signed in with this browser. */
export async function session(visit) {
  const cookies = await visit.cookies(visit.product.fallback);
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join('; ');
  return (await request(`${visit.product.fallback}/persona/session`, { headers: cookie ? { cookie } : {} })).json();
}

export const calls = (visit) => visit.functionCalls(visit.product.fallback);
