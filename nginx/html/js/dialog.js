/* Modal questions with <dialog>; focus goes back to where it came from. */

import { h } from './dom.js';
import { errorBox, setBusy } from './forms.js';
import { t } from './words/parts.js';

/* A dialog with content of its own; close() of the returned box ends it. */
export function openDialog(title, ...content) {
  const opener = document.activeElement;
  const box = h('dialog', { 'aria-labelledby': 'dialog-title' }, h('div', { class: 'stack' }, h('h2', { id: 'dialog-title', tabindex: '-1' }, title), content));
  box.addEventListener('close', () => {
    box.remove();
    if (opener && opener.isConnected) {
      opener.focus();
    }
  });
  document.body.appendChild(box);
  box.showModal();
  return box;
}

/*
 * options: title, text, action and keep (labels of the buttons), danger, run (async; an error stays in the dialog).
 * Resolves to true when run succeeded, to false when the person went back.
 */
export function confirmDialog(options) {
  return new Promise((resolve) => {
    const opener = document.activeElement;
    const problem = h('div');
    const action = h('button', { class: 'btn ' + (options.danger ? 'btn-danger' : 'btn-primary'), type: 'button' }, options.action);
    const back = h('button', { class: 'btn', type: 'button', autofocus: true }, options.keep || t('cancel'));
    const box = h('dialog', { 'aria-labelledby': 'dialog-title', 'aria-describedby': 'dialog-text' },
      h('div', { class: 'stack' },
        h('h2', { id: 'dialog-title' }, options.title),
        h('p', { id: 'dialog-text', class: 'muted' }, options.text),
        problem,
        h('div', { class: 'dialog-actions' }, back, action)));
    let done = false;

    back.addEventListener('click', () => box.close());
    action.addEventListener('click', async () => {
      if (action.getAttribute('aria-disabled') === 'true') {
        return;
      }
      setBusy(action, true);
      try {
        await options.run();
        done = true;
        box.close();
      } catch (error) {
        problem.replaceChildren(errorBox(error));
      }
      setBusy(action, false);
    });
    box.addEventListener('close', () => {
      box.remove();
      if (opener && opener.isConnected) {
        opener.focus();
      }
      resolve(done);
    });
    document.body.appendChild(box);
    box.showModal();
  });
}
