/* What the player sees next, from the session and what was passed already. Pure: no page, no network. */

import { currentQuestion, currentStage, findQuestion, isAnswered, isTimed, nextStage, questionsOf, stages, stageSize } from './model.js';

const PREPARING = ['GENERATING', 'DRAFT'];

function answered(stage) {
  return questionsOf(stage).filter(isAnswered);
}

/* A reply that closed an overdue question brings no other one: the next clock starts when the player goes on from this. */
export function lastAnswered(session) {
  return stages(session).reduce((list, stage) => list.concat(answered(stage)), []).pop() || null;
}

/* The last stage that is open and has something answered: what "Next" leads on from. */
function latestStage(session) {
  return stages(session).filter((stage) => !stage.locked && answered(stage).length).pop();
}

/* The opening is shown until the player has gone past it or answered something in the stage. */
export function needsOpening(stage, passed) {
  return !answered(stage).length && !passed(stage);
}

function inPlay(session, passed) {
  const stage = currentStage(session);
  const question = currentQuestion(session);
  const closed = isTimed(session) ? lastAnswered(session) : null;
  if (!question) {
    return closed ? { kind: 'review', question: closed } : { kind: 'waiting' };
  }
  return { kind: needsOpening(stage, passed) ? 'opening' : 'question', stage, question };
}

/* passed(stage): whether its opening was gone past; closedIndex: a question that ended just now and is shown first.
   {kind: preparing | closed | result | review | waiting | opening | question, stage, question} */
export function viewOf(session, passed, closedIndex) {
  const closed = typeof closedIndex === 'number' ? findQuestion(session, closedIndex) : null;
  if (PREPARING.indexOf(session.status) >= 0) {
    return { kind: 'preparing' };
  }
  if (session.status !== 'IN_PROGRESS' && session.status !== 'COMPLETED') {
    return { kind: 'closed' };
  }
  if (closed && isAnswered(closed.question)) {
    return { kind: 'review', question: closed.question };
  }
  return session.status === 'COMPLETED' ? { kind: 'result' } : inPlay(session, passed);
}

/* What the button after an answer says: {key, n, title}. fresh: answered just now, as opposed to looking back. */
export function nextStep(session, stage, fresh) {
  const next = currentQuestion(session);
  const following = nextStage(session, stage);
  if (session.status === 'COMPLETED') {
    return { key: 'next.result' };
  }
  if (next && !fresh) {
    return { key: 'next.back', n: next.questionIndex + 1 };
  }
  const over = answered(stage).length >= stageSize(stage) && following && stage === latestStage(session);
  return over ? { key: 'next.stage', n: following.stageNumber, title: following.title } : { key: 'next' };
}

/* locked, now, done or open. */
export function stageState(stage, current) {
  if (stage.locked) {
    return 'locked';
  }
  if (stage === current) {
    return 'now';
  }
  return answered(stage).length < stageSize(stage) ? 'open' : 'done';
}

/* Whom the question before this one spoke to, or null. */
export function roleBefore(session, question) {
  const before = findQuestion(session, question.questionIndex - 1);
  return before ? before.question.role : null;
}
