/* What came of an invitation: its link, or that it was sent. */

import { h, byId } from '../dom.js';
import { openDialog } from '../dialog.js';
import { notice } from '../forms.js';
import { toast } from '../shell.js';
import { exactDate } from '../format.js';

async function copy(input) {
  input.select();
  try {
    await navigator.clipboard.writeText(input.value);
    toast('Link copied.');
  } catch (error) {
    toast('Copying is blocked here. The link is selected: press Ctrl+C or ⌘C.');
  }
}

function linkNode(invitation) {
  const input = h('input', { class: 'input', readonly: true, value: invitation.inviteUrl, 'aria-label': 'Link for ' + invitation.email, autocomplete: 'off', spellcheck: 'false' });
  return [
    notice('mid', 'info', h('p', null, 'No mail server is configured: hand this link over to ', h('strong', null, invitation.email),
      '. It is shown once, works once, and until ' + exactDate(invitation.expiresAt) + '.')),
    h('div', { class: 'key-value' }, input, h('button', { class: 'btn', type: 'button', onclick: () => copy(input) }, 'Copy'))];
}

export function showInvitation(title, invitation) {
  const box = openDialog(title,
    invitation.inviteUrl ? linkNode(invitation)
      : notice('good', 'email', h('p', null, 'The invitation is on its way to ', h('strong', null, invitation.email), '. Its link works until ' + exactDate(invitation.expiresAt) + '.')),
    h('div', { class: 'dialog-actions' }, h('button', { class: 'btn btn-primary', type: 'button', onclick: () => box.close() }, 'Done')));
  byId('dialog-title').focus();
  return box;
}
