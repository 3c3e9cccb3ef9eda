// Starts Chromium by itself and attaches to it.
//
// A driver that launches the browser switches off what we are here to test: pop-up blocking,
// partitioned storage, the page cache. So: our own process, our own flags, a fresh profile in which
// third-party cookies are blocked explicitly, and names that lead nowhere but to this machine.

import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

import { chromium } from 'playwright-core';

import { temporaryFolder } from '../../kit/product.mjs';

const START_LIMIT_MS = 30_000;

/** `wire`: the port of the recorder that every connection goes through; or `names`: where names lead; `flags`: more of them. */
export async function startChromium({ wire, names = toWire(wire), flags = [] }) {
  const executable = process.env.SELFSAME_CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executable)) throw new Error(`there is no Chromium at ${executable}: name it in SELFSAME_CHROMIUM`);
  const { folder, remove } = await temporaryFolder('chromium');
  await mkdir(path.join(folder, 'Default'));
  await writeFile(path.join(folder, 'Default/Preferences'), JSON.stringify({
    profile: { cookie_controls_mode: 1, block_third_party_cookies: true },
  }));
  const child = spawn(executable, [
    '--headless=new', '--remote-debugging-port=0', `--user-data-dir=${folder}`,
    '--no-sandbox', '--disable-gpu', '--no-first-run', '--no-default-browser-check', '--no-pings',
    '--disable-background-networking', '--disable-component-update', '--disable-sync', '--disable-quic',
    '--disable-domain-reliability', '--disable-breakpad', '--disable-dev-shm-usage', '--no-proxy-server',
    '--lang=en-GB', '--password-store=basic', '--window-size=1000,800',
    `--host-resolver-rules=${names}, MAP * ~NOTFOUND, EXCLUDE 127.0.0.1`,
    ...flags,
    'about:blank',
  ], { stdio: ['ignore', 'ignore', 'pipe'], detached: true });
  const ended = new Promise((resolve) => child.once('exit', resolve));
  const stop = async () => {
    try {
      process.kill(-child.pid, 'SIGTERM'); // the whole group: Chromium is many processes
    } catch { /* gone already */ }
    await ended;
    await remove();
  };
  try {
    const browser = await chromium.connectOverCDP(await endpoint(child));
    return {
      browser,
      async stop() {
        await browser.close().catch(() => {});
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const toWire = (wire) => `MAP *.localhost 127.0.0.1:${wire}, MAP localhost 127.0.0.1:${wire}, MAP *.insecure.example 127.0.0.1:${wire}`;

function endpoint(child) {
  return new Promise((resolve, reject) => {
    let printed = '';
    const tooLate = setTimeout(() => reject(new Error(`Chromium did not start; it printed:\n${printed}`)), START_LIMIT_MS);
    child.stderr.on('data', (chunk) => {
      printed = (printed + chunk).slice(-20_000);
      const found = /DevTools listening on (ws:\S+)/.exec(printed);
      if (!found) return;
      clearTimeout(tooLate);
      resolve(found[1]);
    });
    child.once('exit', (code) => reject(new Error(`Chromium ended with ${code}; it printed:\n${printed}`)));
  });
}
