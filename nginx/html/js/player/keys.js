/* Single-key shortcuts of the decision: only where their switch is shown (no touch screen), never while typing. */

import { h, byId, replace } from '../dom.js';
import { t } from '../words/play.js';

const KEYS_OFF = 'muster.keys-off';

function shortcutsOn() {
  try {
    const hint = document.querySelector('.keys-hint');
    const shown = !hint || hint.getClientRects().length > 0;
    return shown && window.localStorage.getItem(KEYS_OFF) !== '1';
  } catch (e) {
    return true;
  }
}

export function shortcutSwitch() {
  const node = h('p', { class: 'keys-hint tiny muted' });
  const draw = () => {
    const on = shortcutsOn();
    const flip = () => {
      try {
        window.localStorage.setItem(KEYS_OFF, on ? '1' : '0');
      } catch (e) {
        return;
      }
      draw();
      node.querySelector('button').focus();
    };
    replace(node, on ? t.nodes('keys.on', { key: (text) => h('kbd', null, text) }) : t('keys.none'), ' ',
      h('button', { class: 'link-btn', type: 'button', onclick: flip }, on ? t('keys.turn_off') : t('keys.turn_on')));
  };
  draw();
  return node;
}

function optionIndex(key) {
  const letter = 'abcd'.indexOf(key.toLowerCase());
  const digit = '1234'.indexOf(key);
  return key.length === 1 ? Math.max(letter, digit) : -1;
}

function onKey(event) {
  const form = byId('decision-form');
  const target = event.target;
  if (!form || event.ctrlKey || event.altKey || event.metaKey || event.defaultPrevented || !shortcutsOn()) {
    return;
  }
  if (target.closest('textarea, select, dialog, .q-extra, input:not([name="option"])')) {
    return;
  }
  if (event.key === 'Enter') {
    if (!target.closest('a, button, summary, input')) {
      event.preventDefault();
      form.requestSubmit();
    }
    return;
  }
  const radio = form.querySelectorAll('input[name="option"]')[optionIndex(event.key)];
  if (radio && !radio.disabled) {
    event.preventDefault();
    radio.checked = true;
    radio.dispatchEvent(new Event('change', { bubbles: true }));
    radio.focus();
  }
}

export function listenForKeys() {
  document.addEventListener('keydown', onKey);
}
