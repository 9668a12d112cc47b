/* What administrators do with somebody: role, account, second factor, removal. Each asks, acts, says so, and tells the list what changed. */

import { h } from '../dom.js';
import { post, put, remove } from '../api.js';
import { bindForm } from '../forms.js';
import { confirmDialog, dialogActions, openDialog } from '../dialog.js';
import { toast } from '../parts/toast.js';
import { nameOf } from '../parts/people.js';
import { t as named } from '../words/labels.js';
import { t } from '../words/team.js';
import { roleChoices } from './invite.js';

function path(user) {
  return '/api/portal/users/' + encodeURIComponent(user.id);
}

/* options of confirmDialog(), and said: the message when it is done. True when it was. */
async function act(options) {
  const sure = await confirmDialog(options);
  if (sure) {
    toast(options.said);
  }
  return sure;
}

function changeRole(user, done) {
  const name = nameOf(user);
  const form = h('form', { class: 'stack' }, h('div', { class: 'form-summary' }), roleChoices(user.role), dialogActions(() => box.close(), t('role.save')));
  const box = openDialog(t('role.title', { name }), form);
  bindForm(form, {
    labels: { role: t('role') },
    send: async () => {
      const role = form.elements.role.value;
      await put(path(user), { role });
      box.close();
      toast(t('role.changed', { name, role: named('role', { role }) }));
      done({ role });
    }
  });
}

async function setStatus(user, status, done) {
  const name = nameOf(user);
  const off = status === 'DEACTIVATED';
  const kind = off ? 'deactivate' : 'activate';
  if (await act({
    title: t(kind + '.title', { name }), text: t(kind + '.text'), action: t(kind), danger: off, said: t(kind + '.done', { name }),
    run: () => put(path(user), { status })
  })) {
    done({ status });
  }
}

async function removeUser(user, done) {
  const name = nameOf(user);
  if (await act({
    title: t('remove.title', { name }), text: t('remove.text'), action: t('remove'), keep: t('remove.keep'), danger: true, said: t('remove.done', { name }),
    run: () => remove(path(user))
  })) {
    done(null);
  }
}

async function resetFactor(user, mail, done) {
  const name = nameOf(user);
  let reply = null;
  if (await act({
    title: t('factor.reset_title', { name }), text: t(mail ? 'factor.reset_mail' : 'factor.reset_silent', { name }), action: t('factor.reset_do'), keep: t('factor.keep'),
    danger: true, said: t('factor.reset_done', { name }),
    run: async () => {
      reply = await post(path(user) + '/reset-factor');
    }
  })) {
    done({ factorResetEndsAt: reply.endsAt });
  }
}

async function keepFactor(user, done) {
  const name = nameOf(user);
  if (await act({
    title: t('factor.keep_title', { name }), text: t('factor.keep_text'), action: t('factor.keep'), said: t('factor.kept', { name }),
    run: () => remove(path(user) + '/reset-factor')
  })) {
    done({ factorResetEndsAt: null });
  }
}

/* Entries of the menu of somebody's row. done(change) gets what is different now, or null when the person is gone. */
export function personMenu(user, mail, done) {
  const active = user.status === 'ACTIVE';
  const items = [
    { label: t('menu.role'), icon: 'shield', run: () => changeRole(user, done) },
    active ? { label: t('menu.deactivate'), icon: 'lock', run: () => setStatus(user, 'DEACTIVATED', done) }
      : { label: t('menu.activate'), icon: 'check', run: () => setStatus(user, 'ACTIVE', done) }];
  if (user.factorResetEndsAt) {
    items.push({ label: t('menu.factor_keep'), icon: 'key', run: () => keepFactor(user, done) });
  } else if (user.secondFactor && active) {
    items.push({ label: t('menu.factor_reset'), icon: 'key', run: () => resetFactor(user, mail, done) });
  }
  return items.concat([{ label: t('menu.remove'), icon: 'trash', danger: true, run: () => removeUser(user, done) }]);
}
