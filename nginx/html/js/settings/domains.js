/* E-mail domains whose people may join by themselves, as a section of the page Team. */

import { h, byId, replace } from '../dom.js';
import { get, post, remove } from '../api.js';
import { bindForm, errorBox, notice } from '../forms.js';
import { confirmDialog, openDialog } from '../dialog.js';
import { toast } from '../shell.js';
import { exactDate } from '../format.js';
import { FIELDS } from '../constants.js';

const PATH = '/api/portal/domains';
const STATES = { PENDING: ['Waiting for its mail', 'pill-mid'], VERIFIED: ['Confirmed', 'pill-good'], EXPIRED: ['Link expired', 'pill-bad'] };
const LABELS = { domain: 'Domain', mailbox: 'Mailbox' };
const state = { mail: false };

async function done(text) {
  toast(text);
  await loadDomains(state);
  byId('domains-title').focus();
}

/* Also out of an address of a page or a mailbox that was pasted. The browser knows how a domain in other letters is written in mails
   (IDNA); what it cannot read goes to the server as it is. */
function plainDomain(typed) {
  const text = typed.trim().replace(/^[a-z]+:(\/\/)?/i, '').replace(/[/?#].*$/, '').replace(/^.*@/, '').replace(/[.>]+$/, '');
  try {
    return new URL('http://' + text + '/').hostname || text;
  } catch (error) {
    return text;
  }
}

async function ask(domain, mailbox) {
  await post(PATH, { domain, mailbox });
  return 'Mail with a link sent to ' + mailbox + '@' + domain + '.';
}

function sendAgain(row) {
  return async () => {
    let said = '';
    const sure = await confirmDialog({
      title: 'Send the mail again?', action: 'Send', keep: 'Cancel', text: 'To ' + row.mailbox + '@' + row.domain + '. The link of the mail before stops working.',
      run: async () => {
        said = await ask(row.domain, row.mailbox);
      }
    });
    if (sure) {
      await done(said);
    }
  };
}

function removeDomain(row) {
  return async () => {
    const sure = await confirmDialog({
      title: 'Remove ' + row.domain + '?', action: 'Remove', keep: 'Cancel', danger: true,
      text: 'Nobody joins by this domain any more. Who has joined stays.',
      run: () => remove(PATH + '/' + encodeURIComponent(row.id))
    });
    if (sure) {
      await done(row.domain + ' was removed.');
    }
  };
}

function addDialog() {
  const form = h('form', { class: 'stack' }, h('div', { class: 'form-summary' }),
    h('div', { class: 'field' }, h('label', { for: 'domain' }, 'Domain'),
      h('input', { class: 'input', id: 'domain', name: 'domain', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'domain-hint' }),
      h('span', { class: 'hint', id: 'domain-hint' }, 'What stands behind the @ in your addresses, such as example.com. Each subdomain counts for itself.')),
    h('div', { class: 'field' }, h('label', { for: 'mailbox' }, 'Mailbox'),
      h('select', { class: 'input', id: 'mailbox', name: 'mailbox', 'aria-describedby': 'mailbox-hint' }, FIELDS.addDomain.mailbox.values.map((name) => h('option', { value: name }, name))),
      h('span', { class: 'hint', id: 'mailbox-hint' }, 'Whoever reads it confirms the domain with a link. Only the owner of a domain can have these mailboxes.')),
    h('div', { class: 'dialog-actions' }, h('button', { class: 'btn', type: 'button', onclick: () => box.close() }, 'Cancel'),
      h('button', { class: 'btn btn-primary', type: 'submit' }, 'Send mail')));
  const box = openDialog('Add a domain', form);
  bindForm(form, {
    labels: LABELS,
    fields: FIELDS.addDomain,
    check: () => (form.elements.domain.value.trim() ? [] : [{ field: 'domain', message: 'give a domain' }]),
    send: async () => {
      const said = await ask(plainDomain(form.elements.domain.value), form.elements.mailbox.value);
      box.close();
      await done(said);
    }
  });
  form.elements.domain.focus();
}

function node(row) {
  const words = STATES[row.status];
  const about = h('span', { class: 'sr-only' }, ': ' + row.domain);
  return h('li', null,
    h('div', { class: 'stack-s who' },
      h('div', { class: 'row' }, h('h3', null, row.domain), h('span', { class: 'pill ' + words[1] }, words[0])),
      h('div', { class: 'key-meta' }, row.verifiedAt ? h('span', null, 'Confirmed ' + exactDate(row.verifiedAt, false))
        : [h('span', null, 'Mail to ' + row.mailbox + '@' + row.domain), h('span', null, (row.status === 'EXPIRED' ? 'Link expired ' : 'Link expires ') + exactDate(row.expiresAt, false))])),
    h('div', { class: 'people-actions' },
      row.verifiedAt ? null : h('button', { class: 'btn', type: 'button', onclick: sendAgain(row) }, 'Send again', about),
      h('button', { class: 'btn', type: 'button', onclick: removeDomain(row) }, 'Remove', about.cloneNode(true))));
}

/* options.mail: the server sends mails. */
export async function loadDomains(options) {
  const box = byId('domains');
  state.mail = options.mail;
  byId('domains-card').hidden = false;
  try {
    const rows = await get(PATH);
    replace(box,
      h('p', { class: 'small muted' }, 'Who proves to have an address at a confirmed domain joins as a member without an invitation. Whom you removed does not come back this way.'),
      state.mail ? null : notice('mid', 'info', h('p', null, 'This server sends no mails yet. Who runs it finds the mail with the link in its outbox folder.')),
      rows.length ? h('ul', { class: 'people' }, rows.map(node)) : h('p', { class: 'muted domains-none' }, 'No domain yet.'),
      h('p', { class: 'domains-add' }, h('button', { class: 'btn', type: 'button', id: 'add-domain', onclick: addDialog }, 'Add a domain')));
  } catch (error) {
    replace(box, errorBox(error, () => loadDomains(state)));
  }
}
