/* The list of exercises: one's own and everybody's, each a table that the server sorts, searches and pages. */

import { h, byId, replace } from '../dom.js';
import { icon } from '../icons.js';
import { get, request } from '../api.js';
import { ADMINS, DIFFICULTIES, FIELDS } from '../constants.js';
import { errorBox } from '../forms.js';
import { startShell } from '../shell.js';
import { dataTable } from '../parts/table.js';
import { tabs } from '../parts/tabs.js';
import { bulkOf, menuOf } from '../exercises/acts.js';
import { columns, nameOf, plays } from '../exercises/rows.js';
import { t as label } from '../words/labels.js';
import { t } from '../words/exercises.js';

const HERE = '/exercises';
/* States that exercises have today. */
const STATES = ['IN_PROGRESS', 'COMPLETED'];
const known = { user: null, titles: {}, options: [] };

/* Who reads, and the names of the themes; both are asked for while the first rows are. */
async function load() {
  const [user, catalog] = await Promise.all([startShell(), get('/api/ttx/catalog')]);
  known.user = user;
  known.options = catalog.themes.map((one) => [one.theme, one.title]);
  catalog.themes.forEach((one) => {
    known.titles[one.theme] = one.title;
  });
  return user;
}

/* A theme named in the address counts before the catalogue says which there are. */
function themeFilter() {
  const asked = new URLSearchParams(window.location.search).get('theme');
  return { key: 'theme', label: t('theme'), all: t('theme.all'), options: known.options.length ? known.options : asked ? [[asked, asked]] : [] };
}

function filters() {
  return [
    { key: 'status', label: t('status'), all: t('status.all'), options: STATES.map((one) => [one, label('status', { status: one })]) },
    themeFilter(),
    { key: 'difficulty', label: t('difficulty'), all: t('difficulty.all'), options: DIFFICULTIES.map((one) => [one, label('difficulty', { difficulty: one })]) }];
}

function empty(user) {
  return plays(user) ? { icon: 'table', title: t('empty'), text: t('empty.text'), action: h('a', { class: 'btn btn-primary btn-large', href: '/exercises/new' }, icon('plus'), t('empty.action')) }
    : { icon: 'table', title: t('empty'), text: t('empty.reader') };
}

/* scope: mine or all. ready: settles when it is known who reads; what the rows say waits for it. */
function listOf(scope, ready) {
  const box = h('div', { class: 'exercises-list' });
  const whole = scope === 'all';
  let list = null;
  list = dataTable(box, {
    id: 'exercises-' + scope, caption: t(whole ? 'all' : 'mine'), address: '/api/portal/sessions?scope=' + scope, columns: columns(whole, (theme) => known.titles[theme]),
    search: t('search'), searchMax: FIELDS.listSessions.q.maxLength, filters: filters(), sort: '-created', name: nameOf, menu: (row) => menuOf(list, row, known.user), bulk: whole ? [] : bulkOf(() => list, {}),
    request: async (method, path) => {
      const [reply, user] = await Promise.all([request(method, path), ready()]);
      list.configure({ filters: filters(), empty: empty(user), bulk: whole && ADMINS.indexOf(user.role) < 0 ? [] : bulkOf(() => list, user) });
      return reply;
    },
    /* Where there is nothing yet, the empty list has the one call to action. */
    loaded: (table) => byId('new-button').classList.toggle('exercises-quiet', !plays(known.user) || (!table.rows.length && !table.asked())) });
  return { box, list };
}

function item(scope, href, ready) {
  let made = null;
  return { id: scope, label: t(scope), href, shown: () => made && made.box.isConnected && made.list.writeAddress(),
    view: () => {
      made = listOf(scope, ready);
      return made.box;
    } };
}

function draw(items) {
  tabs(byId('exercises'), { label: t('tabs'), items });
  byId('exercises').removeAttribute('aria-busy');
}

async function start() {
  const loading = load();
  const ready = () => loading;
  draw([item('mine', HERE, ready), item('all', HERE + '?scope=all', ready)]);
  try {
    /* Auditors play nothing, so there is no list of their own. */
    if (!plays(await loading)) {
      draw([item('all', HERE, ready)]);
    }
  } catch (error) {
    replace(byId('exercises'), errorBox(error, () => window.location.reload()));
  }
}

start();
