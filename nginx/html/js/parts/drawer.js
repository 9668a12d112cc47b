/* A drawer at the edge: details beside a list, without leaving it. A dialog, so the focus stays in and goes back; from below on a phone. */

import { h } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../words/parts.js';

let count = 0;

/* options: title, content, actions (buttons below). Returns the dialog; close() ends it. */
export function openDrawer(options) {
  const opener = document.activeElement;
  const id = 'drawer-' + (++count);
  const box = h('dialog', { class: 'drawer', 'aria-labelledby': id },
    h('header', { class: 'drawer-head' }, h('h2', { id, tabindex: '-1', autofocus: true, dir: 'auto' }, options.title),
      h('button', { class: 'btn btn-quiet btn-icon', type: 'button', 'aria-label': t('dialog.close'), onclick: () => box.close() }, icon('close'))),
    h('div', { class: 'drawer-body', tabindex: '0' }, options.content),
    options.actions ? h('footer', { class: 'drawer-foot' }, options.actions) : null);
  box.addEventListener('click', (event) => {
    if (event.target === box) {
      box.close();
    }
  });
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
