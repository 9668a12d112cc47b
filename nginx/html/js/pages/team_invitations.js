/* Open invitations: whom, as what, whether the mail went out, until when. */

import { byId, h } from '../dom.js';
import { remove } from '../api.js';
import { confirmDialog } from '../dialog.js';
import { dataTable } from '../parts/table.js';
import { toast } from '../parts/toast.js';
import { startPage } from '../settings/frame.js';
import { date } from '../say.js';
import { t as named } from '../words/labels.js';
import { t } from '../words/team.js';
import { inviteDialog } from '../team/invite.js';

const PATH = '/api/portal/invitations';
const MEANINGS = { PENDING: 'waiting', SENT: 'good', FAILED: 'bad', EXPIRED: 'attention', LINK: 'neutral' };

/* Over, or what became of its mail; without a mail somebody hands its link over. */
function stateOf(row) {
  return row.status === 'EXPIRED' ? 'EXPIRED' : row.mailStatus || 'LINK';
}

async function revoke(row, list) {
  const sure = await confirmDialog({
    title: t('revoke.title'), text: t('revoke.text', { email: row.email }), action: t('revoke'), keep: t('revoke.keep'), danger: true,
    run: () => remove(PATH + '/' + encodeURIComponent(row.id))
  });
  if (sure) {
    list.remove(row.id);
    toast(t('revoke.done'));
  }
}

async function start() {
  const box = byId('invitations');
  const found = await startPage(box, null);
  if (!found) {
    return;
  }
  const mail = found.user.features.indexOf('mail') >= 0;
  const invite = () => inviteDialog({ mail, done: () => list.load() });
  byId('invite').hidden = false;
  byId('invite').addEventListener('click', invite);
  const list = dataTable(box, {
    caption: t('invitations'), address: PATH, name: (row) => row.email, forbidden: t('forbidden'),
    columns: [
      { key: 'email', label: t('email'), value: (row) => row.email },
      { key: 'role', label: t('role'), value: (row) => named('role', row) },
      { key: 'state', label: t('status'), kind: 'badge', value: (row) => ({ meaning: MEANINGS[stateOf(row)], text: t('state', { state: stateOf(row) }) }) },
      { key: 'created', label: t('invited'), kind: 'date', value: (row) => row.createdAt, priority: 3 },
      { key: 'expires', label: t('expires'), kind: 'date', value: (row) => row.expiresAt, format: date, priority: 2 }],
    menu: (row) => [{ label: t('menu.revoke'), icon: 'trash', danger: true, run: () => revoke(row, list) }],
    empty: { icon: 'email', title: t('nobody_invited'), text: t('nobody_invited_text'), action: h('button', { class: 'btn btn-primary', type: 'button', onclick: invite }, t('invite')) }
  });
}

start();
