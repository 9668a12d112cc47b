/* What opens the search: the button of the top line, Ctrl-K, and / outside of fields. */

import { byId } from '../dom.js';

/* Once at a time, and not over another question. */
async function open() {
  const { openPalette } = await import('./palette.js');
  if (!document.querySelector('dialog[open]')) {
    openPalette();
  }
}

/* A key of typing means text where one types. */
function typing(node) {
  return node.isContentEditable || node.matches('textarea, select, input:not([type="radio"]):not([type="checkbox"])');
}

export function bindSearch() {
  byId('palette-open').addEventListener('click', open);
  if (/Mac|iPhone|iPad/.test(window.navigator.platform)) {
    byId('palette-key').textContent = '⌘ K';
  }
  document.addEventListener('keydown', (event) => {
    const chord = event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
    const slash = event.key === '/' && !event.ctrlKey && !event.metaKey && !event.altKey && !typing(event.target);
    if (chord || slash) {
      event.preventDefault();
      open();
    }
  });
}
