/* Modal questions with <dialog>; focus goes back to where it came from. */

import { h } from './dom.js';
import { errorBox, setBusy } from './forms.js';
import { t } from './words/parts.js';

/* The browser gives the focus back by itself; this event comes later, when the person may have gone on. */
function giveBack(opener) {
  if (opener && opener.isConnected && (!document.activeElement || document.activeElement === document.body)) {
    opener.focus();
  }
}

/* A dialog with content of its own; close() of the returned box ends it. */
export function openDialog(title, ...content) {
  const opener = document.activeElement;
  const box = h('dialog', { 'aria-labelledby': 'dialog-title' }, h('div', { class: 'stack' }, h('h2', { id: 'dialog-title', tabindex: '-1' }, title), content));
  box.addEventListener('close', () => {
    box.remove();
    giveBack(opener);
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
      giveBack(opener);
      resolve(done);
    });
    document.body.appendChild(box);
    box.showModal();
  });
}

/* The buttons of a form in a dialog: back, and what sends it. */
export function dialogActions(close, action, danger) {
  return h('div', { class: 'dialog-actions' }, h('button', { class: 'btn', type: 'button', onclick: close }, t('cancel')),
    h('button', { class: 'btn ' + (danger ? 'btn-danger' : 'btn-primary'), type: 'submit' }, action));
}
