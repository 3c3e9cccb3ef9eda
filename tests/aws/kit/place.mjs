// Where the tests of this folder run, and the names and addresses of it.

import { networkInterfaces } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../..');

/** The one address of the namespace beside loopback's. Every name below leads to it. */
export const ADDRESS = '3ffe::1';

/** The personal domain: what is deployed is its identity provider. */
export const DOMAIN = 'owner.test';
export const IDENTITY = `https://${DOMAIN}`;

/** A site that people sign in at, and one that they do not mean to. */
export const SITE = 'site.test';
export const EVIL = 'evil.test';

/** A domain whose people have mail there, and no identity provider unless a test gives it one. */
export const MAIL = 'mail.test';

/** The HTTP API, under a name that the emulator's CloudFront does not take for Amazon's. */
export const FUNCTIONS = 'functions.test';

/** What the deployed functions are told that AWS is; the fault proxy listens there. */
export const FUNCTIONS_ENDPOINT = endpoint(process.env.SELFSAME_FUNCTIONS_ENDPOINT);
export const EMULATOR = endpoint(process.env.SELFSAME_EMULATOR);

function endpoint(text) {
  if (!text) throw new Error('these tests run beside the emulator, in a namespace of their own: use tests/aws/run');
  return new URL(text);
}

// A test that finds a way out is worse than one that fails.
const strange = Object.keys(networkInterfaces()).filter((name) => name !== 'lo');
if (strange.length > 0) throw new Error(`these tests run where only lo is, and here is ${strange}: use tests/aws/run`);
