/* What came of an invitation: its link, or that it was sent. */

import { h, byId } from '../dom.js';
import { openDialog } from '../dialog.js';
import { notice } from '../forms.js';
import { copyField } from '../parts/copy.js';
import { t } from '../words/platform.js';

export function showInvitation(title, invitation) {
  const about = { email: invitation.email, at: invitation.expiresAt };
  const box = openDialog(title,
    invitation.inviteUrl ? [notice('mid', 'info', h('p', null, t('invited.hand', about))), copyField({ label: t('invited.link', about), value: invitation.inviteUrl })]
      : notice('good', 'email', h('p', null, t('invited.sent', about))),
    h('div', { class: 'dialog-actions' }, h('button', { class: 'btn btn-primary', type: 'button', onclick: () => box.close() }, t('done'))));
  byId('dialog-title').focus();
  return box;
}
