/* Sign-ups, default plan, plans; mail as it is configured. */

import { h, byId, replace } from '../dom.js';
import { get, put } from '../api.js';
import { bindForm, errorBox, notice } from '../forms.js';
import { confirmDialog, dialogActions, openDialog } from '../dialog.js';
import { toast } from '../shell.js';
import { FIELDS } from '../constants.js';
import { exactDate, number } from '../format.js';
import { facts, limit, planName, startPlatform } from '../platform/frame.js';
import { t } from '../words/platform.js';

const state = { settings: null };

/* What is stored besides the plans, as the server takes it. */
function stored() {
  return { signups: state.settings.signups.stored, defaultPlan: state.settings.defaultPlan.stored };
}

function radio(value, text, hint) {
  return h('label', { class: 'check' }, h('input', { type: 'radio', name: 'signups', value, checked: (state.settings.signups.stored || '') === value }),
    h('span', null, h('span', { class: 'check-text strong' }, text), hint ? h('span', { class: 'small muted' }, hint) : null));
}

function drawSettings() {
  const { signups, defaultPlan, plans } = state.settings;
  const form = h('form', { class: 'stack', id: 'settings-form' }, h('div', { class: 'form-summary' }),
    h('fieldset', { class: 'field', 'data-field': 'signups', tabindex: '-1' }, h('legend', null, t('settings_signups')),
      radio('', t('settings_signups.environment'), t('settings_signups.environment_hint', { state: signups.environment })),
      radio('open', t('settings_signups.open'), t('settings_signups.open_hint')),
      radio('closed', t('settings_signups.closed'), t('settings_signups.closed_hint'))),
    h('div', { class: 'field wide-field' }, h('label', { for: 'default-plan' }, t('settings_default')),
      h('select', { class: 'input', id: 'default-plan', name: 'defaultPlan' },
        h('option', { value: '', selected: !defaultPlan.stored }, t('settings_default.environment', { plan: planName(defaultPlan.environment) })),
        plans.map((plan) => h('option', { value: plan.name, selected: plan.name === defaultPlan.stored }, planName(plan.name))))),
    h('div', null, h('button', { class: 'btn btn-primary', type: 'submit' }, t('settings_save'))));
  bindForm(form, {
    labels: { signups: t('settings_signups'), defaultPlan: t('settings_default') },
    send: async () => {
      await put('/api/admin/settings', { signups: form.elements.signups.value || null, defaultPlan: form.elements.defaultPlan.value || null });
      await load();
      toast(t('settings_saved'));
      byId('settings-form').querySelector('[type="submit"]').focus();
    }
  });
  replace(byId('settings'), form);
}

/* ---- plans ---- */

function amount(id, name, text, value) {
  return h('div', { class: 'field' }, h('label', { for: id }, text),
    h('input', { class: 'input', id, name, type: 'number', step: 1, value: value === null ? '' : String(value), placeholder: t('settings_no_limit') }),
    h('span', { class: 'hint' }, t('settings_no_limit.hint')));
}

function tick(name, text, checked) {
  return h('label', { class: 'check' }, h('input', { type: 'checkbox', name, checked }), h('span', { class: 'check-text' }, text));
}

function amountOf(input) {
  return input.value === '' ? null : Number(input.value);
}

function checkPlan(form) {
  return ['seats', 'monthlyExercises'].filter((name) => form.elements[name].validity && !form.elements[name].validity.valid)
    .map((name) => ({ field: name, message: t('settings_no_limit.wrong') }));
}

/* "plans[0].seats" is the field seats of the one plan that is sent. */
function ownFields(error) {
  (error.fields || []).forEach((entry) => {
    entry.field = entry.field.replace(/^plans\[0\]\./, '');
  });
  return error;
}

function editPlan(plan) {
  const fresh = !plan;
  const start = plan || { name: '', seats: null, monthlyExercises: null, apiAccess: false, byok: false };
  const form = h('form', { class: 'stack' }, h('div', { class: 'form-summary' }),
    h('div', { class: 'field' }, h('label', { for: 'plan-name' }, t('name')),
      h('input', { class: 'input', id: 'plan-name', name: 'name', value: start.name, readonly: !fresh, autocomplete: 'off', spellcheck: 'false' }),
      fresh ? h('span', { class: 'hint' }, t('settings_plan.name_hint')) : null),
    amount('plan-seats', 'seats', t('settings_plan.seats'), start.seats),
    amount('plan-exercises', 'monthlyExercises', t('settings_plan.exercises'), start.monthlyExercises),
    tick('apiAccess', t('settings_plan.api'), start.apiAccess), tick('byok', t('settings_plan.own_key'), start.byok),
    dialogActions(() => box.close(), t(fresh ? 'settings_plan.add_action' : 'settings_plan.save')));
  const box = openDialog(fresh ? t('settings_plan.add') : t('settings_plan.edit', { plan: planName(start.name) }), form);
  bindForm(form, {
    labels: { name: t('name'), seats: t('settings_plan.seats'), monthlyExercises: t('settings_plan.exercises') },
    check: checkPlan, fields: FIELDS.adminPutSettings.plans.item,
    send: async () => {
      const name = form.elements.name.value.trim();
      const one = { name, seats: amountOf(form.elements.seats), monthlyExercises: amountOf(form.elements.monthlyExercises), apiAccess: form.elements.apiAccess.checked, byok: form.elements.byok.checked };
      try {
        await put('/api/admin/settings', Object.assign(stored(), { plans: [one] }));
      } catch (error) {
        throw ownFields(error);
      }
      box.close();
      await load();
      toast(t('settings_plan.saved', { plan: name }));
      byId('add-plan').focus();
    }
  });
}

function yes(on) {
  return t(on ? 'settings_yes' : 'settings_no');
}

/* "Change", and for who hears it alone, what of. */
function changeButton(what, run) {
  const more = (text) => h('span', { class: 'sr-only' }, text);
  return h('button', { class: 'btn', type: 'button', onclick: run }, t.nodes('settings_change', { what, more }));
}

function planRow(plan) {
  return h('tr', null, h('th', { scope: 'row' }, planName(plan.name)), h('td', null, limit(plan.seats)), h('td', null, limit(plan.monthlyExercises)),
    h('td', null, yes(plan.apiAccess)), h('td', null, yes(plan.byok)), h('td', { class: 'num' }, number(plan.organizations)),
    h('td', null, changeButton(plan.name, () => editPlan(plan))));
}

function drawPlans() {
  const heads = [t('plan'), t('settings_plan.seats'), t('settings_plan.exercises'), t('settings_plan.api'), t('settings_plan.own_key'), t('settings_plan.orgs')];
  replace(byId('plans'), h('div', { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': t('settings_plan.table') },
    h('table', { class: 'table plan-table' },
      h('thead', null, h('tr', null, heads.map((text) => h('th', { scope: 'col' }, text)), h('td', null))),
      h('tbody', null, state.settings.plans.map(planRow)))));
  byId('plans-card').hidden = false;
}

/* ---- retention ---- */

/* "Expired sessions": what a rule is about. */
function subject(rule) {
  return t('settings_what.' + rule.name);
}

function inWords(rule) {
  return rule.days === null ? t('settings_period.kept', { what: subject(rule) }) : t('settings_rule.' + rule.name, { n: rule.days });
}

/* A shorter period removes at the next round what a longer one would keep, in all organisations. */
function confirmShorter(rule, days, save) {
  const shorter = inWords({ name: rule.name, days });
  return confirmDialog({
    title: t('settings_shorter'), action: t('settings_shorter.action'), keep: t('settings_shorter.keep'), danger: true,
    text: rule.days === null ? t('settings_shorter.text_ever', { rule: shorter }) : t('settings_shorter.text', { rule: shorter, n: rule.days }),
    run: save
  });
}

function editRule(rule) {
  const form = h('form', { class: 'stack' }, h('div', { class: 'form-summary' }),
    h('p', { class: 'muted' }, inWords(rule)),
    h('div', { class: 'field' }, h('label', { for: 'rule-days' }, t('settings_period.days')),
      h('input', { class: 'input', id: 'rule-days', name: 'days', type: 'number', step: 1, value: rule.days === null ? '' : String(rule.days), placeholder: t('settings_period.ever') }),
      h('span', { class: 'hint' }, t('settings_period.hint'))),
    dialogActions(() => box.close(), t('settings_period.save')));
  const box = openDialog(subject(rule), form);
  bindForm(form, {
    labels: { days: t('settings_period.days'), retention: t('settings_period.days') }, fields: FIELDS.adminPutSettings.retention.item,
    check: () => (form.elements.days.validity.valid ? [] : [{ field: 'days', message: t('settings_period.wrong', { max: FIELDS.adminPutSettings.retention.item.days.max }) }]),
    send: async () => {
      const days = amountOf(form.elements.days);
      const save = () => put('/api/admin/settings', Object.assign(stored(), { retention: [{ name: rule.name, days }] }));
      if (days === null || (rule.days !== null && days >= rule.days)) {
        await save();
        box.close();
      } else {
        box.close();
        if (!await confirmShorter(rule, days, save)) {
          return;
        }
      }
      await load();
      toast(t('settings_period.saved'));
      byId('rule-' + rule.name).querySelector('button').focus();
    }
  });
}

function ruleNode(rule) {
  return h('li', { id: 'rule-' + rule.name },
    h('div', { class: 'stack-s who' },
      h('p', null, inWords(rule)),
      rule.removed ? h('p', { class: 'small muted' }, t('settings_period.removed', { n: rule.removed, when: exactDate(rule.lastRemovedAt) })) : null),
    h('div', { class: 'people-actions' }, changeButton(subject(rule), () => editRule(rule))));
}

function drawRetention() {
  replace(byId('retention'), h('ul', { class: 'people' }, state.settings.retention.map(ruleNode)));
  byId('retention-card').hidden = false;
}

function drawMail() {
  const { mail } = state.settings;
  replace(byId('mail'), h('div', { class: 'stack-s' }, mail.configured ? facts([[t('settings_mail.server'), mail.host], [t('settings_mail.sender'), mail.from || '–']])
    : notice('mid', 'info', h('p', null, t('settings_mail.none'))),
  h('p', { class: 'small muted' }, t('settings_mail.hint'))));
  byId('mail-card').hidden = false;
}

async function load() {
  const box = byId('settings');
  try {
    state.settings = await get('/api/admin/settings');
    drawSettings();
    drawPlans();
    drawRetention();
    drawMail();
  } catch (error) {
    replace(box, errorBox(error, load));
  }
  box.removeAttribute('aria-busy');
}

async function start() {
  if (await startPlatform(byId('settings'))) {
    byId('add-plan').addEventListener('click', () => editPlan(null));
    await load();
  }
}

start();
