/* The data table of the page /design, with a server that is a list in the page: it sorts, searches and pages as the real ones do. */

import { h } from '../dom.js';
import { ApiError } from '../api.js';
import { dataTable } from '../parts/table.js';
import { toast } from '../parts/toast.js';
import { t } from '../words/design.js';

const DAY = 86400000;
const FIRST = Date.UTC(2026, 0, 5);
const MEANINGS = ['good', 'active', 'attention', 'bad', 'neutral'];
const STATES = ['rows', 'empty', 'none', 'error', 'loading'];

/* The same numbers every time: pictures of this page are compared. */
function samples() {
  return Array.from({ length: 120 }, (_, i) => ({
    id: 'row-' + i, name: i === 3 ? t('sample.long') : t('sample.exercise', { n: i + 1 }), status: MEANINGS[(i * 7) % 5], score: (i * 137) % 1300,
    done: (i * 5) % 13, total: 12, createdAt: new Date(FIRST + ((i * 29) % 90) * DAY).toISOString(), by: t('sample.person', { n: (i % 9) + 1 }) }));
}

function sorted(rows, sort) {
  const down = sort.charAt(0) === '-';
  const key = down ? sort.slice(1) : sort;
  return rows.slice().sort((a, b) => (a[key] > b[key] ? 1 : a[key] < b[key] ? -1 : 0) * (down ? -1 : 1));
}

function server(state) {
  const rows = samples();
  return async (method, path) => {
    const query = new URL(path, window.location.href).searchParams;
    if (state === 'loading') {
      return new Promise(() => {});
    }
    if (state === 'error') {
      throw new ApiError({ error: t('table.failed'), status: 503, requestId: 'sample-request' });
    }
    const wanted = (query.get('q') || '').toLowerCase();
    const from = Number(query.get('cursor') || 0);
    const limit = Number(query.get('limit'));
    const found = state === 'empty' ? [] : sorted(rows.filter((row) => row.name.toLowerCase().includes(wanted)
      && (!query.get('status') || row.status === query.get('status'))), query.get('sort') || '-createdAt');
    query.set('cursor', from + limit);
    const headers = new Headers(from + limit < found.length ? { Link: '<' + path.split('?')[0] + '?' + query + '>; rel="next"' } : {});
    return { data: found.slice(from, from + limit), headers, total: found.length };
  };
}

function columns() {
  return [
    { key: 'name', label: t('table.name'), kind: 'link', value: (row) => row.name, href: () => '#table', sort: true },
    { key: 'status', label: t('table.status'), kind: 'badge', value: (row) => ({ meaning: row.status, text: t('badge.' + row.status) }) },
    { key: 'progress', label: t('table.progress'), kind: 'progress', value: (row) => ({ value: row.done, max: row.total, text: t('sample.part', row) }), priority: 3 },
    { key: 'score', label: t('table.score'), kind: 'number', value: (row) => row.score, sort: true, first: 'down' },
    { key: 'createdAt', label: t('table.date'), kind: 'date', value: (row) => row.createdAt, sort: true, first: 'down', priority: 2 },
    { key: 'by', label: t('table.by'), kind: 'text', value: (row) => row.by, priority: 3 }];
}

/* The state that the address names: ?state=empty and so on. */
export function listSample(box) {
  const asked = new URLSearchParams(window.location.search).get('state');
  const state = STATES.includes(asked) ? asked : 'rows';
  const place = h('div');
  const links = STATES.map((one) => h('a', { class: 'btn', href: '?state=' + one + (one === 'none' ? '&q=zzz' : '') + '#table', 'aria-current': one === state ? 'true' : null }, t('state.' + one)));
  box.append(h('div', { class: 'design-row' }, h('span', { class: 'small muted' }, t('state.show')), links), place);
  const list = dataTable(place, {
    id: 'samples', caption: t('table.caption'), address: '/sample', request: server(state), columns: columns(), search: t('table.search'), sort: '-createdAt',
    total: (reply) => reply.total,
    filters: [{ key: 'status', label: t('table.status'), options: MEANINGS.map((one) => [one, t('badge.' + one)]) }],
    menu: (row) => [{ label: t('table.open'), icon: 'arrow-right', href: '#table' }, { label: t('table.copy'), icon: 'repeat', run: () => toast(row.name) },
      { label: t('table.delete'), icon: 'trash', danger: true, run: () => { list.remove(row.id); toast(t('table.deleted', { name: row.name }), { undo: () => list.load() }); } }],
    bulk: [{ label: t('table.archive'), icon: 'file', run: async (rows) => toast(t('table.archived', { n: rows.length })) }],
    empty: { icon: 'table', title: t('table.empty'), text: t('table.empty_text'), action: h('a', { class: 'btn btn-primary', href: '#table' }, t('primary')) } });
}
