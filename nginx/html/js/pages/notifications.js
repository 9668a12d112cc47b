/* Notifications: switches for the mails that a person can do without. */

import { h, byId, replace } from '../dom.js';
import { get, request } from '../api.js';
import { bindForm, errorBox } from '../forms.js';
import { startShell, toast } from '../shell.js';

const PREFERENCES = '/api/auth/mail-preferences';
const SWITCHES = [
  ['results', 'I have completed an exercise', 'With the share of right decisions and a link to the results.'],
  ['team', 'Somebody joins the organisation', 'Sent to its administrators.']
];

function switchRow(entry, on) {
  return h('label', { class: 'check' },
    h('input', { type: 'checkbox', id: entry[0], name: entry[0], checked: on }),
    h('span', null, entry[1], h('span', { class: 'hint' }, entry[2])));
}

async function save(form) {
  await request('PUT', PREFERENCES, { team: form.elements.team.checked, results: form.elements.results.checked });
  toast('Saved.');
}

async function load() {
  const box = byId('preferences');
  try {
    const stored = await get(PREFERENCES);
    const form = h('form', { class: 'stack' },
      h('div', { class: 'form-summary' }),
      SWITCHES.map((entry) => switchRow(entry, stored[entry[0]])),
      h('button', { class: 'btn btn-primary', type: 'submit' }, 'Save'));
    replace(box, form);
    bindForm(form, { send: save });
  } catch (error) {
    replace(box, errorBox(error, load));
  }
  box.removeAttribute('aria-busy');
}

async function start() {
  try {
    await startShell();
  } catch (error) {
    replace(byId('preferences'), errorBox(error, () => window.location.reload()));
    byId('preferences').removeAttribute('aria-busy');
    return;
  }
  await load();
}

start();
