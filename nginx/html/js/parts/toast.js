/* What is said in passing: a message for a moment, with a way back where there is one; and the region that reads aloud. */

import { h, byId } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../words/parts.js';

const SHOWN = 6000;
const SHOWN_WITH_UNDO = 12000;

/* Nothing outside an open dialog is seen or read aloud, so what is said while one is open is said in it. */
function stage() {
  const open = document.querySelectorAll('dialog[open]');
  return open.length ? open[open.length - 1] : document.body;
}

function placed(id, make) {
  const region = byId(id) || make();
  if (region.parentNode !== stage()) {
    stage().appendChild(region);
  }
  return region;
}

function liveRegion(id, politeness) {
  return placed(id, () => h('div', { id, class: 'sr-only', 'aria-live': politeness, 'aria-atomic': 'true' }));
}

export function announce(text, urgent) {
  const region = liveRegion(urgent ? 'live-now' : 'live', urgent ? 'assertive' : 'polite');
  region.textContent = '';
  window.setTimeout(() => {
    region.textContent = text;
  }, 60);
}

/* It goes after a while, but not under somebody's pointer or focus. */
function leaveLater(node, shown, gone) {
  let timer = 0;
  const held = () => node.matches(':hover, :focus-within');
  const wait = () => {
    window.clearTimeout(timer);
    timer = window.setTimeout(() => (held() ? wait() : gone()), shown);
  };
  wait();
}

/* options.undo: what takes it back (may be async). What is read aloud is the live region. */
export function toast(text, options) {
  const { undo } = options || {};
  const region = placed('toasts', () => h('div', { id: 'toasts', class: 'toasts', role: 'region', 'aria-label': t('toast.region') }));
  const words = h('span', { class: 'toast-text', 'aria-hidden': 'true' }, icon('check'), h('span', null, text));
  const node = h('div', { class: 'toast' }, words);
  const gone = () => node.remove();
  if (undo) {
    const back = document.activeElement;
    const end = () => {
      const had = node.contains(document.activeElement);
      gone();
      if (had && back && back.isConnected) {
        back.focus();
      }
    };
    node.setAttribute('role', 'group');
    node.setAttribute('aria-label', text);
    node.append(
      h('button', { class: 'toast-undo', type: 'button', onclick: () => { end(); undo(); } }, t('undo')),
      h('button', { class: 'toast-close', type: 'button', 'aria-label': t('toast.close'), onclick: end }, icon('close')));
    node.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') {
        event.stopPropagation();
        end();
      }
    });
  }
  region.appendChild(node);
  announce(text);
  leaveLater(node, undo ? SHOWN_WITH_UNDO : SHOWN, gone);
  return gone;
}
