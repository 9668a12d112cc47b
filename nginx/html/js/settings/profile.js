/* The profile: first what stories use, with how much of it is there, then everything else; and how stories will read with it. */

import { h, byId, replace } from '../dom.js';
import { request } from '../api.js';
import { notice } from '../forms.js';
import { FIELDS, STORY_FIELDS } from '../constants.js';
import { t } from '../words/organisation.js';
import { capital, storyWords } from './sentence.js';
import { choices, field, saveRow, select, settingsForm } from './saving.js';

const TAKEN = FIELDS.putProfile;
const FIRST = STORY_FIELDS.slice(0, 4);
const ENGLISH = document.documentElement.lang === 'en';
const LISTS = {
  companySize: () => choices(TAKEN.companySize.values, 'size'),
  incidentFrequency: () => choices(TAKEN.incidentFrequency.values, 'frequency')
};
/* The groups, and what kind of field each is: text, area, number, list, yes, or a choice of LISTS. */
const GROUPS = [
  ['organisation', [['industry', 'text'], ['companySize', 'choice'], ['headquarters', 'text'], ['operatingRegions', 'list'], ['branchOffices', 'number'],
    ['remoteWorkPercentage', 'number'], ['criticalAssets', 'area']]],
  ['technology', [['primaryCloudProvider', 'text'], ['endpointCount', 'number'], ['serverCount', 'number'], ['hasOnPremInfra', 'yes'], ['hasOtEnvironment', 'yes'],
    ['otDescription', 'area'], ['networkDescription', 'area']]],
  ['security', [['securityTeamSize', 'number'], ['socModel', 'text'], ['incidentFrequency', 'choice'], ['complianceFrameworks', 'list'], ['regulatoryBodies', 'list']]],
  ['context', [['recentIncidents', 'area'], ['biggestConcerns', 'area'], ['additionalContext', 'area']]]
];
const ROWS = GROUPS.reduce((list, group) => list.concat(group[1]), []);
/* Sentences as the library has them; what they name is the profile, the organisation or the library's own word. */
const SENTENCES = ['story.works', 'story.moved', 'story.allows', 'story.asks'];

/* industry -> field.industry; endpointCount -> field.endpoint_count */
function message(kind, name) {
  return kind + '.' + name.replace(/[A-Z]/g, (letter) => '_' + letter.toLowerCase());
}

function label(name) {
  return t(message('field', name));
}

/* ---- fields ---- */

function control(name, kind, value) {
  if (kind === 'choice') {
    return select([['', t('not_stated')]].concat(LISTS[name]()), value);
  }
  if (kind === 'area') {
    return h('textarea', { class: 'input', rows: 3, value: value || '', dir: 'auto' });
  }
  if (kind === 'number') {
    return h('input', { class: 'input num', type: 'number', inputmode: 'numeric', step: 1, value: value === undefined ? '' : value });
  }
  return h('input', { class: 'input', autocomplete: 'off', dir: 'auto', value: kind === 'list' ? (value || []).join(', ') : value || '' });
}

function fieldNode([name, kind], profile) {
  const id = 'p-' + name;
  if (kind === 'yes') {
    return h('label', { class: 'check' }, h('input', { type: 'checkbox', id, name, checked: profile[name] === true }), h('span', null, label(name)));
  }
  const node = control(name, kind, profile[name]);
  const hint = message('hint', name);
  node.setAttribute('name', name);
  return field(id, label(name), node, t.has(hint) ? t(hint) : null);
}

function list(text) {
  return text.split(',').map((one) => one.trim()).filter(Boolean);
}

/* Numbers that are none are sent as they are typed: the server says what is wrong with them. */
function read(form) {
  const body = {};
  ROWS.forEach(([name, kind]) => {
    const element = form.elements[name];
    const text = kind === 'yes' ? '' : element.value.trim();
    if (kind === 'yes') {
      body[name] = element.checked;
    } else if (kind === 'list') {
      body[name] = list(text);
    } else if (kind === 'number') {
      const number = element.validity.badInput ? 'nan' : text;
      body[name] = number === '' ? null : isNaN(Number(number)) ? number : Number(number);
    } else if (text) {
      body[name] = text;
    }
  });
  return body;
}

/* ---- what stories make of it ---- */

function words(form, name) {
  const { value } = form.elements[name];
  return storyWords(name, name === 'regulatoryBodies' ? list(value)[0] : value, ENGLISH);
}

function word(form, name) {
  const found = words(form, name);
  return found ? h('strong', { class: 'word', 'data-word': name }, found) : h('span', { class: 'word-default' }, t(message('default', name)));
}

function sentence(form, organisation, key) {
  const own = (text) => h('span', { class: 'word' }, text);
  return h('p', null, t.nodes(key, {
    org: own(organisation), orgFirst: own(capital(organisation)), industry: word(form, 'industry'), assets: word(form, 'criticalAssets'),
    cloud: word(form, 'primaryCloudProvider'), provider: word(form, 'socModel'), authority: word(form, 'regulatoryBodies') }));
}

/* Counted is what a story will really say, not what is filled in. */
function drawMeter(box, form) {
  const done = STORY_FIELDS.filter((name) => words(form, name)).length;
  const text = t('meter', { n: done, total: STORY_FIELDS.length });
  replace(box, h('progress', { class: 'bar', max: STORY_FIELDS.length, value: done, 'aria-label': text }), h('p', { class: 'small strong num', 'aria-hidden': 'true' }, text));
}

function fold(group, rows, profile) {
  return h('details', { class: 'more' }, h('summary', null, t('group.' + group)), h('div', { class: 'group-grid' }, rows.map((row) => fieldNode(row, profile))));
}

export function profileSection(box, profile, user, may) {
  const rest = GROUPS.map(([group, rows]) => [group, rows.filter((row) => FIRST.indexOf(row[0]) < 0)]);
  const meter = h('div', { class: 'profile-meter' });
  const form = h('form', { id: 'profile-form', class: 'card stack settings-form' }, h('div', { class: 'form-summary' }), meter,
    FIRST.map((name) => fieldNode(ROWS.find((row) => row[0] === name), profile)),
    h('div', null, rest.map(([group, rows]) => fold(group, rows, profile))), saveRow(t('profile.save')));
  const preview = h('aside', { class: 'preview', 'aria-labelledby': 'preview-title' }, h('h3', { id: 'preview-title' }, t('preview')),
    h('div', { class: 'prose small', id: 'preview-text' }), h('p', { class: 'tiny muted' }, t('preview.note')));
  replace(box, may ? null : notice('mid', 'info', h('p', { id: 'hint' }, t('read_only'))), h('div', { class: 'profile-grid' }, form, preview));
  const draw = () => {
    drawMeter(meter, form);
    replace(byId('preview-text'), SENTENCES.map((key) => sentence(form, user.organization.name, key)));
  };
  form.addEventListener('input', draw);
  draw();
  settingsForm(form, {
    may, fields: TAKEN, draft: 'profile',
    labels: ROWS.reduce((labels, row) => Object.assign(labels, { [row[0]]: label(row[0]) }), {}),
    send: () => request('PUT', '/api/portal/profile', read(form))
  });
}
