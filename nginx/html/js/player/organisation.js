/* What the players can look up when an exercise opens: the people in the story, and the organisation as its profile says. */

import { h, replace } from '../dom.js';
import { get } from '../api.js';

/* name, label, unit */
const FACTS = [
  ['headquarters', 'Headquarters'], ['companySize', 'People'], ['operatingRegions', 'Regions'], ['branchOffices', 'Branch offices'],
  ['remoteWorkPercentage', 'Remote work', ' %'], ['criticalAssets', 'Critical assets'], ['primaryCloudProvider', 'Cloud provider'], ['endpointCount', 'Endpoints'],
  ['serverCount', 'Servers'], ['hasOnPremInfra', 'Own servers'], ['hasOtEnvironment', 'Industrial control systems'], ['otDescription', 'What they control'],
  ['networkDescription', 'Network'], ['securityTeamSize', 'People in security'], ['socModel', 'Monitoring'], ['incidentFrequency', 'Real incidents'],
  ['complianceFrameworks', 'Standards and laws'], ['regulatoryBodies', 'Authorities'], ['recentIncidents', 'Recent incidents'],
  ['biggestConcerns', 'Biggest concerns'], ['additionalContext', 'Besides']
];

function text(value, unit) {
  if (value === true) {
    return 'Yes';
  }
  if (Array.isArray(value)) {
    return value.join(', ');
  }
  return typeof value === 'number' ? value.toLocaleString('en') + (unit || '') : value || '';
}

function fold(title, content) {
  return h('details', { class: 'fold intro-aims' }, h('summary', null, title), content);
}

function facts(profile) {
  const rows = FACTS.map((row) => [row[1], text(profile[row[0]], row[2])]).filter((row) => row[1]);
  return rows.length ? fold('Your organisation', h('dl', { class: 'dl small' }, rows.map((row) => [h('dt', null, row[0]), h('dd', null, row[1])]))) : null;
}

/* Arrives after the opening is shown; without it the exercise is as playable. */
export function organisationFold() {
  const box = h('div');
  get('/api/portal/profile', { anonymous: true }).then((profile) => replace(box, facts(profile)), () => null);
  return box;
}

export function peopleFold(session) {
  const people = session.scenario.characters || [];
  return people.length ? fold('People in the story', h('ul', null, people.map((person) => h('li', null,
    h('strong', null, person.name), ', ' + [person.role, person.department].filter(Boolean).join(', '),
    person.description ? '. ' + person.description : '',
    person.expertise.length ? ' (' + person.expertise.join(', ') + ')' : '')))) : null;
}
