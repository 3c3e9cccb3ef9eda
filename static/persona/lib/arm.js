// @ts-check
const WAIT = 700;

/**
 * Lets a button work only for a person who had time to see it: the page visible, focused and
 * not tiny for 700 ms, then a movement or a press. A press that began earlier, or a key still
 * held down from the page before, does not count.
 * @param {HTMLButtonElement} button
 * @param {AbortSignal} signal
 * @param {() => void} act
 */
export function arm(button, signal, act) {
  let since = 0;
  let armed = false;
  let pressed = true; // a click without any press before it comes from assistive technology

  const seen = () => document.visibilityState === 'visible' && document.hasFocus() && innerWidth >= 240 && innerHeight >= 200;
  const look = () => {
    if (!seen()) { since = 0; set(false); } else if (!since) { since = performance.now(); }
  };
  const set = (/** @type {boolean} */ value) => {
    armed = value;
    button.setAttribute('aria-disabled', String(!value));
  };
  const notice = (/** @type {Event} */ event) => {
    look();
    if (event.isTrusted && since && performance.now() - since >= WAIT) set(true);
  };
  const press = (/** @type {Event} */ event) => {
    notice(event);
    pressed = armed && !(event instanceof KeyboardEvent && event.repeat);
  };

  set(false);
  look();
  const timer = setInterval(look, 100);
  signal.addEventListener('abort', () => clearInterval(timer));
  const options = { capture: true, signal };
  addEventListener('blur', look, options);
  addEventListener('focus', look, options);
  document.addEventListener('visibilitychange', look, options);
  addEventListener('pointermove', notice, options);
  addEventListener('pointerdown', press, options);
  addEventListener('keydown', press, options);
  button.addEventListener('click', (event) => {
    const ready = armed && pressed && event.isTrusted;
    pressed = true;
    notice(event);
    if (ready) act();
  }, { signal });
}
