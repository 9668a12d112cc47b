/* Playing an exercise again: asked first, because it makes a new run. */

import { h } from '../dom.js';
import { openDialog } from '../dialog.js';
import { errorBox, setBusy } from '../forms.js';
import { leave, post } from '../api.js';
import { t } from '../words/again.js';

/* exercise: a session or a row of the list. */
export function playAgain(exercise) {
  const problem = h('div');
  const go = h('button', { class: 'btn btn-primary', type: 'button' }, t('start'));
  const back = h('button', { class: 'btn', type: 'button', autofocus: true }, t('back'));
  const box = openDialog(t('title'), h('p', { class: 'muted' }, t('text', { n: exercise.questionCount })), problem,
    h('p', null, h('a', { class: 'small', href: '/exercises/new?theme=' + encodeURIComponent(exercise.theme) }, t('change'))), h('div', { class: 'dialog-actions' }, back, go));
  const timed = Boolean(exercise.timing) && exercise.timing !== 'off';
  back.addEventListener('click', () => box.close());
  go.addEventListener('click', async () => {
    if (go.getAttribute('aria-disabled') === 'true') {
      return;
    }
    setBusy(go, true);
    problem.replaceChildren();
    try {
      const made = await post('/api/ttx/generate', { theme: exercise.theme, difficulty: exercise.difficulty, questionCount: exercise.questionCount,
        language: exercise.language, timing: exercise.timing || 'off' });
      await leave('/exercises/' + encodeURIComponent(made.id) + '/play' + (timed ? '?timed=1' : ''));
    } catch (error) {
      problem.replaceChildren(errorBox(error));
    }
    setBusy(go, false);
  });
}
