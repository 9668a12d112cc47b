/* Lines below the header: for who has not proven the own e-mail address yet, where the server sends mails; for whose second factor is to be
   removed; and for people of an organisation that is going to be deleted. */

import { h } from './dom.js';
import { icon } from './icons.js';
import { post, remove } from './api.js';
import { setBusy } from './forms.js';
import { exactDate } from './format.js';
import { isolated } from './text.js';
import { ADMINS } from './constants.js';

/* What: label, the name of it for screen readers; sign, its icon; text; and, where something can be done: button, its words, and press, which
   does it. When press ends with a conflict there is nothing left to do, and the line goes. */
function banner(what, say) {
  const button = what.button && h('button', { class: 'btn', type: 'button', id: what.id || null }, what.button);
  const bar = h('aside', { class: 'banner no-print', 'aria-label': what.label }, h('div', { class: 'wrap' }, icon(what.sign), what.text, button || null));
  if (button) {
    button.addEventListener('click', async () => {
      if (button.getAttribute('aria-disabled') === 'true') {
        return;
      }
      setBusy(button, true);
      try {
        await what.press(bar);
      } catch (error) {
        if (error.status === 409) {
          bar.remove();
        }
        say(error.message);
      }
      setBusy(button, false);
    });
  }
  document.querySelector('.site-header').after(bar);
}

export function verifyBanner(user, say) {
  if (user.emailVerified || user.features.indexOf('mail') < 0) {
    return;
  }
  banner({
    label: 'Your e-mail address',
    sign: 'email',
    text: h('p', null, 'Please confirm your e-mail address ', h('strong', null, user.email), ' with the link in the mail to it.'),
    button: 'Send the mail again',
    press: async () => {
      await post('/api/auth/verify/resend');
      say('Mail sent to ' + user.email + '. The link in it works for 7 days.');
    },
  }, say);
}

export function resetBanner(user, say) {
  if (!user.factorResetEndsAt) {
    return;
  }
  banner({
    label: 'Your second factor',
    sign: 'shield',
    text: h('p', null, 'An administrator asked to remove your second factor, because you lost it. It will be removed on ',
      h('strong', null, exactDate(user.factorResetEndsAt)), '. If you still have it, keep it.'),
    button: 'Keep my second factor',
    press: async (bar) => {
      await remove('/api/auth/mfa/reset');
      bar.remove();
      say('Your second factor stays.');
    },
  }, say);
}

/* Where such people can still do something: take their data out, leave, and restore the organisation. */
export const ENDING_PAGE = '/privacy';

export function endingBanner(user, say) {
  const admin = ADMINS.indexOf(user.role) >= 0;
  banner({
    label: 'Your organisation',
    sign: 'alert',
    id: 'restore-organization',
    text: h('p', null, isolated(user.organization.name) + ' will be deleted on ' + exactDate(user.organization.endsAt) +
      ', with everybody and everything in it. Until then nobody plays or changes anything. ',
      admin ? 'You can restore it as it was.' : 'An administrator of it can restore it.'),
    button: admin ? 'Restore the organisation' : null,
    press: async () => {
      await post('/api/portal/restore-organization');
      window.location.assign('/exercises');
    },
  }, say);
}
