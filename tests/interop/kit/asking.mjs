// A helper program that answers one JSON line for each JSON line. One that gives no answer is ended
// and started anew: some inputs send the old libraries into an endless loop.

import { spawn } from 'node:child_process';
import readline from 'node:readline';

const HANG_MS = 5_000;

export class Asking {
  #command;
  #args;
  #env;
  #hangMs;
  #child = null;
  #waiting = null;

  constructor(command, args, { env = process.env, hangMs = HANG_MS } = {}) {
    this.#command = command;
    this.#args = args;
    this.#env = env;
    this.#hangMs = hangMs;
  }

  /** One question at a time. */
  ask(question) {
    if (this.#waiting !== null) throw new Error('the last question has no answer yet');
    if (this.#child === null) this.#start();
    return new Promise((resolve, reject) => {
      const limit = setTimeout(() => {
        const child = this.#child;
        this.#child = null;
        this.#settle({ answer: { status: 'hang' } });
        child.kill('SIGKILL');
      }, this.#hangMs);
      this.#waiting = { resolve, reject, limit };
      this.#child.stdin.write(`${JSON.stringify(question)}\n`);
    });
  }

  async stop() {
    if (this.#child === null) return;
    const exited = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.stdin.end();
    await exited;
  }

  #start() {
    const child = spawn(this.#command, this.#args, { env: this.#env, stdio: ['pipe', 'pipe', 'inherit'] });
    this.#child = child;
    readline.createInterface({ input: child.stdout }).on('line', (line) => this.#settle({ answer: JSON.parse(line) }));
    const lost = (why) => {
      if (this.#child !== child) return;
      this.#child = null;
      this.#settle({ error: new Error(`${this.#command} ${why}`) });
    };
    child.once('error', (error) => lost(error.message));
    child.once('exit', (code) => lost(`ended with ${code}`));
    child.stdin.on('error', () => {}); // its end is reported by 'exit'
  }

  #settle({ answer, error }) {
    if (this.#waiting === null) return;
    const { resolve, reject, limit } = this.#waiting;
    this.#waiting = null;
    clearTimeout(limit);
    if (error) reject(error);
    else resolve(answer);
  }
}
