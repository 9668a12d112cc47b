/* The tools picker: search, one fold for each category, own tools. */

import { h, byId, replace } from '../dom.js';
import { icon } from '../icons.js';
import { post, remove, request } from '../api.js';
import { bindForm, notice } from '../forms.js';
import { confirmDialog } from '../dialog.js';
import { announce, toast } from '../parts/toast.js';
import { choices, field, saveRow, select, settingsForm } from './saving.js';
import { FIELDS, TOOL_CATEGORIES } from '../constants.js';
import { t } from '../words/organisation.js';

const CATEGORIES = choices(TOOL_CATEGORIES, 'category');
const state = { tools: [], selected: new Set(), may: false };

function removeOwn(tool) {
  return async () => {
    const done = await confirmDialog({
      title: t('tools.remove_title'),
      text: t('tools.remove_text', { name: tool.name }),
      action: t('tools.remove'),
      keep: t('tools.keep'),
      danger: true,
      run: () => remove('/api/portal/tools/' + encodeURIComponent(tool.id))
    });
    if (done) {
      state.tools = state.tools.filter((one) => one.id !== tool.id);
      state.selected.delete(tool.id);
      toast(t('tools.removed'));
      draw();
      byId('tool-search').focus();
    }
  };
}

function toolRow(tool) {
  const box = h('input', { type: 'checkbox', name: 'toolIds', value: tool.id, checked: state.selected.has(tool.id), disabled: !state.may });
  box.addEventListener('change', () => {
    state.selected[box.checked ? 'add' : 'delete'](tool.id);
    count(tool.category);
  });
  return h('li', null, h('label', { class: 'check' }, box, h('span', { dir: 'auto' }, tool.own ? t('tools.own', { name: tool.name }) : tool.name)),
    tool.own && state.may ? h('button', { class: 'btn btn-quiet btn-icon', type: 'button', 'aria-label': t('tools.remove_named', { name: tool.name }), onclick: removeOwn(tool) }, icon('trash')) : null);
}

function matches(tool, label, words) {
  const text = (tool.name + ' ' + label + ' ' + tool.category).toLowerCase();
  return words.every((word) => text.indexOf(word) >= 0);
}

function ofCategory(name) {
  return state.tools.filter((tool) => tool.category === name);
}

function countText(name) {
  const all = ofCategory(name);
  return t('tools.count', { n: all.filter((tool) => state.selected.has(tool.id)).length, total: all.length });
}

function count(name) {
  byId('count-' + name).textContent = countText(name);
}

function categoryFold(entry, shown, open) {
  return h('details', { class: 'tool-group', open },
    h('summary', null, h('span', null, entry[1]), h('span', { class: 'pill num', id: 'count-' + entry[0] }, countText(entry[0]))),
    h('ul', { class: 'tool-list' }, shown.map(toolRow)));
}

function draw() {
  const words = byId('tool-search').value.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = byId('tool-category').value;
  let total = 0;
  const folds = CATEGORIES.filter((entry) => !wanted || entry[0] === wanted).map((entry) => {
    const shown = ofCategory(entry[0]).filter((tool) => matches(tool, entry[1], words));
    total += shown.length;
    return shown.length ? categoryFold(entry, shown, Boolean(words.length || wanted)) : null;
  });
  replace(byId('tool-folds'), total ? folds : h('p', { class: 'muted' }, t(state.may ? 'tools.none' : 'tools.none_read')));
  return total;
}

function find() {
  announce(t('tools.found', { n: draw() }));
}

function ownForm() {
  const form = h('form', { id: 'tool-form', class: 'own-form' }, h('h3', null, t('tools.own_title')), h('div', { class: 'stack' },
    h('div', { class: 'form-summary' }),
    h('div', { class: 'field-row' },
      field('tool-name', t('tools.name'), h('input', { class: 'input', name: 'name', dir: 'auto', autocomplete: 'off' })),
      field('own-category', t('tools.category'), (() => {
        const box = select(CATEGORIES, 'EDR');
        box.setAttribute('name', 'category');
        return box;
      })())),
    h('button', { class: 'btn', type: 'submit' }, icon('plus'), t('tools.add'))));
  bindForm(form, {
    labels: { name: t('tools.name'), category: t('tools.category') },
    fields: FIELDS.createTool,
    check: () => (form.elements.name.value.trim() ? [] : [{ field: 'name', message: t('tools.name_needed') }]),
    send: () => post('/api/portal/tools', { name: form.elements.name.value.trim(), category: form.elements.category.value }).then((made) => {
      state.tools.push(made);
      state.selected.add(made.id);
      form.elements.name.value = '';
      draw();
      toast(t('tools.added', { name: made.name }));
      form.elements.name.focus();
    })
  });
  return form;
}

export function toolsSection(box, tools, user, may) {
  Object.assign(state, { tools: tools.allTools, selected: new Set(tools.selectedIds), may });
  const search = h('input', { class: 'input', type: 'search', id: 'tool-search', autocomplete: 'off' });
  const category = select([['', t('tools.all')]].concat(CATEGORIES), '');
  category.id = 'tool-category';
  const form = h('form', { id: 'tools-form', class: 'stack', 'data-field': 'toolIds', tabindex: '-1' }, h('div', { class: 'form-summary' }), h('div', { id: 'tool-folds' }), saveRow(t('tools.save')));
  replace(box, may ? null : notice('mid', 'info', h('p', { id: 'hint' }, t('read_only'))), h('div', { class: 'card' },
    h('div', { class: 'tool-find' },
      h('div', { class: 'field' }, h('label', { for: 'tool-search' }, t('tools.search')), search),
      h('div', { class: 'field' }, h('label', { for: 'tool-category' }, t('tools.in_category')), category)),
    form, may ? ownForm() : null));
  search.addEventListener('input', find);
  category.addEventListener('change', find);
  draw();
  settingsForm(form, { may, labels: { toolIds: t('part.tools') }, send: () => request('PUT', '/api/portal/tools', { toolIds: Array.from(state.selected) }) });
}
