// The programs that an owner has: aws, sam, selfsame. Each as he runs it, with what it printed.

import { execFile } from 'node:child_process';

import { program } from '../../kit/product.mjs';
import { EMULATOR, ROOT } from './place.mjs';
import { ask } from './relay.mjs';

const LIMIT_MS = 180_000;
const LARGEST_OUTPUT = 64 * 1024 * 1024;

/** Runs a program to its end; a status other than 0 is an error that says what was printed. */
export function run(file, args, { cwd = ROOT, input = null, env = process.env } = {}) {
  return new Promise((resolve, reject) => {
    const child = execFile(file, args, { cwd, env, timeout: LIMIT_MS, maxBuffer: LARGEST_OUTPUT }, (error, stdout, stderr) => {
      if (error) reject(Object.assign(new Error(`${file} ${args.slice(0, 3).join(' ')} … ended with ${error.code}:\n${stdout}\n${stderr}`), { stdout, stderr }));
      else resolve(stdout);
    });
    // A program that reads nothing may have ended by now (EPIPE); how it ended says whether that was right.
    child.stdin.on('error', () => {});
    child.stdin.end(input ?? '');
  });
}

/** The AWS CLI, as anybody uses it; it is pointed to the emulator by its environment. */
export async function aws(...args) {
  const printed = await run('aws', [...args, '--output', 'json']);
  return printed.trim() === '' ? null : JSON.parse(printed);
}

/** One call of a JSON interface of AWS without the CLI, whose start takes a second: `call('DynamoDB_20120810.Scan', {…})`. */
export async function call(target, input) {
  const scope = target.startsWith('DynamoDB') ? 'dynamodb' : 'kms';
  const answer = await ask(EMULATOR, {
    method: 'POST', path: '/', body: JSON.stringify(input),
    headers: {
      'content-type': 'application/x-amz-json-1.0', 'x-amz-target': target,
      authorization: `AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/${scope}/aws4_request, SignedHeaders=host, Signature=none`,
    },
  });
  if (answer.status !== 200) throw new Error(`${target} answered ${answer.status}: ${answer.body}`);
  return JSON.parse(answer.body);
}

export const selfsame = (...args) => run(program(), args);
