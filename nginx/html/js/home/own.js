/* What there is below the things to do: of one's own, of the organisation, of the installation. */

import { h } from '../dom.js';
import { badge } from '../parts/badge.js';
import { lines } from '../parts/charts.js';
import { statTile } from '../parts/status.js';
import { date, number, percent } from '../say.js';
import { personName } from '../format.js';
import { t } from '../words/home.js';

const FEW = 3;
const SHOWN = 5;

function section(id, title, ...inside) {
  return h('section', { 'aria-labelledby': id }, h('h2', { class: 'home-title', id }, title), inside);
}

function about(row) {
  return '/exercises/' + encodeURIComponent(row.id) + '/result';
}

/* options: id, title, href (where a row leads), note (below its name), last (a link below the list). */
function runs(rows, options) {
  return section(options.id, options.title,
    h('ul', { class: 'home-list' }, rows.slice(0, SHOWN).map((row) => h('li', null, h('a', { href: options.href(row), dir: 'auto' }, row.name || row.title),
      h('span', { class: 'home-note' }, options.note(row)),
      row.accuracy === null ? null : h('span', { class: 'home-figure num' }, percent(row.accuracy))))),
    options.last ? h('p', { class: 'home-all' }, options.last) : null);
}

/* The accuracy of one's own runs, the oldest first. */
function progress(rows) {
  const known = rows.filter((row) => row.accuracy !== null).reverse();
  return known.length < FEW ? null : section('home-progress', t('progress'), h('div', { class: 'card' }, lines({
    title: t('progress.accuracy'), min: 0, max: 1, format: percent, points: known.map((row) => ({ label: date(row.completedAt), value: row.accuracy })) })));
}

/* rows: one's own completed runs, the newest first. */
export function ownResults(rows) {
  return rows.length ? [runs(rows, { id: 'home-own', title: t('own'), href: about, note: (row) => date(row.completedAt),
    last: h('a', { href: '/exercises' }, t('all')) }), progress(rows)] : [];
}

/* rows: completed runs of the organisation, the newest first; reports leads to the reports themselves. */
export function newest(rows, reports) {
  const href = reports ? (row) => '/api/portal/report?sessionId=' + encodeURIComponent(row.id) : about;
  const note = (row) => t('by', { name: personName(row.createdBy) || t('gone'), at: row.completedAt });
  return rows.length ? [runs(rows, { id: 'home-newest', title: t(reports ? 'reports' : 'newest'), href, note, last: h('a', { href: '/exercises?status=COMPLETED' }, t('all')) })] : [];
}

/* How the installation is (GET /api/admin/health). */
export function condition(health) {
  const well = health.status === 'ok';
  return section('home-health', t('health'), h('div', { class: 'stats' },
    statTile({ label: t('health.programs'), value: t(well ? 'health.well' : 'health.unwell'), meaning: well ? 'good' : 'bad', href: '/platform/health',
      note: t('health.workers', { n: health.jobs.workers }) }),
    statTile({ label: t('health.dead'), value: number(health.jobs.dead), meaning: health.jobs.dead ? 'bad' : 'good', href: '/platform/health',
      note: t(health.jobs.dead ? 'health.dead.some' : 'health.dead.none') })));
}

/* The newest organisations. */
export function organisations(rows) {
  return section('home-organisations', t('organisations'), h('ul', { class: 'home-list' }, rows.slice(0, SHOWN).map((row) => h('li', null,
    h('a', { href: '/platform/organisations/' + encodeURIComponent(row.id), dir: 'auto' }, row.name),
    h('span', { class: 'home-note' }, t('organisations.since', { at: row.createdAt, n: row.people })),
    row.status === 'SUSPENDED' ? h('span', { class: 'home-figure' }, badge('attention', t('organisations.suspended'))) : null))),
  h('p', { class: 'home-all' }, h('a', { href: '/platform' }, t('organisations.all'))));
}
