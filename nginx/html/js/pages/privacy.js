/* Privacy: what is stored, export with progress, deleting the account or the organisation. */

import { h, byId, replace } from '../dom.js';
import { icon } from '../icons.js';
import { ApiError, failure, get, post, signInAgain } from '../api.js';
import { bindForm, errorBox, notice, setBusy } from '../forms.js';
import { openDialog } from '../dialog.js';
import { announce, publicHeader, startShell, toast } from '../shell.js';
import { ADMINS } from '../constants.js';
import { isolated } from '../text.js';

const EXPORT = '/api/portal/gdpr-export';
const LABELS = { confirmEmail: 'E-mail', confirmName: 'Name of the organisation' };

/* ---- what is stored ---- */

function category(row) {
  const lines = [['What for', row.purpose], ['On what basis', row.legalBasis], ['How long', row.retention], ['When you leave', row.erasure]];
  return h('details', { class: 'more' }, h('summary', null, row.label),
    h('dl', { class: 'dl' }, lines.map((line) => [h('dt', null, line[0]), h('dd', null, line[1])])));
}

function drawParties(parties) {
  replace(byId('parties'), parties.length
    ? h('ul', { class: 'stack-s' }, parties.map((party) => h('li', null, h('span', { class: 'strong' }, party.name), ' \u2014 ', party.purpose, ' ', party.data)))
    : h('p', { class: 'muted' }, 'Nobody: everything stays on this installation.'));
  byId('parties').removeAttribute('aria-busy');
}

/* ---- export ---- */

function size(bytes) {
  return bytes < 1000000 ? Math.ceil(bytes / 1000) + ' kB' : (bytes / 1000000).toFixed(1) + ' MB';
}

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
  const words = h('p', { class: 'muted', id: 'export-progress' }, 'Collecting your data \u2026');
  replace(state, words);
  announce('Collecting your data.');
  try {
    const made = await fetchExport((bytes) => {
      words.textContent = 'Collecting your data \u2026 ' + size(bytes) + ' so far';
    });
    save(made.blob, made.name);
    replace(state, notice('good', 'check', h('p', null, made.name + ', ' + size(made.bytes) + ', is complete and was handed to your browser.')));
    toast('Export complete.');
  } catch (error) {
    const known = error instanceof ApiError ? error : new ApiError({ error: 'The export was cut off and is not complete; nothing was saved.' });
    replace(state, errorBox(known, download));
  }
  setBusy(button, false);
}

/* ---- leaving ---- */

function field(name, label, hint) {
  return h('div', { class: 'field' }, h('label', { for: name }, label),
    h('input', { class: 'input', id: name, name, autocomplete: 'off', spellcheck: 'false', autocapitalize: 'none', 'aria-describedby': name + '-hint' }),
    h('span', { class: 'hint', id: name + '-hint' }, hint));
}

function gone(reply) {
  const title = h('h1', { tabindex: '-1' }, 'Deleted');
  replace(byId('site-nav'));
  publicHeader();
  document.querySelector('.page-head > div').replaceChildren(title);
  replace(byId('content'), h('section', { class: 'card stack' }, h('p', null, reply.message),
    h('p', null, 'Receipt: ', h('code', { id: 'receipt' }, reply.receipt)),
    h('p', null, h('a', { class: 'btn', href: '/' }, 'To the front page'))));
  title.focus();
}

/* options: title, consequences, fields, expected (what each field must hold), path, action, done (gets the reply). */
function leaveDialog(options) {
  const form = h('form', { class: 'stack' }, h('div', { class: 'form-summary' }),
    h('ul', { class: 'stack-s' }, options.consequences.map((text) => h('li', null, text))),
    options.fields,
    h('div', { class: 'dialog-actions' },
      h('button', { class: 'btn', type: 'button', id: 'stay' }, 'Keep it'),
      h('button', { class: 'btn btn-danger', type: 'submit' }, options.action)));
  const box = openDialog(options.title, form);
  byId('stay').addEventListener('click', () => box.close());
  const values = () => Object.fromEntries(Object.keys(options.expected).map((name) => [name, form.elements[name].value.trim()]));
  bindForm(form, {
    labels: LABELS,
    check: () => Object.keys(options.expected)
      .filter((name) => values()[name].toLowerCase() !== options.expected[name].toLowerCase())
      .map((name) => ({ field: name, message: 'must be ' + options.expected[name] })),
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
    title: 'Delete your account?',
    path: '/api/portal/delete-account',
    done: gone,
    action: 'Delete my account for good',
    expected: { confirmEmail: user.email },
    consequences: [
      'It happens at once: you are signed out everywhere, your API keys stop working, and your password, second factor and certificates are deleted.',
      'Completed exercises stay in your organisation\u2019s figures without your name and without the reasons you wrote down. Exercises that you alone have not finished are deleted.',
      'Nobody can bring it back. Take your data with you first.'],
    fields: field('confirmEmail', 'Your e-mail address', 'Type ' + user.email + ' to confirm.')
  });
}

function deleteOrganization(user) {
  leaveDialog({
    title: 'Delete the organisation?',
    path: '/api/portal/delete-organization',
    action: 'Delete in seven days',
    done: () => window.location.reload(),
    expected: { confirmName: user.organization.name, confirmEmail: user.email },
    consequences: [
      'From now on nobody in ' + isolated(user.organization.name) + ' plays or changes anything, and its API keys are refused. Everybody can still sign in, take their data out and leave.',
      'In seven days all accounts, exercises, answers, certificates, settings and the audit log are deleted for good.',
      'Until then every administrator can restore all of it as it was.' + (user.features.indexOf('mail') < 0 ? '' : ' They get a mail now, and another one the day before.')],
    fields: [field('confirmName', 'Name of the organisation', 'Type ' + isolated(user.organization.name) + ' to confirm.'),
      field('confirmEmail', 'Your e-mail address', 'Type ' + user.email + ' to confirm.')]
  });
}

function drawLeave(user) {
  const admin = ADMINS.indexOf(user.role) >= 0;
  replace(byId('leave'), h('div', { class: 'stack' },
    h('p', { class: 'muted' }, 'What becomes of each kind of data is said above. A number stays as a receipt, without anything about you.'),
    h('div', { class: 'row' },
      h('button', { class: 'btn btn-danger', type: 'button', id: 'delete-account', onclick: () => deleteAccount(user) }, icon('trash'), 'Delete my account'),
      admin && !user.organization.endsAt ? h('button', { class: 'btn', type: 'button', id: 'delete-organization', onclick: () => deleteOrganization(user) }, icon('trash'), 'Delete the organisation') : null)));
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

async function load(user) {
  try {
    const said = await get('/api/portal/privacy');
    replace(byId('stored'), h('div', null, said.categories.map(category)));
    byId('stored').removeAttribute('aria-busy');
    drawParties(said.thirdParties);
    drawLeave(user);
    failed(null);
  } catch (error) {
    failed(errorBox(error, () => load(user)));
  }
}

async function start() {
  byId('export').addEventListener('click', download);
  try {
    await load(await startShell());
  } catch (error) {
    failed(errorBox(error, () => window.location.reload()));
  }
}

start();
