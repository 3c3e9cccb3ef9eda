// What a person does in the browser, from the one-time link to an assertion.

import { hears } from '../../browser/kit/relying_party.mjs';
import { asksFor, button, closing, enrolByPassword, heading, press, typeAddress } from '../../browser/kit/steps.mjs';
import { PASSWORD } from './visitor.mjs';

/** Opens the link and chooses a password; gives the account page. */
export async function choosesPassword(visit, link, email) {
  const account = await visit.open(link);
  await account.getByText(email, { exact: true }).waitFor();
  await enrolByPassword(account, PASSWORD);
  await heading(account, 'Your account').waitFor();
  return account;
}

/** Signs in at a site while the domain knows the person already; gives the site's page and the assertion it got. */
export async function signsInAt(visit, origin, email) {
  const page = await visit.open(`${origin}/`);
  await hears(page, 'ready');
  const agent = await visit.popup(page, () => button(page, 'Sign in').click());
  await typeAddress(agent, email);
  await asksFor(agent, origin, email);
  await closing(agent, () => press(agent, 'Sign in'));
  return { page, assertion: await hears(page, 'login') };
}

/** Signs out at the domain. */
export async function signsOut(account) {
  await account.bringToFront();
  await button(account, 'Sign out').click();
  await heading(account, 'You are not signed in').waitFor();
}
