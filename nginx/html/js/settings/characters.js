/* Characters: list, one form that adds or changes, delete. */

import { h, byId, replace } from '../dom.js';
import { icon } from '../icons.js';
import { get, post, remove, request } from '../api.js';
import { bindForm, clearErrors } from '../forms.js';
import { confirmDialog } from '../dialog.js';
import { toast } from '../shell.js';
import { FIELDS } from '../constants.js';
import { field } from './saving.js';
import { isolated } from '../text.js';

export const ROLES = ['CISO', 'Incident lead', 'SOC analyst', 'IT operations', 'Cloud operations', 'Legal counsel', 'Data protection officer',
  'Communications', 'Business owner', 'Chief executive', 'Finance', 'Human resources', 'Vendor manager'];
const PATH = '/api/portal/characters';
const EXPERTISE = FIELDS.createCharacter.expertise;
const LABELS = { name: 'Name', role: 'Role', department: 'Department', description: 'Description', expertise: 'Expertise' };
const state = { people: [], editing: null, may: false, kept: null };

function story(person) {
  return person.storyRole ? ['In stories: ', h('strong', null, isolated(person.name) + ' (' + isolated(person.role) + ')'), ' asks for a decision within the hour.']
    : 'No story speaks of this role. The person is in the list of people, not in the sentences.';
}

function deletePerson(person) {
  return async () => {
    const done = await confirmDialog({
      title: 'Delete this character?',
      text: '“' + isolated(person.name) + '” can no longer be picked. Exercises that were made with this person keep it.',
      action: 'Delete character',
      danger: true,
      run: () => remove(PATH + '/' + encodeURIComponent(person.id))
    });
    if (done) {
      toast('Character deleted.');
      edit(null);
      await load();
      byId('c-name').focus();
    }
  };
}

function personRow(person) {
  return h('li', null,
    h('div', { class: 'stack-s' },
      h('h3', null, person.name), h('p', { class: 'small' }, [person.role, person.department].filter(Boolean).join(' · ')),
      person.description ? h('p', { class: 'small muted' }, person.description) : null,
      person.expertise.length ? h('p', { class: 'row' }, person.expertise.map((one) => h('span', { class: 'pill' }, one))) : null,
      h('p', { class: 'tiny muted' }, story(person))),
    state.may ? h('div', { class: 'character-actions' },
      h('button', { class: 'btn', type: 'button', onclick: () => edit(person) }, 'Change', h('span', { class: 'sr-only' }, ' ' + person.name)),
      h('button', { class: 'btn', type: 'button', onclick: deletePerson(person) }, 'Delete', h('span', { class: 'sr-only' }, ' ' + person.name))) : null);
}

function draw() {
  const sorted = state.people.slice().sort((a, b) => a.name.localeCompare(b.name));
  replace(byId('people'), sorted.length ? h('ul', { class: 'people-list' }, sorted.map(personRow)) : h('p', { class: 'muted' }, 'No characters yet.'));
}

async function load() {
  state.people = await get(PATH);
  draw();
}

/* The form for a new person, or for the given one. */
function edit(person) {
  const form = byId('character-form');
  state.editing = person;
  clearErrors(form);
  ['name', 'role', 'department', 'description'].forEach((name) => {
    form.elements[name].value = person ? person[name] : '';
  });
  form.elements.expertise.value = person ? person.expertise.join(', ') : '';
  byId('character-title').textContent = person ? 'Change ' + isolated(person.name) : 'Add a character';
  form.querySelector('[type="submit"]').textContent = person ? 'Save character' : 'Add character';
  byId('character-back').hidden = !person;
  state.kept.begin(person ? 'character-' + person.id : 'character');
  if (person) {
    form.elements.name.focus();
  }
}

function read(form) {
  const body = { expertise: form.elements.expertise.value.split(',').map((one) => one.trim()).filter(Boolean) };
  ['name', 'role', 'department', 'description'].forEach((name) => {
    body[name] = form.elements[name].value.trim();
  });
  return body;
}

async function send(form) {
  const person = state.editing;
  if (person) {
    await request('PUT', PATH + '/' + encodeURIComponent(person.id), read(form));
  } else {
    await post(PATH, read(form));
  }
  state.kept.clear();
  edit(null);
  await load();
  toast(person ? 'Character saved.' : 'Character added.');
  form.elements.name.focus();
}

function input(name, more) {
  return h('input', Object.assign({ class: 'input', name, autocomplete: 'off' }, more));
}

function personForm() {
  const form = h('form', { id: 'character-form', class: 'own-form' }, h('h3', { id: 'character-title' }, 'Add a character'), h('div', { class: 'stack' },
    h('div', { class: 'form-summary' }),
    h('div', { class: 'field-row' }, field('c-name', 'Name', input('name')),
      field('c-role', 'Role', input('role', { list: 'roles' }), 'Stories recognise roles such as CISO, legal counsel, head of IT operations.')),
    h('datalist', { id: 'roles' }, ROLES.map((role) => h('option', { value: role }))),
    h('div', { class: 'field-row' }, field('c-department', 'Department', input('department')),
      field('c-expertise', 'Expertise', input('expertise', { maxlength: EXPERTISE.maxItems * (EXPERTISE.item.maxLength + 2) }), 'Up to ten, separated by commas.')),
    field('c-description', 'Description', h('textarea', { class: 'input', name: 'description', rows: 2 }), 'Players read it in the list of people.'),
    h('div', { class: 'save-row' }, h('button', { class: 'btn btn-primary', type: 'submit' }, 'Add character'),
      h('button', { class: 'btn', type: 'button', id: 'character-back', hidden: true, onclick: () => { edit(null); byId('c-name').focus(); } }, icon('close'), 'Leave as it is'))));
  state.kept = bindForm(form, {
    send, labels: LABELS, fields: FIELDS.createCharacter, draft: 'character',
    check: () => ['name', 'role'].filter((name) => !form.elements[name].value.trim()).map((name) => ({ field: name, message: 'is required' }))
  });
  return form;
}

export function charactersSection(box, people, may) {
  Object.assign(state, { people, may });
  replace(box, h('div', { id: 'people' }), may ? personForm() : null);
  draw();
}
