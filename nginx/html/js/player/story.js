/* The briefing of a stage: clocks, what earlier choices led to, narrative, messages, alerts, indicators. */

import { h, paragraphs } from '../dom.js';
import { icon } from '../icons.js';
import { capitalise, plural } from '../format.js';

const CHANNELS = {
  email: 'E-mail', phone: 'Phone call', chat: 'Chat', ticket: 'Ticket', alert: 'Alert',
  press: 'Press', letter: 'Letter', portal: 'Portal', meeting: 'Meeting'
};
const CHANNEL_ICONS = { alert: 'bell' };
const SEVERITY = { low: '', medium: 'mid', high: 'bad', critical: 'bad' };

function list(value) {
  return Array.isArray(value) ? value : [];
}

export function clocks(stage) {
  const clock = stage.clock || {};
  if (!clock.scenario && !clock.regulatory) {
    return null;
  }
  return h('dl', { class: 'clocks' },
    clock.scenario ? h('div', null, h('dt', null, icon('clock'), 'Scenario time'), h('dd', { class: 'num' }, clock.scenario)) : null,
    clock.regulatory ? h('div', null, h('dt', null, icon('scale'), 'Reporting clock'), h('dd', null, clock.regulatory)) : null);
}

export function techniques(stage) {
  return h('p', { class: 'tags' },
    stage.mitrePhase ? h('span', { class: 'pill pill-accent' }, stage.mitrePhase) : null,
    list(stage.mitreTechniques).map((one) => h('span', { class: 'pill num', title: one.name || null }, one.id || one)));
}

export function branchNote(stage) {
  if (!stage.branchText) {
    return null;
  }
  return h('div', { class: 'branch-note' }, icon('branch'),
    h('div', null, h('p', { class: 'strong small' }, 'What your earlier choices led to'), paragraphs(stage.branchText)));
}

function inject(entry) {
  const channel = CHANNELS[entry.channel] || capitalise(entry.channel);
  return h('li', { class: 'inject' },
    h('span', { class: 'inject-icon', title: channel }, icon(CHANNEL_ICONS[entry.channel] || entry.channel)),
    h('div', null,
      h('p', { class: 'inject-head' }, entry.time ? h('span', { class: 'num strong' }, entry.time + ' ') : null, h('span', null, entry.from),
        h('span', { class: 'muted' }, ' · ' + channel)),
      paragraphs(entry.text)));
}

function alertNode(entry) {
  const severity = String(entry.severity || '').toLowerCase();
  const tone = SEVERITY[severity];
  return h('li', { class: 'alert-item alert-' + (tone || 'low') },
    h('p', { class: 'row row-between' }, h('strong', null, entry.title), h('span', { class: 'pill' + (tone ? ' pill-' + tone : '') }, capitalise(severity))),
    h('p', { class: 'small' }, entry.description),
    h('p', { class: 'tiny muted' }, /^[A-Z_]+$/.test(entry.tool) ? entry.tool.replace(/_/g, ' ') : entry.tool));
}

function indicatorTable(entries) {
  return h('table', { class: 'table ioc' },
    h('thead', null, h('tr', null, ['Type', 'Value', 'Note'].map((name) => h('th', { scope: 'col' }, name)))),
    h('tbody', null, entries.map((entry) => h('tr', null,
      h('td', null, entry.type), h('td', null, h('code', null, entry.value)), h('td', null, entry.note || '')))));
}

/* A short line such as "6 messages · 2 alerts · 3 indicators", or an empty text. */
export function evidenceLine(stage) {
  return [[stage.injects, 'message'], [stage.alertsTriggered, 'alert'], [stage.iocIndicators, 'indicator']]
    .filter((pair) => list(pair[0]).length)
    .map((pair) => plural(pair[0].length, pair[1])).join(' · ');
}

function block(title, entries, draw) {
  return entries.length ? h('section', { class: 'story-block' }, h('h3', null, title, h('span', { class: 'muted' }, ' ' + entries.length)), draw(entries)) : null;
}

export function storyPane(stage) {
  return [
    h('div', { class: 'story-head' },
      h('p', { class: 'eyebrow' }, 'Stage ' + stage.stageNumber),
      h('h2', null, stage.title), techniques(stage), clocks(stage)),
    branchNote(stage),
    h('div', { class: 'prose narrative' }, paragraphs(stage.narrative)),
    block('Messages', list(stage.injects), (entries) => h('ol', { class: 'timeline' }, entries.map(inject))),
    block('Alerts', list(stage.alertsTriggered), (entries) => h('ul', { class: 'alerts' }, entries.map(alertNode))),
    block('Indicators', list(stage.iocIndicators), indicatorTable)
  ];
}
