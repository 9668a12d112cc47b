/* Pure questions about a session object: where the player is, what is answered, how good an answer was. */

import { t } from '../words/play.js';

export const DEFENSIBLE = 0.4;
/* Words a minute that people read on a screen: Brysbaert, 2019. */
const READ_A_MINUTE = 238;

const GRADES = {
  best: ['good', 'check'],
  mid: ['mid', 'scale'],
  poor: ['bad', 'close'],
  late: ['bad', 'clock'],
  none: ['', 'info']
};

export function stages(session) {
  return (session.scenario && session.scenario.stages) || [];
}

export function questionsOf(stage) {
  return stage.questions || [];
}

/* The answer key only comes with questions that the caller has answered (or that expired). */
export function isAnswered(question) {
  return Boolean(question.correctOption);
}

export function answeredCount(session) {
  return stages(session).reduce((sum, stage) => sum + questionsOf(stage).filter(isAnswered).length, 0);
}

export function currentStage(session) {
  const open = stages(session).filter((stage) => !stage.locked);
  return open.find((stage) => questionsOf(stage).some((question) => !isAnswered(question))) || open[open.length - 1] || null;
}

export function currentQuestion(session) {
  const stage = currentStage(session);
  return stage ? questionsOf(stage).find((question) => !isAnswered(question)) || null : null;
}

export function findQuestion(session, index) {
  let found = null;
  stages(session).forEach((stage) => {
    const question = questionsOf(stage).find((one) => one.questionIndex === index);
    if (question) {
      found = { stage, question };
    }
  });
  return found;
}

export function nextStage(session, stage) {
  const all = stages(session);
  return all[all.indexOf(stage) + 1] || null;
}

export function stageSize(stage) {
  return stage.questionCount || questionsOf(stage).length;
}

export function ownParticipant(session, userId) {
  const all = session.participants || [];
  return all.find((one) => one.userId === userId) || all[0] || { totalScore: 0, answers: [] };
}

export function isTimed(session) {
  return Boolean(session.timing) && session.timing !== 'off';
}

/* {key, label, tone, icon} for an answered question. */
export function gradeOf(question) {
  let key = 'poor';
  if (question.expired) {
    key = 'late';
  } else if (!question.selectedOption) {
    key = 'none';
  } else if (question.isCorrect) {
    key = 'best';
  } else if (question.maxPoints && question.points / question.maxPoints >= DEFENSIBLE) {
    key = 'mid';
  }
  return { key, label: t('grade', { grade: key }), tone: GRADES[key][0], icon: GRADES[key][1] };
}

/* How good an option of an answered question is: good, mid or nothing to praise. */
export function optionTone(option, question) {
  if (option.isCorrect || option.letter === question.correctOption) {
    return 'good';
  }
  return question.maxPoints && option.points / question.maxPoints >= DEFENSIBLE ? 'mid' : '';
}

/* Whole minutes to read a text, at least one. */
export function minutesToRead(text) {
  return Math.max(1, Math.round(String(text || '').split(/\s+/).filter(Boolean).length / READ_A_MINUTE));
}

/* A run so short that its briefing is looked up rather than studied. */
export function isShort(session) {
  return session.questionCount <= 3;
}

const WHY_LINE = /^([A-D]): (.+)$/;

/* An explanation may end with one line per option ("B: why it is worse"): {text, whys: {B: ...}}. */
export function splitExplanation(explanation) {
  const whys = {};
  const rest = String(explanation || '').split('\n').filter((line) => {
    const match = WHY_LINE.exec(line.trim());
    if (match) {
      whys[match[1]] = match[2];
    }
    return !match;
  });
  return { text: rest.join('\n').trim(), whys };
}

/* Writes the reply of an answer into the question, for timed runs that must not be reloaded yet. */
export function applyReply(question, letter, reply) {
  const whys = splitExplanation(reply.explanation).whys;
  question.selectedOption = reply.expired ? null : letter;
  question.expired = Boolean(reply.expired);
  question.correctOption = reply.correctOption;
  question.isCorrect = Boolean(reply.isCorrect);
  question.points = reply.points;
  question.explanation = reply.explanation;
  question.consequence = reply.consequence;
  question.realIncident = reply.realIncident || question.realIncident;
  if (Array.isArray(reply.options)) {
    question.options = reply.options;
  }
  question.options.forEach((option) => {
    option.isCorrect = option.letter === reply.correctOption;
    option.why = option.why || whys[option.letter];
  });
}
