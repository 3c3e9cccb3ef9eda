// A site whose verifier belongs to a federation: members come in, others are told why not.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { after } from 'node:test';

import { cleanEnvironment, program, request, temporaryFolder } from '../kit/product.mjs';
import { relyingParty } from './kit/relying_party.mjs';
import { scene } from './kit/scene.mjs';
import { EMAIL, signInFirst } from './kit/steps.mjs';

const test = scene();
const ended = [];
after(async () => {
  for (const end of ended.reverse()) await end();
});

/** `selfsame verifier` with a list of these issuers, each for its own domain. Gives its origin. */
async function verifierOf(visit, ...issuers) {
  const { folder, remove } = await temporaryFolder('federation');
  ended.push(remove);
  const now = Date.now();
  const members = issuers.map((issuer) => ({
    issuer, domains: [issuer], keys: { rsa: 2048 }, contact: `mailto:it@${issuer}`, expires: now + 1e9,
  }));
  const list = { version: 1, name: 'Institutions', issued: now - 1000, expires: now + 1e9, members };
  await writeFile(path.join(folder, 'members.json'), JSON.stringify(list));
  const child = spawn(program(), ['verifier', '--map', `me.localhost=${visit.product.identity}`], {
    cwd: folder, env: { ...cleanEnvironment(), FEDERATION: 'members.json' }, stdio: ['ignore', 'pipe', 'ignore'],
  });
  const gone = new Promise((resolve) => child.once('exit', resolve));
  ended.push(() => { child.kill('SIGTERM'); return gone; });
  return new Promise((resolve, reject) => {
    let printed = '';
    child.stdout.on('data', (chunk) => {
      printed += chunk;
      const found = /http:\/\/127\.0\.0\.1:\d+/.exec(printed);
      if (found) resolve(found[0]);
    });
    child.once('exit', () => reject(new Error(`the verifier ended: ${printed}`)));
  });
}

/** A site that asks this verifier, and shows its visitor what came of it. */
function member(visit, verifier) {
  let origin = '';
  const script = `'use strict';
navigator.id.watch({
  loggedInUser: null,
  onlogin: async (assertion) => {
    const answer = await fetch('/session', { method: 'POST', body: assertion });
    const said = document.createElement('p');
    said.setAttribute('role', 'status');
    said.textContent = await answer.text();
    document.body.append(said);
  },
  onlogout() {},
});
document.getElementById('in').addEventListener('click', () => navigator.id.request());`;
  const session = async ({ body }) => {
    const answer = await request(`${verifier}/v2`, {
      method: 'POST', headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ assertion: body, audience: origin }),
    });
    const { status, email, code, reason } = answer.json();
    return status === 'okay' ? `Welcome, ${email}.` : `You cannot sign in here: ${reason} (${code}).`;
  };
  origin = visit.sites.site('rp.localhost', { ...relyingParty(visit, { script }), '/session': session });
  return origin;
}

test('somebody of a member signs in', async (visit) => {
  const verifier = await verifierOf(visit, 'me.localhost', 'other.example');
  const origin = member(visit, verifier);
  const page = await visit.open(`${origin}/`);
  await signInFirst(visit, page, origin);
  await page.getByRole('status').getByText(`Welcome, ${EMAIL}.`, { exact: true }).waitFor();
  const standing = (await request(`${verifier}/federation`)).json();
  assert.deepEqual(standing.list.members.map(({ counts }) => counts.accepted), [1, 0]);
});

test('somebody of another institution is told that it is no member, and it is not asked', async (visit) => {
  const verifier = await verifierOf(visit, 'other.example');
  const origin = member(visit, verifier);
  const page = await visit.open(`${origin}/`);
  await signInFirst(visit, page, origin);
  const told = "You cannot sign in here: 'me.localhost' is no member of this federation (issuer_not_member).";
  await page.getByRole('status').getByText(told, { exact: true }).waitFor();
  const standing = (await request(`${verifier}/federation`)).json();
  assert.deepEqual(standing.strangers, { accepted: 0, refused: { issuer_not_member: 1 } });
});
