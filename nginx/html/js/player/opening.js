/* A stage opens: its story first, one button; what can be looked up stays behind. And the gate of timed runs. */

import { h, paragraphs } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../words/play.js';
import { minutesToRead, stages, stageSize } from './model.js';
import { branchNote } from './story.js';
import { aboutFold, practiseFold } from './organisation.js';

function startWords(stage) {
  const n = minutesToRead([stage.branchText, stage.narrative].join(' '));
  return stage.stageNumber === 1 ? t('opening.begin', { n }) : t('opening.enter', { stage: stage.stageNumber, n });
}

export function stageOpening(session, stage, onStart) {
  const button = h('button', { class: 'btn btn-primary btn-large', type: 'button' }, startWords(stage), icon('arrow-right'));
  button.addEventListener('click', onStart);
  return h('article', { class: 'opening card', 'aria-labelledby': 'opening-title' },
    h('p', { class: 'eyebrow' }, t('stage.of', { n: stage.stageNumber, total: stages(session).length })),
    h('h2', { id: 'opening-title', tabindex: '-1', class: 'story-text' }, stage.title),
    branchNote(stage),
    h('div', { class: 'prose narrative' }, paragraphs(stage.narrative)),
    h('p', { class: 'small muted' }, t('opening.follow', { n: stageSize(stage) })),
    stage.stageNumber === 1 ? h('div', { class: 'opening-more' }, aboutFold(session), practiseFold(session)) : null,
    h('div', { class: 'opening-go' }, button));
}

/* Timed runs (?timed=1) ask before the first request, because that request starts a clock. */
export function gate(onStart) {
  const button = h('button', { class: 'btn btn-primary btn-large', type: 'button' }, icon('play'), t('gate.start'));
  button.addEventListener('click', onStart);
  return h('div', { class: 'wrap play-wide' }, h('article', { class: 'opening card' },
    h('h1', null, t('gate')),
    h('p', null, t('gate.text')),
    h('p', { class: 'muted small' }, t('gate.open')),
    h('div', { class: 'opening-go' }, button)));
}
