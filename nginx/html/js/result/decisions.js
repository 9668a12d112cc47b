/* Every decision, as a list that narrows to the poor ones or to a stage; what was asked for stands in the address. */

import { h, focusOn, paragraphs, replace } from '../dom.js';
import { icon } from '../icons.js';
import { announce } from '../parts/toast.js';
import { gradeOf, questionsOf, stages } from '../player/model.js';
import { artefact, lessons, optionReview, verdict } from '../player/review.js';
import { t } from '../words/result.js';
import { allQuestions, outcomeOf } from './measure.js';

const SHOWN = { all: () => true, missed: (one) => outcomeOf(one) !== 'best', poor: (one) => ['poor', 'unanswered'].indexOf(outcomeOf(one)) >= 0 };

/* What the player noted beside the answer. */
function reasoning(question, answers) {
  const own = answers.find((one) => one.questionIndex === question.questionIndex);
  if (!own || (!own.confidence && !own.rationale)) {
    return null;
  }
  return h('div', { class: 'lesson' }, h('h4', null, t('reasoning')),
    own.confidence ? h('p', { class: 'small muted' }, t('reasoning.confidence', own)) : null,
    own.rationale ? h('p', { dir: 'auto' }, own.rationale) : null);
}

function item(question, answers) {
  const grade = gradeOf(question);
  return h('details', { class: 'result-item', id: 'q' + (question.questionIndex + 1) },
    h('summary', null,
      h('span', { class: 'result-mark result-mark-' + (grade.tone || 'none') }, icon(grade.icon)),
      h('span', { class: 'result-item-text' },
        h('span', { class: 'tiny muted' }, t('item', { n: question.questionIndex + 1, grade: grade.key })),
        h('span', { class: 'story-text', dir: 'auto' }, question.question)),
      h('span', { class: 'num small nowrap' }, t('item.points', { points: question.points || 0, max: question.maxPoints }))),
    h('div', { class: 'stack result-item-body' }, verdict(question), artefact(question), optionReview(question), lessons(question, 'h4'), reasoning(question, answers)));
}

function group(stage, answers) {
  return h('section', { class: 'stack result-stage' },
    h('h3', { class: 'story-text', dir: 'auto' }, t('stage', { n: stage.stageNumber, title: stage.title })),
    stage.branchText ? h('details', { class: 'result-branch' }, h('summary', null, t('branch')), h('div', { class: 'story-text', dir: 'auto' }, paragraphs(stage.branchText))) : null,
    h('div', { class: 'result-list' }, questionsOf(stage).map((question) => item(question, answers))));
}

/* ---- what is shown ---- */

function asked(session) {
  const query = new URLSearchParams(window.location.search);
  const stage = Number(query.get('stage'));
  const show = query.get('show');
  return { show: Object.prototype.hasOwnProperty.call(SHOWN, show) ? show : 'all', stage: stages(session).some((one) => one.stageNumber === stage) ? stage : 0 };
}

function write(now) {
  const query = new URLSearchParams(window.location.search);
  query.delete('show');
  query.delete('stage');
  if (now.show !== 'all') {
    query.set('show', now.show);
  }
  if (now.stage) {
    query.set('stage', now.stage);
  }
  const text = query.toString();
  window.history.replaceState(null, '', window.location.pathname + (text ? '?' + text : ''));
}

function select(id, words, options, value, change) {
  return h('div', { class: 'field' }, h('label', { for: id }, words),
    h('select', { class: 'input', id, onchange: (event) => change(event.target.value) }, options.map(([key, text]) => h('option', { value: key, selected: String(key) === String(value) }, text))));
}

/* Shows what is asked for and says how many there are. */
function narrow(list, session, now) {
  const found = allQuestions(session).filter(SHOWN[now.show]);
  let shown = 0;
  stages(session).forEach((stage, i) => {
    const here = questionsOf(stage).filter((one) => found.indexOf(one) >= 0);
    list.groups[i].hidden = !here.length || (now.stage > 0 && stage.stageNumber !== now.stage);
    questionsOf(stage).forEach((one) => {
      list.items.get(one.questionIndex).hidden = here.indexOf(one) < 0;
    });
    shown += list.groups[i].hidden ? 0 : here.length;
  });
  const words = t('shown', { n: shown, total: allQuestions(session).length });
  list.count.textContent = words;
  list.none.hidden = shown > 0;
  list.toggle.hidden = shown === 0;
  return words;
}

function openedAll(items, button) {
  const shown = items.filter((one) => !one.hidden && !one.closest('section').hidden);
  const open = shown.some((one) => !one.open);
  shown.forEach((one) => {
    one.open = open;
  });
  button.textContent = t(open ? 'close_all' : 'open_all');
}

/* The list; its show(index) leads to one decision, whatever the filter. */
export function decisions(view) {
  const { session } = view;
  const now = asked(session);
  const groups = stages(session).map((stage) => group(stage, view.answers));
  const list = { groups, items: new Map(), count: h('p', { class: 'small muted num' }), toggle: h('button', { class: 'btn no-print', type: 'button' }, t('open_all')) };
  const nodes = groups.reduce((all, one) => all.concat(Array.from(one.querySelectorAll('.result-item'))), []);
  allQuestions(session).forEach((question, i) => list.items.set(question.questionIndex, nodes[i]));
  const bar = h('div', { class: 'result-filters no-print' });
  const draw = () => replace(bar,
    select('show', t('filter.show'), Object.keys(SHOWN).map((one) => [one, t('filter.' + one)]), now.show, (value) => set({ show: value })),
    select('stage', t('filter.stage'), [[0, t('filter.every_stage')]].concat(stages(session).map((one) => [one.stageNumber, t('stage', { n: one.stageNumber, title: one.title })])), now.stage, (value) => set({ stage: Number(value) })));
  const set = (change) => {
    Object.assign(now, change);
    write(now);
    announce(narrow(list, session, now));
  };
  const everything = () => {
    set({ show: 'all', stage: 0 });
    draw();
    focusOn(bar.querySelector('select'));
  };
  list.none = h('p', { class: 'card muted' }, t('filter.none'), ' ', h('button', { class: 'link-btn', type: 'button', onclick: everything }, t('filter.clear')));
  list.toggle.addEventListener('click', () => openedAll(nodes, list.toggle));
  draw();
  narrow(list, session, now);
  const box = h('section', { 'aria-labelledby': 'decisions-title' },
    h('div', { class: 'result-bar' }, h('h2', { id: 'decisions-title' }, t('decisions')), list.count, bar, list.toggle), list.none, h('div', { class: 'stack-l' }, groups));
  box.show = (index) => {
    const node = list.items.get(index);
    if (!node) {
      return;
    }
    if (node.hidden || node.closest('section').hidden) {
      set({ show: 'all', stage: 0 });
      draw();
    }
    node.open = true;
    node.scrollIntoView({ block: 'start' });
    node.querySelector('summary').focus({ preventScroll: true });
  };
  return box;
}
