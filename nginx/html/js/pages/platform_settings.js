/* Sign-ups, default plan, plans; mail as it is configured. */

import { h, byId, replace } from '../dom.js';
import { get, put } from '../api.js';
import { bindForm, errorBox, notice } from '../forms.js';
import { confirmDialog, openDialog } from '../dialog.js';
import { toast } from '../shell.js';
import { FIELDS } from '../constants.js';
import { exactDate, number, plural } from '../format.js';
import { dialogActions, facts, limit, planName, startPlatform } from '../platform/frame.js';

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
    h('fieldset', { class: 'field', 'data-field': 'signups', tabindex: '-1' }, h('legend', null, 'Sign-ups'),
      radio('', 'As the environment says', 'SIGNUPS is ' + signups.environment + '.'),
      radio('open', 'Open', 'Everybody can register an organisation.'),
      radio('closed', 'Closed', 'Only invited people can register.')),
    h('div', { class: 'field wide-field' }, h('label', { for: 'default-plan' }, 'Plan of new organisations'),
      h('select', { class: 'input', id: 'default-plan', name: 'defaultPlan' },
        h('option', { value: '', selected: !defaultPlan.stored }, 'As the environment says: ' + defaultPlan.environment),
        plans.map((plan) => h('option', { value: plan.name, selected: plan.name === defaultPlan.stored }, planName(plan.name))))),
    h('div', null, h('button', { class: 'btn btn-primary', type: 'submit' }, 'Save')));
  bindForm(form, {
    labels: { signups: 'Sign-ups', defaultPlan: 'Plan of new organisations' },
    send: async () => {
      await put('/api/admin/settings', { signups: form.elements.signups.value || null, defaultPlan: form.elements.defaultPlan.value || null });
      await load();
      toast('Saved.');
      byId('settings-form').querySelector('[type="submit"]').focus();
    }
  });
  replace(byId('settings'), form);
}

/* ---- plans ---- */

function amount(id, name, text, value) {
  return h('div', { class: 'field' }, h('label', { for: id }, text),
    h('input', { class: 'input', id, name, type: 'number', step: 1, value: value === null ? '' : String(value), placeholder: 'no limit' }),
    h('span', { class: 'hint' }, 'Empty: no limit.'));
}

function tick(name, text, checked) {
  return h('label', { class: 'check' }, h('input', { type: 'checkbox', name, checked }), h('span', { class: 'check-text' }, text));
}

function amountOf(input) {
  return input.value === '' ? null : Number(input.value);
}

function checkPlan(form) {
  return ['seats', 'monthlyExercises'].filter((name) => form.elements[name].validity && !form.elements[name].validity.valid)
    .map((name) => ({ field: name, message: 'must be a whole number, or empty for no limit' }));
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
    h('div', { class: 'field' }, h('label', { for: 'plan-name' }, 'Name'),
      h('input', { class: 'input', id: 'plan-name', name: 'name', value: start.name, readonly: !fresh, autocomplete: 'off', spellcheck: 'false' }),
      fresh ? h('span', { class: 'hint' }, 'Capital letters, digits, - and _. It cannot be changed later.') : null),
    amount('plan-seats', 'seats', 'Seats', start.seats),
    amount('plan-exercises', 'monthlyExercises', 'Exercises a month', start.monthlyExercises),
    tick('apiAccess', 'API keys', start.apiAccess), tick('byok', 'Own AI provider key', start.byok),
    dialogActions(() => box.close(), fresh ? 'Add plan' : 'Save plan'));
  const box = openDialog(fresh ? 'Add a plan' : 'Plan ' + planName(start.name), form);
  bindForm(form, {
    labels: { name: 'Name', seats: 'Seats', monthlyExercises: 'Exercises a month' }, check: checkPlan, fields: FIELDS.adminPutSettings.plans.item,
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
      toast('Plan ' + name + ' was saved.');
      byId('add-plan').focus();
    }
  });
}

function planRow(plan) {
  return h('tr', null, h('th', { scope: 'row' }, planName(plan.name)), h('td', null, limit(plan.seats)), h('td', null, limit(plan.monthlyExercises)),
    h('td', null, plan.apiAccess ? 'Yes' : 'No'), h('td', null, plan.byok ? 'Yes' : 'No'), h('td', { class: 'num' }, number(plan.organizations)),
    h('td', null, h('button', { class: 'btn', type: 'button', onclick: () => editPlan(plan) }, 'Change', h('span', { class: 'sr-only' }, ': ' + plan.name))));
}

function drawPlans() {
  const heads = ['Plan', 'Seats', 'Exercises a month', 'API keys', 'Own AI key', 'Organisations'];
  replace(byId('plans'), h('div', { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': 'Table of plans' },
    h('table', { class: 'table plan-table' },
      h('thead', null, h('tr', null, heads.map((text) => h('th', { scope: 'col' }, text)), h('td', null))),
      h('tbody', null, state.settings.plans.map(planRow)))));
  byId('plans-card').hidden = false;
}

/* ---- retention ---- */

/* "Expired sessions are removed after %s days." is about "Expired sessions". */
function subject(rule) {
  return rule.sentence.split(/ are removed| is removed/)[0];
}

function inWords(rule) {
  return rule.days === null ? subject(rule) + ' stay for ever.' : rule.sentence.replace('%s days', plural(rule.days, 'day'));
}

/* A shorter period removes at the next round what a longer one would keep, in all organisations. */
function confirmShorter(rule, days, save) {
  return confirmDialog({
    title: 'Shorten this period?', action: 'Shorten it', keep: 'Cancel', danger: true,
    text: inWords(Object.assign({}, rule, { days })) + ' Until now: ' + (rule.days === null ? 'for ever' : plural(rule.days, 'day'))
      + '. The worker removes what is over within a day, in all organisations; nothing of it comes back.',
    run: save
  });
}

function editRule(rule) {
  const form = h('form', { class: 'stack' }, h('div', { class: 'form-summary' }),
    h('p', { class: 'muted' }, rule.sentence.replace('%s', '…')),
    h('div', { class: 'field' }, h('label', { for: 'rule-days' }, 'Days'),
      h('input', { class: 'input', id: 'rule-days', name: 'days', type: 'number', step: 1, value: rule.days === null ? '' : String(rule.days), placeholder: 'for ever' }),
      h('span', { class: 'hint' }, 'Empty: they stay for ever. What is removed does not come back.')),
    dialogActions(() => box.close(), 'Save period'));
  const box = openDialog(subject(rule), form);
  bindForm(form, {
    labels: { days: 'Days', retention: 'Days' }, fields: FIELDS.adminPutSettings.retention.item,
    check: () => (form.elements.days.validity.valid ? [] : [{ field: 'days', message: 'must be a whole number up to ' + number(FIELDS.adminPutSettings.retention.item.days.max) + ', or empty for ever' }]),
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
      toast('The period was saved.');
      byId('rule-' + rule.name).querySelector('button').focus();
    }
  });
}

function ruleNode(rule) {
  return h('li', { id: 'rule-' + rule.name },
    h('div', { class: 'stack-s who' },
      h('p', null, inWords(rule)),
      rule.removed ? h('p', { class: 'small muted' }, number(rule.removed) + ' removed, last on ' + exactDate(rule.lastRemovedAt)) : null),
    h('div', { class: 'people-actions' }, h('button', { class: 'btn', type: 'button', onclick: () => editRule(rule) }, 'Change', h('span', { class: 'sr-only' }, ': ' + subject(rule)))));
}

function drawRetention() {
  replace(byId('retention'), h('ul', { class: 'people' }, state.settings.retention.map(ruleNode)));
  byId('retention-card').hidden = false;
}

function drawMail() {
  const { mail } = state.settings;
  replace(byId('mail'), h('div', { class: 'stack-s' }, mail.configured ? facts([['Server', mail.host], ['Sender', mail.from || '–']])
    : notice('mid', 'info', h('p', null, 'No mail server is configured: mails become files below the folder outbox of the instance, and invitations show their links.')),
  h('p', { class: 'small muted' }, 'Set with SMTP_URL and MAIL_FROM in the environment.')));
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
