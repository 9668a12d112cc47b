/* Email domains whose people may join by themselves. */

import { h, byId, replace } from '../dom.js';
import { icon } from '../icons.js';
import { get, post, remove } from '../api.js';
import { bindForm, notice } from '../forms.js';
import { confirmDialog, dialogActions, openDialog } from '../dialog.js';
import { dataTable } from '../parts/table.js';
import { toast } from '../parts/toast.js';
import { FIELDS } from '../constants.js';
import { t } from '../words/organisation.js';

export const PATH = '/api/portal/domains';
const MEANINGS = { PENDING: 'waiting', VERIFIED: 'good', EXPIRED: 'bad' };
const state = { list: null };

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
  return t('domains.sent', { address: mailbox + '@' + domain });
}

async function done(text) {
  toast(text);
  await state.list.load();
  byId('part-title').focus();
}

async function sendAgain(row) {
  let said = '';
  const sure = await confirmDialog({
    title: t('domains.again_title'), action: t('domains.again'), text: t('domains.again_text', { address: row.mailbox + '@' + row.domain }),
    run: async () => {
      said = await ask(row.domain, row.mailbox);
    }
  });
  if (sure) {
    await done(said);
  }
}

async function removeDomain(row) {
  const sure = await confirmDialog({
    title: t('domains.remove_title', { domain: row.domain }), action: t('domains.remove'), keep: t('domains.keep'), danger: true,
    text: t('domains.remove_text'), run: () => remove(PATH + '/' + encodeURIComponent(row.id))
  });
  if (sure) {
    await done(t('domains.removed', { domain: row.domain }));
  }
}

function addDialog() {
  const form = h('form', { class: 'stack' }, h('div', { class: 'form-summary' }),
    h('div', { class: 'field' }, h('label', { for: 'domain' }, t('domains.domain')),
      h('input', { class: 'input', id: 'domain', name: 'domain', dir: 'ltr', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'domain-hint' }),
      h('span', { class: 'hint', id: 'domain-hint' }, t('domains.domain_hint'))),
    h('div', { class: 'field' }, h('label', { for: 'mailbox' }, t('domains.mailbox')),
      h('select', { class: 'input', id: 'mailbox', name: 'mailbox', 'aria-describedby': 'mailbox-hint' }, FIELDS.addDomain.mailbox.values.map((name) => h('option', { value: name }, name))),
      h('span', { class: 'hint', id: 'mailbox-hint' }, t('domains.mailbox_hint'))),
    dialogActions(() => box.close(), t('domains.send')));
  const box = openDialog(t('domains.add'), form);
  bindForm(form, {
    labels: { domain: t('domains.domain'), mailbox: t('domains.mailbox') }, fields: FIELDS.addDomain,
    check: () => (form.elements.domain.value.trim() ? [] : [{ field: 'domain', message: t('domains.domain_needed') }]),
    send: async () => {
      const said = await ask(plainDomain(form.elements.domain.value), form.elements.mailbox.value);
      box.close();
      await done(said);
    }
  });
  form.elements.domain.focus();
}

function columns() {
  return [
    { key: 'domain', label: t('domains.domain'), value: (row) => row.domain },
    { key: 'status', label: t('domains.status'), kind: 'badge', value: (row) => ({ meaning: MEANINGS[row.status], text: t('domains.state', { state: row.status }) }) },
    { key: 'mailbox', label: t('domains.mail_to'), priority: 2, value: (row) => row.mailbox + '@' + row.domain },
    { key: 'date', label: t('domains.until'), kind: 'text', priority: 3,
      value: (row) => (row.verifiedAt ? t('domains.confirmed_on', { at: row.verifiedAt }) : t(row.status === 'EXPIRED' ? 'domains.expired_on' : 'domains.expires_on', { at: row.expiresAt })) }];
}

export function domainsSection(box, rows, user) {
  const waiting = [rows]; // what came with the page; later loads ask again
  const place = h('div', { id: 'domains' });
  const request = async () => {
    const data = waiting.pop() || await get(PATH);
    byId('add-domain').hidden = !data.length;
    return { data, headers: new Headers() };
  };
  replace(box, h('p', { class: 'settings-do' }, h('button', { class: 'btn', type: 'button', id: 'add-domain', onclick: addDialog }, icon('plus'), t('domains.add'))),
    user.features.indexOf('mail') < 0 ? notice('mid', 'info', h('p', null, t('domains.no_mail'))) : null, place);
  state.list = dataTable(place, {
    caption: t('part.domains'), address: PATH, request, columns: columns(), name: (row) => row.domain,
    menu: (row) => (row.verifiedAt ? [] : [{ label: t('domains.again_menu'), icon: 'email', run: () => sendAgain(row) }])
      .concat([{ label: t('domains.remove_menu'), icon: 'trash', danger: true, run: () => removeDomain(row) }]),
    empty: { icon: 'email', title: t('domains.none'), text: t('domains.none_text'),
      action: h('button', { class: 'btn btn-primary', type: 'button', onclick: addDialog }, t('domains.add')) }
  });
}
