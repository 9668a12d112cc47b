/* Audit log: entries newest first, filters in the address, export of what is filtered. */

import { byId } from '../dom.js';
import { get } from '../api.js';
import { dataTable } from '../parts/table.js';
import { dayFilter } from '../parts/datefield.js';
import { nameOf } from '../parts/people.js';
import { startPage } from '../settings/frame.js';
import { AUDIT_ACTIONS, FIELDS } from '../constants.js';
import { actionText, columns } from '../audit/entry.js';
import { t } from '../words/audit_log.js';

const PATH = '/api/portal/audit-log';

/* Midnight of the person's own day, so many days later. */
function dayStart(value, days) {
  const time = new Date(value + 'T00:00:00');
  time.setDate(time.getDate() + days);
  return time.toISOString();
}

/* Who is offered is known later than the list; until then an id of the address counts as it is. */
function actorFilter(people) {
  const filter = { key: 'actor', label: t('who'), all: t('everybody'), options: people.map((user) => [user.id, nameOf(user)]) };
  return people.length ? filter : Object.assign(filter, { fits: (id) => /^[0-9a-f-]{36}$/.test(id), words: () => '…' });
}

function filters(people) {
  const actions = AUDIT_ACTIONS.map((name) => [name, actionText(name)]).sort((a, b) => a[1].localeCompare(b[1]));
  return [
    { key: 'action', label: t('what'), all: t('everything'), options: actions }, actorFilter(people),
    dayFilter({ key: 'since', label: t('from'), send: (day) => dayStart(day, 0) }),
    dayFilter({ key: 'until', label: t('to'), send: (day) => dayStart(day, 1) })];
}

async function start() {
  const box = byId('list');
  const found = await startPage(box, null);
  if (!found) {
    return;
  }
  const list = dataTable(box, {
    caption: t('title'), address: PATH, columns: columns(), filters: filters([]), key: (entry) => entry.seq, name: (entry) => '#' + entry.seq, forbidden: t('forbidden'),
    loaded: (table) => {
      const query = new URLSearchParams(table.path().split('?')[1]);
      query.delete('limit');
      query.set('format', 'csv');
      byId('export').setAttribute('href', PATH + '?' + query);
      byId('export').hidden = false;
      byId('note').hidden = false;
    },
    empty: { icon: 'list', title: t('nothing') }
  });
  await list.ready;
  if (!list.problem) {
    const people = await get('/api/portal/users?limit=' + FIELDS.listUsers.limit.max);
    list.configure({ filters: filters(people.users) });
    list.draw();
  }
}

start();
