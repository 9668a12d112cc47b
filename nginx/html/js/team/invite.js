/* Inviting: addresses as people type them or mail programs copy them, and what became of each. */

import { h } from '../dom.js';
import { post } from '../api.js';
import { bindForm, notice } from '../forms.js';
import { dialogActions } from '../dialog.js';
import { copyField } from '../parts/copy.js';
import { openDrawer } from '../parts/drawer.js';
import { FIELDS } from '../constants.js';
import { addresses } from '../text.js';
import { t as named } from '../words/labels.js';
import { t } from '../words/team.js';

const GIVEN = FIELDS.invite.role.values;
const MAX_ADDRESSES = FIELDS.invite.emails.maxItems;

/* The roles that can be given, with what each may do. */
export function roleChoices(chosen) {
  return h('fieldset', { class: 'field', 'data-field': 'role', tabindex: '-1' }, h('legend', null, t('role')),
    GIVEN.map((role) => h('label', { class: 'check' }, h('input', { type: 'radio', name: 'role', value: role, checked: role === chosen }),
      h('span', null, h('span', { class: 'check-text strong' }, named('role', { role })), h('span', { class: 'small muted' }, named('role.does', { role }))))));
}

function check(form) {
  const list = addresses(form.elements.emails.value);
  if (!list.length) {
    return [{ field: 'emails', message: t('invite.none') }];
  }
  return list.length > MAX_ADDRESSES ? [{ field: 'emails', message: t('invite.too_many', { max: MAX_ADDRESSES, n: list.length }) }] : [];
}

function resultNode(result) {
  return h('li', null, h('p', { class: 'strong', dir: 'ltr' }, result.email),
    result.inviteUrl ? copyField({ label: t('invite.link', { email: result.email }), value: result.inviteUrl })
      : h('p', { class: 'small muted' }, t('outcome.' + (result.reason || result.status))));
}

function showResults(reply) {
  const made = reply.results.filter((one) => one.inviteUrl).length;
  const title = reply.sent ? t('invite.sent', { n: reply.sent }) : t('invite.ready', { n: made });
  const box = openDrawer({
    title,
    content: h('div', { class: 'stack' },
      reply.sent ? notice('good', 'email', h('p', null, t('invite.sent_text'))) : null,
      made ? notice('good', 'email', h('p', null, t('invite.ready_text'))) : null,
      h('ul', { class: 'invite-results' }, reply.results.map(resultNode))),
    actions: h('button', { class: 'btn btn-primary', type: 'button', onclick: () => box.close() }, t('done'))
  });
}

/* options.mail: the server sends mails; options.done: called when people were invited. */
export function inviteDialog(options) {
  const form = h('form', { class: 'stack' }, h('div', { class: 'form-summary' }),
    h('div', { class: 'field' }, h('label', { for: 'emails' }, t('invite.emails')),
      h('textarea', { class: 'input', id: 'emails', name: 'emails', rows: '6', dir: 'ltr', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'emails-hint' }),
      h('span', { class: 'hint', id: 'emails-hint' }, t('invite.emails_hint', { max: MAX_ADDRESSES }))),
    roleChoices('MEMBER'), dialogActions(() => box.close(), t(options.mail ? 'invite.send' : 'invite.create')));
  const box = openDrawer({ title: t('invite'), content: form });
  bindForm(form, {
    check, draft: 'invite', labels: { emails: t('invite.emails'), role: t('role') },
    send: async () => {
      const reply = await post('/api/portal/invite', { emails: addresses(form.elements.emails.value), role: form.elements.role.value });
      box.close();
      showResults(reply);
      options.done();
    }
  });
  form.elements.emails.focus();
}
