/* Pure questions about a completed run: what was decided how well, where points were lost, what to take from it. */

import { gradeOf, questionsOf, splitExplanation, stages } from '../player/model.js';
import { gist } from '../player/verdict.js';

/* What gradeOf() says, as the chart of outcomes names it: whose time ran out gave no answer. */
const OUTCOME = { best: 'best', mid: 'defensible', poor: 'poor', late: 'unanswered', none: 'unanswered' };

export function outcomeOf(question) {
  return OUTCOME[gradeOf(question).key];
}

export function allQuestions(session) {
  return stages(session).reduce((list, stage) => list.concat(questionsOf(stage)), []);
}

export function sum(list, field) {
  return list.reduce((total, one) => total + (one[field] || 0), 0);
}

export function bestCount(list) {
  return list.filter((one) => outcomeOf(one) === 'best').length;
}

export function lostPoints(question) {
  return Math.max(0, (question.maxPoints || 0) - (question.points || 0));
}

/* { best, total, accuracy, score, max }: accuracy is over the questions served, whether answered or not (rule C6). */
export function measures(session) {
  const questions = allQuestions(session);
  const total = session.questionCount || questions.length;
  const best = bestCount(questions);
  return { best, total, accuracy: total ? best / total : 0, score: sum(questions, 'points'), max: session.scenario.totalPoints || sum(questions, 'maxPoints') };
}

/* Of a stage: { stage, lost, best, defensible, poor, unanswered }. */
export function stageOutcomes(stage) {
  const questions = questionsOf(stage);
  const found = { stage, lost: questions.reduce((total, one) => total + lostPoints(one), 0) };
  ['best', 'defensible', 'poor', 'unanswered'].forEach((name) => {
    found[name] = questions.filter((one) => outcomeOf(one) === name).length;
  });
  return found;
}

/* The stage that cost the most points, or null where nothing was lost or two cost the same. */
export function costliest(session) {
  const found = stages(session).map(stageOutcomes).sort((a, b) => b.lost - a.lost);
  return found.length > 1 && found[0].lost > found[1].lost ? found[0].stage : null;
}

/* The decisions that cost the most, at most so many, each with the gist of the explanation that its item has: { question, gist }. */
export function lessonsOf(session, most) {
  return allQuestions(session).filter((one) => lostPoints(one) > 0)
    .map((question) => ({ question, gist: gist(splitExplanation(question.explanation).text, session.language)[0] }))
    .filter((one) => one.gist)
    .sort((a, b) => lostPoints(b.question) - lostPoints(a.question) || a.question.questionIndex - b.question.questionIndex)
    .slice(0, most);
}

/*
 * The answers of somebody else's run stand at the participant. The letters mean the same here where one person alone took part; of several the
 * rating alone is taken over. What a choice led to is not told again. False where there are no answers to take over.
 */
export function takeAnswers(session, participant) {
  const answers = participant.answers || [];
  const given = new Map(answers.map((one) => [one.questionIndex, one]));
  const alone = session.participants.length === 1;
  allQuestions(session).forEach((question) => {
    const answer = given.get(question.questionIndex) || { selectedOption: null, isCorrect: false, points: 0, expired: false };
    Object.assign(question, { others: true, selectedOption: answer.selectedOption && !alone ? '?' : answer.selectedOption,
      isCorrect: answer.isCorrect, points: answer.points, expired: Boolean(answer.expired), consequence: null });
  });
  return answers.length > 0;
}
