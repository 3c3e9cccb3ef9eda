// Our verifier as a command: `selfsame verify --documents`.

import { execFile } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import { cleanEnvironment, program, temporaryFolder } from '../../kit/product.mjs';

const EXIT = { okay: 0, failure: 1 };

export async function ourCommand() {
  const { folder, remove } = await temporaryFolder('verify');
  let files = 0;

  async function verify({ assertion, audience, now, documents, fallback, trustedIssuers = [] }) {
    files += 1;
    const file = path.join(folder, `documents-${files}.json`);
    await writeFile(file, JSON.stringify(documents));
    const args = ['verify', '--audience', audience, '--documents', file];
    if (now !== undefined) args.push('--now', String(now));
    if (fallback !== undefined) args.push('--fallback', fallback);
    for (const issuer of trustedIssuers) args.push('--trusted-issuer', issuer);
    const { code, stdout, stderr } = await run([...args, '--', assertion]);
    let answer;
    try {
      answer = JSON.parse(stdout);
    } catch {
      throw new Error(`selfsame verify ended with ${code} and no JSON: ${stdout}${stderr}`);
    }
    if (EXIT[answer.status] !== code) throw new Error(`selfsame verify said ${answer.status} and ended with ${code}`);
    return answer;
  }

  return { verify, remove };
}

function run(args) {
  return new Promise((resolve) => {
    execFile(program(), args, { env: cleanEnvironment() }, (error, stdout, stderr) => {
      resolve({ code: error ? error.code : 0, stdout, stderr });
    });
  });
}
