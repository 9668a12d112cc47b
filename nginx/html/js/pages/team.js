/* Team: people with role, second factor and what they did last. Administrators change things, auditors look. */

import { byId, replace } from '../dom.js';
import { get } from '../api.js';
import { dataTable } from '../parts/table.js';
import { badge } from '../parts/badge.js';
import { isAdmin, startPage } from '../settings/frame.js';
import { nameOf } from '../parts/people.js';
import { t as named } from '../words/labels.js';
import { t } from '../words/team.js';
import { inviteDialog } from '../team/invite.js';
import { personMenu } from '../team/person.js';

const PATH = '/api/portal/users';
const state = { me: null, admin: false, mail: false, list: null };

function showSeats(seats) {
  replace(byId('seats'), seats.total === null ? t('seats_free', { used: seats.used, invited: seats.invited })
    : t('seats', { used: seats.used, total: seats.total, invited: seats.invited }));
}

/* A row is drawn anew where it stands; seats follow from all people, so they are asked for. */
function changed(user) {
  return async (change) => {
    if (change) {
      state.list.change(user.id, Object.assign({}, user, change));
    } else {
      state.list.remove(user.id);
    }
    showSeats((await get(PATH + '?limit=1')).seats);
  };
}

function menu(user) {
  return !state.admin || user.id === state.me.id || user.role === 'SUPER_ADMIN' ? [] : personMenu(user, state.mail, changed(user));
}

function factorBadge(user) {
  if (user.factorResetEndsAt) {
    return badge('attention', t('factor.ends', { at: user.factorResetEndsAt }));
  }
  return user.secondFactor ? badge('good', t('factor.on')) : badge('neutral', t('factor.off'));
}

function columns() {
  return [
    { key: 'name', label: t('name'), value: nameOf, note: (user) => (user.id === state.me.id ? t('you') : null) },
    { key: 'email', label: t('email'), value: (user) => user.email, priority: 2 },
    { key: 'role', label: t('role'), value: (user) => named('role', user) },
    { key: 'status', label: t('status'), kind: 'node', value: (user) => badge(user.status === 'ACTIVE' ? 'good' : 'locked', t(user.status === 'ACTIVE' ? 'active' : 'deactivated')) },
    state.admin ? { key: 'factor', label: t('factor'), kind: 'node', priority: 2, value: factorBadge } : null,
    { key: 'lastActive', label: t('last'), kind: 'date', value: (user) => user.lastSignInAt, priority: 2 },
    { key: 'joined', label: t('joined'), kind: 'date', value: (user) => user.createdAt, priority: 3 }].filter(Boolean);
}

async function start() {
  const box = byId('people');
  const found = await startPage(box, null);
  if (!found) {
    return;
  }
  state.me = found.user;
  state.admin = isAdmin(found.user);
  state.mail = found.user.features.indexOf('mail') >= 0;
  byId('invite').hidden = !state.admin;
  byId('invite').addEventListener('click', () => inviteDialog({ mail: state.mail, done: async () => showSeats((await get(PATH + '?limit=1')).seats) }));
  state.list = dataTable(box, {
    caption: t('people'), address: PATH, columns: columns(), name: nameOf, menu: state.admin ? menu : null,
    rows: (data) => {
      showSeats(data.seats);
      return data.users;
    },
    forbidden: t('forbidden')
  });
}

start();
