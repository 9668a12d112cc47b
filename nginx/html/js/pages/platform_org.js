/* One organisation: plan and use, people, log; change, suspend, invite an administrator. */

import { h, byId, replace } from '../dom.js';
import { get, post, put } from '../api.js';
import { bindForm, errorBox, notice } from '../forms.js';
import { confirmDialog, openDialog } from '../dialog.js';
import { toast } from '../shell.js';
import { FIELDS } from '../constants.js';
import { exactDate, number, plural, relativeDate } from '../format.js';
import { dialogActions, facts, planName, share, startPlatform } from '../platform/frame.js';
import { showInvitation } from '../platform/invited.js';
import { logTable } from '../platform/log.js';
import { peopleTable } from '../platform/people.js';
import { isolated } from '../text.js';

const id = window.location.pathname.split('/')[3];
const path = '/api/admin/orgs/' + encodeURIComponent(id);
const state = { me: null, org: null, plans: [] };

async function changed(text, focus) {
  toast(text);
  await load();
  byId(focus).focus();
}

function change() {
  const org = state.org;
  const form = h('form', { class: 'stack' }, h('div', { class: 'form-summary' }),
    h('div', { class: 'field' }, h('label', { for: 'org-name' }, 'Name'), h('input', { class: 'input', id: 'org-name', name: 'name', value: org.name, autocomplete: 'off' })),
    h('div', { class: 'field' }, h('label', { for: 'org-plan' }, 'Plan'),
      h('select', { class: 'input', id: 'org-plan', name: 'plan' }, state.plans.map((plan) => h('option', { value: plan.name, selected: plan.name === org.plan },
        planName(plan.name) + ': ' + (plan.seats === null ? 'no limit of seats' : plural(plan.seats, 'seat')) + ', '
          + (plan.monthlyExercises === null ? 'no limit of exercises' : plural(plan.monthlyExercises, 'exercise') + ' a month')))),
      h('span', { class: 'hint' }, 'Counts at once. A smaller plan removes nobody.')),
    dialogActions(() => box.close(), 'Save'));
  const box = openDialog('Change ' + isolated(org.name), form);
  bindForm(form, {
    labels: { name: 'Name', plan: 'Plan' }, fields: FIELDS.adminChangeOrg,
    send: async () => {
      await put(path, { name: form.elements.name.value, plan: form.elements.plan.value });
      box.close();
      await changed('The organisation was changed.', 'change');
    }
  });
}

async function suspend() {
  const on = state.org.status === 'ACTIVE';
  const sure = await confirmDialog({
    title: (on ? 'Suspend ' : 'Resume ') + isolated(state.org.name) + '?', action: on ? 'Suspend' : 'Resume', keep: 'Cancel', danger: on,
    text: on ? 'All sessions and API keys of its people end at once and for good. Nobody signs in or joins until you resume it. Nothing is deleted.'
      : 'Its people can sign in again. Sessions and API keys that have ended stay ended.',
    run: () => put(path, { status: on ? 'SUSPENDED' : 'ACTIVE' })
  });
  if (sure) {
    await changed(on ? 'The organisation is suspended.' : 'The organisation is active again.', 'suspend');
  }
}

function erase() {
  const form = h('form', { class: 'stack' }, h('div', { class: 'form-summary' }),
    h('p', null, 'From now on nobody in it plays or changes anything. In seven days everybody and everything in it goes for good: accounts, exercises, answers, certificates, the audit log.'),
    h('p', null, 'Until then you, or an administrator of the organisation, can restore it. If only the platform shall decide, suspend it first.'),
    h('div', { class: 'field' }, h('label', { for: 'erase-name' }, 'Type the name to confirm: ' + isolated(state.org.name)),
      h('input', { class: 'input', id: 'erase-name', name: 'confirmName', autocomplete: 'off', spellcheck: 'false' })),
    h('div', { class: 'dialog-actions' }, h('button', { class: 'btn', type: 'button', onclick: () => box.close() }, 'Cancel'),
      h('button', { class: 'btn btn-danger', type: 'submit' }, 'Delete in seven days')));
  const box = openDialog('Delete ' + isolated(state.org.name) + '?', form);
  bindForm(form, {
    labels: { confirmName: 'Name' }, fields: FIELDS.adminEndOrg,
    send: async () => {
      const reply = await post(path + '/delete-organization', { confirmName: form.elements.confirmName.value });
      box.close();
      await changed('The organisation will be deleted on ' + exactDate(reply.endsAt) + '.', 'restore');
    }
  });
}

async function restore() {
  const sure = await confirmDialog({
    title: 'Restore ' + isolated(state.org.name) + '?', action: 'Restore', keep: 'Cancel',
    text: 'It is not going to be deleted, and everything is as it was before.' + (state.org.status === 'ACTIVE' ? '' : ' It stays suspended.'),
    run: () => post(path + '/restore-organization')
  });
  if (sure) {
    await changed('The organisation stays.', 'delete');
  }
}

function invite() {
  const form = h('form', { class: 'stack' }, h('div', { class: 'form-summary' }),
    h('div', { class: 'field' }, h('label', { for: 'invite-email' }, 'E-mail address'),
      h('input', { class: 'input', id: 'invite-email', name: 'email', type: 'email', autocomplete: 'off' }),
      h('span', { class: 'hint' }, 'For an organisation whose administrators are out of reach. It will see this in its audit log.')),
    dialogActions(() => box.close(), 'Invite'));
  const box = openDialog('Invite an administrator', form);
  bindForm(form, {
    labels: { email: 'E-mail address' }, fields: FIELDS.adminInviteAdministrator,
    send: async () => {
      const made = await post(path + '/invitations', { email: form.elements.email.value });
      box.close();
      await load();
      showInvitation('Invitation ready', made.invitation);
    }
  });
}

function factNodes(org) {
  return [
    org.people.administrators ? null : notice('mid', 'alert', h('p', null, org.people.invited ? 'Nobody administers it yet: the invitation waits.' : 'Nobody administers it, and no invitation is open.')),
    facts([
      ['Plan', planName(org.plan)],
      ['Seats', share(plural(org.people.active, 'active person', 'active people'), org.people.seats) + (org.people.invited ? ', ' + plural(org.people.invited, 'open invitation') : '')],
      ['Administrators', number(org.people.administrators)],
      org.people.deactivated ? ['Deactivated', number(org.people.deactivated)] : null,
      ['Exercises this month', share(number(org.exercisesThisMonth.used), org.exercisesThisMonth.limit)],
      ['Last activity', org.lastActivityAt ? relativeDate(org.lastActivityAt) + ', ' + exactDate(org.lastActivityAt) : 'None yet'],
      ['Created', exactDate(org.createdAt)],
      org.suspendedAt ? ['Suspended', exactDate(org.suspendedAt)] : null,
      org.endsAt ? ['Will be deleted', exactDate(org.endsAt)] : null
    ])];
}

function draw(org) {
  const active = org.status === 'ACTIVE';
  document.title = org.name + ' · Muster';
  replace(byId('name'), org.name);
  replace(byId('about'), org.slug, active ? null : [' ', h('span', { class: 'pill pill-mid' }, 'Suspended')],
    org.endsAt ? [' ', h('span', { class: 'pill pill-mid' }, 'Will be deleted on ' + exactDate(org.endsAt, false))] : null);
  replace(byId('actions'), h('button', { class: 'btn btn-primary', type: 'button', id: 'change', onclick: change }, 'Change'),
    active && !org.endsAt ? h('button', { class: 'btn', type: 'button', id: 'invite', onclick: invite }, 'Invite an administrator') : null,
    id === state.me.orgId ? null : h('button', { class: 'btn', type: 'button', id: 'suspend', onclick: suspend }, active ? 'Suspend' : 'Resume'),
    id === state.me.orgId ? null
      : org.endsAt ? h('button', { class: 'btn', type: 'button', id: 'restore', onclick: restore }, 'Restore')
        : h('button', { class: 'btn', type: 'button', id: 'delete', onclick: erase }, 'Delete'));
  replace(byId('facts'), factNodes(org));
}

async function load() {
  const box = byId('facts');
  try {
    state.org = await get(path);
    draw(state.org);
  } catch (error) {
    replace(box, error.status === 404 ? notice('mid', 'info', h('p', null, 'There is no such organisation. It may have been deleted.'), h('p', null, h('a', { href: '/platform' }, 'All organisations')))
      : errorBox(error, load));
    box.removeAttribute('aria-busy');
    return;
  }
  box.removeAttribute('aria-busy');
  byId('people-card').hidden = false;
  byId('log-card').hidden = false;
  state.people = state.people || peopleTable(byId('people'), { me: state.me, org: id });
  state.log = state.log || logTable(byId('log'), id);
  await Promise.all([state.people, state.log].map((list) => (list.loading ? list.ready : list.load())));
}

async function start() {
  state.me = await startPlatform(byId('facts'));
  if (!state.me) {
    return;
  }
  try {
    const settings = await get('/api/admin/settings');
    Object.assign(state, { plans: settings.plans });
  } catch (error) {
    replace(byId('facts'), errorBox(error, () => window.location.reload()));
    byId('facts').removeAttribute('aria-busy');
    return;
  }
  await load();
}

start();
