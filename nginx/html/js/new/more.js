/* What of a new exercise is folded away: language, an incident of one's own, people, seed. */

import { h } from '../dom.js';
import { FIELDS } from '../constants.js';
import { t } from '../words/new.js';
import { peopleFields } from './people.js';

const CONTEXT_MAX = FIELDS.generateExercise.customIncident.maxLength;

function languageField() {
  return h('div', { class: 'field' }, h('label', { for: 'language' }, t('language')),
    h('select', { class: 'input', id: 'language', name: 'language', 'aria-describedby': 'language-hint' }),
    h('span', { class: 'hint', id: 'language-hint' }, t('language.hint')));
}

function contextField() {
  const area = h('textarea', { class: 'input', id: 'customIncident', name: 'customIncident', dir: 'auto', maxlength: CONTEXT_MAX, rows: 5, 'aria-describedby': 'context-hint context-count' });
  const counter = h('span', { class: 'hint num', id: 'context-count' });
  const count = () => {
    counter.textContent = t('context.count', { n: area.value.length, max: CONTEXT_MAX });
  };
  area.addEventListener('input', count);
  count();
  return h('div', { class: 'field' }, h('label', { for: 'customIncident' }, t('context')),
    h('span', { class: 'hint', id: 'context-hint' }, t('context.hint')), area, counter);
}

function seedField() {
  return h('div', { class: 'field new-seed' }, h('label', { for: 'seed' }, t('seed')),
    h('input', { class: 'input num', id: 'seed', name: 'seed', inputmode: 'numeric', autocomplete: 'off', 'aria-describedby': 'seed-hint' }),
    h('span', { class: 'hint', id: 'seed-hint' }, t('seed.hint')));
}

export function moreSettings(characters) {
  return h('details', { class: 'new-more' }, h('summary', null, t('more')),
    h('div', { class: 'stack' }, languageField(), contextField(),
      h('h3', null, t('people')), peopleFields(characters), seedField()));
}
