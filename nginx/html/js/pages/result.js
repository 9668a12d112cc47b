/* Result of an exercise: score, grade, stages, report and certificate, every decision with its lessons. */

import { h, byId, replace } from '../dom.js';
import { icon } from '../icons.js';
import { get, post, request } from '../api.js';
import { errorBox, notice, setBusy } from '../forms.js';
import { startShell } from '../shell.js';
import { capitalise, exactDate, number, percent, personName, plural, relativeDate, timingLabel } from '../format.js';
import { findQuestion, gradeOf, isTimed, ownParticipant, questionsOf, stages } from '../player/model.js';
import { artefact, lessons, markLanguage, optionReview, verdict } from '../player/review.js';
import { branchNote } from '../player/story.js';

const id = (/\/exercises\/([^/]+)\//.exec(window.location.pathname) || ['', ''])[1];
const KEYS = ['best', 'mid', 'poor', 'late', 'none'];
const state = { user: null, session: null, themes: [] };

function allQuestions(session) {
  return stages(session).reduce((list, stage) => list.concat(questionsOf(stage)), []);
}

function sum(list, field) {
  return list.reduce((total, entry) => total + (entry[field] || 0), 0);
}

function bestCount(list) {
  return list.filter((question) => question.isCorrect && question.selectedOption).length;
}

function accuracy(session) {
  const total = session.questionCount || allQuestions(session).length;
  return total ? bestCount(allQuestions(session)) / total : 0;
}

/* ---- head ---- */

function figure(term, value, detail) {
  return h('div', null, h('dt', null, term), h('dd', { class: 'num' }, value), h('dd', { class: 'tiny muted num' }, detail));
}

function figures(session) {
  const own = ownParticipant(session, state.user.id);
  const questions = allQuestions(session);
  const max = session.scenario.totalPoints || sum(questions, 'maxPoints');
  const certificate = session.certificate || {};
  return h('dl', { class: 'figures card' },
    figure('Score', number(own.totalScore), 'of ' + number(max) + ' points'),
    figure('Accuracy', percent(accuracy(session)), bestCount(questions) + ' of ' + plural(session.questionCount, 'best option')),
    figure('Grade', certificate.grade ? capitalise(certificate.grade) : '–', certificate.grade ? 'on the certificate' : 'no certificate grade'));
}

function mix(session) {
  const questions = allQuestions(session);
  const words = { best: 'best', mid: 'defensible', poor: 'poor', late: 'out of time', none: 'not answered' };
  const tones = { best: 'good', mid: 'mid', poor: 'bad', late: 'bad', none: '' };
  return h('p', { class: 'tags' }, KEYS.map((key) => {
    const count = questions.filter((question) => gradeOf(question).key === key).length;
    return count ? h('span', { class: 'pill num' + (tones[key] ? ' pill-' + tones[key] : '') }, count + ' ' + words[key]) : null;
  }));
}

function head(session) {
  const theme = state.themes.find((entry) => entry.theme === session.theme);
  const facts = [theme ? theme.title : capitalise(session.theme), capitalise(session.difficulty), isTimed(session) ? timingLabel(session.timing) : null].filter(Boolean).join(' · ');
  return h('div', { class: 'stack-s result-head' },
    h('p', { class: 'eyebrow' }, 'Result'),
    h('h1', null, session.title),
    h('p', { class: 'small muted' }, facts, playedBy(session), session.completedAt ? [' · finished ' + relativeDate(session.completedAt) + ', ', h('time', { datetime: session.completedAt }, exactDate(session.completedAt))] : null));
}

/* ---- actions ---- */

function fileLinks(path, what) {
  return [
    h('a', { class: 'btn', href: path, target: '_blank', rel: 'noopener' }, icon('external'), 'Open ' + what, h('span', { class: 'sr-only' }, ' in a new tab')),
    h('a', { class: 'btn', href: path + '&download=1', download: true }, icon('download'), 'Download', h('span', { class: 'sr-only' }, ' ' + what))
  ];
}

function deliverable(iconName, title, text, actions) {
  return h('div', { class: 'deliverable' }, h('span', { class: 'deliverable-icon' }, icon(iconName)),
    h('div', { class: 'stack-s' }, h('h2', null, title), h('p', { class: 'small muted' }, text), actions ? h('div', { class: 'row' }, actions) : null));
}

/* The reason comes with the session; older replies only tell by refusing the certificate. */
async function notEligibleReason(session) {
  const certificate = session.certificate;
  if (certificate && certificate.reason) {
    return certificate.reason;
  }
  try {
    await request('GET', '/api/portal/certificate?sessionId=' + encodeURIComponent(id));
    return '';
  } catch (error) {
    return error.message;
  }
}

async function certificateBlock(session) {
  const certificate = session.certificate;
  const path = '/api/portal/certificate?sessionId=' + encodeURIComponent(id);
  const reason = certificate && certificate.eligible ? '' : await notEligibleReason(session);
  if (reason) {
    return deliverable('award', 'Certificate', ['Not available: ', reason], null);
  }
  const links = fileLinks(path, 'certificate');
  if (certificate && certificate.id) {
    links.push(h('a', { class: 'btn btn-quiet', href: '/verify/' + encodeURIComponent(certificate.id) }, icon('shield'), 'Public check'));
  }
  return deliverable('award', 'Certificate' + (certificate && certificate.grade ? ': ' + capitalise(certificate.grade) : ''),
    'In your name, valid for one year. Anyone who has its number can verify it.', links);
}

async function playAgain(button, problem) {
  const session = state.session;
  setBusy(button, true);
  replace(problem);
  try {
    const made = await post('/api/ttx/generate', {
      theme: session.theme, difficulty: session.difficulty, questionCount: session.questionCount,
      language: session.language, timing: session.timing || 'off'
    });
    window.location.assign('/exercises/' + encodeURIComponent(made.id) + '/play' + (isTimed(session) ? '?timed=1' : ''));
  } catch (error) {
    replace(problem, errorBox(error));
    setBusy(button, false);
  }
}

async function deliverables(session) {
  const problem = h('div');
  const again = h('button', { class: 'btn', type: 'button' }, icon('repeat'), 'Play again');
  again.addEventListener('click', () => playAgain(again, problem));
  return h('section', { class: 'card deliverables no-print', 'aria-label': 'Report, certificate and next steps' },
    deliverable('file', 'Executive report', 'A page for management: result, strengths, gaps and what to do about them.', fileLinks('/api/portal/report?sessionId=' + encodeURIComponent(id), 'report')),
    await certificateBlock(session),
    deliverable('repeat', 'Once more', 'A new exercise with the same theme, level, length, language and time limit.', again), problem);
}

/* ---- stages and decisions ---- */

function stageRow(stage) {
  const questions = questionsOf(stage);
  const points = sum(questions, 'points');
  const max = sum(questions, 'maxPoints');
  return h('tr', null,
    h('th', { scope: 'row' }, h('span', { class: 'muted' }, stage.stageNumber + '. '), stage.title),
    h('td', { class: 'num nowrap' }, bestCount(questions) + ' of ' + questions.length),
    h('td', { class: 'stage-points num' }, h('span', { class: 'nowrap' }, number(points) + ' / ' + number(max)),
      h('progress', { class: 'bar', max: max || 1, value: points, 'aria-label': 'Share of the points in stage ' + stage.stageNumber })));
}

function stageTable(session) {
  return h('section', { 'aria-labelledby': 'stages-title' },
    h('div', { class: 'card-title' }, h('h2', { id: 'stages-title' }, 'By stage'), mix(session)),
    h('div', { class: 'card' }, h('table', { class: 'table stage-table' },
      h('thead', null, h('tr', null, ['Stage', 'Best', 'Points'].map((name) => h('th', { scope: 'col' }, name)))),
      h('tbody', null, stages(session).map(stageRow)))));
}

function ownWords(question, answers) {
  const own = answers.find((entry) => entry.questionIndex === question.questionIndex);
  if (!own || (!own.confidence && !own.rationale)) {
    return null;
  }
  return h('div', { class: 'lesson' }, h('h4', null, 'Your reasoning'),
    own.confidence ? h('p', { class: 'small muted' }, 'Confidence ' + own.confidence + ' of 5') : null,
    own.rationale ? h('p', null, own.rationale) : null);
}

function decision(question, answers) {
  const grade = gradeOf(question);
  return h('details', { class: 'decision-item' },
    h('summary', null,
      h('span', { class: 'mark mark-' + (grade.tone || 'none') }, icon(grade.icon)),
      h('span', { class: 'decision-text' }, h('span', { class: 'tiny muted' }, 'Question ' + (question.questionIndex + 1) + ' · ' + grade.label), h('span', { class: 'story-text' }, question.question)),
      h('span', { class: 'num small nowrap' }, number(question.points || 0) + ' / ' + number(question.maxPoints))),
    h('div', { class: 'stack decision-body' },
      verdict(question), artefact(question), optionReview(question), lessons(question, 'h4'), ownWords(question, answers)));
}

function toggleAll(box) {
  const button = h('button', { class: 'btn no-print', type: 'button' }, 'Open all');
  button.addEventListener('click', () => {
    const items = Array.from(box.querySelectorAll('details'));
    const open = items.some((item) => !item.open);
    items.forEach((item) => {
      item.open = open;
    });
    button.textContent = open ? 'Close all' : 'Open all';
  });
  return button;
}

function decisions(session) {
  const answers = ownParticipant(session, state.user.id).answers || [];
  const box = h('div', { class: 'stack-l' }, stages(session).map((stage) => h('section', { class: 'stack' },
    h('h3', null, 'Stage ' + stage.stageNumber + ': ' + stage.title),
    branchNote(stage),
    h('div', { class: 'decision-list' }, questionsOf(stage).map((question) => decision(question, answers))))));
  return h('section', { 'aria-labelledby': 'decisions-title' },
    h('div', { class: 'card-title' }, h('h2', { id: 'decisions-title' }, 'Every decision'), toggleAll(box)), box);
}

function attacker(session) {
  const profile = session.scenario.attackerProfile;
  if (!profile || !profile.name) {
    return null;
  }
  const lines = [['Name', profile.name], ['Type', profile.type], ['Motivation', profile.motivation], ['Sophistication', profile.sophistication]];
  return h('section', { 'aria-labelledby': 'attacker-title' }, h('h2', { id: 'attacker-title', class: 'section-title' }, 'Who was behind it'),
    h('div', { class: 'card' }, h('dl', { class: 'dl' }, lines.filter((line) => line[1]).map((line) => [h('dt', null, line[0]), h('dd', null, line[1])]))));
}

/*
 * Somebody else's run (administrators and auditors may read it) has the answers in the participant only. Options are
 * shuffled per player, so that the letter there says nothing here: only the rating is taken over.
 */
function fillAnswers(session) {
  const participant = ownParticipant(session, state.user.id);
  if (participant.userId === state.user.id) {
    return;
  }
  (participant.answers || []).forEach((entry) => {
    const found = findQuestion(session, entry.questionIndex);
    if (found) {
      Object.assign(found.question, { selectedOption: entry.selectedOption ? '?' : null, isCorrect: entry.isCorrect, points: entry.points, expired: Boolean(entry.expired) });
    }
  });
}

function playedBy(session) {
  const participant = ownParticipant(session, state.user.id);
  return participant.user && participant.userId !== state.user.id ? ' · played by ' + personName(participant.user) : '';
}

async function draw() {
  const session = state.session;
  fillAnswers(session);
  const parts = await deliverables(session);
  replace(byId('result'), h('div', { class: 'stack-l' }, head(session), figures(session), parts, stageTable(session), decisions(session), attacker(session)));
  markLanguage(byId('result'), session.language);
  byId('result').removeAttribute('aria-busy');
}

function fail(error) {
  const box = byId('result');
  const link = h('p', null, h('a', { class: 'btn', href: '/exercises' }, 'Back to the exercises'));
  const body = error.status === 404 ? notice('bad', 'alert', 'This exercise does not exist, or it belongs to another organisation.')
    : errorBox(error, () => window.location.reload());
  replace(box, h('div', { class: 'stack' }, h('h1', null, 'Result'), body, link));
  box.removeAttribute('aria-busy');
}

async function start() {
  try {
    state.user = await startShell();
    [state.session, { themes: state.themes }] = await Promise.all([get('/api/ttx/session/' + encodeURIComponent(id)), get('/api/ttx/catalog')]);
  } catch (error) {
    fail(error);
    return;
  }
  document.title = 'Result: ' + state.session.title + ' · Muster';
  if (state.session.status !== 'COMPLETED') {
    window.location.replace('/exercises/' + encodeURIComponent(id) + '/play');
    return;
  }
  await draw();
}

start();
