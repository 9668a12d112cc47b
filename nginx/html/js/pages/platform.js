/* Organisations: a table with search, and the dialog that creates one. */

import { h, byId } from '../dom.js';
import { get, post } from '../api.js';
import { bindForm } from '../forms.js';
import { dialogActions, openDialog } from '../dialog.js';
import { badge } from '../parts/badge.js';
import { dataTable } from '../parts/table.js';
import { FIELDS } from '../constants.js';
import { planName, startPlatform } from '../platform/frame.js';
import { showInvitation } from '../platform/invited.js';
import { t } from '../words/platform.js';

const PATH = '/api/admin/orgs';
const state = { plans: [], defaultPlan: '', list: null };

/* Suspended, going to be deleted, or neither. */
export function stateBadge(org) {
  if (org.endsAt) {
    return badge('bad', t('state.ends', { at: org.endsAt }));
  }
  return org.status === 'ACTIVE' ? badge('good', t('state.active')) : badge('locked', t('state.suspended'));
}

function create() {
  const form = h('form', { class: 'stack' }, h('div', { class: 'form-summary' }),
    h('div', { class: 'field' }, h('label', { for: 'new-name' }, t('name')), h('input', { class: 'input', id: 'new-name', name: 'name', dir: 'auto', required: true, autocomplete: 'off' })),
    h('div', { class: 'field' }, h('label', { for: 'new-plan' }, t('plan')), h('select', { class: 'input', id: 'new-plan', name: 'plan' },
      state.plans.map((plan) => h('option', { value: plan.name, selected: plan.name === state.defaultPlan }, planName(plan.name))))),
    h('div', { class: 'field' }, h('label', { for: 'new-email' }, t('create.email')),
      h('input', { class: 'input', id: 'new-email', name: 'adminEmail', type: 'email', required: true, autocomplete: 'off' }), h('span', { class: 'hint' }, t('create.email_hint'))),
    dialogActions(() => box.close(), t('create')));
  const box = openDialog(t('create.button'), form);
  bindForm(form, {
    fields: FIELDS.adminCreateOrg, labels: { name: t('name'), plan: t('plan'), adminEmail: t('create.email') },
    send: async () => {
      const name = form.elements.name.value;
      const made = await post(PATH, { name, plan: form.elements.plan.value, adminEmail: form.elements.adminEmail.value });
      box.close();
      showInvitation(t('create.done', { name }), made.invitation);
      state.list.clearAll();
    }
  });
}

function planFilter(plans) {
  const filter = { key: 'plan', label: t('plan'), options: plans.map((plan) => [plan.name, planName(plan.name)]) };
  return plans.length ? filter : Object.assign(filter, { fits: (name) => /^[A-Z0-9_-]+$/.test(name), words: planName });
}

async function start() {
  if (!await startPlatform(byId('list'))) {
    return;
  }
  state.list = dataTable(byId('list'), {
    caption: t('orgs'), address: PATH, name: (org) => org.name, search: t('orgs.search'), searchMax: FIELDS.adminListOrgs.q.maxLength, filters: [planFilter([])],
    columns: [
      { key: 'name', label: t('name'), kind: 'link', value: (org) => org.name, href: (org) => '/platform/organisations/' + encodeURIComponent(org.id) },
      { key: 'plan', label: t('plan'), value: (org) => planName(org.plan) },
      { key: 'state', label: t('state'), kind: 'node', value: stateBadge },
      { key: 'people', label: t('people.active'), kind: 'number', value: (org) => org.people, priority: 2 },
      { key: 'exercises', label: t('exercises.month'), kind: 'number', value: (org) => org.exercisesThisMonth, priority: 3 },
      { key: 'last', label: t('activity'), kind: 'date', value: (org) => org.lastActivityAt, priority: 2 },
      { key: 'created', label: t('created'), kind: 'date', value: (org) => org.createdAt, priority: 3 }],
    empty: { icon: 'building', title: t('orgs.none'), text: t('orgs.none_text') }
  });
  const settings = await get('/api/admin/settings');
  state.plans = settings.plans;
  state.defaultPlan = settings.defaultPlan.value;
  byId('create').addEventListener('click', create);
  byId('create').hidden = false;
  await state.list.ready;
  state.list.configure({ filters: [planFilter(state.plans)] });
  state.list.draw();
}

start();
