/* An answered question: verdict, what happened, why, every option, the real incident. Player and result page share it. */

import { h, paragraphs } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../words/play.js';
import { gradeOf, optionTone, splitExplanation } from './model.js';

const STORY_TEXT = ['.story-text', '.story-title', '.narrative p', '.intro-text p', '.intro-aims li', '.branch-note p:not(.strong)',
  '.inject p:not(.inject-head)', '.alert-item strong', '.alert-item .small', '.story-clock', '.stem', '.artefact pre', '.option-text', '.lesson p',
  '.opt-text'].join();

/* Texts of the exercise are in its own language, whatever the page's is; each keeps its direction to itself. */
export function markLanguage(root, language) {
  const foreign = language && language !== document.documentElement.lang;
  root.querySelectorAll(STORY_TEXT).forEach((node) => {
    node.setAttribute('dir', 'auto');
    if (foreign) {
      node.setAttribute('lang', language);
    }
  });
}

export function artefact(question) {
  if (!question.context) {
    return null;
  }
  return h('figure', { class: 'artefact' }, h('figcaption', null, icon('file'), t('decision.here')), h('pre', null, question.context));
}

export function verdict(question) {
  const grade = gradeOf(question);
  return h('p', { class: 'verdict' + (grade.tone ? ' verdict-' + grade.tone : ''), id: 'verdict-' + question.questionIndex },
    icon(grade.icon), h('strong', null, grade.label), h('span', { class: 'num' }, t('grade.points', { points: question.points || 0, max: question.maxPoints })));
}

/* others: it was somebody else's answer. */
function optionTags(tone, chosen, others) {
  return [
    chosen ? h('span', { class: 'pill pill-accent' }, t(others ? 'option.theirs' : 'option.yours')) : null,
    tone === 'good' ? h('span', { class: 'pill pill-good' }, icon('check'), t('option.best')) : null,
    tone === 'mid' ? h('span', { class: 'pill pill-mid' }, t('option.mid')) : null
  ];
}

function optionRow(option, question) {
  const chosen = option.letter === question.selectedOption;
  const tone = optionTone(option, question);
  const points = option.points === undefined || option.points === null ? null
    : h('span', { class: 'tiny muted num' }, t('decision.points', { n: option.points }));
  return h('li', { class: 'opt-review' + (tone ? ' opt-' + tone : '') + (chosen ? ' opt-chosen' : '') },
    h('span', { class: 'letter' }, option.letter),
    h('div', { class: 'stack-s' },
      h('p', { class: 'opt-text' }, option.text),
      option.why ? h('p', { class: 'small muted opt-text' }, option.why) : null,
      h('p', { class: 'tags' }, optionTags(tone, chosen, question.others), points)));
}

/* options: which ones; all without it. */
export function optionReview(question, options) {
  const shown = options || question.options;
  return shown.length ? h('ul', { class: 'opt-list' }, shown.map((option) => optionRow(option, question))) : null;
}

export function storyLesson(question, heading) {
  return question.consequence ? h('div', { class: 'lesson lesson-story' }, h(heading, null, t('review.then')), paragraphs(question.consequence)) : null;
}

/* The reasons against single options stand at the options. */
export function reasonLesson(question, heading, text) {
  const reason = text === undefined ? splitExplanation(question.explanation).text : text;
  return reason ? h('div', { class: 'lesson' }, h(heading, null, t('review.why')), paragraphs(reason)) : null;
}

export function incidentLesson(question, heading) {
  const incident = question.realIncident;
  return incident ? h('div', { class: 'lesson lesson-real' },
    h(heading, null, incident.year ? t('review.real_year', { name: incident.name, year: String(incident.year) }) : t('review.real', { name: incident.name })),
    paragraphs(incident.text)) : null;
}

export function lessons(question, level) {
  const heading = level || 'h3';
  return h('div', { class: 'lessons' }, storyLesson(question, heading), reasonLesson(question, heading), incidentLesson(question, heading));
}
