/* What the players can look up when an exercise opens: the organisation in the story, its people, the own organisation as its profile says. */

import { h, paragraphs, replace } from '../dom.js';
import { get } from '../api.js';
import { number } from '../say.js';
import { t } from '../words/play.js';

const FACTS = ['headquarters', 'companySize', 'operatingRegions', 'branchOffices', 'remoteWorkPercentage', 'criticalAssets', 'primaryCloudProvider',
  'endpointCount', 'serverCount', 'hasOnPremInfra', 'hasOtEnvironment', 'otDescription', 'networkDescription', 'securityTeamSize', 'socModel',
  'incidentFrequency', 'complianceFrameworks', 'regulatoryBodies', 'recentIncidents', 'biggestConcerns', 'additionalContext'];

function label(fact) {
  return t('fact.' + fact.replace(/[A-Z]/g, (one) => '_' + one.toLowerCase()));
}

function text(fact, value) {
  if (value === true) {
    return t('fact.yes');
  }
  if (Array.isArray(value)) {
    return value.join(', ');
  }
  if (typeof value !== 'number') {
    return value || '';
  }
  return fact === 'remoteWorkPercentage' ? number(value / 100, 'percent') : number(value);
}

function profileFacts(profile) {
  const rows = FACTS.map((fact) => [label(fact), text(fact, profile[fact])]).filter((row) => row[1]);
  return rows.length ? [h('h3', null, t('opening.profile')),
    h('dl', { class: 'dl small' }, rows.map((row) => [h('dt', null, row[0]), h('dd', { dir: 'auto' }, row[1])]))] : [];
}

function target(session) {
  const org = session.scenario.targetOrganization;
  return org && org.description ? h('p', { class: 'muted' }, [org.industry, org.size].filter(Boolean).join(' · '), '. ', org.description) : null;
}

function person(one) {
  const facts = [one.role, one.department, one.description, one.expertise.join(', ')].filter(Boolean).join(' · ');
  return h('li', null, h('strong', null, one.name), facts ? [' · ', facts] : null);
}

function people(session) {
  const list = session.scenario.characters || [];
  return list.length ? [h('h3', null, t('opening.people')), h('ul', { class: 'opening-list' }, list.map(person))] : null;
}

export function fold(title, ...content) {
  return h('details', { class: 'play-fold' }, h('summary', null, title), h('div', { class: 'stack-s' }, content));
}

/* The own organisation's facts are asked for when somebody looks; without them the exercise is as playable. */
export function aboutFold(session) {
  const own = h('div', { class: 'stack-s' });
  const box = fold(t('opening.about'), h('div', { class: 'prose intro-text' }, paragraphs(session.scenario.overview), target(session)), people(session), own);
  box.addEventListener('toggle', () => get('/api/portal/profile', { anonymous: true }).then((profile) => replace(own, profileFacts(profile)), () => null), { once: true });
  return box;
}

export function practiseFold(session) {
  const list = (session.scenario.objectives || []).map((one) => one.text || one);
  return list.length ? fold(t('opening.practise'), h('ul', { class: 'opening-list intro-aims' }, list.map((one) => h('li', null, one)))) : null;
}
