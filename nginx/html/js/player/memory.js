/* What this tab remembers of a run, each person apart: openings that were passed, and what was chosen and typed but not yet sent. It survives
   a reload and signing in again, and is gone with the tab and with signing out (js/draft.js). */

const OPENED = 'muster.opened.';
const DRAFT = 'muster.draft.';

function read(key) {
  try {
    return JSON.parse(window.sessionStorage.getItem(key));
  } catch (e) {
    return null;
  }
}

function write(key, value) {
  try {
    if (value === null) {
      window.sessionStorage.removeItem(key);
    } else {
      window.sessionStorage.setItem(key, JSON.stringify(value));
    }
  } catch (e) {
    return;
  }
}

export function memoryOf(run, person) {
  const own = person + '.' + run + '.';
  const draft = (question) => DRAFT + person + '.play.' + run + '.' + question.questionIndex;
  return {
    passed: (stage) => read(OPENED + own + stage.stageNumber) === true,
    pass: (stage) => write(OPENED + own + stage.stageNumber, true),
    /* {option, confidence, rationale}, each a text */
    draft: (question) => read(draft(question)) || {},
    keep: (question, values) => write(draft(question), values),
    forget: (question) => write(draft(question), null)
  };
}
