/* The frame around the player: title, score, progress, stages as steps, stage opening, end. */

import { h, paragraphs } from '../dom.js';
import { icon } from '../icons.js';
import { capitalise, number, plural, timingLabel } from '../format.js';
import { answeredCount, gradeOf, isAnswered, isTimed, questionsOf, stages, stageSize } from './model.js';
import { branchNote, clocks, evidenceLine, techniques } from './story.js';
import { organisationFold, peopleFold } from './organisation.js';

export function topBar(session, score) {
  const done = answeredCount(session);
  const facts = [capitalise(session.difficulty), isTimed(session) ? timingLabel(session.timing) : null].filter(Boolean).join(' · ');
  return h('div', { class: 'play-title' },
    h('div', null, h('h1', null, session.title), h('p', { class: 'tiny muted' }, facts)),
    h('dl', { class: 'play-stats' },
      h('div', null, h('dt', null, 'Score'), h('dd', { class: 'num' }, number(score))),
      h('div', null, h('dt', null, 'Answered'), h('dd', { class: 'num' }, done + ' / ' + session.questionCount))));
}

function stepState(stage, current) {
  if (stage.locked) {
    return 'locked';
  }
  if (stage === current) {
    return 'current';
  }
  return questionsOf(stage).filter(isAnswered).length < stageSize(stage) ? 'open' : 'done';
}

/* onOpen(stage) shows the briefing of an open stage; without it the steps only inform. */
export function steps(session, current, onOpen) {
  const words = { locked: 'not open yet', current: 'you are here', open: 'open', done: 'completed' };
  return h('ol', { class: 'steps', 'aria-label': 'Stages' }, stages(session).map((stage) => {
    const state = stepState(stage, current);
    const mark = state === 'done' ? icon('check') : state === 'locked' ? icon('lock') : stage.stageNumber;
    const done = questionsOf(stage).filter(isAnswered).length;
    const inner = [h('span', { class: 'step-mark' }, mark),
      h('span', { class: 'step-text' }, h('span', { class: 'step-title' }, stage.title),
        h('span', { class: 'tiny muted num' }, done + ' of ' + stageSize(stage)), h('span', { class: 'sr-only' }, ', ' + words[state]))];
    return h('li', { class: 'step step-' + state, 'aria-current': state === 'current' ? 'step' : null },
      state === 'locked' || !onOpen ? h('span', { class: 'step-in' }, inner)
        : h('button', { class: 'step-in', type: 'button', title: 'Show the briefing of this stage', onclick: () => onOpen(stage) }, inner));
  }));
}

/* The questions of the stage as dots; answered ones can be looked at again. */
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
        'aria-label': 'Question ' + (question.questionIndex + 1) + ', ' + grade.label + '. Look again', onclick: () => onReview(question)
      }, h('span', null, icon(grade.icon)))));
    } else {
      nodes.push(h('li', null, h('span', { class: 'dot' + (here ? ' dot-here' : '') }, h('span', null, index + 1))));
    }
  }
  return h('ol', { class: 'dots', 'aria-label': 'Questions of this stage' }, nodes);
}

function objectives(session) {
  const list = (session.scenario.objectives || []).map((one) => one.text || one);
  return list.length ? h('details', { class: 'fold intro-aims' }, h('summary', null, 'What you practise'), h('ul', null, list.map((text) => h('li', null, text)))) : null;
}

function target(session) {
  const org = session.scenario.targetOrganization;
  if (!org || !org.description) {
    return null;
  }
  return h('p', { class: 'small muted' }, h('strong', null, 'The organisation: '), [org.industry, org.size].filter(Boolean).join(' · '), '. ', org.description);
}

/* A stage opens: title, clocks, what led here, narrative, and one button. */
export function stageOpening(session, stage, onStart) {
  const first = stage.stageNumber === 1;
  const evidence = evidenceLine(stage);
  return h('article', { class: 'opening card', 'aria-labelledby': 'opening-title' },
    h('p', { class: 'eyebrow' }, 'Stage ' + stage.stageNumber + ' of ' + stages(session).length),
    h('h2', { id: 'opening-title', tabindex: '-1' }, stage.title),
    techniques(stage), clocks(stage),
    first ? h('div', { class: 'prose intro-text' }, paragraphs(session.scenario.overview), target(session), objectives(session), peopleFold(session), organisationFold()) : null,
    branchNote(stage),
    h('div', { class: 'prose narrative' }, paragraphs(stage.narrative)),
    h('p', { class: 'small muted' }, plural(stageSize(stage), 'decision') + ' in this stage' + (evidence ? '. The briefing holds ' + evidence + '.' : '.')),
    h('div', { class: 'opening-go' }, h('button', { class: 'btn btn-primary btn-large', type: 'button', onclick: onStart },
      first ? 'Begin' : 'Enter stage ' + stage.stageNumber, icon('arrow-right'))));
}

export function finish(session, score) {
  const all = stages(session).reduce((list, stage) => list.concat(questionsOf(stage)), []);
  const best = all.filter((question) => question.isCorrect).length;
  const link = '/exercises/' + encodeURIComponent(session.id) + '/result';
  return h('article', { class: 'opening card center', 'aria-labelledby': 'finish-title' },
    h('span', { class: 'finish-seal' }, icon('award')),
    h('h2', { id: 'finish-title', tabindex: '-1' }, 'Exercise complete'),
    h('p', { class: 'finish-score num' }, number(score), h('span', { class: 'muted' }, ' points')),
    h('p', { class: 'muted' }, 'You chose the best option in ' + best + ' of ' + session.questionCount + ' decisions.'),
    h('div', { class: 'opening-go' }, h('a', { class: 'btn btn-primary btn-large', href: link }, 'See the result', icon('arrow-right'))));
}
