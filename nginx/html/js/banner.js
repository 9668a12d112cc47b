/* Lines below the header: for who has not proven the own e-mail address yet, where the server sends mails, and for people of an organisation that
   is going to be deleted. */

import { h } from './dom.js';
import { icon } from './icons.js';
import { post } from './api.js';
import { setBusy } from './forms.js';
import { exactDate } from './format.js';
import { isolated } from './text.js';
import { ADMINS } from './constants.js';

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

/* Where such people can still do something: take their data out, leave, and restore the organisation. */
export const ENDING_PAGE = '/privacy';

export function endingBanner(user, say) {
  const admin = ADMINS.indexOf(user.role) >= 0;
  const text = h('p', null, isolated(user.organization.name) + ' will be deleted on ' + exactDate(user.organization.endsAt) + ', with everybody and everything in it. Until then nobody plays or changes anything. ',
    admin ? 'You can restore it as it was.' : 'An administrator of it can restore it.');
  const button = h('button', { class: 'btn', type: 'button', id: 'restore-organization' }, 'Restore the organisation');
  const bar = h('aside', { class: 'banner no-print', 'aria-label': 'Your organisation' }, h('div', { class: 'wrap' }, icon('alert'), text, admin ? button : null));
  button.addEventListener('click', async () => {
    if (button.getAttribute('aria-disabled') === 'true') {
      return;
    }
    setBusy(button, true);
    try {
      await post('/api/portal/restore-organization');
      window.location.assign('/exercises');
    } catch (error) {
      say(error.message);
      setBusy(button, false);
    }
  });
  document.querySelector('.site-header').after(bar);
}
