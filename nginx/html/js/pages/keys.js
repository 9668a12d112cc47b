/* API keys: list, create (the key is shown once), revoke. */

import { h, byId, replace, clear } from '../dom.js';
import { post, remove } from '../api.js';
import { bindForm, errorBox } from '../forms.js';
import { confirmDialog } from '../dialog.js';
import { secretOnce } from '../parts/copy.js';
import { dataTable } from '../parts/table.js';
import { toast } from '../parts/toast.js';
import { startShell } from '../shell.js';
import { FIELDS, SCOPES } from '../constants.js';
import { date } from '../say.js';
import { t } from '../words/keys.js';

const PATH = '/api/portal/api-keys';
const EXPIRIES = [[30, 'days30'], [90, 'days90'], [365, 'year'], [1826, 'years5']];
const DAY = 86400000;
const state = { list: null };

/* ---- list ---- */

async function revoke(key) {
  const done = await confirmDialog({
    title: t('revoke.title'), text: t('revoke.text', { name: key.name }), action: t('revoke'), keep: t('revoke.keep'), danger: true,
    run: () => remove(PATH + '/' + encodeURIComponent(key.id))
  });
  if (done) {
    state.list.remove(key.id);
    toast(t('revoke.done'));
    if (!state.list.rows.length) {
      (byId('name') || byId('main')).focus();
    }
  }
}

function isOver(key) {
  return new Date(key.expiresAt).getTime() < Date.now();
}

function showKeys() {
  state.list = dataTable(byId('keys'), {
    caption: t('yours'), address: PATH, name: (key) => key.name, expected: 3,
    columns: [
      { key: 'name', label: t('name'), value: (key) => key.name, note: (key) => h('code', null, key.prefix + '…') },
      { key: 'scopes', label: t('may'), priority: 2, value: (key) => key.scopes.map((scope) => t('scope.' + scope)).join(', ') },
      { key: 'created', label: t('created'), kind: 'date', priority: 3, value: (key) => key.createdAt },
      { key: 'used', label: t('used'), kind: 'text', value: (key) => (key.lastUsedAt ? date(key.lastUsedAt) : t('never')) },
      { key: 'expires', label: t('expires'), kind: 'text', value: (key) => t(isOver(key) ? 'expired_on' : 'expires_on', { at: key.expiresAt }) }],
    menu: (key) => [{ label: t('revoke'), icon: 'trash', danger: true, run: () => revoke(key) }],
    empty: { icon: 'key', title: t('none'), text: t('none_text') }
  });
  return state.list.ready;
}

/* ---- create ---- */

function showKey(created) {
  const box = secretOnce({ title: t('ready', { name: created.name }), label: t('new'), value: created.key, text: t('ready_text'), done: () => byId('name').focus() });
  replace(byId('new-key'), box);
  box.focus();
}

function chosenScopes(form) {
  return Array.from(form.querySelectorAll('[name="scopes"]:checked')).map((box) => box.value);
}

function check(form) {
  const fields = [];
  if (!form.elements.name.value.trim()) {
    fields.push({ field: 'name', message: t('name_needed') });
  }
  if (!chosenScopes(form).length) {
    fields.push({ field: 'scopes', message: t('may_needed') });
  }
  return fields;
}

async function send(form) {
  const days = Number(form.elements.expiresAt.value);
  const created = await post(PATH, {
    name: form.elements.name.value.trim(), scopes: chosenScopes(form), expiresAt: new Date(Date.now() + days * DAY).toISOString() });
  form.reset();
  clear(byId('new-key'));
  showKey(created);
  await state.list.load();
}

function buildForm() {
  SCOPES.forEach((scope) => byId('scopes').appendChild(
    h('label', { class: 'check' }, h('input', { type: 'checkbox', name: 'scopes', value: scope }),
      h('span', null, h('span', { class: 'check-text strong' }, t('scope.' + scope)), h('span', { class: 'small muted' }, t('does.' + scope))))));
  replace(byId('expiry'), EXPIRIES.map((entry) => h('option', { value: entry[0], selected: entry[0] === 90 }, t('in.' + entry[1]))));
  bindForm(byId('key-form'), { check, send, fields: FIELDS.createApiKey, labels: { name: t('name'), scopes: t('may'), expiresAt: t('expires') } });
}

/* Whoever cannot make a key learns it before filling in a form. */
function showForm(user) {
  if (user.features.indexOf('api') < 0) {
    replace(byId('create'), h('h2', { class: 'h-small', id: 'create-title' }, t('create_title')), h('p', { class: 'muted' }, t('no_plan', { name: user.organization.name })));
  } else {
    buildForm();
  }
  byId('create').classList.remove('keys-hold');
}

/* The form is below a list whose height nobody knows before it came. */
async function start() {
  let user = null;
  try {
    const listed = showKeys();
    user = await startShell();
    await listed;
  } catch (error) {
    replace(byId('keys'), errorBox(error, () => window.location.reload()));
    byId('keys').removeAttribute('aria-busy');
    return;
  }
  showForm(user);
}

start();
