/* Characters: list, one form that adds or changes, delete. */

import { h, byId, replace } from '../dom.js';
import { icon } from '../icons.js';
import { get, post, remove, request } from '../api.js';
import { bindForm, clearErrors, notice } from '../forms.js';
import { confirmDialog } from '../dialog.js';
import { toast } from '../parts/toast.js';
import { FIELDS } from '../constants.js';
import { field } from './saving.js';
import { t } from '../words/organisation.js';

/* Roles that stories know (apps/exercises/slots.c), in the reader's words; people write them as they like. */
export const ROLES = ['ciso', 'incident_lead', 'soc_analyst', 'it_operations', 'cloud_operations', 'legal', 'data_protection', 'communications', 'business_owner',
  'chief_executive', 'finance', 'human_resources', 'vendor_manager'].map((key) => t('characters.role.' + key));
const PATH = '/api/portal/characters';
const EXPERTISE = FIELDS.createCharacter.expertise;
const FIELD_NAMES = ['name', 'role', 'department', 'description', 'expertise'];
const state = { people: [], editing: null, may: false, kept: null };

function story(person) {
  return person.storyRole ? t.nodes('characters.story', { person: h('strong', null, t('characters.person', person)) }) : t('characters.no_story');
}

function deletePerson(person) {
  return async () => {
    const done = await confirmDialog({
      title: t('characters.delete_title'),
      text: t('characters.delete_text', { name: person.name }),
      action: t('characters.delete'),
      keep: t('characters.keep'),
      danger: true,
      run: () => remove(PATH + '/' + encodeURIComponent(person.id))
    });
    if (done) {
      toast(t('characters.deleted'));
      edit(null);
      await load();
      byId('c-name').focus();
    }
  };
}

function personRow(person) {
  return h('li', null,
    h('div', { class: 'stack-s' },
      h('h3', { dir: 'auto' }, person.name), h('p', { class: 'small', dir: 'auto' }, [person.role, person.department].filter(Boolean).join(' · ')),
      person.description ? h('p', { class: 'small muted', dir: 'auto' }, person.description) : null,
      person.expertise.length ? h('p', { class: 'row' }, person.expertise.map((one) => h('span', { class: 'pill', dir: 'auto' }, one))) : null,
      h('p', { class: 'tiny muted' }, story(person))),
    state.may ? h('div', { class: 'character-actions' },
      h('button', { class: 'btn', type: 'button', onclick: () => edit(person) }, h('span', { 'aria-hidden': 'true' }, t('characters.change')), h('span', { class: 'sr-only' }, t('characters.change_named', { name: person.name }))),
      h('button', { class: 'btn', type: 'button', onclick: deletePerson(person) }, h('span', { 'aria-hidden': 'true' }, t('characters.delete_short')), h('span', { class: 'sr-only' }, t('characters.delete_named', { name: person.name })))) : null);
}

function draw() {
  const sorted = state.people.slice().sort((a, b) => a.name.localeCompare(b.name));
  replace(byId('people'), sorted.length ? h('ul', { class: 'people-list' }, sorted.map(personRow)) : h('p', { class: 'muted' }, t('characters.none')));
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
  byId('character-title').textContent = person ? t('characters.change_title', { name: person.name }) : t('characters.add_title');
  form.querySelector('[type="submit"]').textContent = t(person ? 'characters.save' : 'characters.add');
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
  toast(t(person ? 'characters.saved' : 'characters.added'));
  form.elements.name.focus();
}

function input(name, more) {
  return h('input', Object.assign({ class: 'input', name, autocomplete: 'off', dir: 'auto' }, more));
}

function personForm() {
  const form = h('form', { id: 'character-form', class: 'own-form' }, h('h3', { id: 'character-title' }, t('characters.add_title')), h('div', { class: 'stack' },
    h('div', { class: 'form-summary' }),
    h('div', { class: 'field-row' }, field('c-name', t('characters.name'), input('name')),
      field('c-role', t('characters.role'), input('role', { list: 'roles' }), t('characters.role_hint'))),
    h('datalist', { id: 'roles' }, ROLES.map((role) => h('option', { value: role }))),
    h('div', { class: 'field-row' }, field('c-department', t('characters.department'), input('department')),
      field('c-expertise', t('characters.expertise'), input('expertise', { maxlength: EXPERTISE.maxItems * (EXPERTISE.item.maxLength + 2) }), t('characters.expertise_hint', { n: EXPERTISE.maxItems }))),
    field('c-description', t('characters.description'), h('textarea', { class: 'input', name: 'description', rows: 2, dir: 'auto' }), t('characters.description_hint')),
    h('div', { class: 'save-row' }, h('button', { class: 'btn btn-primary', type: 'submit' }, t('characters.add')),
      h('button', { class: 'btn', type: 'button', id: 'character-back', hidden: true, onclick: () => { edit(null); byId('c-name').focus(); } }, icon('close'), t('characters.leave')))));
  state.kept = bindForm(form, {
    send, draft: 'character', labels: FIELD_NAMES.reduce((all, name) => Object.assign(all, { [name]: t('characters.' + name) }), {}), fields: FIELDS.createCharacter,
    check: () => ['name', 'role'].filter((name) => !form.elements[name].value.trim()).map((name) => ({ field: name, message: t('characters.needed') }))
  });
  return form;
}

/* Facilitators keep them too. */
export function charactersSection(box, people, user, admin) {
  const may = admin || user.role === 'FACILITATOR';
  Object.assign(state, { people, may });
  replace(box, may ? null : notice('mid', 'info', h('p', { id: 'hint' }, t('read_only'))), h('div', { class: 'card settings-form' }, h('div', { id: 'people' }), may ? personForm() : null));
  draw();
}
