/* Lines below the header: for who has not proven the own e-mail address yet, where the server sends mails; and for whose second factor is
   to be removed. */

import { h } from './dom.js';
import { icon } from './icons.js';
import { post, remove } from './api.js';
import { setBusy } from './forms.js';
import { exactDate } from './format.js';

export function verifyBanner(user, say) {
  if (user.emailVerified || user.features.indexOf('mail') < 0) {
    return;
  }
  const text = h('p', null, 'Please confirm your e-mail address ', h('strong', null, user.email), ' with the link in the mail to it.');
  const button = h('button', { class: 'btn', type: 'button' }, 'Send the mail again');
  const bar = h('aside', { class: 'banner no-print', 'aria-label': 'Your e-mail address' }, h('div', { class: 'wrap' }, icon('email'), text, button));
  button.addEventListener('click', async () => {
    if (button.getAttribute('aria-disabled') === 'true') {
      return;
    }
    setBusy(button, true);
    try {
      await post('/api/auth/verify/resend');
      say('Mail sent to ' + user.email + '. The link in it works for 7 days.');
    } catch (error) {
      if (error.status === 409) {
        bar.remove();
      }
      say(error.message);
    }
    setBusy(button, false);
  });
  document.querySelector('.site-header').after(bar);
}

export function resetBanner(user, say) {
  if (!user.factorResetEndsAt) {
    return;
  }
  const button = h('button', { class: 'btn', type: 'button' }, 'Keep my second factor');
  const bar = h('aside', { class: 'banner no-print', 'aria-label': 'Your second factor' }, h('div', { class: 'wrap' }, icon('shield'),
    h('p', null, 'An administrator asked to remove your second factor, for the case that you lost it. It goes on ',
      h('strong', null, exactDate(user.factorResetEndsAt)), '. If you have it, keep it.'), button));
  button.addEventListener('click', async () => {
    if (button.getAttribute('aria-disabled') === 'true') {
      return;
    }
    setBusy(button, true);
    try {
      await remove('/api/auth/mfa/reset');
      bar.remove();
      say('Your second factor stays.');
    } catch (error) {
      if (error.status === 409) {
        bar.remove();
      }
      say(error.message);
    }
    setBusy(button, false);
  });
  document.querySelector('.site-header').after(bar);
}
