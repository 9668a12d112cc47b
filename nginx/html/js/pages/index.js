/* Product page: signed-in people go to their exercises; says when sign-ups are closed. */

import { byId } from '../dom.js';
import { get } from '../api.js';
import { publicHeader } from '../shell.js';

async function look() {
  try {
    const reply = await get('/api/public/signup-status', { anonymous: true });
    if (reply.signedIn) {
      window.location.replace('/exercises');
    } else if (reply.open === false) {
      byId('register-link').remove();
      byId('signup-note').textContent = 'New accounts are by invitation on this server. Ask your administrator for one.';
    }
  } catch (error) {
    return;
  }
}

publicHeader();
look();
