// A person with a real Chromium, third-party cookies blocked, at the deployed product.

import { startChromium } from '../../browser/kit/chromium.mjs';
import { ADDRESS, DOMAIN, EVIL, MAIL, SITE } from './place.mjs';

/** One Chromium; `authority`: whose certificates it takes for the test's names. */
export async function startBrowser({ authority }) {
  const names = [DOMAIN, `api.${DOMAIN}`, MAIL, SITE, EVIL].map((name) => `MAP ${name} [${ADDRESS}]`).join(', ');
  const { browser, stop } = await startChromium({ names, flags: [`--ignore-certificate-errors-spki-list=${authority.keyDigest}`] });
  return {
    stop,
    /** A browser without any memory; what its consoles say in anger is kept. */
    async visit() {
      const context = await browser.newContext({ viewport: null, locale: 'en-GB' });
      context.setDefaultTimeout(15_000);
      const said = [];
      context.on('console', (message) => {
        if (['error', 'warning'].includes(message.type())) said.push(`${message.type()}: ${message.text()} (${message.location().url})`);
      });
      context.on('weberror', (error) => said.push(`exception: ${error.error().message}`));
      return {
        said,
        cookies: (url) => context.cookies(url),
        async open(url) {
          const page = await context.newPage();
          await page.goto(url);
          return page;
        },
        /** The next window that opens while `act` runs. */
        async popup(page, act) {
          const [opened] = await Promise.all([page.waitForEvent('popup'), act()]);
          return opened;
        },
        /** For the person who reads a failure. */
        async report(t) {
          for (const line of said) t.diagnostic(`console: ${line}`);
          for (const page of context.pages()) {
            const shown = await page.locator('body').ariaSnapshot({ timeout: 1_000 }).catch((error) => `(${error.message})`);
            t.diagnostic(`open: ${page.url().split('#')[0]}\n${shown}`);
          }
        },
        end: () => context.close(),
      };
    },
  };
}
