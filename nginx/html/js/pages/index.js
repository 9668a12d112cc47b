/* Product page: signed-in people go to their own start; says when sign-ups are closed. */

import { byId } from '../dom.js';
import { HOME, get } from '../api.js';
import { publicHeader } from '../shell/public.js';
import { t } from '../words/index.js';

async function look() {
  try {
    const reply = await get('/api/public/signup-status', { anonymous: true });
    if (reply.signedIn) {
      window.location.replace(HOME);
    } else if (reply.open === false) {
      byId('register-link').remove();
      byId('signup-note').textContent = t('closed');
    }
  } catch (error) {
    /* The page says what it says without it. */
  }
}

publicHeader();
look();
