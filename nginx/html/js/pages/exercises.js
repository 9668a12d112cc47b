/* List of exercises: filters, "Load more", resume, results, delete. */

import { h, byId, replace, clear } from '../dom.js';
import { icon } from '../icons.js';
import { get, request, remove, nextPage } from '../api.js';
import { errorBox } from '../forms.js';
import { confirmDialog } from '../dialog.js';
import { startShell, toast, announce } from '../shell.js';
import { ADMINS } from '../constants.js';
import { capitalise, exactDate, number, percent, personName, plural, relativeDate, statusLabel, statusTone, timingLabel } from '../format.js';
import { isolated } from '../text.js';

const PAGE_SIZE = 20;
const FILTERS = ['status', 'theme', 'difficulty'];
const state = { user: null, titles: {}, count: 0 };

function themeTitle(theme) {
  return state.titles[theme] || capitalise(theme);
}

function filterQuery() {
  const query = new URLSearchParams();
  FILTERS.forEach((name) => {
    if (byId(name).value) {
      query.set(name, byId(name).value);
    }
  });
  return query;
}

/* ---- one row ---- */

/* Only players have a score of their own, also before the first answer (0). */
function isMine(row) {
  if (row.createdById) {
    return row.createdById === state.user.id;
  }
  return row.myScore !== null && row.myScore !== undefined;
}

function askDelete(row, node) {
  return async () => {
    const done = await confirmDialog({
      title: 'Delete this exercise?',
      text: '“' + isolated(row.title) + '” and its answers, report and score are removed for good.',
      action: 'Delete exercise',
      danger: true,
      run: () => remove('/api/ttx/session/' + encodeURIComponent(row.id))
    });
    if (done) {
      const next = node.nextElementSibling || node.previousElementSibling;
      node.remove();
      toast('Exercise deleted.');
      if (next) {
        next.querySelector('a, button').focus();
      } else {
        load();
      }
    }
  };
}

function actions(row, node) {
  const path = '/exercises/' + encodeURIComponent(row.id);
  const about = h('span', { class: 'sr-only' }, ': ' + row.title);
  const open = ['IN_PROGRESS', 'GENERATING', 'LOBBY'].indexOf(row.status) >= 0;
  const main = row.status === 'COMPLETED'
    ? h('a', { class: 'btn', href: path + '/result' }, 'Results', about)
    : open && isMine(row) && h('a', { class: 'btn btn-primary', href: path + '/play' + (row.timing && row.timing !== 'off' ? '?timed=1' : '') }, row.answered ? 'Resume' : 'Start', about);
  const mayDelete = isMine(row) || ADMINS.indexOf(state.user.role) >= 0;
  return h('div', { class: 'ex-actions' }, main || null,
    mayDelete ? h('button', { class: 'btn btn-quiet btn-icon', type: 'button', 'aria-label': 'Delete: ' + row.title, title: 'Delete', onclick: askDelete(row, node) }, icon('trash')) : null);
}

function result(row) {
  if (row.status === 'COMPLETED') {
    return h('dl', { class: 'ex-figures' },
      h('div', null, h('dt', null, 'Score'), h('dd', { class: 'num' }, number(row.myScore), row.maxScore ? h('span', { class: 'muted' }, ' / ' + number(row.maxScore)) : null)),
      h('div', null, h('dt', null, 'Accuracy'), h('dd', { class: 'num' }, percent(row.accuracy))));
  }
  if (row.status !== 'IN_PROGRESS') {
    return h('div', { class: 'ex-figures' });
  }
  const answered = row.answered || 0;
  return h('div', { class: 'ex-figures ex-progress' },
    h('progress', { class: 'bar', max: row.questionCount, value: answered, 'aria-label': 'Answered' }),
    h('span', { class: 'tiny muted num' }, answered + ' of ' + row.questionCount + ' answered'));
}

function facts(row) {
  return [themeTitle(row.theme), capitalise(row.difficulty), plural(row.questionCount, 'question'),
    row.timing && row.timing !== 'off' ? timingLabel(row.timing) : null].filter(Boolean).join(' · ');
}

function rowNode(row) {
  const node = h('li', { class: 'card ex-row' });
  const tone = statusTone(row.status);
  const by = personName(row.createdBy);
  replace(node,
    h('div', { class: 'ex-main' },
      h('h2', null, row.title || themeTitle(row.theme)),
      h('p', { class: 'small' }, facts(row)),
      h('p', { class: 'tiny muted' }, relativeDate(row.createdAt), ' · ',
        h('time', { datetime: row.createdAt }, exactDate(row.createdAt)), by ? ' · by ' + by : '')),
    h('div', { class: 'ex-state' }, h('span', { class: 'pill' + (tone ? ' pill-' + tone : '') }, statusLabel(row.status))),
    result(row),
    actions(row, node));
  return node;
}

/* ---- the list ---- */

/* Auditors read and do not play. */
function plays() {
  return state.user.role !== 'AUDITOR';
}

function emptyState() {
  const filtered = filterQuery().toString() !== '';
  if (filtered) {
    const reset = () => {
      FILTERS.forEach((name) => {
        byId(name).value = '';
      });
      load();
      byId('status').focus();
    };
    return h('div', { class: 'card empty' }, icon('table'), h('h2', null, 'Nothing matches these filters'),
      h('p', null, 'Change a filter, or show everything again.'),
      h('button', { class: 'btn', type: 'button', onclick: reset }, 'Clear filters'));
  }
  if (!plays()) {
    return h('div', { class: 'card empty' }, icon('table'), h('h2', null, 'No exercises yet'),
      h('p', null, 'Nobody in your organisation has started one. When somebody does, you read it here.'));
  }
  return h('div', { class: 'card empty' }, icon('table'), h('h2', null, 'No exercises yet'),
    h('p', null, 'Choose a theme and a difficulty, and play at once. You can stop at any time and continue later.'),
    h('a', { class: 'btn btn-primary btn-large', href: '/exercises/new' }, icon('plus'), 'Set up your first exercise'));
}

function showMore(link, list) {
  const more = clear(byId('more'));
  if (!link) {
    return;
  }
  const button = h('button', { class: 'btn', type: 'button' }, 'Load more');
  button.addEventListener('click', async () => {
    button.setAttribute('aria-disabled', 'true');
    try {
      await fetchInto(link, list, true);
    } catch (error) {
      replace(more, errorBox(error, () => showMore(link, list)));
    }
  });
  more.appendChild(button);
}

async function fetchInto(path, list, focusFirst) {
  const reply = await request('GET', path);
  const nodes = reply.data.map(rowNode);
  nodes.forEach((node) => list.appendChild(node));
  state.count += nodes.length;
  showMore(nextPage(reply.headers), list);
  announce(plural(state.count, 'exercise') + ' shown');
  if (focusFirst && nodes.length) {
    const title = nodes[0].querySelector('h2');
    title.setAttribute('tabindex', '-1');
    title.focus();
  }
}

async function load() {
  const box = byId('list');
  const list = h('ul', { class: 'ex-list' });
  const query = filterQuery();
  window.history.replaceState(null, '', query.toString() ? '?' + query : window.location.pathname);
  query.set('limit', PAGE_SIZE);
  state.count = 0;
  box.setAttribute('aria-busy', 'true');
  clear(byId('more'));
  try {
    await fetchInto('/api/portal/sessions?' + query, list, false);
    replace(box, list.firstChild ? list : emptyState());
    /* Without any exercise the empty state is the one call to action. */
    byId('filters').hidden = !list.firstChild && filterQuery().toString() === '';
    byId('new-button').hidden = byId('filters').hidden || !plays();
  } catch (error) {
    replace(box, errorBox(error, load));
  }
  box.removeAttribute('aria-busy');
}

function options(select, entries, all) {
  const wanted = new URLSearchParams(window.location.search).get(select.id) || '';
  replace(select, h('option', { value: '' }, all), entries.map((entry) => h('option', { value: entry[0] }, entry[1])));
  select.value = wanted;
  if (select.selectedIndex < 0) {
    select.value = '';
  }
}

async function loadFilters() {
  let catalog = { themes: [], difficulties: [] };
  try {
    catalog = await get('/api/ttx/catalog');
  } catch (error) {
    toast('Theme names could not be loaded.');
  }
  catalog.themes.forEach((entry) => {
    state.titles[entry.theme] = entry.title;
  });
  options(byId('status'), ['IN_PROGRESS', 'COMPLETED', 'CANCELLED', 'FAILED'].map((one) => [one, statusLabel(one)]), 'All statuses');
  options(byId('theme'), catalog.themes.map((entry) => [entry.theme, entry.title]), 'All themes');
  options(byId('difficulty'), catalog.difficulties.map((entry) => [entry.difficulty, capitalise(entry.difficulty)]), 'All levels');
  FILTERS.forEach((name) => byId(name).addEventListener('change', load));
}

async function start() {
  try {
    state.user = await startShell();
  } catch (error) {
    replace(byId('list'), errorBox(error, () => window.location.reload()));
    byId('list').removeAttribute('aria-busy');
    return;
  }
  byId('new-button').hidden = !plays();
  byId('filters').addEventListener('submit', (event) => event.preventDefault());
  await loadFilters();
  await load();
}

start();
