/* Notifications: switches for the mails that a person can do without. */

import { h, byId, replace } from '../dom.js';
import { get, request } from '../api.js';
import { bindForm, errorBox } from '../forms.js';
import { startShell, toast } from '../shell.js';
import { t } from '../words/notifications.js';

const PREFERENCES = '/api/auth/mail-preferences';
const KINDS = ['results', 'team'];

function switchRow(kind, on) {
  return h('label', { class: 'check' },
    h('input', { type: 'checkbox', id: kind, name: kind, checked: on }),
    h('span', null, t(kind), h('span', { class: 'hint' }, t(kind + '.text'))));
}

async function save(form) {
  await request('PUT', PREFERENCES, Object.fromEntries(KINDS.map((kind) => [kind, form.elements[kind].checked])));
  toast(t('saved'));
}

function draw(stored) {
  const form = h('form', { class: 'stack' },
    h('div', { class: 'form-summary' }),
    KINDS.map((kind) => switchRow(kind, stored[kind])),
    h('button', { class: 'btn btn-primary', type: 'submit' }, t('save')));
  replace(byId('preferences'), form);
  bindForm(form, { send: save });
}

async function load(begin) {
  const box = byId('preferences');
  try {
    draw((await Promise.all([get(PREFERENCES), begin ? begin() : null]))[0]);
  } catch (error) {
    replace(box, errorBox(error, () => load(begin)));
  }
  box.removeAttribute('aria-busy');
}

load(startShell);
