/* Entries of audit logs as the platform sees them: its own, or an organisation's. */

import { h } from '../dom.js';
import { dataTable } from '../parts/table.js';
import { columns } from '../audit/entry.js';
import { t } from '../words/platform.js';

/* The organisation that a platform administrator's entry is about is in its detail; a link leads to it. */
function about(entry) {
  const id = entry.detail.organization || (entry.target.type === 'organization' ? entry.target.id : null);
  if (!id || entry.action === 'platform.organization_deleted') {
    return '–';
  }
  const name = entry.target.type === 'organization' && entry.target.name;
  return h('a', { href: '/platform/organisations/' + encodeURIComponent(id), dir: 'auto' }, name || t('org'));
}

/* org: an organisation's id, or null for the platform's own log. */
export function logTable(box, org) {
  return dataTable(box, {
    caption: t('log'), address: '/api/admin/audit-log' + (org ? '?org=' + encodeURIComponent(org) : ''), page: org ? 20 : 50, columns: columns(org ? null : about),
    key: (entry) => (org ? '' : entry.organization.id) + entry.seq, name: (entry) => '#' + entry.seq, empty: { icon: 'list', title: t('log.none') }
  });
}
