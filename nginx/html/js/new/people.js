/* Who appears in a new exercise: characters of the organisation, and people named here. */

import { h, byId, replace } from '../dom.js';
import { icon } from '../icons.js';
import { FIELDS } from '../constants.js';
import { ROLES } from '../settings/characters.js';
import { t } from '../words/new.js';

const NAME_MAX = FIELDS.generateExercise.selectedCharacters.item.name.maxLength;

function personRow(index) {
  const id = 'person-' + index;
  const row = h('li', { class: 'new-person' });
  const drop = () => {
    const list = row.parentNode;
    row.remove();
    (list.querySelector('li:last-child input') || byId('add-person')).focus();
  };
  return replace(row,
    h('div', { class: 'field' }, h('label', { for: id }, t('people.name')), h('input', { class: 'input', id, 'data-person': 'name', dir: 'auto', maxlength: NAME_MAX, autocomplete: 'off' })),
    h('div', { class: 'field' }, h('label', { for: id + '-role' }, t('people.role')),
      h('select', { class: 'input', id: id + '-role', 'data-person': 'role' }, ROLES.map((role) => h('option', { value: role }, role)))),
    h('button', { class: 'btn btn-quiet btn-icon', type: 'button', 'aria-label': t('people.remove'), onclick: drop }, icon('close')));
}

function namedField() {
  const list = h('ul', { class: 'new-people' });
  let next = 0;
  const add = () => {
    const row = personRow(next);
    next += 1;
    list.appendChild(row);
    row.querySelector('input').focus();
  };
  return h('fieldset', { class: 'field', 'data-field': 'selectedCharacters', tabindex: '-1' },
    h('legend', null, t('people.more')),
    h('span', { class: 'hint' }, t('people.hint')),
    list,
    h('button', { class: 'btn', type: 'button', id: 'add-person', onclick: add }, icon('plus'), t('people.add')));
}

function storedField(characters) {
  const sorted = characters.slice().sort((a, b) => a.name.localeCompare(b.name));
  return h('fieldset', { class: 'field', 'data-field': 'characterIds', tabindex: '-1' },
    h('legend', null, t('people.stored')),
    sorted.length ? h('div', { class: 'new-stored' }, sorted.map((person) => h('label', { class: 'check' },
      h('input', { type: 'checkbox', name: 'characterIds', value: person.id }),
      h('span', { dir: 'auto' }, h('bdi', null, person.name), h('span', { class: 'small muted' }, ' ', person.role))))) : null,
    h('p', { class: 'hint' }, t(sorted.length ? 'people.pick' : 'people.none'), ' ',
      h('a', { href: '/settings/organisation/characters' }, t('people.link'))));
}

export function peopleFields(characters) {
  return [storedField(characters), namedField()];
}

/* {characterIds, selectedCharacters} as generate takes them; what is empty is not there. */
export function chosenPeople() {
  const stored = Array.from(document.querySelectorAll('[name="characterIds"]:checked')).map((box) => box.value);
  const named = Array.from(document.querySelectorAll('.new-person')).map((row) => ({
    name: row.querySelector('[data-person="name"]').value.trim(),
    role: row.querySelector('[data-person="role"]').value
  })).filter((person) => person.name);
  return { ...(stored.length && { characterIds: stored }), ...(named.length && { selectedCharacters: named }) };
}
