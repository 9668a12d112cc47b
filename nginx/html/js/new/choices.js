/* The choices of a new exercise that everybody sees: theme, length, difficulty, time, name. */

import { h } from '../dom.js';
import { FIELDS } from '../constants.js';
import { t } from '../words/new.js';
import { t as label } from '../words/labels.js';

export const PRESET = 'first';
const NAME_MAX = FIELDS.generateExercise.name.maxLength;
const SHORT = 5;
const LONG = 20;

/* [value, words, how many decisions]: a preset, numbers that the server takes, or one's own. */
export function sizes(limits, newcomer) {
  const rows = [[PRESET, t('size.first'), 3], [String(SHORT), t('size.short'), SHORT], [String(limits.default), t('size.standard'), limits.default],
    [String(LONG), t('size.long'), LONG], ['own', t('size.own'), 0]];
  return rows.filter((row) => (row[0] !== PRESET || newcomer) && (!row[2] || (row[2] >= limits.min && row[2] <= limits.max)));
}

export function section(title, ...children) {
  return h('section', { class: 'new-section' }, h('h2', null, title), children);
}

function card(name, value, checked, title, more) {
  return h('label', { class: 'choice' }, h('input', { type: 'radio', name, value, checked }), h('span', { class: 'choice-title' }, title), more);
}

export function themeChoice(catalog, chosen) {
  return section(t('theme'),
    h('fieldset', { class: 'field', 'data-field': 'theme' }, h('legend', { class: 'sr-only' }, t('theme')),
      h('div', { class: 'new-themes' }, catalog.themes.map((entry) => card('theme', entry.theme, entry.theme === chosen, h('span', { dir: 'auto' }, entry.title))))),
    h('p', { class: 'small muted new-summary', id: 'theme-summary', dir: 'auto' }));
}

/* The line with decisions and minutes of each is filled for the theme that is chosen. */
export function sizeChoice(rows, chosen) {
  return section(t('size'),
    h('fieldset', { class: 'field', 'data-field': 'size' }, h('legend', { class: 'sr-only' }, t('size')),
      h('div', { class: 'new-sizes' }, rows.map(([value, words]) => card('size', value, value === chosen, words,
        h('span', { class: 'small muted num', 'data-size': value }))))));
}

export function countField(limits, value) {
  return h('div', { class: 'field', id: 'count-field' }, h('label', { for: 'questionCount' }, t('count')),
    h('input', { class: 'input num', id: 'questionCount', name: 'questionCount', type: 'number', inputmode: 'numeric', min: limits.min, max: limits.max, value }));
}

export function levelField(catalog, chosen) {
  return h('div', { class: 'field', id: 'level-field' }, h('label', { for: 'difficulty' }, t('difficulty')),
    h('select', { class: 'input', id: 'difficulty', name: 'difficulty', 'aria-describedby': 'level-hint' },
      catalog.difficulties.map((entry) => h('option', { value: entry.difficulty, selected: entry.difficulty === chosen }, label('difficulty', entry)))),
    h('span', { class: 'hint', id: 'level-hint' }));
}

/* A switch, and how much time where it is on. */
export function timeFields(catalog, chosen) {
  const factors = catalog.timings.filter((one) => one !== 'off');
  const on = factors.indexOf(chosen) >= 0;
  return [
    h('div', { class: 'field' }, h('label', { class: 'check new-switch' },
      h('input', { type: 'checkbox', role: 'switch', id: 'timed', name: 'timed', value: 'on', checked: on }), h('span', { class: 'strong' }, t('timed')))),
    h('div', { class: 'field', id: 'factor-field' }, h('label', { for: 'factor' }, t('factor')),
      h('select', { class: 'input', id: 'factor', name: 'factor', 'aria-describedby': 'timed-hint factor-hint' },
        factors.map((timing) => h('option', { value: timing, selected: timing === chosen }, t('factor.name', { timing })))),
      h('span', { class: 'hint', id: 'timed-hint' }), h('span', { class: 'hint', id: 'factor-hint' }, t('factor.hint')))
  ];
}

export function nameField() {
  return h('div', { class: 'field' }, h('label', { for: 'name' }, t('name')),
    h('input', { class: 'input', id: 'name', name: 'name', dir: 'auto', autocomplete: 'off', maxlength: NAME_MAX, 'aria-describedby': 'name-hint' }),
    h('span', { class: 'hint', id: 'name-hint' }, t('name.hint')));
}
