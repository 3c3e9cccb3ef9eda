// What every test of this folder stands on: the product, a Chromium, a few other sites, and a record
// of everything that went between them. One scene a file, one fresh visitor a test.
//
// A test fails by itself when its visitor's browser
//   - wrote an error or a warning to a console that the test did not announce (CSP violations are such),
//   - asked a site that is not part of the test,
//   - told an identity provider, the fallback among them, which site the visitor is on.

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { addUser, enrol, request, startProduct } from '../../kit/product.mjs';
import { startChromium } from './chromium.mjs';
import { startPost } from './post.mjs';
import { startSites } from './sites.mjs';
import { until } from './waiting.mjs';
import { startWire } from './wire.mjs';

export const PASSWORD = 'correct horse battery';
const TEST_LIMIT_MS = 60_000;

/**
 * Sets the scene for a file and gives its `test`.
 *
 * `flags`: for `selfsame serve`, or a function of the sites' port. `enrolled`: whether
 * you@me.localhost has its password already. `post`: whether there is a mail server; else mails
 * go to the outbox.
 */
export function scene({ flags = [], enrolled = true, post: hasPost = false } = {}) {
  let stage;
  const started = [];
  const keep = async (starting) => {
    const one = await starting;
    started.push(one);
    return one;
  };
  before(async () => {
    const sites = await keep(startSites());
    const wire = await keep(startWire());
    const post = hasPost ? await keep(startPost()) : null;
    const all = [...typeof flags === 'function' ? flags(sites.port) : flags, ...post ? ['--mail', `smtp+plain://127.0.0.1:${post.port}`] : []];
    const again = async (more) => { stage.product = await keep(stage.product.again([...all, ...more])); };
    const outcomes = await Promise.allSettled([
      keep(startProduct({ flags: all })),
      keep(startChromium({ wire: wire.port })),
    ]);
    for (const { reason } of outcomes) if (reason) throw reason;
    const [product, chromium] = outcomes.map(({ value }) => value);
    if (enrolled) await enrol(product, PASSWORD);
    stage = { sites, wire, product, chromium, post, again };
  });
  after(async () => {
    for (const one of started.reverse()) await one.stop();
  });
  return (name, act, { context = {}, strangers = [], limit = TEST_LIMIT_MS } = {}) => test(name, { timeout: limit }, async (t) => {
    const visit = await Visit.begin(stage, context);
    strangers.forEach((host) => visit.addStranger(host));
    try {
      await act(visit);
      await visit.judge();
    } catch (error) {
      await visit.report(t);
      throw error;
    } finally {
      await visit.end();
    }
  });
}

/** One visitor: a browser without any memory, and everything that it did. */
class Visit {
  #context;
  #first;
  #afterwards = [];
  #others = [];
  #announced = [];
  #tolerated = [];
  #revealing = null;
  #identityHosts = ['me.localhost', 'fallback.localhost'];
  #pagesOf = new Map();
  #strangers = [];
  #said = [];
  #asked = [];

  constructor(stage, context) {
    this.product = stage.product;
    this.sites = stage.sites;
    this.post = stage.post;
    this.stage = stage;
    this.wire = stage.wire;
    this.#context = context;
    this.#first = stage.wire.passed.length;
  }

  static async begin(stage, options) {
    const context = await stage.chromium.browser.newContext({ viewport: null, locale: 'en-GB', ...options });
    context.setDefaultTimeout(10_000);
    const visit = new Visit(stage, context);
    context.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) visit.#said.push(`${message.type()}: ${message.text()} (${message.location().url})`);
    });
    context.on('weberror', (error) => visit.#said.push(`exception: ${error.error().message}`));
    context.on('request', (one) => visit.#asked.push(one.url()));
    return visit;
  }

  /** Somebody else, or the same person at another computer: a browser of its own, judged and ended with this one. */
  async another(options = {}) {
    const other = await Visit.begin(this.stage, options);
    this.#others.push(other);
    return other;
  }

  /** A new tab with nothing in it. */
  blank = () => this.#context.newPage();

  /** A new tab at an address. */
  async open(url) {
    const page = await this.#context.newPage();
    await page.goto(url);
    return page;
  }

  /**
   * The same, with shadow roots open to the test: include.js draws in a closed one where it has no
   * window of its own. Nothing else of the browser changes.
   */
  async openWithOpenShadows(url) {
    const page = await this.#context.newPage();
    await page.addInitScript(() => {
      const attach = Element.prototype.attachShadow;
      Element.prototype.attachShadow = function (options) { return attach.call(this, { ...options, mode: 'open' }); };
    });
    await page.goto(url);
    return page;
  }

  /** What this visitor's browser sent, in order; of one host if it is named. */
  sent(host = null) {
    return this.wire.passed.slice(this.#first).filter((one) => host === null || one.host === host);
  }

  /** The product is ended and started again with more flags, for this test and those that follow in the file. */
  async restart(...more) {
    await this.stage.again(more);
    this.product = this.stage.product;
  }

  /** Requests to the functions of the identity provider: everything under /persona/ that is no file. */
  functionCalls(origin = this.product.identity) {
    return this.sent(new URL(origin).host)
      .filter(({ path }) => path.startsWith('/persona/') && !/\.(html|js|css)(\?|$)/.test(path))
      .map(({ method, path }) => `${method} ${path.split('?')[0]}`);
  }

  /** From here on only: `sent` and `functionCalls` forget what came before. */
  forgetSent() {
    this.judgeWire();
    this.#first = this.wire.passed.length;
  }

  /** Done when the test is over, however it ends. */
  afterwards(act) {
    this.#afterwards.push(act);
  }

  /** This test will make a console say so; not saying it is a failure too. */
  announce(pattern) {
    this.#announced.push(pattern);
  }

  /** A console may say so, or not. */
  tolerate(pattern) {
    this.#tolerated.push(pattern);
  }

  /** This test plays an attacker who names himself to the identity provider. */
  allowRevealing(why) {
    assert.ok(why, 'say why');
    this.#revealing = why;
  }

  /** This host is an identity provider of the test too; `pages`: the origin of its pages, if that is another one. */
  addIdentityHost(host, pages = null) {
    this.#identityHosts.push(host);
    if (pages !== null) this.#pagesOf.set(host, pages);
  }

  /** This test asks a host of which nobody answers. */
  addStranger(host) {
    this.#strangers.push(host);
  }

  /** From now on every page of this visitor believes that it is this time. */
  setClock = (time) => this.#context.clock.setSystemTime(time);
  /** From now on the timers of every page are the test's: `page.clock` moves them. */
  installClock = () => this.#context.clock.install();
  cookies = (url) => this.#context.cookies(url);
  clearCookies = (options) => this.#context.clearCookies(options);
  addCookies = (cookies) => this.#context.addCookies(cookies);
  pages = () => this.#context.pages();

  /** The next window that opens while `act` runs. */
  async popup(page, act) {
    const [opened] = await Promise.all([page.waitForEvent('popup'), act()]);
    return opened;
  }

  /** What the verifier says about an assertion. */
  async verify(assertion, audience) {
    const answer = await request(`${this.product.verifier}/v2`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ assertion, audience }),
    });
    assert.equal(answer.status, 200, answer.text);
    return answer.json();
  }

  /** As the owner does it, beside the running server. */
  addUser = (email, password) => addUser(this.product, email, password);

  async judge() {
    for (const other of this.#others) await other.judge();
    await until('the announced console messages', () => this.#missing().length === 0).catch(() => {
      throw new Error(`no console said ${this.#missing().join(', ')}; said was:\n${this.#said.join('\n')}`);
    });
    const unannounced = this.#said.filter((line) => ![...this.#announced, ...this.#tolerated].some((pattern) => pattern.test(line)));
    assert.deepEqual(unannounced, [], 'nothing unannounced stands in a console');
    this.judgeWire();
  }

  #missing() {
    return this.#announced.filter((pattern) => !this.#said.some((line) => pattern.test(line)));
  }

  judgeWire() {
    const known = [`localhost:${this.product.port}`, ...['me', 'fallback', 'guestbook', 'verifier'].map((name) => `${name}.localhost:${this.product.port}`),
      ...this.sites.hosts().map((host) => `${host}:${this.sites.port}`)];
    const expected = (host) => known.includes(host) || this.#strangers.includes(host.split(':')[0]);
    const strangers = [
      ...this.sent().filter(({ host }) => !expected(host)).map(({ host, path }) => host + path),
      ...this.#asked.filter((url) => /^(https?|wss?|ftp):/.test(url) && !expected(new URL(url).host)),
    ];
    assert.deepEqual(strangers, [], 'no site but those of the test was asked');
    if (this.#revealing) return;
    const isIdentity = (host) => this.#identityHosts.includes(host.split(':')[0]);
    const sites = known.filter((host) => !isIdentity(host) && !/^(verifier\.)?localhost:/.test(host)).map((host) => host.split(':')[0]);
    for (const one of this.sent().filter(({ host }) => isIdentity(host))) {
      const { origin, referer, host, ...headers } = one.headers;
      const where = `${one.method} ${one.host}${one.path}`;
      const pages = this.#pagesOf.get(host.split(':')[0]) ?? `http://${host}`;
      assert.ok([undefined, 'null', pages].includes(origin), `${where} came with Origin: ${origin}`);
      assert.ok(referer === undefined || new URL(referer).host === host, `${where} came with Referer: ${referer}`);
      const all = decoded(`${one.path}\n${JSON.stringify(headers)}\n${one.body}`);
      for (const site of sites) assert.ok(!all.includes(site), `${where} names ${site}`);
    }
  }

  /** For the person who reads a failure. */
  async report(t) {
    for (const other of this.#others) await other.report(t);
    for (const line of this.#said) t.diagnostic(`console: ${line}`);
    for (const { method, host, path, status } of this.sent().slice(-12)) t.diagnostic(`wire: ${method} ${host}${path.split('?')[0]} ${status}`);
    for (const page of this.pages()) {
      const shown = await page.locator('body').ariaSnapshot({ timeout: 1_000 }).catch((error) => `(${error.message})`);
      t.diagnostic(`open: ${page.url().split('#')[0]}\n${shown}`);
    }
  }

  async end() {
    for (const other of this.#others) await other.end();
    await this.#context.close();
    this.sites.clear();
    for (const act of this.#afterwards) await act();
  }
}

function decoded(text) {
  try {
    return text + decodeURIComponent(text);
  } catch {
    return text;
  }
}
