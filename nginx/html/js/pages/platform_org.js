/* One organisation: plan and use, people, log; change, suspend, invite an administrator. */

import { h, byId, replace } from '../dom.js';
import { get, post, put } from '../api.js';
import { bindForm, errorBox, notice } from '../forms.js';
import { confirmDialog, dialogActions, openDialog } from '../dialog.js';
import { toast } from '../shell.js';
import { FIELDS } from '../constants.js';
import { exactDate, number, relativeDate } from '../format.js';
import { facts, planName, startPlatform } from '../platform/frame.js';
import { showInvitation } from '../platform/invited.js';
import { logTable } from '../platform/log.js';
import { peopleTable } from '../platform/people.js';
import { t } from '../words/platform.js';

const id = window.location.pathname.split('/')[3];
const path = '/api/admin/orgs/' + encodeURIComponent(id);
const state = { me: null, org: null, plans: [] };

async function changed(text, focus) {
  toast(text);
  await load();
  byId(focus).focus();
}

/* A plan with what it allows; null is no limit. */
function planText(plan) {
  return t('org_change_plan', { name: planName(plan.name), seated: plan.seats === null ? 'no' : 'yes', seats: plan.seats,
    counted: plan.monthlyExercises === null ? 'no' : 'yes', exercises: plan.monthlyExercises });
}

function change() {
  const org = state.org;
  const form = h('form', { class: 'stack' }, h('div', { class: 'form-summary' }),
    h('div', { class: 'field' }, h('label', { for: 'org-name' }, t('name')),
      h('input', { class: 'input', id: 'org-name', name: 'name', dir: 'auto', value: org.name, autocomplete: 'off' })),
    h('div', { class: 'field' }, h('label', { for: 'org-plan' }, t('plan')),
      h('select', { class: 'input', id: 'org-plan', name: 'plan' },
        state.plans.map((plan) => h('option', { value: plan.name, selected: plan.name === org.plan }, planText(plan)))),
      h('span', { class: 'hint' }, t('org_change_hint'))),
    dialogActions(() => box.close(), t('org_change_save')));
  const box = openDialog(t('org_change_title', { name: org.name }), form);
  bindForm(form, {
    labels: { name: t('name'), plan: t('plan') }, fields: FIELDS.adminChangeOrg,
    send: async () => {
      await put(path, { name: form.elements.name.value, plan: form.elements.plan.value });
      box.close();
      await changed(t('org_change_done'), 'change');
    }
  });
}

async function suspend() {
  const { name } = state.org;
  const on = state.org.status === 'ACTIVE';
  const sure = await confirmDialog(Object.assign({ danger: on, run: () => put(path, { status: on ? 'SUSPENDED' : 'ACTIVE' }) },
    on ? { title: t('org_suspend_title', { name }), text: t('org_suspend_text'), action: t('org_suspend') }
      : { title: t('org_resume_title', { name }), text: t('org_resume_text'), action: t('org_resume') }));
  if (sure) {
    await changed(on ? t('org_suspend_done') : t('org_resume_done'), 'suspend');
  }
}

function erase() {
  const { name } = state.org;
  const form = h('form', { class: 'stack' }, h('div', { class: 'form-summary' }), h('p', null, t('org_delete_text')), h('p', null, t('org_delete_until')),
    h('div', { class: 'field' }, h('label', { for: 'erase-name' }, t('org_delete_name', { name })),
      h('input', { class: 'input', id: 'erase-name', name: 'confirmName', dir: 'auto', autocomplete: 'off', spellcheck: 'false' })),
    dialogActions(() => box.close(), t('org_delete_action'), true));
  const box = openDialog(t('org_delete_title', { name }), form);
  bindForm(form, {
    labels: { confirmName: t('name') }, fields: FIELDS.adminEndOrg,
    send: async () => {
      const reply = await post(path + '/delete-organization', { confirmName: form.elements.confirmName.value });
      box.close();
      await changed(t('org_delete_done', { at: exactDate(reply.endsAt) }), 'restore');
    }
  });
}

async function restore() {
  const sure = await confirmDialog({
    title: t('org_restore_title', { name: state.org.name }), text: t('org_restore_text', { suspended: state.org.status === 'ACTIVE' ? 'no' : 'yes' }),
    action: t('org_restore'), run: () => post(path + '/restore-organization')
  });
  if (sure) {
    await changed(t('org_restore_done'), 'delete');
  }
}

function invite() {
  const form = h('form', { class: 'stack' }, h('div', { class: 'form-summary' }),
    h('div', { class: 'field' }, h('label', { for: 'invite-email' }, t('org_invite_email')),
      h('input', { class: 'input', id: 'invite-email', name: 'email', type: 'email', autocomplete: 'off' }), h('span', { class: 'hint' }, t('org_invite_hint'))),
    dialogActions(() => box.close(), t('org_invite_action')));
  const box = openDialog(t('org_invite'), form);
  bindForm(form, {
    labels: { email: t('org_invite_email') }, fields: FIELDS.adminInviteAdministrator,
    send: async () => {
      const made = await post(path + '/invitations', { email: form.elements.email.value });
      box.close();
      await load();
      showInvitation(t('org_invite_done'), made.invitation);
    }
  });
}

function seatsText(people) {
  const counts = { used: people.active, total: people.seats, invited: people.invited };
  return people.seats === null ? t('org_seats_free', counts) : t('org_seats_used', counts);
}

function exercisesText(month) {
  return month.limit === null ? t('org_exercises_free', { used: month.used }) : t('org_exercises_used', { used: month.used, total: month.limit });
}

function factNodes(org) {
  const { people } = org;
  return [
    people.administrators ? null : notice('mid', 'alert', h('p', null, t('org_unled', { invited: people.invited ? 'yes' : 'no' }))),
    facts([
      [t('plan'), planName(org.plan)],
      [t('org_seats'), seatsText(people)],
      [t('org_admins'), number(people.administrators)],
      people.deactivated ? [t('org_deactivated'), number(people.deactivated)] : null,
      [t('exercises.month'), exercisesText(org.exercisesThisMonth)],
      [t('activity'), org.lastActivityAt ? t('org_active_at', { ago: relativeDate(org.lastActivityAt), at: exactDate(org.lastActivityAt) }) : t('org_active_none')],
      [t('created'), exactDate(org.createdAt)],
      org.suspendedAt ? [t('org_suspended'), exactDate(org.suspendedAt)] : null,
      org.endsAt ? [t('org_ends'), exactDate(org.endsAt)] : null
    ])];
}

function draw(org) {
  const active = org.status === 'ACTIVE';
  document.title = org.name + ' · Muster';
  replace(byId('name'), org.name);
  replace(byId('about'), org.slug, active ? null : [' ', h('span', { class: 'pill pill-mid' }, t('org_suspended'))],
    org.endsAt ? [' ', h('span', { class: 'pill pill-mid' }, t('org_ends_on', { at: org.endsAt }))] : null);
  replace(byId('actions'), h('button', { class: 'btn btn-primary', type: 'button', id: 'change', onclick: change }, t('org_change')),
    active && !org.endsAt ? h('button', { class: 'btn', type: 'button', id: 'invite', onclick: invite }, t('org_invite')) : null,
    id === state.me.orgId ? null : h('button', { class: 'btn', type: 'button', id: 'suspend', onclick: suspend }, active ? t('org_suspend') : t('org_resume')),
    id === state.me.orgId ? null
      : org.endsAt ? h('button', { class: 'btn', type: 'button', id: 'restore', onclick: restore }, t('org_restore'))
        : h('button', { class: 'btn', type: 'button', id: 'delete', onclick: erase }, t('org_delete')));
  replace(byId('facts'), factNodes(org));
}

async function load() {
  const box = byId('facts');
  try {
    state.org = await get(path);
    draw(state.org);
  } catch (error) {
    replace(box, error.status === 404 ? notice('mid', 'info', h('p', null, t('org_missing')), h('p', null, h('a', { href: '/platform' }, t('org_missing_link'))))
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
