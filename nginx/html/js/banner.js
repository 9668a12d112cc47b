/* Lines below the header: for who has not proven the own e-mail address yet, where the server sends mails; for whose second factor is to be
   removed; and for people of an organisation that is going to be deleted. */

import { h } from './dom.js';
import { icon } from './icons.js';
import { HOME, leave, post, remove } from './api.js';
import { setBusy } from './forms.js';
import { exactDate } from './format.js';
import { ADMINS } from './constants.js';
import { t } from './words/forms.js';

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

function bold(text) {
  return h('strong', null, text);
}

export function verifyBanner(user, say) {
  if (user.emailVerified || user.features.indexOf('mail') < 0) {
    return;
  }
  banner({
    label: t('banner.email'),
    sign: 'email',
    text: h('p', null, t.nodes('banner.email.text', { email: user.email, b: bold })),
    button: t('banner.email.action'),
    press: async () => {
      await post('/api/auth/verify/resend');
      say(t('banner.email.sent', { email: user.email }));
    },
  }, say);
}

export function resetBanner(user, say) {
  if (!user.factorResetEndsAt) {
    return;
  }
  banner({
    label: t('banner.factor'),
    sign: 'shield',
    text: h('p', null, t.nodes('banner.factor.text', { date: exactDate(user.factorResetEndsAt), b: bold })),
    button: t('banner.factor.action'),
    press: async (bar) => {
      await remove('/api/auth/mfa/reset');
      bar.remove();
      say(t('banner.factor.done'));
    },
  }, say);
}

/* Where such people can still do something: take their data out, leave, and restore the organisation. */
export const ENDING_PAGE = '/privacy';

export function endingBanner(user, say) {
  const admin = ADMINS.indexOf(user.role) >= 0;
  banner({
    label: t('banner.ending'),
    sign: 'alert',
    id: 'restore-organization',
    text: h('p', null, t(admin ? 'banner.ending.admin' : 'banner.ending.other', { organisation: user.organization.name, date: exactDate(user.organization.endsAt) })),
    button: admin ? t('banner.ending.action') : null,
    press: async () => {
      await post('/api/portal/restore-organization');
      await leave(HOME);
    },
  }, say);
}
