/* The exercise player: loads the session, decides what to show, sends answers, follows the server's clock. */

import { h, byId, replace, focusOn } from '../dom.js';
import { icon } from '../icons.js';
import { get, post, request } from '../api.js';
import { errorBox, notice } from '../forms.js';
import { announce, startShell } from '../shell.js';
import { applyReply, currentQuestion, currentStage, findQuestion, gradeOf, isTimed, nextStage, ownParticipant, questionsOf, isAnswered } from '../player/model.js';
import { countdown } from '../player/timer.js';
import { evidenceLine, storyPane } from '../player/story.js';
import { artefact, lessons, markLanguage, optionReview, verdict } from '../player/review.js';
import { listenForKeys, questionForm, questionHead } from '../player/question.js';
import { dots, finish, stageOpening, steps, topBar } from '../player/frame.js';

const POLL_MS = 2000;
/* After a time-out the session is asked again; should the server still see time left, not more often than this. */
const RETRY_MS = 3000;
const id = (/\/exercises\/([^/]+)\//.exec(window.location.pathname) || ['', ''])[1];
const state = { user: null, session: null, offset: 0, timer: null, shownStage: null, storyKey: '', lastEnd: 0, parts: null };

function own() {
  return ownParticipant(state.session, state.user.id);
}

/* ---- layout: built once, its parts are filled again and again ---- */

function setView(view) {
  const parts = state.parts;
  parts.grid.setAttribute('data-view', view);
  parts.tabs.forEach((tab) => tab.setAttribute('aria-pressed', String(tab.getAttribute('data-view') === view)));
}

function tab(view, text) {
  return h('button', { class: 'play-tab', type: 'button', 'data-view': view, onclick: () => {
    setView(view);
    window.scrollTo(0, 0);
  } }, text);
}

function layout() {
  const parts = {
    top: h('div', { class: 'wrap' }),
    timer: h('div', { class: 'play-timer' }),
    tabs: [tab('decision', 'Decision'), tab('story', 'Briefing')],
    story: h('section', { class: 'story', 'aria-label': 'Briefing', tabindex: '0' }),
    decision: h('section', { class: 'decision', 'aria-label': 'Decision' }),
    stageView: h('div', { class: 'wrap stage-view', hidden: true })
  };
  parts.tabBox = h('div', { class: 'play-tabs', role: 'group', 'aria-label': 'Show' }, parts.tabs);
  parts.bar = h('div', { class: 'play-bar' }, h('div', { class: 'wrap' }, parts.tabBox, parts.timer));
  parts.grid = h('div', { class: 'wrap play-grid' }, parts.story, parts.decision);
  state.parts = parts;
  replace(byId('player'), h('div', { class: 'play-top' }, parts.top), parts.bar, parts.grid, parts.stageView);
  setView('decision');
}

function drawTop(stage, onOpen) {
  replace(state.parts.top, topBar(state.session, own().totalScore), steps(state.session, stage, onOpen));
  markLanguage(state.parts.top, state.session.language);
}

/* The briefing keeps its scroll position while the stage stays the same. */
function drawStory(stage) {
  const home = state.shownStage;
  const key = stage.stageNumber + '/' + home.stageNumber;
  if (state.storyKey === key) {
    return;
  }
  const back = stage.stageNumber === home.stageNumber ? null
    : h('div', { class: 'story-back' }, h('p', { class: 'small' }, 'You are looking at another stage.'),
      h('button', { class: 'btn', type: 'button', onclick: () => openBriefing(home) }, 'Back to stage ' + home.stageNumber));
  state.storyKey = key;
  replace(state.parts.story, back, storyPane(stage));
  markLanguage(state.parts.story, state.session.language);
  state.parts.story.scrollTop = 0;
}

function openBriefing(stage) {
  drawStory(stage);
  setView('story');
  state.parts.story.focus();
}

/* One wide view (stage opening, end) instead of briefing and decision. */
function showWide(node, titleId) {
  const parts = state.parts;
  parts.grid.hidden = true;
  parts.tabBox.hidden = true;
  parts.stageView.hidden = false;
  replace(parts.stageView, node);
  markLanguage(parts.stageView, state.session.language);
  window.scrollTo(0, 0);
  focusOn(byId(titleId));
}

function showGrid() {
  state.parts.grid.hidden = false;
  state.parts.tabBox.hidden = false;
  state.parts.stageView.hidden = true;
  replace(state.parts.stageView);
}

function message(node) {
  stopTimer();
  byId('player').removeAttribute('aria-busy');
  replace(byId('player'), h('div', { class: 'wrap page medium stack' }, h('h1', null, state.session ? state.session.title : 'Exercise'), node));
  state.parts = null;
}

/* ---- time ---- */

function stopTimer() {
  if (state.timer) {
    state.timer.stop();
    state.timer = null;
  }
  if (state.parts) {
    replace(state.parts.timer);
  }
}

function startTimer(question, label, onEnd) {
  stopTimer();
  if (!question.deadline) {
    return;
  }
  state.timer = countdown({
    deadline: question.deadline, offset: state.offset, label,
    onWarn: () => announce('10 seconds left'),
    onEnd
  });
  replace(state.parts.timer, state.timer.node);
}

function pause(ms) {
  return new Promise((resolve) => window.setTimeout(resolve, ms));
}

async function timeIsUp(question) {
  const again = Date.now() - state.lastEnd < RETRY_MS;
  state.lastEnd = Date.now();
  announce('Time is up', true);
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

function seenKey(stage) {
  return 'muster.opened.' + id + '.' + stage.stageNumber;
}

/* The opening is shown until the player has gone past it or answered something in the stage. */
function needsOpening(stage) {
  if (questionsOf(stage).some(isAnswered)) {
    return false;
  }
  try {
    return window.sessionStorage.getItem(seenKey(stage)) !== '1';
  } catch (e) {
    return true;
  }
}

function markOpened(stage) {
  try {
    window.sessionStorage.setItem(seenKey(stage), '1');
  } catch (e) {
    return;
  }
}

function showOpening(stage, question) {
  startTimer(question, 'First question', () => timeIsUp(question));
  showWide(stageOpening(state.session, stage, () => {
    markOpened(stage);
    showQuestion(stage, question);
  }), 'opening-title');
}

function showQuestion(stage, question) {
  state.shownStage = stage;
  showGrid();
  drawTop(stage, openBriefing);
  drawStory(stage);
  setView('decision');
  const scenario = stage.clock && stage.clock.scenario;
  const evidence = evidenceLine(stage);
  replace(state.parts.decision, h('div', { class: 'card decision-card' },
    h('div', { class: 'decision-top' }, questionHead(question, state.session.questionCount), dots(stage, question, (one) => showReview(one))),
    h('p', { class: 'decision-context small' }, scenario ? h('span', { class: 'pill num' }, icon('clock'), scenario) : null,
      evidence ? h('button', { class: 'link-btn', type: 'button', onclick: () => openBriefing(stage) }, 'Briefing: ' + evidence) : null),
    questionForm(question, (body) => answer(question, body))));
  markLanguage(state.parts.decision, state.session.language);
  startTimer(question, 'Time left', () => timeIsUp(question));
  window.scrollTo(0, 0);
  byId('q-title').focus({ preventScroll: true });
}

function nextLabel(stage, next, fresh) {
  if (state.session.status === 'COMPLETED') {
    return 'Finish';
  }
  if (next && !fresh) {
    return 'Back to question ' + (next.questionIndex + 1);
  }
  const answeredAll = questionsOf(stage).filter(isAnswered).length >= (stage.questionCount || 0);
  const following = nextStage(state.session, stage);
  return answeredAll && following && stage === latestStage() ? 'Open stage ' + following.stageNumber + ': ' + following.title : 'Next question';
}

/* The last stage that is open and has something answered: what "Next" leads on from. */
function latestStage() {
  const open = state.session.scenario.stages.filter((stage) => !stage.locked && questionsOf(stage).some(isAnswered));
  return open[open.length - 1];
}

/* A reply that closed an overdue question brings no other one: the next clock starts when the player goes on from this. */
function lastAnswered() {
  return state.session.scenario.stages.reduce((list, stage) => list.concat(questionsOf(stage).filter(isAnswered)), []).pop() || null;
}

function clockNote(next) {
  if (!isTimed(state.session) || state.session.status === 'COMPLETED') {
    return null;
  }
  return h('p', { class: 'tiny muted' }, next ? 'The clock of the next question is running.' : 'The clock starts when you continue.');
}

/* fresh: the answer was given just now, as opposed to looking back at it. */
function showReview(question, fresh) {
  const stage = findQuestion(state.session, question.questionIndex).stage;
  const next = currentQuestion(state.session);
  const title = 'verdict-' + question.questionIndex;
  state.shownStage = stage;
  showGrid();
  drawTop(stage, openBriefing);
  drawStory(stage);
  setView('decision');
  const button = h('button', { class: 'btn btn-primary btn-large', type: 'button', 'aria-describedby': title, onclick: goOn }, nextLabel(stage, next, fresh), icon('arrow-right'));
  replace(state.parts.decision, h('div', { class: 'card decision-card review' },
    h('div', { class: 'decision-top' }, questionHead(question, state.session.questionCount), dots(stage, question, (one) => showReview(one))),
    verdict(question),
    gradeOf(question).key === 'late' ? h('p', { class: 'small' }, 'The time for this question was over before an answer arrived. It counts as not answered.') : null,
    lessons(question),
    h('div', { class: 'review-question' }, artefact(question), h('p', { class: 'stem' }, question.question), optionReview(question)),
    h('div', { class: 'q-submit' }, button, clockNote(next))));
  markLanguage(state.parts.decision, state.session.language);
  if (next && next.deadline) {
    startTimer(next, 'Next question', stopTimer);
  } else {
    stopTimer();
  }
  window.scrollTo(0, 0);
  button.focus({ preventScroll: true });
}

async function goOn() {
  if (state.session.status === 'COMPLETED') {
    drawTop(null, null);
    stopTimer();
    showWide(finish(state.session, own().totalScore), 'finish-title');
  } else if (currentQuestion(state.session) && !isTimed(state.session)) {
    showCurrent();
  } else {
    await load();
  }
}

function showCurrent() {
  const stage = currentStage(state.session);
  const question = currentQuestion(state.session);
  const closed = isTimed(state.session) ? lastAnswered() : null;
  if (!question && closed) {
    showReview(closed, true);
    return;
  }
  if (!question) {
    message(h('div', { class: 'stack' }, notice('mid', 'clock', 'The next stage is not open yet.'),
      h('button', { class: 'btn', type: 'button', onclick: () => load() }, icon('repeat'), 'Check again')));
    return;
  }
  if (needsOpening(stage)) {
    drawTop(stage, null);
    showOpening(stage, question);
  } else {
    showQuestion(stage, question);
  }
}

/* ---- server ---- */

function problem(error, retry) {
  const place = byId('decision-problem');
  if (place) {
    replace(place, errorBox(error, retry));
  } else {
    message(errorBox(error, () => window.location.reload()));
  }
}

async function refused(question, error) {
  if (error.code === 'expired' || error.code === 'already_answered' || error.code === 'not_in_progress') {
    await load(question.questionIndex);
  } else {
    problem(error);
  }
}

async function answer(question, body) {
  let reply = null;
  try {
    reply = await post('/api/ttx/session/' + encodeURIComponent(id) + '/answer', body);
  } catch (error) {
    /* Too late, or answered in another window: such an error carries the stored result. */
    if (!error.data || !error.data.correctOption) {
      await refused(question, error);
      return;
    }
    reply = error.data;
  }
  stopTimer();
  applyReply(question, reply.selectedOption || body.selectedOption, reply);
  own().totalScore = reply.totalScore;
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
    const reply = await request('GET', '/api/ttx/session/' + encodeURIComponent(id));
    state.session = reply.data;
    state.offset = reply.offset;
    state.storyKey = '';
  } catch (error) {
    announce('The newest state could not be loaded. It is tried again with the next step.');
  }
}

async function waitForGeneration() {
  message(h('div', { class: 'stack' }, h('p', { role: 'status' }, 'Your exercise is being prepared. This page opens it when it is ready.'),
    h('progress', { class: 'bar', 'aria-label': 'Preparing' })));
  try {
    const status = await get('/api/ttx/status?id=' + encodeURIComponent(id));
    if (status.status === 'FAILED') {
      message(notice('bad', 'alert', status.error || 'The exercise could not be prepared. Please create it again.'));
      return;
    }
    window.setTimeout(status.status === 'GENERATING' ? waitForGeneration : load, POLL_MS);
  } catch (error) {
    message(errorBox(error, () => window.location.reload()));
  }
}

function closedText(status) {
  const texts = {
    LOBBY: 'This exercise waits for its facilitator to start it.',
    CANCELLED: 'This exercise was cancelled. Its answers are kept.',
    FAILED: 'This exercise could not be prepared. Please create it again.'
  };
  return texts[status] || 'This exercise cannot be played right now.';
}

function listLink() {
  return h('a', { class: 'btn', href: '/exercises' }, 'Back to the exercises');
}

/* Loads the session; expiredIndex is a question that this reload closed, shown first. */
async function load(expiredIndex) {
  let reply = null;
  try {
    reply = await request('GET', '/api/ttx/session/' + encodeURIComponent(id));
  } catch (error) {
    const missing = error.status === 404;
    message(missing ? h('div', { class: 'stack' }, notice('bad', 'alert', 'This exercise does not exist, or it belongs to another organisation.'), listLink())
      : errorBox(error, () => window.location.reload()));
    return;
  }
  const arrived = !state.parts;
  state.session = reply.data;
  state.offset = reply.offset;
  state.storyKey = '';
  document.title = state.session.title + ' · Muster';
  byId('player').removeAttribute('aria-busy');
  show(arrived, expiredIndex);
}

function show(arrived, expiredIndex) {
  const status = state.session.status;
  const closed = typeof expiredIndex === 'number' ? findQuestion(state.session, expiredIndex) : null;
  if (status === 'GENERATING' || status === 'DRAFT') {
    waitForGeneration();
  } else if (status === 'COMPLETED' && arrived) {
    window.location.replace('/exercises/' + encodeURIComponent(id) + '/result');
  } else if (status !== 'IN_PROGRESS' && status !== 'COMPLETED') {
    message(h('div', { class: 'stack' }, notice('mid', 'info', closedText(status)), listLink()));
  } else {
    if (arrived) {
      layout();
    }
    if (closed && isAnswered(closed.question)) {
      showReview(closed.question, true);
    } else if (status === 'COMPLETED') {
      goOn();
    } else {
      showCurrent();
    }
  }
}

/* Timed runs (?timed=1) ask before the first request, because that request starts a clock. */
function gate() {
  const button = h('button', { class: 'btn btn-primary btn-large', type: 'button' }, icon('play'), 'Start the clock');
  button.addEventListener('click', () => load());
  replace(byId('player'), h('div', { class: 'wrap stage-view' }, h('article', { class: 'opening card' },
    h('h1', null, 'Ready?'),
    h('p', null, 'This exercise is timed. When you continue, the clock of the next question runs. Between two questions you can take as long as you like.'),
    h('p', { class: 'muted small' }, 'A question that was already open keeps its time.'),
    h('div', { class: 'opening-go' }, button))));
  byId('player').removeAttribute('aria-busy');
}

async function start() {
  try {
    state.user = await startShell();
  } catch (error) {
    message(errorBox(error, () => window.location.reload()));
    return;
  }
  listenForKeys();
  if (new URLSearchParams(window.location.search).get('timed') === '1') {
    gate();
  } else {
    await load();
  }
}

start();
