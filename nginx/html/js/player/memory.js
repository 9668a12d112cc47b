/* What this tab remembers of a run, each person apart: openings that were passed, and what was chosen and typed but not yet sent. It survives
   a reload and signing in again, and is gone with the tab. */

const OPENED = 'muster.opened.';
const DRAFT = 'muster.draft.play.';

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
  return {
    passed: (stage) => read(OPENED + own + stage.stageNumber) === true,
    pass: (stage) => write(OPENED + own + stage.stageNumber, true),
    /* {option, confidence, rationale}, each a text */
    draft: (question) => read(DRAFT + own + question.questionIndex) || {},
    keep: (question, values) => write(DRAFT + own + question.questionIndex, values),
    forget: (question) => write(DRAFT + own + question.questionIndex, null)
  };
}
