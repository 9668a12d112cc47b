/* Organisations: list with search, and the dialog that creates one. */

import { h, byId, replace } from '../dom.js';
import { icon } from '../icons.js';
import { get, post } from '../api.js';
import { bindForm, limitForm } from '../forms.js';
import { openDialog } from '../dialog.js';
import { exactDate, plural, relativeDate } from '../format.js';
import { FIELDS } from '../constants.js';
import { dialogActions, fillList, startPlatform } from '../platform/frame.js';
import { showInvitation } from '../platform/invited.js';

const state = { plans: [], defaultPlan: '' };

function orgNode(org) {
  return h('li', null,
    h('div', { class: 'stack-s who' },
      h('div', { class: 'row' }, h('h2', { class: 'h-row' }, h('a', { href: '/platform/organisations/' + encodeURIComponent(org.id) }, org.name)),
        h('span', { class: 'pill pill-accent' }, org.plan),
        org.status === 'ACTIVE' ? null : h('span', { class: 'pill pill-mid' }, 'Suspended'),
        org.endsAt ? h('span', { class: 'pill pill-mid' }, 'Will be deleted on ' + exactDate(org.endsAt, false)) : null),
      h('div', { class: 'key-meta' }, h('span', null, plural(org.people, 'active person', 'active people')),
        h('span', null, plural(org.exercisesThisMonth, 'exercise') + ' this month'),
        h('span', null, org.lastActivityAt ? 'Last activity ' + relativeDate(org.lastActivityAt) : 'No activity yet'),
        h('span', null, 'Since ' + exactDate(org.createdAt, false)))));
}

function load() {
  const query = new URLSearchParams();
  ['q', 'plan'].filter((name) => byId(name).value.trim()).forEach((name) => query.set(name, byId(name).value.trim()));
  window.history.replaceState(null, '', query.toString() ? '?' + query : window.location.pathname);
  return fillList({
    box: byId('list'), more: byId('more'), path: '/api/admin/orgs?' + query, list: h('ul', { class: 'people' }), node: orgNode,
    empty: query.toString() ? h('p', { class: 'muted' }, 'No organisation matches. A part of the name is enough.')
      : h('div', { class: 'empty' }, icon('meeting'), h('h2', null, 'No organisation yet'), h('p', null, 'Create one, and invite its first administrator.')),
    noun: ['organisation']
  });
}

function planChoice(id, chosen) {
  return h('select', { class: 'input', id, name: 'plan' },
    state.plans.map((plan) => h('option', { value: plan.name, selected: plan.name === chosen }, plan.name)));
}

function create() {
  const form = h('form', { class: 'stack' }, h('div', { class: 'form-summary' }),
    h('div', { class: 'field' }, h('label', { for: 'new-name' }, 'Name'), h('input', { class: 'input', id: 'new-name', name: 'name', required: true, autocomplete: 'off' })),
    h('div', { class: 'field' }, h('label', { for: 'new-plan' }, 'Plan'), planChoice('new-plan', state.defaultPlan)),
    h('div', { class: 'field' }, h('label', { for: 'new-email' }, 'E-mail address of its administrator'),
      h('input', { class: 'input', id: 'new-email', name: 'adminEmail', type: 'email', required: true, autocomplete: 'off' }),
      h('span', { class: 'hint' }, 'Gets an invitation. Until it is accepted the organisation is empty.')),
    dialogActions(() => box.close(), 'Create organisation'));
  const box = openDialog('New organisation', form);
  bindForm(form, {
    fields: FIELDS.adminCreateOrg,
    labels: { name: 'Name', plan: 'Plan', adminEmail: 'E-mail address' },
    send: async () => {
      const name = form.elements.name.value;
      const made = await post('/api/admin/orgs', { name, plan: form.elements.plan.value, adminEmail: form.elements.adminEmail.value });
      box.close();
      byId('q').value = '';
      byId('plan').value = '';
      await load();
      showInvitation(name + ' was created', made.invitation);
    }
  });
}

async function start() {
  if (!await startPlatform(byId('list'))) {
    byId('filters').hidden = true;
    return;
  }
  const given = new URLSearchParams(window.location.search);
  try {
    const settings = await get('/api/admin/settings');
    state.plans = settings.plans;
    state.defaultPlan = settings.defaultPlan.value;
    byId('create').hidden = false;
  } catch (error) {
    state.plans = [];
  }
  replace(byId('plan'), h('option', { value: '' }, 'Every plan'), state.plans.map((plan) => h('option', { value: plan.name }, plan.name)));
  byId('q').value = given.get('q') || '';
  byId('plan').value = given.get('plan') || '';
  byId('plan').addEventListener('change', load);
  limitForm(byId('filters'), FIELDS.adminListOrgs);
  byId('filters').addEventListener('submit', (event) => {
    event.preventDefault();
    load();
  });
  byId('create').addEventListener('click', create);
  await load();
}

start();
