// @ts-check
import { page } from './lib/page.js';
import { redirectRequest } from './lib/redirect_request.js';
import { texts } from './lib/texts.js';

const { show } = page();
const done = location.search !== '?AUTH_RETURN_CANCEL';

if (redirectRequest()) {
  // Redirect mode: this very tab came from the agent page.
  location.replace(done ? 'agent.html#returned' : 'agent.html');
} else {
  new BroadcastChannel('selfsame').postMessage({ auth: done ? 'done' : 'cancel' });
  close();
  // Only seen where a window may not close itself.
  texts('return', 'problems').then(() => setTimeout(show, 300, done ? 'done' : 'cancelled'));
}
