/* What happened in each stage, and the decisions to learn from. */

import { h } from '../dom.js';
import { outcomes } from '../parts/charts.js';
import { findQuestion, stages } from '../player/model.js';
import { t } from '../words/result.js';
import { allQuestions, costliest, lessonsOf, lostPoints, stageOutcomes } from './measure.js';

const LESSONS = 3;

export function stageChart(view) {
  const worst = costliest(view.session);
  return h('section', { class: 'card result-stages' }, outcomes({
    title: t('stages'), n: allQuestions(view.session).length,
    text: worst ? t('stages.worst', { n: worst.stageNumber, title: worst.title }) : null,
    items: stages(view.session).map((stage) => Object.assign(stageOutcomes(stage), { label: t('stage', { n: stage.stageNumber, title: stage.title }) })) }));
}

function lesson(view, { question, gist }) {
  const { stage } = findQuestion(view.session, question.questionIndex);
  const go = (event) => {
    event.preventDefault();
    view.show(question.questionIndex);
  };
  return h('li', { class: 'stack-s' },
    h('p', { class: 'tiny muted num' }, t('lessons.place', { question: question.questionIndex + 1, stage: stage.stageNumber, lost: lostPoints(question) })),
    h('p', { class: 'result-stem story-text', dir: 'auto' }, question.question),
    h('p', { class: 'story-text', dir: 'auto' }, gist),
    h('a', { class: 'small', href: '#q' + (question.questionIndex + 1), onclick: go }, t('lessons.see'), h('span', { class: 'sr-only' }, ' ', t('question', { n: question.questionIndex + 1 }))));
}

/* The decisions that cost the most, by what their own explanation says. */
export function lessonCard(view) {
  const found = lessonsOf(view.session, LESSONS);
  return h('section', { class: 'card result-learn', 'aria-labelledby': 'lessons-title' },
    h('h2', { id: 'lessons-title', class: 'result-title' }, t('lessons', { n: found.length })),
    found.length ? h('ol', { class: 'result-lessons' }, found.map((one) => lesson(view, one))) : h('p', { class: 'muted' }, t('lessons.none')));
}
