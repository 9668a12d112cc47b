/* The exercise player: asks what comes next (player/steps.js), shows it, sends answers, follows the server's clock. */

import { byId, h, replace } from '../dom.js';
import { icon } from '../icons.js';
import { leave } from '../api.js';
import { errorBox, notice, setBusy } from '../forms.js';
import { announce, startShell } from '../shell.js';
import { t } from '../words/play.js';
import { applyReply, currentQuestion, findQuestion, isTimed, ownParticipant } from '../player/model.js';
import { nextStep, roleBefore, viewOf } from '../player/steps.js';
import { memoryOf } from '../player/memory.js';
import { generation, loadSession, sendAnswer } from '../player/server.js';
import { Screen, fillPage, messagePage } from '../player/screen.js';
import { dots } from '../player/chrome.js';
import { decisionForm, decisionHead, speaker } from '../player/decision.js';
import { gate, stageOpening } from '../player/opening.js';
import { listenForKeys } from '../player/keys.js';
import { verdictView } from '../player/verdict.js';

const POLL_MS = 2000;
/* After a time-out the session is asked again; should the server still see time left, not more often than this. */
const RETRY_MS = 3000;
const OVER = ['expired', 'already_answered', 'not_in_progress'];
const id = (/\/exercises\/([^/]+)\//.exec(window.location.pathname) || ['', ''])[1];
const state = { user: null, session: null, offset: 0, screen: null, memory: null, lastEnd: 0, said: '' };

function score() {
  return ownParticipant(state.session, state.user.id).totalScore;
}

function message(...nodes) {
  if (state.screen) {
    state.screen.stopClock();
    state.screen = null;
  }
  messagePage(state.session && state.session.title, nodes);
}

function broken(error) {
  message(errorBox(error, () => window.location.reload()));
}

function listLink() {
  return h('a', { class: 'btn', href: '/exercises' }, t('back'));
}

function toResult() {
  return leave('/exercises/' + encodeURIComponent(id) + '/result', 'replace');
}

/* ---- time ---- */

function startClock(question, label, onEnd) {
  state.screen.startClock({ deadline: question.deadline, offset: state.offset, label, onWarn: () => announce(t('timer.ten')), onEnd });
}

function pause(ms) {
  return new Promise((resolve) => window.setTimeout(resolve, ms));
}

async function timeIsUp(question) {
  const again = Date.now() - state.lastEnd < RETRY_MS;
  state.lastEnd = Date.now();
  announce(t('timer.over'), true);
  const form = byId('decision-form');
  if (form) {
    form.querySelectorAll('input, textarea, [type="submit"]').forEach((element) => {
      element.disabled = true;
    });
  }
  if (again) {
    await pause(RETRY_MS);
  }
  await load(question.questionIndex);
}

/* ---- views ---- */

function briefing(stage) {
  return (other) => state.screen.openStory(state.session, other || stage, stage);
}

function frame(stage, onOpen) {
  state.screen.drawLine(state.session, score(), stage, onOpen);
  if (onOpen) {
    state.screen.drawStory(state.session, stage, stage);
  }
}

function head(stage, question, changed) {
  return decisionHead(question, state.session.questionCount, { changed, dots: dots(stage, question, (one) => showReview(one)), onBriefing: () => briefing(stage)() });
}

function showOpening({ stage, question }) {
  frame(stage, null);
  startClock(question, t('timer.first'), () => timeIsUp(question));
  state.screen.showWide(state.session, stageOpening(state.session, stage, () => {
    state.memory.pass(stage);
    showQuestion({ stage, question });
  }), 'opening-title');
}

function showQuestion({ stage, question }) {
  const before = roleBefore(state.session, question);
  const changed = Boolean(before) && before !== question.role;
  frame(stage, briefing(stage));
  state.screen.showCard(state.session, head(stage, question, changed), decisionForm(question, {
    draft: state.memory.draft(question), keep: (values) => state.memory.keep(question, values), send: (body) => answer(question, body)
  }));
  startClock(question, t('timer.left'), () => timeIsUp(question));
  byId('q-title').focus({ preventScroll: true });
  if (changed) {
    announce(speaker(question, true));
  }
}

function clockNote(next) {
  return isTimed(state.session) && state.session.status !== 'COMPLETED' ? t(next ? 'next.running' : 'next.waits') : '';
}

/* fresh: the answer was given just now, as opposed to looking back at it. */
function showReview(question, fresh) {
  const { stage } = findQuestion(state.session, question.questionIndex);
  const next = currentQuestion(state.session);
  const step = nextStep(state.session, stage, fresh);
  frame(stage, briefing(stage));
  const view = verdictView(question, state.session.language, { go: t(step.key, step), onGo: goOn, note: clockNote(next) });
  state.screen.showCard(state.session, head(stage, question, false), view);
  if (next && next.deadline) {
    startClock(next, t('timer.next'), () => state.screen.stopClock());
  } else {
    state.screen.stopClock();
  }
  view.querySelector('.q-submit .btn').focus({ preventScroll: true });
}

/* The button stays busy until something else stands there: a second press does nothing twice. */
async function goOn(button) {
  if (button.getAttribute('aria-disabled') === 'true') {
    return;
  }
  setBusy(button, true);
  if (state.session.status === 'COMPLETED') {
    await toResult();
    setBusy(button, false);
  } else if (currentQuestion(state.session) && !isTimed(state.session)) {
    show();
  } else {
    await load();
  }
}

function showWaiting() {
  message(notice('mid', 'clock', t('later')), h('button', { class: 'btn', type: 'button', onclick: () => load() }, icon('repeat'), t('later.check')));
}

async function showPreparing() {
  message(h('p', { role: 'status' }, t('preparing')), h('progress', { class: 'bar', 'aria-label': t('preparing.bar') }));
  try {
    const status = await generation(id);
    if (status.status === 'FAILED') {
      message(notice('bad', 'alert', status.error || t('closed', { status: 'FAILED' })));
      return;
    }
    window.setTimeout(status.status === 'GENERATING' ? showPreparing : load, POLL_MS);
  } catch (error) {
    broken(error);
  }
}

const VIEWS = {
  preparing: showPreparing,
  closed: () => message(notice('mid', 'info', t('closed', { status: state.session.status })), listLink()),
  result: toResult,
  waiting: showWaiting,
  review: (view) => showReview(view.question, true),
  opening: showOpening,
  question: showQuestion
};
const NEEDS_SCREEN = ['review', 'opening', 'question'];

function show(closedIndex) {
  const view = viewOf(state.session, state.memory.passed, closedIndex);
  if (NEEDS_SCREEN.indexOf(view.kind) >= 0 && !state.screen) {
    state.screen = new Screen();
  }
  VIEWS[view.kind](view);
}

/* ---- server ---- */

function take(reply) {
  state.session = reply.data;
  state.offset = reply.offset;
  if (state.screen) {
    state.screen.drawn = '';
  }
}

async function refused(question, error) {
  const place = byId('decision-problem');
  if (OVER.indexOf(error.code) >= 0) {
    await load(question.questionIndex);
  } else if (place) {
    replace(place, errorBox(error));
  } else {
    broken(error);
  }
}

async function answer(question, body) {
  let reply = null;
  try {
    reply = await sendAnswer(id, body);
  } catch (error) {
    await refused(question, error);
    return;
  }
  state.screen.stopClock();
  state.memory.forget(question);
  applyReply(question, reply.selectedOption || body.selectedOption, reply);
  ownParticipant(state.session, state.user.id).totalScore = reply.totalScore;
  if (reply.completed) {
    state.session.status = 'COMPLETED';
  }
  /* In a timed run the next request starts the next clock, so the result is shown from the reply alone. */
  if (!isTimed(state.session) || reply.completed) {
    await refresh();
  }
  showReview(findQuestion(state.session, question.questionIndex).question, true);
}

async function refresh() {
  try {
    take(await loadSession(id));
  } catch (error) {
    announce(t('stale'));
  }
}

/* Shows the session as it is now; closedIndex is a question that this reload closed, shown first; asked: a call that is on its way. */
async function load(closedIndex, asked) {
  let reply = null;
  try {
    reply = await (asked || loadSession(id));
  } catch (error) {
    if (error.status === 404) {
      message(notice('bad', 'alert', t('missing')), listLink());
    } else {
      broken(error);
    }
    return;
  }
  take(reply);
  document.title = (state.session.name || state.session.title) + ' · Muster';
  show(closedIndex);
}

async function start() {
  const timed = new URLSearchParams(window.location.search).get('timed') === '1';
  const asked = timed ? null : loadSession(id);
  try {
    if (asked) {
      asked.catch(() => null); // read by load()
    }
    state.user = await startShell();
  } catch (error) {
    broken(error);
    return;
  }
  state.memory = memoryOf(id, state.user.id);
  listenForKeys();
  if (timed) {
    fillPage(gate(() => load()));
  } else {
    await load(null, asked);
  }
}

start();
