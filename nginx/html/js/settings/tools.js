/* The tools picker: search, one fold for each category, own tools. */

import { h, byId, replace } from '../dom.js';
import { icon } from '../icons.js';
import { post, remove, request } from '../api.js';
import { bindForm } from '../forms.js';
import { confirmDialog } from '../dialog.js';
import { announce, toast } from '../shell.js';
import { plural } from '../format.js';
import { choices, field, saveRow, select, settingsForm } from './saving.js';
import { FIELDS, TOOL_CATEGORIES } from '../constants.js';
import { isolated } from '../text.js';

const CATEGORIES = choices(TOOL_CATEGORIES, {
  EDR: 'Endpoint detection (EDR)', SIEM: 'Log analysis (SIEM)', XDR: 'Extended detection (XDR)', SOAR: 'Automation (SOAR)', EMAIL_SECURITY: 'E-mail security',
  DLP: 'Data loss prevention (DLP)', WAF: 'Web application firewall (WAF)', PAM: 'Privileged access (PAM)'
});
const state = { tools: [], selected: new Set(), may: false };

function removeOwn(tool) {
  return async () => {
    const done = await confirmDialog({
      title: 'Remove this tool?',
      text: '“' + isolated(tool.name) + '” goes from the list. Exercises that name it keep it.',
      action: 'Remove tool',
      danger: true,
      run: () => remove('/api/portal/tools/' + encodeURIComponent(tool.id))
    });
    if (done) {
      state.tools = state.tools.filter((one) => one.id !== tool.id);
      state.selected.delete(tool.id);
      toast('Tool removed.');
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
  return h('li', null, h('label', { class: 'check' }, box, h('span', null, tool.name, tool.own ? h('span', { class: 'muted small' }, ' (own)') : null)),
    tool.own && state.may ? h('button', { class: 'btn btn-quiet btn-icon', type: 'button', 'aria-label': 'Remove ' + tool.name, onclick: removeOwn(tool) }, icon('trash')) : null);
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
  return all.filter((tool) => state.selected.has(tool.id)).length + ' of ' + all.length;
}

function count(name) {
  byId('count-' + name).textContent = countText(name);
}

function categoryFold(entry, shown, open) {
  return h('details', { class: 'tool-group', open },
    h('summary', null, entry[1] + ' ', h('span', { class: 'pill num', id: 'count-' + entry[0] }, countText(entry[0]))),
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
  replace(byId('tool-folds'), total ? folds : h('p', { class: 'muted' }, 'No tool of the list matches. You can add it below.'));
  return total;
}

function find() {
  announce(plural(draw(), 'tool') + ' found');
}

function ownForm() {
  const form = h('form', { id: 'tool-form', class: 'own-form' }, h('h3', null, 'A tool that is not in the list'), h('div', { class: 'stack' },
    h('div', { class: 'form-summary' }),
    h('div', { class: 'field-row' },
      field('tool-name', 'Name of the tool', h('input', { class: 'input', name: 'name', autocomplete: 'off' })),
      field('own-category', 'Category', (() => {
        const box = select(CATEGORIES, 'EDR');
        box.setAttribute('name', 'category');
        return box;
      })())),
    h('button', { class: 'btn', type: 'submit' }, icon('plus'), 'Add tool')));
  bindForm(form, {
    labels: { name: 'Name of the tool', category: 'Category' },
    fields: FIELDS.createTool,
    check: () => (form.elements.name.value.trim() ? [] : [{ field: 'name', message: 'give the tool a name' }]),
    send: () => post('/api/portal/tools', { name: form.elements.name.value.trim(), category: form.elements.category.value }).then((made) => {
      state.tools.push(made);
      state.selected.add(made.id);
      form.elements.name.value = '';
      draw();
      toast('“' + isolated(made.name) + '” was added and selected.');
      form.elements.name.focus();
    })
  });
  return form;
}

export function toolsSection(box, tools, may) {
  Object.assign(state, { tools: tools.allTools, selected: new Set(tools.selectedIds), may });
  const search = h('input', { class: 'input', type: 'search', id: 'tool-search', autocomplete: 'off' });
  const category = select([['', 'All categories']].concat(CATEGORIES), '');
  category.id = 'tool-category';
  const form = h('form', { id: 'tools-form', class: 'stack', 'data-field': 'toolIds', tabindex: '-1' }, h('div', { class: 'form-summary' }), h('div', { id: 'tool-folds' }), saveRow('Save tools'));
  replace(box,
    h('div', { class: 'tool-find' },
      h('div', { class: 'field' }, h('label', { for: 'tool-search' }, 'Search tools'), search),
      h('div', { class: 'field' }, h('label', { for: 'tool-category' }, 'In the category'), category)),
    form, may ? ownForm() : null);
  search.addEventListener('input', find);
  category.addEventListener('change', find);
  draw();
  settingsForm(form, { may, labels: { toolIds: 'Tools' }, send: () => request('PUT', '/api/portal/tools', { toolIds: Array.from(state.selected) }) });
}
