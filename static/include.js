// @ts-check
/*
 * include.js: sign-in with BrowserID (Mozilla Persona) for web sites.
 *
 *   <script src="/include.js"></script>
 *   navigator.id.watch({ loggedInUser: null, onlogin(assertion) { … }, onlogout() { … } });
 *   button.onclick = () => navigator.id.request();
 *
 * The API is Persona's: watch, request, logout, get, getVerifiedEmail. Code written for
 * https://login.persona.org/include.js runs unchanged; only the address of this script and
 * of the verifier differ. Host a copy of this file yourself.
 *
 * What happens: request() opens a window in the click, asks for an address (once per site),
 * looks up the domain of the address, and moves the window to the page that this domain
 * names in its support document (`agent`). That page shows who asks, and posts an assertion
 * for exactly this origin back. Keys and certificates stay on that page.
 *
 * What it cannot do any more (there is no central login.persona.org, and browsers keep the
 * storage of sites apart):
 *   - sign in without a click: onlogin is called only for a request() made on this site.
 *     watch() reports onmatch and onlogout where this site's own record makes them certain,
 *     and never invents an onlogout;
 *   - end a session that another site started;
 *   - show siteLogo, backgroundColor, termsOfService or privacyPolicy: they are checked, with
 *     warnings, and not shown; siteName is shown as text beside the origin;
 *   - deliver `oncancel` of request() or the callback of get() after redirect mode, in which
 *     the page itself is left: give `oncancel` to watch() as well; the assertion waits two
 *     minutes for the next get().
 *
 * Redirect mode is used when no window can be opened or the site's headers cut it off
 * (Cross-Origin-Opener-Policy: same-origin). The visitor comes back to the page he left if
 * its path is `/` or plain and ends in `.html`, otherwise to `/`, which must then load this
 * script too: it hands over to the page that was left. A fragment survives HTTP redirects,
 * so the path that is returned to must never redirect to another site.
 *
 * Attributes of the script element, all optional:
 *   data-fallback="id.example"           domain that vouches for people whose own domain has no
 *                                        support; none unless named. The verifier must trust the
 *                                        same one (FALLBACK_DOMAIN)
 *   data-discovery="https://verify.example"  verifier asked (GET /wsapi/address_info) when a
 *                                        domain cannot be looked up from the page; a host name
 *                                        does, and below .localhost it is at this script's port
 *   data-return="/signed-in.html"        where redirect mode returns to
 *   data-redirect                        always use redirect mode
 *
 * Content-Security-Policy of the site: the look-up runs in a sandboxed frame, so that the
 * visitor's domain does not learn which site he is on (Origin: null, no Referer). It needs
 *   connect-src https:; script-src 'sha256-4I9hMr8Pe/mqoeZ3/CIFT6BiQ008aO2x3RE8Eu3bc2s='
 * beside 'self'. Where that is not wanted, name a verifier with data-discovery and allow it
 * in connect-src. No inline script or style is used otherwise.
 *
 * Storage: localStorage `selfsame:user` (who is signed in here) and `selfsame:last` (address
 * typed last), sessionStorage `selfsame:redirect`, `selfsame:result`, `selfsame:severed`.
 *
 * Support: CSSStyleSheet() and adoptedStyleSheets (2023 in Safari); without them the form is
 * plain but works.
 */
(function () {
  'use strict';

  const nav = /** @type {any} */ (navigator);
  if (nav.id && nav.id.request && !nav.id._shimmed) return;

  const HOUR = 3600000;
  const ASSERTION_LIFE = 120000;
  const DISCOVERY_LIMIT = 5000;
  const MAX_DELEGATIONS = 5;
  const MAX_DOCUMENT = 65536;
  const CLOSE_POLL = 500;
  const CLOSE_GRACE = 1000;

  /**
   * @typedef {{ login: Function, logout: Function | null, match: Function | null, ready: Function | null, cancel: Function | null }} Observers
   * @typedef {{ email?: string, siteName?: string, returnTo?: string, stay?: boolean }} Wishes
   * @typedef {{ assertion: string, email: string }} Result
   * @typedef {{ url: string, origin: string }} Agent
   * @typedef {{ s: string, back: string, email: string, t: number }} Departure
   * @typedef {{ assertion: string | null, email: string, back: string, again: boolean, t: number }} Arrival
   */

  const script = /** @type {HTMLScriptElement | null} */ (
    document.currentScript || document.querySelector('script[src*="include.js"]'));
  const settings = {
    discovery: script && script.dataset.discovery,
    fallback: script && script.dataset.fallback,
    redirect: Boolean(script && 'redirect' in script.dataset),
    returnPath: script && script.dataset.return,
    /** Port of `.localhost` domains: where this script came from. */
    port: script && script.src ? new URL(script.src, location.href).port : '',
  };

  // ---- the API ---------------------------------------------------------------------------

  nav.id = {
    /** @param {any} options */
    watch(options) {
      mustBeBound(this);
      useStyle('watch');
      watch(options);
    },
    /** @param {any} [options] */
    request(options) {
      mustBeBound(this);
      if (!observers && style !== 'get') throw new Error('navigator.id.watch must be called before navigator.id.request');
      useStyle('watch');
      request(options || {});
    },
    /** @param {Function} [callback] */
    logout(callback) {
      mustBeBound(this);
      logout();
      if (typeof callback === 'function') {
        warn('navigator.id.logout callback argument has been deprecated.');
        setTimeout(callback, 0);
      }
    },
    /** @param {any} callback @param {any} [options] */
    get(callback, options) {
      get(callback, options || {});
    },
    /** @param {any} callback */
    getVerifiedEmail(callback) {
      warn('navigator.id.getVerifiedEmail has been deprecated');
      get(callback, {});
    },
    _shimmed: true,
  };

  /** @type {'watch' | 'get' | undefined} which of the two APIs the page uses; the first call decides */
  let style;
  /** @type {Observers | null} */
  let observers = null;
  /** @type {{ siteName?: string }} */
  let watched = {};
  /** @type {string | null | undefined} what the site believes: an address, nobody, or unknown */
  let current;
  let checked = false;
  let checking = false;
  /** @type {Arrival | null} what redirect mode brought back, until watch() or get() takes it */
  let arrival = null;
  let leaving = false;

  /** @param {unknown} self */
  function mustBeBound(self) {
    if (self !== nav.id) throw new Error('all navigator.id calls must be made on the navigator.id object');
  }

  /** @param {'watch' | 'get'} wanted */
  function useStyle(wanted) {
    if (style === undefined) style = wanted;
    if (style !== wanted) {
      throw new Error('you cannot combine the navigator.id.watch() API with navigator.id.getVerifiedEmail() or ' +
        'navigator.id.get(): this site should instead use navigator.id.request() and navigator.id.watch()');
    }
  }

  /** @param {any} given */
  function watch(given) {
    if (typeof given !== 'object' || given === null) return;
    for (const name of ['onlogin', 'onlogout', 'onmatch', 'onready']) {
      if (given[name] && typeof given[name] !== 'function') {
        throw new Error(`non-function where function expected in parameters to navigator.id.watch(): ${name}`);
      }
    }
    if (!given.onlogin) throw new Error("'onlogin' is a required argument to navigator.id.watch()");
    if (!given.onlogout && (given.onmatch || 'loggedInUser' in given)) {
      throw new Error('stateless api only allows onlogin and onready options');
    }
    const options = renamed(given, 'loggedInEmail', 'loggedInUser');
    const user = asUser(options.loggedInUser);
    observers = {
      login: options.onlogin,
      logout: options.onlogout || null,
      match: options.onmatch || null,
      ready: options.onready || null,
      cancel: typeof options.oncancel === 'function' ? options.oncancel : null,
    };
    watched = siteTexts(options);
    if (checking) return;
    checking = true;
    current = user;
    whenParsed(checkState);
  }

  /** @param {any} given */
  function request(given) {
    const options = renamed(renamed(given, 'tosURL', 'termsOfService'), 'privacyURL', 'privacyPolicy');
    if (options.requiredEmail !== undefined) warn('requiredEmail has been deprecated');
    const stateless = observers && !observers.logout;
    if (stateless && (options.termsOfService || options.privacyPolicy)) {
      warn('stateless API does not support termsOfService or privacyPolicy, ignoring');
    } else {
      checkLegalTexts(options);
    }
    const oncancel = typeof options.oncancel === 'function' ? options.oncancel : null;
    if (options.oncancel && !oncancel) warn('oncancel is not a function, ignoring');
    const wishes = { ...siteTexts(options), ...watched, email: hint(options), returnTo: returnPath(options.returnTo) };
    openDialog(wishes, (result) => {
      if (result) signedIn(result);
      else if (oncancel) run(oncancel);
    });
  }

  function logout() {
    const before = current;
    site.write('user', { email: null, t: Date.now() });
    if (!checked) return; // the check after watch() reads the record
    current = null;
    if (before !== null) setTimeout(() => observers && observers.logout && run(observers.logout), 0);
  }

  /** @param {any} callback @param {any} given */
  function get(callback, given) {
    const answer = (/** @type {string | null} */ assertion) => typeof callback === 'function' && run(callback, assertion);
    if (given.silent !== undefined) {
      warn('silent has been deprecated');
      setTimeout(() => answer(null), 0);
      return;
    }
    useStyle('get');
    const options = renamed(renamed(given, 'tosURL', 'termsOfService'), 'privacyURL', 'privacyPolicy');
    checkLegalTexts(options);
    if (arrival && arrival.assertion && Date.now() - arrival.t < ASSERTION_LIFE) {
      const { assertion, email } = arrival;
      arrival = null;
      setTimeout(() => { remember(email); answer(assertion); }, 0);
      return;
    }
    openDialog({ ...siteTexts(options), email: hint(options) }, (result) => {
      if (result) remember(result.email);
      answer(result && result.assertion);
    });
  }

  // ---- who is signed in here ---------------------------------------------------------------

  /** The first look after watch(): (login | logout | match | nothing), then ready. */
  function checkState() {
    checked = true;
    if (leaving || !observers) return;
    const brought = arrival;
    arrival = null;
    if (brought && brought.assertion) {
      signedIn({ assertion: brought.assertion, email: brought.email });
    } else {
      if (brought && brought.again) openDialog({ ...watched, stay: true }, (result) => { if (result) signedIn(result); });
      else if (brought && observers.cancel) run(observers.cancel);
      compareWithRecord();
    }
    if (observers.ready) run(observers.ready);
  }

  /** Fires only what is certain; a missing record never means "signed out". */
  function compareWithRecord() {
    if (!observers || !observers.logout) return;
    const record = site.read('user');
    const signedOut = Boolean(record) && record.email === null;
    if (typeof current === 'string') {
      if (!record) site.write('user', { email: current, t: Date.now() });
      else if (sameAddress(record.email, current)) match();
      else if (signedOut) signedOutElsewhere();
    } else if (current === null) {
      if (!record || signedOut) match();
    } else if (signedOut) {
      signedOutElsewhere();
    }
  }

  function match() {
    if (observers && observers.match) run(observers.match);
  }

  function signedOutElsewhere() {
    current = null;
    if (observers && observers.logout) run(observers.logout);
  }

  /** @param {Result} result */
  function signedIn(result) {
    remember(result.email);
    current = result.email;
    if (observers) run(observers.login, result.assertion);
  }

  /** @param {string} email */
  function remember(email) {
    site.write('user', { email, t: Date.now() });
    site.write('last', { email, t: Date.now() });
  }

  addEventListener('storage', (event) => {
    if (event.key !== 'selfsame:user' || !event.newValue || !checked || current === null) return;
    const record = parsed(event.newValue);
    if (record && record.email === null) signedOutElsewhere();
  });

  // ---- options -----------------------------------------------------------------------------

  /** @param {any} options @param {string} old @param {string} name */
  function renamed(options, old, name) {
    if (options[old] === undefined) return options;
    if (options[name] !== undefined) throw new Error(`you cannot supply *both* ${old} and ${name}`);
    warn(`${old} has been deprecated`);
    return { ...options, [name]: options[old] };
  }

  /** @param {any} value @returns {string | null | undefined} */
  function asUser(value) {
    if (value === undefined) return undefined;
    if (value === null || value === false || value === '') return null;
    if (Object.prototype.toString.call(value) !== '[object String]') throw new Error('loggedInUser is not a valid type');
    return String(value);
  }

  /** @param {any} options @returns {{ siteName?: string }} */
  function siteTexts(options) {
    if (options.siteLogo !== undefined && !isLogo(options.siteLogo)) {
      warn('siteLogo must be an https: address, an absolute path, or a base64 image of at most 128 KiB, ignoring');
    }
    if (options.backgroundColor !== undefined && !/^#?([0-9a-f]{3}|[0-9a-f]{6})$/i.test(options.backgroundColor)) {
      warn('backgroundColor must be 3 or 6 hexadecimal digits, ignoring');
    }
    if (options.siteName === undefined) return {};
    if (typeof options.siteName === 'string') return { siteName: options.siteName };
    warn('siteName must be text, ignoring');
    return {};
  }

  /** @param {any} logo */
  function isLogo(logo) {
    if (typeof logo !== 'string') return false;
    if (/^data:image\/(png|gif|jpe?g|svg\+xml);base64,/.test(logo)) return logo.length <= 131072;
    return /^(https:\/\/|\/)/.test(logo) && resolved(logo, /^https:$/, logo.startsWith('/') && !logo.startsWith('//'));
  }

  /** @param {any} options */
  function checkLegalTexts(options) {
    const { termsOfService, privacyPolicy } = options;
    if (termsOfService && !privacyPolicy) warn('termsOfService ignored unless privacyPolicy also defined');
    if (privacyPolicy && !termsOfService) warn('privacyPolicy ignored unless termsOfService also defined');
    for (const name of ['termsOfService', 'privacyPolicy']) {
      const value = options[name];
      if (value && !(/^(https?:\/\/|\/)/.test(value) && resolved(value, /^https?:$/, true))) {
        warn(`${name} must be an http: or https: address or an absolute path, ignoring`);
      }
    }
  }

  /** @param {string} text @param {RegExp} schemes @param {boolean} own whether the page's own scheme is fine too */
  function resolved(text, schemes, own) {
    try {
      const url = new URL(text, location.href);
      return text.length <= 2083 && (schemes.test(url.protocol) || (own && url.origin === location.origin));
    } catch {
      return false;
    }
  }

  /** @param {any} options */
  function hint(options) {
    const given = options.email !== undefined ? options.email : options.experimental_emailHint;
    if (given === undefined || given === null || given === '') return undefined;
    const email = address(given);
    if (!email) warn('email is not a valid address, ignoring');
    return email || undefined;
  }

  /** @param {any} path @returns {string | undefined} */
  function returnPath(path) {
    if (path === undefined || path === null) return undefined;
    if (typeof path === 'string' && path.length <= 2048 && /^\/(?![/\\])/.test(path) && resolved(path, /^$/, true)) return path;
    warn('returnTo must be an absolute path on this site, ignoring');
    return undefined;
  }

  /**
   * An e-mail address with its domain in lower case (and in ASCII), or null.
   * @param {unknown} text
   */
  function address(text) {
    const parts = /^([^\s@"<>(),;:\\[\]\u0000-\u001f\u007f]{1,64})@([^\s@/\\?#%]{1,255})$/.exec(String(text).trim());
    if (!parts) return null;
    const domain = host(parts[2]);
    return domain && `${parts[1]}@${domain}`;
  }

  /**
   * A host name in ASCII; a port only after `.localhost`. IP addresses and single labels are none.
   * @param {unknown} text
   */
  function host(text) {
    try {
      const url = new URL(`http://${text}`);
      const name = url.hostname;
      if (url.href !== `http://${url.host}/` || url.username || name.length > 253) return null;
      if (!/^(?=.*[a-z])([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/.test(name)) return null;
      return url.port && !isLocal(name) ? null : url.host;
    } catch {
      return null;
    }
  }

  /** @param {string} domain */
  function isLocal(domain) {
    return /\.localhost(:\d+)?$/.test(domain);
  }

  /** @param {unknown} one @param {string} other */
  function sameAddress(one, other) {
    return typeof one === 'string' && one.toLowerCase() === other.toLowerCase();
  }

  // ---- discovery: which page speaks for a domain ---------------------------------------------

  /** Runs in the sandboxed frame. A change here changes the hash in the header comment. */
  const FRAME_SCRIPT = [
    'addEventListener("message",function(e){',
    'if(e.source!==parent)return;',
    'var port=e.ports[0],stop=new AbortController();',
    'setTimeout(function(){stop.abort()},e.data.ms);',
    'fetch(e.data.url,{credentials:"omit",referrerPolicy:"no-referrer",redirect:"error",signal:stop.signal})',
    '.then(function(r){return r.text().then(function(t){',
    'port.postMessage({status:r.status,type:r.headers.get("content-type"),body:t.slice(0,65537)})})})',
    '.catch(function(){port.postMessage({status:0,late:stop.signal.aborted})})});',
    'parent.postMessage("selfsame:frame","*")',
  ].join('');

  /** @typedef {{ status: number, type?: string | null, body?: string, late?: boolean }} Answer */

  /**
   * The agent page for an address. Fails with a sentence for the visitor.
   * @param {string} email
   * @returns {Promise<Agent>}
   */
  async function findAgent(email) {
    const domain = email.slice(email.lastIndexOf('@') + 1);
    const found = await lookUp(email, domain);
    const fallback = host(settings.fallback || '');
    if (fallback && (found.kind === 'none' || found.kind === 'unclear')) {
      if (found.fallback && found.fallback !== fallback.replace(/:\d+$/, '')) warn(`data-fallback is ${fallback}, but the verifier trusts ${found.fallback}`);
      const chosen = await lookUp(`nobody@${fallback}`, fallback);
      if (chosen.kind === 'agent') return chosen.agent;
      throw new Error(`${domain} cannot sign you in itself, and ${fallback}, which this site uses instead, did not answer. Try again later.`);
    }
    // One domain is named to the visitor; two where another one speaks for it, or might have.
    const at = 'at' in found ? found.at : domain;
    const who = at === domain ? at : `${at}, to which ${domain} leaves sign-in,`;
    switch (found.kind) {
      case 'agent': return found.agent;
      case 'old': throw new Error(`The provider at ${at} is too old: it was made for Persona and has no page that today's browsers can use. Its owner has to add an agent page.`);
      case 'none': throw new Error(at === domain
        ? `${domain} is not set up for this kind of sign-in. Check the spelling, or use an address at another domain.`
        : `${who} is not set up for it. Only the owner of ${domain} can repair that.`);
      case 'wrong': throw new Error(`${who} is set up wrongly for sign-in: ${found.why}. Only its owner can repair that.`);
      case 'trouble': throw new Error(`${who} does not answer properly at the moment. ${fallback
        ? `It may sign its people in itself, so ${fallback} does not take its place. ` : ''}Try again later.`);
      case 'blocked': throw new Error(`This site's security policy does not let it look up ${domain}. Its owner can name a verifier with data-discovery.`);
      default: throw new Error(`${who} did not answer, or is not set up for this kind of sign-in. Check the spelling and your connection.`);
    }
  }

  /**
   * @typedef {{ kind: 'agent', agent: Agent } | { kind: 'none' | 'unclear', at: string, fallback?: string } | { kind: 'blocked' }
   *   | { kind: 'old' | 'trouble', at: string } | { kind: 'wrong', at: string, why: string }} Found
   */

  let isBlocked = false;

  /**
   * By the frame, or by the verifier where that cannot tell.
   * @param {string} email @param {string} domain
   * @returns {Promise<Found>}
   */
  async function lookUp(email, domain) {
    const found = isBlocked ? /** @type {Found} */ ({ kind: 'blocked' }) : await walk(domain);
    isBlocked = found.kind === 'blocked'; // the page's policy stays as it is: no frame is tried again
    if ((found.kind !== 'unclear' && !isBlocked) || !settings.discovery) return found;
    return askVerifier(settings.discovery, email, domain);
  }

  /**
   * Follows the support documents from a domain to its authority.
   * @param {string} domain
   * @returns {Promise<Found>}
   */
  async function walk(domain) {
    const deadline = Date.now() + DISCOVERY_LIMIT;
    const frame = await openFrame();
    if (!frame) return { kind: 'blocked' };
    try {
      const seen = [domain];
      for (;;) {
        const at = seen[seen.length - 1];
        const url = `${originOf(at)}/.well-known/browserid?domain=${encodeURIComponent(domain)}`;
        const step = readDocument(await frame.ask(url, Math.max(1, deadline - Date.now())), at);
        if (!('authority' in step)) return step;
        const next = host(step.authority);
        if (!next || (isLocal(next) && !isLocal(domain))) return { kind: 'wrong', at, why: 'it names an authority that is not a host name' };
        if (seen.includes(next)) return { kind: 'wrong', at, why: 'its delegation leads in a circle' };
        if (seen.length > MAX_DELEGATIONS) return { kind: 'wrong', at, why: 'it delegates too many times' };
        seen.push(next);
      }
    } finally {
      frame.close();
    }
  }

  /**
   * What one answer says: somebody else decides (`authority`), or the end of the walk.
   * @param {Answer} answer @param {string} at
   * @returns {Found | { authority: unknown }}
   */
  function readDocument(answer, at) {
    if (answer.late || answer.status >= 500) return { kind: 'trouble', at };
    if (answer.status === 0) return { kind: 'unclear', at };
    if (answer.status !== 200 || !answer.body || answer.body.length > MAX_DOCUMENT) return { kind: 'none', at };
    const type = (answer.type || '').split(';')[0].trim().toLowerCase();
    const document = parsed(answer.body);
    if (!document || Array.isArray(document)) return { kind: 'none', at };
    const delegates = document.authority !== undefined && !document.disabled;
    if (type !== 'application/json' && !(type === 'application/octet-stream' && delegates)) return { kind: 'none', at };
    if (document.disabled) return { kind: 'none', at };
    if (delegates) return { authority: document.authority };
    if (document.agent === undefined) return document['public-key'] ? { kind: 'old', at } : { kind: 'none', at };
    const agent = agentAt(originOf(at), document.agent);
    return agent ? { kind: 'agent', agent } : { kind: 'wrong', at, why: 'its agent is not a plain absolute path' };
  }

  /** @param {string} origin @param {unknown} path @returns {Agent | null} */
  function agentAt(origin, path) {
    if (typeof path !== 'string' || !/^\/(?!\/)[\w\-.~!$&'()*+,;=:@%/]*$/.test(path)) return null;
    const url = new URL(path, origin);
    return url.origin === origin ? { url: url.href, origin } : null;
  }

  /**
   * The verifier looks instead; it learns this site's origin, which is its customer anyway.
   * @param {string} verifier @param {string} email @param {string} domain
   * @returns {Promise<Found>}
   */
  async function askVerifier(verifier, email, domain) {
    try {
      const stop = new AbortController();
      setTimeout(() => stop.abort(), 2 * DISCOVERY_LIMIT);
      const named = host(verifier);
      const response = await fetch(`${named ? originOf(named) : new URL(verifier, location.href).origin}/wsapi/address_info?email=${encodeURIComponent(email)}`, {
        credentials: 'omit', referrerPolicy: 'no-referrer', signal: stop.signal,
      });
      const said = response.ok ? await response.json() : {};
      const issuer = host(said.issuer);
      if (said.type === 'primary' && issuer) {
        if (!said.agent) return { kind: 'old', at: issuer };
        const url = new URL(said.agent);
        const origin = originOf(issuer);
        const own = url.origin === origin || (isLocal(issuer) && isLocal(domain) && url.protocol === 'http:' && url.hostname === issuer);
        const agent = own ? agentAt(url.origin, url.pathname) : null;
        return agent ? { kind: 'agent', agent } : { kind: 'wrong', at: issuer, why: 'its agent is not a page of its own' };
      }
      if (said.type === 'secondary' && said.state !== 'offline') {
        return { kind: 'none', at: domain, fallback: issuer && issuer !== domain ? issuer : undefined };
      }
    } catch {
      // Said below: nobody could tell.
    }
    return { kind: 'trouble', at: domain };
  }

  /** @param {string} domain */
  function originOf(domain) {
    if (!isLocal(domain)) return `https://${domain}`;
    return new URL(/:\d+$/.test(domain) || !settings.port ? `http://${domain}` : `http://${domain}:${settings.port}`).origin;
  }

  /**
   * A frame with an opaque origin, so that requests from it do not name this site. Null where
   * the site's policy keeps its script from running.
   * @returns {Promise<{ ask(url: string, ms: number): Promise<Answer>, close(): void } | null>}
   */
  function openFrame() {
    return new Promise((resolve) => {
      const frame = document.createElement('iframe');
      frame.setAttribute('sandbox', 'allow-scripts');
      frame.setAttribute('aria-hidden', 'true');
      frame.tabIndex = -1;
      frame.style.display = 'none';
      const settle = (/** @type {boolean} */ runs) => {
        clearTimeout(timer);
        removeEventListener('message', hear);
        if (runs) resolve({ ask, close: () => frame.remove() });
        else { frame.remove(); resolve(null); }
      };
      const ask = (/** @type {string} */ url, /** @type {number} */ ms) => new Promise((/** @type {(answer: Answer) => void} */ done) => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = (event) => { port1.close(); done(event.data); };
        setTimeout(() => done({ status: 0, late: true }), ms + 500);
        const inside = /** @type {Window} */ (frame.contentWindow);
        inside.postMessage({ url, ms }, '*', [port2]);
      });
      const hear = (/** @type {MessageEvent} */ event) => {
        if (event.source === frame.contentWindow && event.data === 'selfsame:frame') settle(true);
      };
      let timer = setTimeout(() => settle(false), 2000);
      frame.addEventListener('load', () => { clearTimeout(timer); timer = setTimeout(() => settle(false), 500); });
      addEventListener('message', hear);
      try {
        frame.srcdoc = `<!doctype html><meta charset="utf-8"><script>${FRAME_SCRIPT}</script>`;
        (document.body || document.documentElement).append(frame);
      } catch {
        settle(false); // Trusted Types refuse srcdoc
      }
    });
  }

  // ---- the dialog ----------------------------------------------------------------------------

  /**
   * Where the dialog is drawn: a window of its own, or an element over the page.
   * @typedef {{ show(...nodes: Node[]): void, focus(): void, close(): void }} Surface
   */

  /** @type {{ focus(): void, end(result: Result | null): void } | null} */
  let dialog = null;

  /** @param {Wishes} wishes @param {(result: Result | null) => void} done called once */
  function openDialog(wishes, done) {
    if (dialog) {
      dialog.focus();
      return;
    }
    const inPage = wishes.stay || settings.redirect || window.crossOriginIsolated || session.read('severed');
    // Nothing may be awaited before this line: engines open windows only during the click.
    const name = `__persona_dialog_${random()}`;
    const popup = inPage ? null : openWindow(name);
    const channel = random();
    /** @type {Surface} */
    let surface;
    /** @type {Agent | null} */
    let agent = null;
    let email = '';
    let heard = false;
    let over = false;
    let closedAt = 0;
    let timer = 0;

    const end = (/** @type {Result | null} */ result) => {
      if (over) return;
      over = true;
      dialog = null;
      clearInterval(timer);
      removeEventListener('message', hear);
      surface.close();
      done(result);
    };
    const cancel = () => end(null);

    const ask = (/** @type {string} */ given) => {
      agent = null;
      surface.show(...addressForm(given, find, cancel));
    };
    const find = (/** @type {string} */ typed) => {
      email = typed;
      surface.show(...progressView(email, cancel));
      findAgent(email).then((found) => {
        if (!over) leave(found);
      }, (problem) => {
        if (!over) surface.show(...problemView(problem.message, () => ask(email), cancel));
      });
    };
    const leave = (/** @type {Agent} */ found) => {
      agent = found;
      if (surface === page) goAway(found, email, wishes);
      // The fragment tells an agent page that lost its opener that it is a left-over window.
      else if (popup && !popup.closed) navigate(`${found.url}#popup`, name);
    };

    const hear = (/** @type {MessageEvent} */ event) => {
      if (!agent || event.source !== popup || event.origin !== agent.origin || typeof event.data !== 'string') return;
      const message = parsed(event.data);
      if (!message) return;
      const said = message.d;
      if (message.a === 'ready') {
        heard = true;
        const params = { email, siteName: wishes.siteName };
        /** @type {Window} */ (popup).postMessage(JSON.stringify({ a: 'request', v: 1, d: { c: channel, method: 'get', params } }), agent.origin);
      } else if (message.a === 'response' && said === null) {
        cancel();
      } else if (message.a === 'response' && said && said.c === channel && typeof said.assertion === 'string' && said.assertion) {
        end({ assertion: said.assertion, email: typeof said.email === 'string' ? said.email : email });
      } else if (message.a === 'error' && said && said.c === channel && said.reason === 'other_address') {
        heard = false;
        /** @type {Window} */ (popup).location.replace('about:blank');
        ask('');
      }
    };

    const watchWindow = () => {
      if (!(/** @type {Window} */ (popup)).closed) {
        closedAt = 0;
        if (!agent) surface.show();
      } else if (!closedAt) {
        closedAt = Date.now();
      } else if (Date.now() - closedAt >= CLOSE_GRACE) {
        clearInterval(timer);
        if (agent && !heard) offerRedirect(agent);
        else cancel();
      }
    };
    // A window that seems closed before its page said a word was closed by the visitor, or cut
    // off by a COOP header; a script cannot tell which.
    const offerRedirect = (/** @type {Agent} */ found) => {
      page = pageSurface(cancel);
      surface = page;
      page.show(...severedView(() => {
        session.write('severed', true);
        goAway(found, email, wishes);
      }, cancel));
    };

    /** @type {Surface | null} */
    let page = popup ? null : pageSurface(cancel);
    surface = page || popupSurface(/** @type {Window} */ (popup));
    dialog = { focus: () => surface.focus(), end };
    if (popup) {
      addEventListener('message', hear);
      timer = window.setInterval(watchWindow, CLOSE_POLL);
    }
    const last = site.read('last');
    const known = wishes.email || (last && address(last.email)) || '';
    if (known) find(known);
    else ask('');
  }

  addEventListener('pageshow', (event) => {
    // Back from the agent by the back button: the page was kept as it was left.
    if (event.persisted && dialog && session.read('redirect')) {
      session.write('redirect', null);
      dialog.end(null);
    }
  });

  /** @param {string} name @returns {Window | null} */
  function openWindow(name) {
    try {
      const left = Math.max(0, Math.round(screenX + (outerWidth - 700) / 2));
      const opened = window.open('', name, `popup,width=700,height=520,left=${left},top=${screenY + 80}`);
      return opened && !opened.closed ? opened : null;
    } catch {
      return null;
    }
  }

  /** @param {Window} popup @returns {Surface} */
  function popupSurface(popup) {
    const main = element('main', {});
    return {
      // Called again now and then: Firefox replaces the first empty document after a moment.
      show(...nodes) {
        if (nodes.length) main.replaceChildren(...nodes);
        try {
          const { document: blank } = popup;
          if (popup.location.href !== 'about:blank' || !blank.body) throw new Error('not there yet');
          if (main.isConnected && main.ownerDocument === blank) {
            if (nodes.length) focusFirst(main);
            return;
          }
          blank.documentElement.lang = 'en';
          blank.head.replaceChildren(element('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }));
          blank.title = `Sign in to ${location.host}`;
          dress(blank, /** @type {any} */ (popup).CSSStyleSheet);
          blank.body.replaceChildren(blank.adoptNode(main));
          focusFirst(main);
        } catch {
          if (nodes.length && !popup.closed) setTimeout(() => this.show(), 50);
        }
      },
      focus: () => popup.focus(),
      close: () => popup.close(),
    };
  }

  /** @param {() => void} cancel @returns {Surface} */
  function pageSurface(cancel) {
    const holder = document.createElement('selfsame-dialog');
    const root = holder.attachShadow({ mode: 'closed' });
    const box = element('dialog', {});
    box.setAttribute('aria-label', `Sign in to ${location.host}`);
    dress(root, window.CSSStyleSheet);
    root.append(box);
    box.addEventListener('cancel', (event) => { event.preventDefault(); cancel(); });
    (document.body || document.documentElement).append(holder);
    return {
      show(...nodes) {
        box.replaceChildren(...nodes);
        if (!box.open) box.showModal();
        focusFirst(box);
      },
      focus: () => focusFirst(box),
      close: () => holder.remove(),
    };
  }

  /** Moves a window without telling where from. @param {string} url @param {string} target */
  function navigate(url, target) {
    const link = element('a', { href: url, target, rel: 'opener', referrerPolicy: 'no-referrer' });
    link.click();
  }

  /** @param {string} given @param {(email: string) => void} go @param {() => void} cancel */
  function addressForm(given, go, cancel) {
    const input = element('input', { id: 'email', type: 'email', name: 'email', value: given, autocomplete: 'email', spellcheck: false, autocapitalize: 'none', placeholder: 'you@your.domain' });
    const error = element('p', { id: 'error', className: 'error' });
    error.setAttribute('role', 'alert');
    const form = element('form', { noValidate: true },
      element('label', { htmlFor: 'email' }, 'Your e-mail address'), input, error,
      buttons(element('button', { type: 'submit', className: 'main' }, 'Continue'), button('Cancel', cancel)));
    form.addEventListener('submit', (event) => {
      event.preventDefault();
      const email = address(input.value);
      if (email) return go(email);
      error.textContent = input.value.trim() ? 'This is not a whole address. It looks like name@domain.' : 'Type the address that you want to sign in with.';
      input.setAttribute('aria-invalid', 'true');
      input.setAttribute('aria-describedby', 'error');
      input.focus();
    });
    return [title(), form, element('p', { className: 'small' }, 'The domain of your address signs you in. No password is typed here.')];
  }

  /** @param {string} email @param {() => void} cancel */
  function progressView(email, cancel) {
    const status = element('p', {}, `Looking for ${email.slice(email.lastIndexOf('@') + 1)}…`);
    status.setAttribute('role', 'status');
    return [title(), status, buttons(button('Cancel', cancel))];
  }

  /** @param {string} text @param {() => void} again @param {() => void} cancel */
  function problemView(text, again, cancel) {
    const problem = element('p', { className: 'error' }, text);
    problem.setAttribute('role', 'alert');
    const retry = button('Use another address', again);
    retry.className = 'main';
    return [title(), problem, buttons(retry, button('Close', cancel))];
  }

  /** @param {() => void} go @param {() => void} cancel */
  function severedView(go, cancel) {
    const on = button('Continue in this tab', go);
    on.className = 'main';
    return [title(), element('p', {}, 'The sign-in window is out of reach: it was closed, or your browser keeps it apart from this site. You can sign in in this tab instead.'),
      buttons(on, button('Cancel', cancel))];
  }

  function title() {
    return element('h1', {}, 'Sign in to ', element('bdi', {}, location.host));
  }

  /** @param {Node[]} nodes */
  function buttons(...nodes) {
    return element('p', { className: 'buttons' }, ...nodes);
  }

  /** @param {string} text @param {() => void} act */
  function button(text, act) {
    const made = element('button', { type: 'button' }, text);
    made.addEventListener('click', act);
    return made;
  }

  /** @param {ParentNode} root */
  function focusFirst(root) {
    const first = /** @type {HTMLElement | null} */ (root.querySelector('input, button'));
    if (first) first.focus();
  }

  /**
   * Styles without a style element: a site's style-src does not reach constructed sheets.
   * @param {Document | ShadowRoot} root @param {typeof CSSStyleSheet} Sheet
   */
  function dress(root, Sheet) {
    try {
      const sheet = new Sheet();
      sheet.replaceSync(LOOKS);
      root.adoptedStyleSheets = [sheet];
    } catch {
      // Plain, but usable.
    }
  }

  const LOOKS = `
    :host, :root { color-scheme: light dark; --ink: light-dark(#1c2330, #e8ebf0); --soft: light-dark(#5a6475, #a5aebd);
      --paper: light-dark(#fff, #1a1e26); --line: light-dark(#8b93a1, #6f7887); --accent: light-dark(#1f5aa8, #8fbcff);
      --on: light-dark(#fff, #0c1a2e); --bad: light-dark(#a3201c, #ffaaa3); }
    * { box-sizing: border-box; }
    body { margin: 0; background: var(--paper); }
    main, dialog { font: 1rem/1.5 system-ui, sans-serif; color: var(--ink); background: var(--paper); padding: 1.5rem; }
    main { max-width: 30rem; margin: 0 auto; padding-top: min(12vh, 4rem); }
    dialog { width: 30rem; max-width: calc(100vw - 2rem); border: 1px solid var(--line); border-radius: .75rem; }
    dialog::backdrop { background: rgb(0 0 0 / .45); }
    h1 { font-size: 1.375rem; line-height: 1.3; margin: 0 0 1.25rem; overflow-wrap: anywhere; }
    label { display: block; font-weight: 600; margin-bottom: .375rem; }
    input { width: 100%; font: inherit; color: inherit; background: transparent; padding: .625rem .75rem; border: 1px solid var(--line); border-radius: .5rem; }
    input::placeholder { color: var(--soft); opacity: 1; }
    input[aria-invalid] { border-color: var(--bad); }
    .error { color: var(--bad); margin: .5rem 0 0; overflow-wrap: anywhere; }
    .error:empty { display: none; }
    .small { color: var(--soft); font-size: .875rem; margin: 1.25rem 0 0; }
    .buttons { display: flex; flex-wrap: wrap; gap: .75rem; margin: 1.25rem 0 0; }
    button { font: inherit; color: var(--accent); background: transparent; border: 1px solid var(--line); border-radius: .5rem; padding: .625rem 1.125rem; cursor: pointer; }
    button.main { font-weight: 600; color: var(--on); background: var(--accent); border-color: transparent; }
    :focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
  `;

  // ---- redirect mode ---------------------------------------------------------------------------

  /** @param {Agent} agent @param {string} email @param {Wishes} wishes */
  function goAway(agent, email, wishes) {
    const back = wishes.returnTo || location.pathname + location.search + location.hash;
    const own = isReturnPath(location.pathname) ? location.pathname : '/';
    const named = settings.returnPath;
    if (named && !isReturnPath(named)) warn('data-return must be / or a plain path that ends in .html, ignoring');
    const to = named && isReturnPath(named) ? named : own;
    const state = random();
    session.write('redirect', { s: state, back, email, t: Date.now() });
    const request = new URLSearchParams({ r: location.origin + to, s: state, e: email });
    if (wishes.siteName) request.set('n', wishes.siteName);
    navigate(`${agent.url}#${request}`, '_self');
  }

  /** Paths that no server redirects elsewhere by habit. @param {string} path */
  function isReturnPath(path) {
    return path === '/' || /^\/([\w~-][\w.~-]*\/)*[\w~-][\w.~-]*\.html$/.test(path);
  }

  /** Takes an assertion out of the address, if this is the answer that this tab waits for. */
  function arrive() {
    const answer = /^#browserid=([^&]*)&s=([^&]*)(&again=1)?$/.exec(location.hash);
    if (!answer) {
      const handed = session.read('result');
      if (!handed || !samePage(handed.back)) return;
      session.write('result', null);
      if (Date.now() - handed.t < ASSERTION_LIFE) arrival = handed;
      return;
    }
    const sent = /** @type {Departure | null} */ (session.read('redirect'));
    session.write('redirect', null);
    history.replaceState(history.state, '', location.pathname + location.search);
    if (!sent || sent.s !== answer[2] || Date.now() - sent.t > HOUR) {
      warn('an assertion that this tab did not ask for was dropped');
      return;
    }
    const again = Boolean(answer[3]);
    if (again) site.write('last', null);
    /** @type {Arrival} */
    const brought = { assertion: answer[1] || null, email: named(answer[1]) || sent.email, back: sent.back, again, t: Date.now() };
    if (samePage(sent.back)) {
      arrival = brought;
      history.replaceState(history.state, '', sent.back);
      return;
    }
    leaving = true;
    session.write('result', brought);
    location.replace(sent.back);
  }

  /** Whom an assertion's certificate names: at the domain, another address than the typed one may have been chosen. @param {string} assertion */
  function named(assertion) {
    try {
      const text = atob(assertion.split('.')[1].replace(/-/g, '+').replace(/_/g, '/'));
      const claims = JSON.parse(new TextDecoder().decode(Uint8Array.from(text, (char) => char.charCodeAt(0))));
      return address(claims.principal ? claims.principal.email : claims.sub);
    } catch {
      return null;
    }
  }

  /** @param {string} path */
  function samePage(path) {
    const url = new URL(path, location.href);
    return url.origin === location.origin && url.pathname === location.pathname && url.search === location.search;
  }

  // ---- small things ----------------------------------------------------------------------------

  /**
   * A record per key, kept in memory too where the browser refuses storage.
   * @param {() => Storage} open
   */
  function shelf(open) {
    /** @type {Record<string, any>} */
    const memory = {};
    return {
      /** @param {string} key @returns {any} */
      read(key) {
        try {
          return parsed(open().getItem(`selfsame:${key}`) || 'null');
        } catch {
          return memory[key] || null;
        }
      },
      /** @param {string} key @param {any} value null removes it */
      write(key, value) {
        memory[key] = value;
        try {
          if (value === null) open().removeItem(`selfsame:${key}`);
          else open().setItem(`selfsame:${key}`, JSON.stringify(value));
        } catch {
          // Private mode or full: memory has to do.
        }
      },
    };
  }

  /** @param {string} text @returns {any} an object, or null */
  function parsed(text) {
    try {
      const value = JSON.parse(text);
      return typeof value === 'object' || value === true ? value : null;
    } catch {
      return null;
    }
  }

  /**
   * @template {keyof HTMLElementTagNameMap} K
   * @param {K} name @param {Record<string, any>} properties @param {(Node | string)[]} children
   * @returns {HTMLElementTagNameMap[K]}
   */
  function element(name, properties, ...children) {
    const made = Object.assign(document.createElement(name), properties);
    made.append(...children);
    return made;
  }

  function random() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
  }

  /** @param {() => void} act */
  function whenParsed(act) {
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', act, { once: true });
    else setTimeout(act, 0);
  }

  /** The site's own errors are logged and thrown on, but do not stop what we still have to do. @param {Function} callback @param {unknown[]} values */
  function run(callback, ...values) {
    try {
      callback(...values);
    } catch (error) {
      console.error(error);
      setTimeout(() => { throw error; }, 0);
    }
  }

  /** @param {string} text */
  function warn(text) {
    console.warn(text);
  }

  const site = shelf(() => localStorage);
  const session = shelf(() => sessionStorage);
  arrive();
})();
