/* The one line above the player: the way back, the title, the stages, the clock, the score; and the decisions of a stage. */

import { h, replace } from '../dom.js';
import { icon } from '../icons.js';
import { number } from '../say.js';
import { t } from '../words/play.js';
import { gradeOf, isAnswered, questionsOf, stages, stageSize } from './model.js';
import { stageState } from './steps.js';

const MARKS = { done: 'check', locked: 'lock' };

function stageEntry(stage, current, onOpen) {
  const state = stageState(stage, current);
  const inner = [h('span', { class: 'play-stage-mark', 'aria-hidden': 'true' }, MARKS[state] ? icon(MARKS[state]) : number(stage.stageNumber)),
    h('span', { class: 'play-stage-name story-text' }, stage.title),
    h('span', { class: 'sr-only' }, ', ', t('stage.state', { state }))];
  const box = { class: 'play-stage-in', title: stage.title };
  return h('li', { class: 'play-stage is-' + state, 'aria-current': state === 'now' ? 'step' : null },
    state === 'locked' || !onOpen ? h('span', box, inner)
      : h('button', { ...box, type: 'button', 'aria-description': t('stage.briefing'), onclick: () => onOpen(stage) }, inner));
}

/* Returns {node, timer, draw(session, score, current, onOpen)}. onOpen(stage) shows the briefing of an open stage; without it the stages only inform. */
export function chromeLine() {
  const name = h('h1', { class: 'play-name story-text' });
  const list = h('ol', { class: 'play-stages', 'aria-label': t('stages') });
  const timer = h('div', { class: 'play-timer' });
  const points = h('p', { class: 'play-score num' });
  const node = h('div', { class: 'play-chrome' },
    h('a', { class: 'play-back', href: '/exercises', 'aria-label': t('back'), title: t('back') }, icon('arrow-left')), name, list, timer, points);
  const draw = (session, score, current, onOpen) => {
    const title = session.name || session.title;
    replace(name, title);
    name.setAttribute('title', title);
    replace(list, stages(session).map((stage) => stageEntry(stage, current, onOpen)));
    replace(points, t('score', { n: score }));
  };
  return { node, timer, draw };
}

/* The decisions of the stage as dots; answered ones can be looked at again. */
export function dots(stage, shown, onReview) {
  const known = questionsOf(stage);
  const nodes = [];
  for (let index = 0; index < stageSize(stage); index += 1) {
    const question = known[index];
    const here = question && question === shown;
    if (question && isAnswered(question)) {
      const grade = gradeOf(question);
      nodes.push(h('li', null, h('button', {
        class: 'dot dot-' + (grade.tone || 'none'), type: 'button', 'aria-current': here ? 'true' : null,
        'aria-label': t('decision.again', { n: question.questionIndex + 1, grade: grade.label }), onclick: () => onReview(question)
      }, h('span', null, icon(grade.icon)))));
    } else {
      nodes.push(h('li', { 'aria-current': here ? 'true' : null }, h('span', { class: 'dot' + (here ? ' dot-here' : '') }, h('span', null, number(index + 1)))));
    }
  }
  return h('ol', { class: 'dots', 'aria-label': t('decision.all') }, nodes);
}
