// @ts-check
import { readFileSync } from 'node:fs';
import vm from 'node:vm';

const SOURCE = readFileSync(new URL('../../static/include.js', import.meta.url), 'utf8');

/**
 * A pretend page of a relying party with include.js in it: just enough of a browser to see what
 * the script does, a clock that is moved by hand, and an internet that is a table.
 *
 * @param {{
 *   url?: string, src?: string, data?: Record<string, string>, documents?: Record<string, any>,
 *   local?: Record<string, any>, tab?: Record<string, any>, blocked?: boolean, frames?: boolean,
 * }} [setting] documents: URL without query → object, text, status or { status, type, body };
 *   blocked: no window can be opened; frames: whether the discovery frame may run
 */
export function site(setting = {}) {
  const seen = { warnings: [], errors: [], fetched: [], clicks: [], opened: [], replaced: [], sandboxes: [], fetches: [] };
  const listeners = [];
  const clock = { now: 1_790_000_000_000, timers: [] };
  const url = new URL(setting.url ?? 'https://rp.example/');

  const later = (act, ms, every, rest) => {
    clock.timers.push({ id: clock.timers.length + 1, at: clock.now + (ms || 0), act: () => act(...rest), every });
    return clock.timers.length;
  };
  const stop = (id) => { const timer = clock.timers[id - 1]; if (timer) timer.at = Infinity; };

  const window = {
    addEventListener: (type, act) => listeners.push({ type, act }),
    removeEventListener: (type, act) => {
      const at = listeners.findIndex((one) => one.type === type && one.act === act);
      if (at >= 0) listeners.splice(at, 1);
    },
    AbortController, URL, URLSearchParams, TextDecoder, atob, Uint8Array, Object, Array, JSON,
    CSSStyleSheet: class { replaceSync() {} },
    Date: class extends Date { static now() { return clock.now; } },
    MessageChannel: class {
      constructor() {
        this.port1 = { onmessage: null, close() {} };
        this.port2 = { postMessage: (data) => queueMicrotask(() => this.port1.onmessage?.({ data })) };
      }
    },
    clearInterval: stop,
    clearTimeout: stop,
    console: { warn: (text) => seen.warnings.push(text), error: (error) => seen.errors.push(error) },
    crossOriginIsolated: false,
    crypto,
    fetch: async (address, options) => {
      seen.fetches.push({ address, options });
      const body = setting.documents?.[address.split('?')[0]];
      if (body === undefined) throw new TypeError('no answer');
      return { ok: true, json: async () => body };
    },
    history: { state: null, replaceState: (_state, _title, path) => { url.href = new URL(path, url).href; } },
    localStorage: storage(setting.local),
    location: {
      get href() { return url.href; }, get origin() { return url.origin; }, get host() { return url.host; },
      get pathname() { return url.pathname; }, get search() { return url.search; }, get hash() { return url.hash; },
      replace: (path) => seen.replaced.push(path),
    },
    navigator: {},
    open: (_url, name) => {
      seen.opened.push(name);
      if (setting.blocked) return null;
      seen.popup = popup(name);
      return seen.popup;
    },
    outerWidth: 1000, screenX: 0, screenY: 0,
    sessionStorage: storage(setting.tab),
    setInterval: (act, ms, ...rest) => later(act, ms, ms, rest),
    setTimeout: (act, ms, ...rest) => later(act, ms, 0, rest),
  };
  window.window = window;

  const say = (type, event) => listeners.filter((one) => one.type === type).forEach((one) => one.act(event));

  class Node {
    constructor(name) { Object.assign(this, { tagName: name, children: [], attributes: {}, own: [], style: {}, dataset: {} }); }
    append(...nodes) {
      this.children.push(...nodes);
      if (this.tagName === 'body') nodes.forEach(startFrame);
    }
    replaceChildren(...nodes) { this.children = nodes; }
    addEventListener(type, act) { this.own.push({ type, act }); }
    setAttribute(name, value) { this.attributes[name] = value; }
    attachShadow() { this.shadow = new Node('shadow'); return this.shadow; }
    remove() { this.removed = true; }
    focus() {}
    showModal() { this.open = true; }
    querySelector() { return null; }
    click() {
      if (this.tagName === 'a') seen.clicks.push({ href: this.href, target: this.target, referrerPolicy: this.referrerPolicy, rel: this.rel });
      else this.fire('click');
    }
    fire(type) { this.own.filter((one) => one.type === type).forEach((one) => one.act({ preventDefault() {} })); }
    get isConnected() { return true; }
    /** Everything that is written in it. */
    get text() { return [this.textContent ?? '', ...this.children.map((child) => (typeof child === 'string' ? child : child.text))].join(' '); }
    /** The first element below that fits. */
    find(fits) {
      for (const child of this.children) {
        if (typeof child === 'string') continue;
        const found = fits(child) ? child : child.find(fits);
        if (found) return found;
      }
      return null;
    }
  }

  function popup(name) {
    const document = { body: new Node('blank'), head: new Node('head'), documentElement: {}, adoptNode: (node) => node };
    return { name, closed: false, document, location: { href: 'about:blank', replace() {} }, CSSStyleSheet: window.CSSStyleSheet, sent: [],
      postMessage(data, target) { this.sent.push({ ...JSON.parse(data), target }); },
      focus() { this.focused = (this.focused ?? 0) + 1; },
      close() { this.closed = true; } };
  }

  function startFrame(node) {
    if (node.tagName !== 'iframe') return;
    seen.sandboxes.push(node.attributes.sandbox);
    node.contentWindow = { postMessage: ({ url: address }, _origin, [port]) => { seen.fetched.push(address); port.postMessage(answer(address)); } };
    if (setting.frames === false) setTimeout(() => node.fire('load'));
    else queueMicrotask(() => say('message', { source: node.contentWindow, origin: 'null', data: 'selfsame:frame' }));
  }

  function answer(address) {
    const given = setting.documents?.[address.split('?')[0]];
    if (given === undefined) return { status: 0 };
    if (typeof given === 'number') return { status: given, type: 'text/html', body: 'x' };
    if (given.body !== undefined || given.late) return { status: 200, type: 'application/json', ...given };
    return { status: 200, type: 'application/json; charset=utf-8', body: typeof given === 'string' ? given : JSON.stringify(given) };
  }

  const body = new Node('body');
  window.document = {
    body,
    readyState: 'complete',
    currentScript: { src: setting.src ?? 'https://rp.example/include.js', dataset: setting.data ?? {} },
    createElement: (name) => new Node(name),
    addEventListener: window.addEventListener,
  };
  const context = vm.createContext(window);
  vm.runInContext(SOURCE, context, { filename: 'include.js' });

  return {
    id: window.navigator.id,
    seen,
    url,
    say,
    local: (key) => JSON.parse(window.localStorage.getItem(`selfsame:${key}`) ?? 'null'),
    tab: (key) => JSON.parse(window.sessionStorage.getItem(`selfsame:${key}`) ?? 'null'),
    /** The dialog over the page, if one is open. */
    dialog: () => body.children.filter((node) => node.tagName === 'selfsame-dialog' && !node.removed).map((node) => node.shadow)[0] ?? null,
    /** What is drawn in the window. */
    drawn: () => seen.popup.document.body,
    /** The window's page sends a message. */
    hear: (origin, data, source = seen.popup) => say('message', { source, origin, data: JSON.stringify(data) }),
    /** Lets the time pass and everything that waits for it happen. */
    async pass(ms = 0) {
      await settled();
      const until = clock.now + ms;
      for (;;) {
        const due = clock.timers.filter((timer) => timer.at <= until).sort((a, b) => a.at - b.at)[0];
        if (!due) break;
        clock.now = Math.max(clock.now, due.at);
        due.at = due.every ? due.at + due.every : Infinity;
        try { due.act(); } catch (error) { seen.errors.push(error); }
        await settled();
      }
      clock.now = until;
    },
  };
}

/** Promises take a few turns. */
async function settled() {
  for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
}

function storage(given = {}) {
  const kept = new Map(Object.entries(given).map(([key, value]) => [`selfsame:${key}`, JSON.stringify(value)]));
  return {
    getItem: (key) => kept.get(key) ?? null,
    setItem: (key, value) => kept.set(key, value),
    removeItem: (key) => kept.delete(key),
  };
}
