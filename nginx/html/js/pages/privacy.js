/* Privacy: what is stored, export with progress, deleting the account or the organisation. */

import { h, byId, replace } from '../dom.js';
import { icon } from '../icons.js';
import { ApiError, failure, get, post, signInAgain } from '../api.js';
import { bindForm, errorBox, notice, setBusy } from '../forms.js';
import { openDialog } from '../dialog.js';
import { announce, publicHeader, startShell, toast } from '../shell.js';
import { size } from '../format.js';
import { t } from '../words/privacy.js';

const EXPORT = '/api/portal/gdpr-export';
const LABELS = { confirmEmail: t('email'), confirmName: t('name') };

/* ---- what is stored ---- */

function category(row) {
  const lines = [['stored.purpose', row.purpose], ['stored.basis', row.legalBasis], ['stored.retention', row.retention], ['stored.erasure', row.erasure]];
  return h('details', { class: 'more' }, h('summary', null, row.label),
    h('dl', { class: 'dl' }, lines.map((line) => [h('dt', null, t(line[0])), h('dd', null, line[1])])));
}

function drawParties(parties) {
  replace(byId('parties'), parties.length
    ? h('ul', { class: 'stack-s' }, parties.map((party) => h('li', null, h('span', { class: 'strong' }, party.name), ' \u2014 ', party.purpose, ' ', party.data)))
    : h('p', { class: 'muted' }, t('parties.none')));
  byId('parties').removeAttribute('aria-busy');
}

/* ---- export ---- */

function save(blob, name) {
  const url = URL.createObjectURL(blob);
  const link = h('a', { href: url, download: name, hidden: true });
  document.body.appendChild(link);
  link.click();
  link.remove();
  window.setTimeout(() => URL.revokeObjectURL(url), 60000);
}

/* The whole document or an error: a reply that is cut off must not be saved. */
async function fetchExport(progress, again) {
  const reply = await fetch(EXPORT, { credentials: 'same-origin', cache: 'no-store' });
  if (reply.status === 401 && !again && await signInAgain()) {
    return fetchExport(progress, true);
  }
  if (!reply.ok) {
    throw failure(reply, await reply.json().catch(() => ({})));
  }
  const reader = reply.body.getReader();
  const parts = [];
  let bytes = 0;
  for (let next = await reader.read(); !next.done; next = await reader.read()) {
    parts.push(next.value);
    bytes += next.value.length;
    progress(bytes);
  }
  const name = /filename="([^"]+)"/.exec(reply.headers.get('Content-Disposition') || '');
  return { blob: new Blob(parts, { type: 'application/json' }), name: name ? name[1] : 'gdpr-export.json', bytes };
}

async function download() {
  const button = byId('export');
  const state = byId('export-state');
  if (button.getAttribute('aria-disabled') === 'true') {
    return;
  }
  setBusy(button, true);
  const words = h('p', { class: 'muted', id: 'export-progress' }, t('export.busy'));
  replace(state, words);
  announce(t('export.busy'));
  try {
    const made = await fetchExport((bytes) => {
      words.textContent = t('export.busy.size', { size: size(bytes) });
    });
    save(made.blob, made.name);
    replace(state, notice('good', 'check', h('p', null, t('export.ready', { name: made.name, size: size(made.bytes) }))));
    toast(t('export.done'));
  } catch (error) {
    replace(state, errorBox(error instanceof ApiError ? error : new ApiError({ error: t('export.cut') }), download));
  }
  setBusy(button, false);
}

/* ---- leaving ---- */

function field(name, label, text) {
  return h('div', { class: 'field' }, h('label', { for: name }, label),
    h('input', { class: 'input', id: name, name, autocomplete: 'off', spellcheck: 'false', autocapitalize: 'none', dir: 'auto', 'aria-describedby': name + '-hint' }),
    h('span', { class: 'hint', id: name + '-hint' }, t('type', { text })));
}

function gone(reply) {
  const title = h('h1', { tabindex: '-1' }, t('gone'));
  publicHeader();
  document.querySelector('.page-head > div').replaceChildren(title);
  replace(byId('content'), h('section', { class: 'card stack' }, h('p', null, t('gone.text')),
    h('p', null, t.nodes('gone.receipt', { id: reply.receipt, code: (text) => h('code', { id: 'receipt' }, text) })),
    h('p', null, h('a', { class: 'btn', href: '/' }, t('gone.home')))));
  title.focus();
}

/* options: title, consequences, fields, expected (what each field must hold), path, action, keep, done (gets the reply). */
function leaveDialog(options) {
  const form = h('form', { class: 'stack' }, h('div', { class: 'form-summary' }),
    h('ul', { class: 'stack-s' }, options.consequences.map((text) => h('li', null, text))),
    options.fields,
    h('div', { class: 'dialog-actions' },
      h('button', { class: 'btn', type: 'button', id: 'stay' }, options.keep),
      h('button', { class: 'btn btn-danger', type: 'submit' }, options.action)));
  const box = openDialog(options.title, form);
  byId('stay').addEventListener('click', () => box.close());
  const values = () => Object.fromEntries(Object.keys(options.expected).map((name) => [name, form.elements[name].value.trim()]));
  bindForm(form, {
    labels: LABELS,
    check: () => Object.keys(options.expected)
      .filter((name) => values()[name].toLowerCase() !== options.expected[name].toLowerCase())
      .map((name) => ({ field: name, message: t('must', { text: options.expected[name] }) })),
    send: async () => {
      const reply = await post(options.path, values());
      box.close();
      options.done(reply);
    }
  });
  form.querySelector('input').focus();
}

function deleteAccount(user) {
  leaveDialog({
    title: t('account.title'),
    path: '/api/portal/delete-account',
    done: gone,
    action: t('account.action'),
    keep: t('account.keep'),
    expected: { confirmEmail: user.email },
    consequences: [t('account.effect'), t('account.exercises'), t('account.final')],
    fields: field('confirmEmail', LABELS.confirmEmail, user.email)
  });
}

function deleteOrganization(user) {
  const organisation = user.organization.name;
  leaveDialog({
    title: t('organisation.title', { organisation }),
    path: '/api/portal/delete-organization',
    action: t('organisation.action'),
    keep: t('organisation.keep'),
    done: () => window.location.reload(),
    expected: { confirmName: organisation, confirmEmail: user.email },
    consequences: [t('organisation.effect', { organisation }), t('organisation.end'), t(user.features.includes('mail') ? 'organisation.back.mail' : 'organisation.back')],
    fields: [field('confirmName', LABELS.confirmName, organisation), field('confirmEmail', LABELS.confirmEmail, user.email)]
  });
}

/* Why something would be refused is said before anybody types anything. kind: account, organisation; facts: what the server says of it. */
function leaving(kind, facts, id, act) {
  return facts.allowed
    ? h('div', null, h('button', { class: 'btn btn-danger', type: 'button', id, onclick: act }, icon('trash'), t(kind)))
    : notice('mid', 'lock', h('p', { class: 'strong' }, t(kind)), h('p', { id: id + '-refused' }, t(kind + '.' + facts.why)));
}

function drawLeave(user, { account, organization }) {
  const offered = organization.why !== 'not_admin' && !user.organization.endsAt;
  replace(byId('leave'), h('div', { class: 'stack' },
    h('p', { class: 'muted' }, t('leave.text')),
    leaving('account', account, 'delete-account', () => deleteAccount(user)),
    offered ? leaving('organisation', organization, 'delete-organization', () => deleteOrganization(user)) : null));
  byId('leave').removeAttribute('aria-busy');
}

/* What could not be loaded is said once; the sections that have nothing to show go. */
function failed(problem) {
  const boxes = [byId('parties'), byId('leave')];
  if (problem) {
    replace(byId('stored'), problem);
    boxes.forEach((box) => replace(box));
  }
  boxes.forEach((box) => {
    box.closest('.card').hidden = Boolean(problem);
  });
  ['stored', 'parties', 'leave'].forEach((id) => byId(id).removeAttribute('aria-busy'));
}

async function load(person) {
  try {
    const [user, said] = await Promise.all([person, get('/api/portal/privacy')]);
    replace(byId('stored'), h('div', null, said.categories.map(category)));
    drawParties(said.thirdParties);
    drawLeave(user, said.deletion);
    failed(null);
  } catch (error) {
    const known = await person.catch(() => null);
    failed(errorBox(error, () => (known ? load(person) : window.location.reload())));
  }
}

byId('export').addEventListener('click', download);
load(startShell());
