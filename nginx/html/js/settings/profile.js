/* The profile: four groups of fields, and how stories will read with them. */

import { h, byId, replace } from '../dom.js';
import { request } from '../api.js';
import { capital, storyWords } from './sentence.js';
import { choices, field, saveRow, select, settingsForm } from './saving.js';
import { FIELDS } from '../constants.js';

const TAKEN = FIELDS.putProfile;
const NONE = [['', 'Not stated']];
const SIZES = NONE.concat(choices(TAKEN.companySize.values, {
  '1-49': '1 to 49 people', '50-249': '50 to 249', '250-999': '250 to 999', '1000-4999': '1,000 to 4,999', '5000+': '5,000 and more'
}));
const FREQUENCIES = NONE.concat(choices(TAKEN.incidentFrequency.values, {
  never: 'Never so far', yearly: 'About once a year', quarterly: 'Every few months', monthly: 'Every month', weekly: 'Every week'
}));

/* name, label, kind (text, area, number, list, yes, or a list of choices), hint */
export const GROUPS = [
  ['The organisation', [
    ['industry', 'Industry', 'text', 'As in “works in maritime logistics”.'],
    ['companySize', 'Size', SIZES],
    ['headquarters', 'Headquarters', 'text', 'Town or region.'],
    ['operatingRegions', 'Operating regions', 'list', 'Countries or regions, separated by commas.'],
    ['branchOffices', 'Branch offices', 'number'],
    ['remoteWorkPercentage', 'People who work remotely, in percent', 'number'],
    ['criticalAssets', 'Critical assets', 'area', 'What you cannot work without, the most important first, separated by commas.']]],
  ['Technology', [
    ['primaryCloudProvider', 'Main cloud provider', 'text'],
    ['endpointCount', 'Endpoints', 'number', 'Computers and phones.'],
    ['serverCount', 'Servers', 'number'],
    ['hasOnPremInfra', 'We run servers of our own', 'yes'],
    ['hasOtEnvironment', 'We run industrial control systems (OT)', 'yes'],
    ['otDescription', 'What they control', 'area'],
    ['networkDescription', 'Network', 'area', 'Sites and how they are connected.']]],
  ['Security', [
    ['securityTeamSize', 'People in security', 'number'],
    ['socModel', 'Who watches (SOC)', 'text', 'For example “In-house”, or “Outsourced to Example Watch”: then stories speak of that provider.'],
    ['incidentFrequency', 'Real incidents', FREQUENCIES],
    ['complianceFrameworks', 'Standards and laws', 'list', 'For example ISO 27001, NIS2; separated by commas.'],
    ['regulatoryBodies', 'Authorities', 'list', 'The most important first, separated by commas.']]],
  ['Context', [
    ['recentIncidents', 'Recent incidents', 'area', 'Leave out names and secrets.'],
    ['biggestConcerns', 'Biggest concerns', 'area'],
    ['additionalContext', 'Anything else', 'area']]]
];
const ROWS = GROUPS.reduce((list, group) => list.concat(group[1]), []);

/* Sentences as the library has them; {field|what stories say without it} */
const SENTENCES = [
  '{org} works in {industry|professional services} and depends on {criticalAssets|the order management system}.',
  '{Org} moved most of its applications to {primaryCloudProvider|the cloud platform} over the last three years.',
  'A change ticket allows maintenance by {socModel|the managed service provider} this week.',
  'The officer has the form of {regulatoryBodies|the data protection authority} open.'
];

function control(row, value) {
  const kind = row[2];
  if (Array.isArray(kind)) {
    return select(kind, value);
  }
  if (kind === 'area') {
    return h('textarea', { class: 'input', rows: 3, value: value || '' });
  }
  if (kind === 'number') {
    return h('input', { class: 'input num', type: 'number', inputmode: 'numeric', step: 1, value: value === undefined ? '' : value });
  }
  const text = kind === 'list' ? (value || []).join(', ') : value || '';
  return h('input', { class: 'input', autocomplete: 'off', value: text });
}

function fieldNode(row, profile) {
  const id = 'p-' + row[0];
  if (row[2] === 'yes') {
    return h('label', { class: 'check' }, h('input', { type: 'checkbox', id, name: row[0], checked: profile[row[0]] === true }), h('span', null, row[1]));
  }
  const node = control(row, profile[row[0]]);
  node.setAttribute('name', row[0]);
  return field(id, row[1], node, row[3]);
}

function list(text) {
  return text.split(',').map((one) => one.trim()).filter(Boolean);
}

/* Numbers that are none are sent as they are typed: the server says what is wrong with them. */
function read(form) {
  const body = {};
  ROWS.forEach((row) => {
    const element = form.elements[row[0]];
    const text = row[2] === 'yes' ? '' : element.value.trim();
    if (row[2] === 'yes') {
      body[row[0]] = element.checked;
    } else if (row[2] === 'list') {
      body[row[0]] = list(text);
    } else if (row[2] === 'number') {
      const number = element.validity.badInput ? 'not a number' : text;
      body[row[0]] = number === '' ? null : isNaN(Number(number)) ? number : Number(number);
    } else if (text) {
      body[row[0]] = text;
    }
  });
  return body;
}

function word(form, organisation, name, otherwise) {
  if (name === 'org' || name === 'Org') {
    return h('span', { class: 'word' }, name === 'Org' ? capital(organisation) : organisation);
  }
  const value = form.elements[name].value;
  const words = storyWords(name, name === 'regulatoryBodies' ? list(value)[0] : value);
  return words ? h('strong', { class: 'word', 'data-word': name }, words) : h('span', { class: 'word-default' }, otherwise);
}

function sentence(form, organisation, text) {
  return h('p', null, text.split(/(\{[^}]*\})/).map((part) => {
    const slot = /^\{(\w+)\|?(.*)\}$/.exec(part);
    return slot ? word(form, organisation, slot[1], slot[2]) : part;
  }));
}

function drawPreview(form, organisation) {
  replace(byId('preview-text'), SENTENCES.map((text) => sentence(form, organisation, text)));
}

export function profileSection(box, profile, user, may) {
  const groups = GROUPS.map((group) => h('fieldset', { class: 'group' }, h('legend', null, group[0]),
    h('div', { class: 'group-grid' }, group[1].map((row) => fieldNode(row, profile)))));
  const form = h('form', { id: 'profile-form', class: 'stack-l' }, h('div', { class: 'form-summary' }), groups, saveRow('Save profile'));
  const preview = h('aside', { class: 'preview', 'aria-labelledby': 'preview-title' }, h('h3', { id: 'preview-title' }, 'How stories will read'),
    h('div', { class: 'prose small', id: 'preview-text' }),
    h('p', { class: 'tiny muted' }, 'Dotted: what stories say as long as the field says nothing that fits.'));
  replace(box, h('div', { class: 'profile-grid' }, form, preview));
  const draw = () => drawPreview(form, user.organization.name);
  form.addEventListener('input', draw);
  draw();
  settingsForm(form, {
    may,
    draft: 'profile',
    fields: TAKEN,
    labels: ROWS.reduce((labels, row) => Object.assign(labels, { [row[0]]: row[1] }), {}),
    send: () => request('PUT', '/api/portal/profile', read(form))
  });
}
