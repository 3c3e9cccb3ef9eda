// The mail server of a test: the SMTP sink of tests/mail, and what it was given.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import readline from 'node:readline';
import { fileURLToPath } from 'node:url';

import { until } from './waiting.mjs';

const MAIL = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../../mail');

export async function startPost() {
  const python = path.join(MAIL, '.venv/bin/python');
  if (!existsSync(python)) throw new Error('there is no SMTP server for the tests: run tests/mail/install');
  const child = spawn(python, [path.join(MAIL, 'sink.py')], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const mails = [];
  let port = null;
  readline.createInterface({ input: child.stdout }).on('line', (line) => {
    const said = JSON.parse(line);
    if (said.event === 'listening') port = said.port;
    if (said.event === 'mail') mails.push({ ...said, taken: false });
  });
  const stop = async () => {
    child.stdin.end();
    child.kill('SIGTERM');
    await ended;
  };
  try {
    await until('the mail server to listen', () => port);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    port,
    /** How many mails an address has got. */
    count: (address) => mails.filter(({ to }) => to.includes(address)).length,
    /** The next mail to an address that no test has read yet: its code, and the link in it. */
    async read(address) {
      const mail = await until(`a mail to ${address}`, () => mails.find((one) => one.to.includes(address) && !one.taken));
      mail.taken = true;
      const [link] = /http:\/\/\S+#code=\d{6}/.exec(mail.text) ?? [];
      return { ...mail, link };
    },
    stop,
  };
}
