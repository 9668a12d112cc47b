/* People of any organisation: facts about the account, and what may be done with it. */

import { put, remove } from '../api.js';
import { confirmDialog } from '../dialog.js';
import { badge } from '../parts/badge.js';
import { nameOf } from '../parts/people.js';
import { dataTable } from '../parts/table.js';
import { toast } from '../parts/toast.js';
import { FIELDS } from '../constants.js';
import { t as named } from '../words/labels.js';
import { t } from '../words/platform.js';

function path(user) {
  return '/api/admin/users/' + encodeURIComponent(user.id);
}

async function endSessions(user, done) {
  const name = nameOf(user);
  const sure = await confirmDialog({
    title: t('sessions.title', { name }), text: t('sessions.text'), action: t('sessions.end'), danger: true, run: () => remove(path(user) + '/sessions')
  });
  if (sure) {
    toast(t('sessions.done', { name }));
    done({ sessions: 0 });
  }
}

async function setStatus(user, status, done) {
  const name = nameOf(user);
  const kind = status === 'DEACTIVATED' ? 'deactivate' : 'activate';
  const sure = await confirmDialog({
    title: t(kind + '.title', { name }), text: t(kind + '.text'), action: t(kind), danger: status === 'DEACTIVATED', run: () => put(path(user), { status })
  });
  if (sure) {
    toast(t(kind + '.done', { name }));
    done({ status, sessions: 0 });
  }
}

function menu(user, me, done) {
  if (user.id === me.id) {
    return [];
  }
  const active = user.status === 'ACTIVE';
  return [
    user.sessions ? { label: t('sessions.end'), icon: 'sign-out', run: () => endSessions(user, done) } : null,
    user.role === 'SUPER_ADMIN' ? null : { label: t(active ? 'deactivate' : 'activate'), icon: active ? 'lock' : 'check', run: () => setStatus(user, active ? 'DEACTIVATED' : 'ACTIVE', done) }
  ].filter(Boolean);
}

/* options: me, the person who looks; org, an organisation's id, or all organisations with a search. */
export function peopleTable(box, options) {
  const { me, org } = options;
  const list = dataTable(box, {
    caption: t('people'), address: '/api/admin/users' + (org ? '?org=' + encodeURIComponent(org) : ''), name: nameOf, search: org ? null : t('people.search'), searchMax: FIELDS.adminListUsers.q.maxLength,
    columns: [
      { key: 'name', label: t('name'), value: nameOf, note: (user) => (user.id === me.id ? t('you') : null) },
      { key: 'email', label: t('email'), value: (user) => user.email, priority: org ? 1 : 3 },
      org ? null : { key: 'org', label: t('org'), kind: 'link', value: (user) => user.organization.name, href: (user) => '/platform/organisations/' + encodeURIComponent(user.organization.id) },
      { key: 'role', label: t('role'), value: (user) => named('role', user) },
      { key: 'status', label: t('state'), kind: 'node', value: (user) => badge(user.status === 'ACTIVE' ? 'good' : 'locked', t(user.status === 'ACTIVE' ? 'state.active' : 'state.deactivated')) },
      { key: 'factor', label: t('factor'), value: (user) => t(user.secondFactor ? 'on' : 'off'), priority: 3 },
      { key: 'sessions', label: t('sessions'), kind: 'number', value: (user) => user.sessions, priority: 2 },
      { key: 'last', label: t('last'), kind: 'date', value: (user) => user.lastSignInAt, priority: 3 }].filter(Boolean),
    menu: (user) => menu(user, me, (change) => list.change(user.id, Object.assign({}, user, change))),
    empty: { icon: 'meeting', title: t('people.none') }
  });
  return list;
}
