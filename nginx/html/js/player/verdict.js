/* What stands where the decision was once it is taken: verdict, own choice and the best one, what happened, the gist of why; the rest to open. */

import { h } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../words/play.js';
import { gradeOf, splitExplanation } from './model.js';
import { artefact, incidentLesson, optionReview, reasonLesson, storyLesson, verdict } from './review.js';

/* [first sentence, rest]: the library's explanations begin with their point. */
export function gist(text, language) {
  if (!window.Intl.Segmenter) {
    return [text, ''];
  }
  const first = new Intl.Segmenter(language, { granularity: 'sentence' }).segment(text)[Symbol.iterator]().next().value;
  const head = first ? first.segment : '';
  return [head.trim(), text.slice(head.length).trim()];
}

/* [own choice and the best option, the others] */
function split(question) {
  const named = [question.selectedOption, question.correctOption];
  const telling = question.options.filter((one) => named.indexOf(one.letter) >= 0);
  telling.sort((a, b) => named.indexOf(a.letter) - named.indexOf(b.letter));
  return [telling, question.options.filter((one) => telling.indexOf(one) < 0)];
}

/* options.go: the words of the button; options.onGo; options.note: what is said beside it. */
export function verdictView(question, language, options) {
  const [head, rest] = gist(splitExplanation(question.explanation).text, language);
  const [telling, others] = split(question);
  const button = h('button', { class: 'btn btn-primary btn-large', type: 'button', 'aria-describedby': 'verdict-' + question.questionIndex }, options.go, icon('arrow-right'));
  button.addEventListener('click', () => options.onGo(button));
  return h('div', { class: 'q-review' },
    verdict(question),
    gradeOf(question).key === 'late' ? h('p', { class: 'small' }, t('grade.late')) : null,
    optionReview(question, telling),
    h('div', { class: 'lessons' }, storyLesson(question, 'h3'), reasonLesson(question, 'h3', head)),
    h('details', { class: 'play-fold q-more' }, h('summary', null, t('option.others')), h('div', { class: 'lessons' },
      rest ? h('div', { class: 'lesson' }, h('p', null, rest)) : null,
      artefact(question), h('p', { class: 'stem' }, question.question),
      optionReview(question, others), incidentLesson(question, 'h3'))),
    h('div', { class: 'q-submit' }, button, options.note ? h('p', { class: 'tiny muted' }, options.note) : null));
}
