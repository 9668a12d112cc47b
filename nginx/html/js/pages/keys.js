/* API keys: list, create (the key is shown once), revoke. */

import { h, byId, replace, clear } from '../dom.js';
import { icon } from '../icons.js';
import { get, post, remove } from '../api.js';
import { bindForm, errorBox, notice } from '../forms.js';
import { confirmDialog } from '../dialog.js';
import { startShell, toast } from '../shell.js';
import { capitalise, exactDate, relativeDate } from '../format.js';
import { FIELDS, SCOPES } from '../constants.js';
import { isolated } from '../text.js';

const SCOPE_WORDS = {
  exercises: ['Exercises', 'Generate exercises, play them and delete them.'],
  results: ['Results', 'Read scores, reports and certificates.'],
  team: ['Team', 'See people and invitations, and invite members.'],
  settings: ['Settings', 'Read and change the settings of the organisation, list and revoke your own API keys.'],
  account: ['Account', 'Export your own data, and delete your account for good.']
};
const OFFERED = SCOPES.filter((scope) => SCOPE_WORDS[scope]);
const EXPIRIES = [[30, 'in 30 days'], [90, 'in 90 days'], [365, 'in one year'], [1826, 'in five years']];
const DAY = 86400000;

function scopeName(scope) {
  return SCOPE_WORDS[scope] ? SCOPE_WORDS[scope][0] : capitalise(scope);
}

/* ---- list ---- */

function expiryText(key) {
  const past = new Date(key.expiresAt).getTime() < Date.now();
  return (past ? 'Expired ' : 'Expires ') + exactDate(key.expiresAt, false);
}

function revoke(key) {
  return async () => {
    const done = await confirmDialog({
      title: 'Revoke this key?',
      text: 'Anything that uses “' + isolated(key.name) + '” stops working at once. This cannot be undone.',
      action: 'Revoke key',
      danger: true,
      run: () => remove('/api/portal/api-keys/' + encodeURIComponent(key.id))
    });
    if (done) {
      toast('Key revoked.');
      await loadKeys();
      (byId('name') || byId('main')).focus();
    }
  };
}

function keyNode(key) {
  return h('li', null,
    h('div', { class: 'stack-s' },
      h('div', { class: 'row' }, h('h3', null, key.name), h('code', { class: 'muted' }, key.prefix + '…')),
      h('div', { class: 'key-scopes' }, (key.scopes || []).map((scope) => h('span', { class: 'pill' }, scopeName(scope)))),
      h('div', { class: 'key-meta' },
        h('span', null, 'Created ' + exactDate(key.createdAt, false)),
        h('span', null, key.lastUsedAt ? 'Last used ' + relativeDate(key.lastUsedAt) : 'Never used'),
        h('span', null, expiryText(key)))),
    h('button', { class: 'btn', type: 'button', onclick: revoke(key) }, 'Revoke', h('span', { class: 'sr-only' }, ' ' + key.name)));
}

async function loadKeys() {
  const box = byId('keys');
  try {
    const keys = await get('/api/portal/api-keys');
    replace(box, keys.length ? h('ul', { class: 'key-list' }, keys.map(keyNode))
      : h('p', { class: 'muted' }, 'No keys yet. A script or another system needs one to use Muster.'));
  } catch (error) {
    replace(box, errorBox(error, loadKeys));
  }
  box.removeAttribute('aria-busy');
}

/* ---- create ---- */

async function copy(input) {
  input.select();
  try {
    await navigator.clipboard.writeText(input.value);
    toast('Key copied.');
  } catch (error) {
    toast('Copying is blocked here. The key is selected: press Ctrl+C or ⌘C.');
  }
}

function showKey(created) {
  const input = h('input', { class: 'input', readonly: true, value: created.key, 'aria-label': 'New key', autocomplete: 'off', spellcheck: 'false' });
  const box = byId('new-key');
  const title = h('h2', { class: 'h-small', tabindex: '-1' }, 'Key “' + isolated(created.name) + '” is ready');
  replace(box, notice('good', 'key', title,
    h('p', null, 'Copy it now and keep it in a safe place. It is not shown again.'),
    h('div', { class: 'key-value' }, input,
      h('button', { class: 'btn btn-primary', type: 'button', onclick: () => copy(input) }, icon('copy'), 'Copy'),
      h('button', { class: 'btn', type: 'button', onclick: () => { clear(box); byId('name').focus(); } }, 'I have stored it'))));
  title.focus();
}

function chosenScopes(form) {
  return Array.from(form.querySelectorAll('[name="scopes"]:checked')).map((box) => box.value);
}

function check(form) {
  const fields = [];
  if (!form.elements.name.value.trim()) {
    fields.push({ field: 'name', message: 'give the key a name' });
  }
  if (!chosenScopes(form).length) {
    fields.push({ field: 'scopes', message: 'choose at least one' });
  }
  return fields;
}

async function send(form) {
  const days = Number(form.elements.expiresAt.value);
  const created = await post('/api/portal/api-keys', {
    name: form.elements.name.value.trim(),
    scopes: chosenScopes(form),
    expiresAt: new Date(Date.now() + days * DAY).toISOString()
  });
  form.reset();
  showKey(created);
  await loadKeys();
}

function buildForm() {
  OFFERED.forEach((scope) => byId('scopes').appendChild(
    h('label', { class: 'check' }, h('input', { type: 'checkbox', name: 'scopes', value: scope }),
      h('span', null, h('span', { class: 'check-text strong' }, SCOPE_WORDS[scope][0]), h('span', { class: 'small muted' }, SCOPE_WORDS[scope][1])))));
  replace(byId('expiry'), EXPIRIES.map((entry) => h('option', { value: entry[0], selected: entry[0] === 90 }, entry[1])));
  bindForm(byId('key-form'), { check, send, fields: FIELDS.createApiKey, labels: { name: 'Name', scopes: 'What the key may do', expiresAt: 'Expires' } });
}

/* Whoever cannot make a key learns it before filling in a form. */
function showWithoutPlan(user) {
  if (user.features.indexOf('api') < 0) {
    replace(byId('create'), h('h2', { class: 'h-small', id: 'create-title' }, 'Create a key'),
      h('p', { class: 'muted' }, 'The plan of ' + isolated(user.organization.name) + ' has no API access. Whoever runs this server can change the plan.'));
  }
}

async function start() {
  buildForm();
  try {
    showWithoutPlan(await startShell());
  } catch (error) {
    replace(byId('keys'), errorBox(error, () => window.location.reload()));
    byId('keys').removeAttribute('aria-busy');
    return;
  }
  await loadKeys();
}

start();
