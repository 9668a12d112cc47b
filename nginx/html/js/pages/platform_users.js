/* People of all organisations: found by how the address or the name begins. */

import { h, byId } from '../dom.js';
import { limitForm } from '../forms.js';
import { FIELDS } from '../constants.js';
import { fillList, startPlatform } from '../platform/frame.js';
import { personList } from '../platform/people.js';

async function start() {
  const me = await startPlatform(byId('people'));
  if (!me) {
    byId('filters').hidden = true;
    return;
  }
  const load = () => {
    const q = byId('q').value.trim();
    return fillList({
      box: byId('people'), more: byId('people-more'), path: '/api/admin/users?' + new URLSearchParams(q ? { q } : {}), list: h('ul', { class: 'people' }),
      node: personList({ me, organisation: true }), empty: h('p', { class: 'muted' }, 'Nobody’s address or name begins like this.'), noun: ['person', 'people']
    });
  };
  limitForm(byId('filters'), FIELDS.adminListUsers);
  byId('filters').addEventListener('submit', (event) => {
    event.preventDefault();
    load();
  });
  await load();
}

start();
