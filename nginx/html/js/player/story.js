/* The briefing of a stage: what earlier choices led to, narrative, messages, alerts, indicators, reporting clock, techniques. */

import { h, paragraphs } from '../dom.js';
import { icon } from '../icons.js';
import { number } from '../say.js';
import { t } from '../words/play.js';
import { techniqueNames } from './server.js';

const CHANNEL_ICONS = { alert: 'bell' };
const SEVERITY = { low: '', medium: 'mid', high: 'bad', critical: 'bad' };

function list(value) {
  return Array.isArray(value) ? value : [];
}

export function branchNote(stage) {
  if (!stage.branchText) {
    return null;
  }
  return h('div', { class: 'branch-note' }, icon('branch'),
    h('div', null, h('p', { class: 'strong small' }, t('story.branch')), paragraphs(stage.branchText)));
}

function inject(entry) {
  const channel = t('channel', { channel: entry.channel });
  return h('li', { class: 'inject' },
    h('span', { class: 'inject-icon' }, icon(CHANNEL_ICONS[entry.channel] || entry.channel)),
    h('div', null,
      h('p', { class: 'inject-head' }, entry.time ? h('span', { class: 'num strong' }, entry.time, ' ') : null, h('bdi', null, entry.from),
        h('span', { class: 'muted' }, ' · ', channel)),
      paragraphs(entry.text)));
}

function alertNode(entry) {
  const severity = String(entry.severity || '').toLowerCase();
  const tone = SEVERITY[severity];
  return h('li', { class: 'alert-item alert-' + (tone || 'low') },
    h('p', { class: 'row row-between' }, h('strong', null, entry.title),
      h('span', { class: 'pill' + (tone ? ' pill-' + tone : '') }, t('severity', { severity }))),
    h('p', { class: 'small' }, entry.description),
    h('p', { class: 'tiny muted' }, /^[A-Z_]+$/.test(entry.tool) ? entry.tool.replace(/_/g, ' ') : entry.tool));
}

function indicatorTable(entries) {
  return h('table', { class: 'table ioc' },
    h('thead', null, h('tr', null, ['story.type', 'story.value', 'story.note'].map((key) => h('th', { scope: 'col' }, t(key))))),
    h('tbody', null, entries.map((entry) => h('tr', null,
      h('td', null, entry.type), h('td', null, h('code', null, entry.value)), h('td', null, entry.note || '')))));
}

/* A part of the briefing that can be closed. */
function block(title, count, open, content) {
  return h('details', { class: 'play-fold story-block', open }, h('summary', null, h('span', null, title, count ? h('span', { class: 'muted num' }, ' ', number(count)) : null)), content);
}

function clockBlock(stage, open) {
  const clock = stage.clock || {};
  return clock.regulatory ? block(t('story.clock'), 0, open, h('div', { class: 'stack-s small' },
    h('p', { class: 'story-clock' }, clock.regulatory), h('p', { class: 'muted' }, t('story.clock_means')))) : null;
}

/* Ids first, names when they arrive: each stands on a line of its own, so that nothing moves. */
function techniqueBlock(stage, open) {
  const ids = list(stage.mitreTechniques).map((one) => one.id || one);
  if (!ids.length) {
    return null;
  }
  const rows = ids.map((id) => h('li', null, h('span', { class: 'pill num' }, id), h('span', { class: 'technique-name', lang: 'en' })));
  techniqueNames().then((names) => rows.forEach((row, i) => {
    row.lastChild.textContent = names[ids[i]] || '';
  }));
  return block(t('story.techniques'), 0, open, h('ul', { class: 'techniques small' }, stage.mitrePhase ? h('li', { class: 'muted', lang: 'en' }, stage.mitrePhase) : null, rows));
}

function listBlock(title, entries, open, draw) {
  return entries.length ? block(title, entries.length, open, draw(entries)) : null;
}

/* short: the run is so short that everything but the story is there to be opened. */
export function storyPane(stage, short) {
  const clock = stage.clock || {};
  const open = !short;
  return [
    h('p', { class: 'eyebrow story-head' }, [t('stage', { n: stage.stageNumber }), clock.scenario].filter(Boolean).join(' · ')),
    h('h2', { class: 'story-title' }, stage.title),
    branchNote(stage),
    h('div', { class: 'prose narrative' }, paragraphs(stage.narrative)),
    listBlock(t('story.messages'), list(stage.injects), open, (entries) => h('ol', { class: 'story-messages' }, entries.map(inject))),
    listBlock(t('story.alerts'), list(stage.alertsTriggered), open, (entries) => h('ul', { class: 'alerts' }, entries.map(alertNode))),
    listBlock(t('story.indicators'), list(stage.iocIndicators), open, indicatorTable),
    clockBlock(stage, open),
    techniqueBlock(stage, open)
  ];
}
