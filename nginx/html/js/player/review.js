/* An answered question: verdict, what happened, why, every option, the real incident. Player and result page share it. */

import { h, paragraphs } from '../dom.js';
import { icon } from '../icons.js';
import { number } from '../format.js';
import { DEFENSIBLE, gradeOf, splitExplanation } from './model.js';

const STORY_TEXT = 'h1, .step-title, .story-head h2, #opening-title, .narrative, .intro-text > p, .intro-aims ul, .branch-note p:not(.strong), '
  + '.inject p:not(.inject-head), .alert-item strong, .alert-item .small, .stem, .artefact pre, .option-text, .lesson p, .opt-review p:not(.tags), .story-text';

/* Texts of the exercise are marked with the exercise's own language, where the page has another. */
export function markLanguage(root, language) {
  if (language && language !== document.documentElement.lang) {
    root.querySelectorAll(STORY_TEXT).forEach((node) => node.setAttribute('lang', language));
  }
}

export function artefact(question) {
  if (!question.context) {
    return null;
  }
  return h('figure', { class: 'artefact' }, h('figcaption', null, icon('file'), 'In front of you'), h('pre', null, question.context));
}

export function verdict(question) {
  const grade = gradeOf(question);
  const points = number(question.points || 0) + ' of ' + number(question.maxPoints) + ' points';
  return h('p', { class: 'verdict' + (grade.tone ? ' verdict-' + grade.tone : ''), id: 'verdict-' + question.questionIndex },
    icon(grade.icon), h('strong', null, grade.label), h('span', { class: 'num' }, points));
}

function optionTone(option, question) {
  if (option.isCorrect || option.letter === question.correctOption) {
    return 'good';
  }
  return question.maxPoints && option.points / question.maxPoints >= DEFENSIBLE ? 'mid' : '';
}

function optionTag(tone, chosen) {
  const tags = [];
  if (chosen) {
    tags.push(h('span', { class: 'pill pill-accent' }, 'Your answer'));
  }
  if (tone === 'good') {
    tags.push(h('span', { class: 'pill pill-good' }, icon('check'), 'Best'));
  } else if (tone === 'mid') {
    tags.push(h('span', { class: 'pill pill-mid' }, 'Defensible'));
  }
  return tags;
}

function optionRow(option, question) {
  const chosen = option.letter === question.selectedOption;
  const tone = optionTone(option, question);
  const points = option.points === undefined || option.points === null ? null
    : h('span', { class: 'tiny muted num' }, number(option.points) + ' points');
  return h('li', { class: 'opt-review' + (tone ? ' opt-' + tone : '') + (chosen ? ' opt-chosen' : '') },
    h('span', { class: 'letter' }, option.letter),
    h('div', { class: 'stack-s' },
      h('p', null, option.text),
      option.why ? h('p', { class: 'small muted' }, option.why) : null,
      h('p', { class: 'tags' }, optionTag(tone, chosen), points)));
}

export function optionReview(question) {
  return h('ul', { class: 'opt-list' }, question.options.map((option) => optionRow(option, question)));
}

export function lessons(question, level) {
  const heading = level || 'h3';
  const incident = question.realIncident;
  /* The reasons against single options stand at the options. */
  const reason = splitExplanation(question.explanation).text;
  return h('div', { class: 'lessons' },
    question.consequence ? h('div', { class: 'lesson lesson-story' }, h(heading, null, 'What happened next'), paragraphs(question.consequence)) : null,
    reason ? h('div', { class: 'lesson' }, h(heading, null, 'Why'), paragraphs(reason)) : null,
    incident ? h('div', { class: 'lesson lesson-real' },
      h(heading, null, 'It happened: ' + incident.name + (incident.year ? ' (' + incident.year + ')' : '')), paragraphs(incident.text)) : null);
}
