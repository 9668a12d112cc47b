/* The decision in front of the player: stem, options as radio cards, confidence, rationale, keyboard. */

import { h, byId, replace } from '../dom.js';
import { icon } from '../icons.js';
import { setBusy } from '../forms.js';
import { capitalise, number } from '../format.js';
import { FIELDS } from '../constants.js';
import { artefact } from './review.js';

const SURE = ['a guess', 'unsure', 'fairly sure', 'sure', 'certain'];
const KEYS_OFF = 'muster.keys-off';

/* ---- single-key shortcuts: only where their switch is shown (no touch screen), never while typing ---- */

function shortcutsOn() {
  try {
    const hint = document.querySelector('.keys-hint');
    const shown = !hint || hint.getClientRects().length > 0;
    return shown && window.localStorage.getItem(KEYS_OFF) !== '1';
  } catch (e) {
    return true;
  }
}

function shortcutSwitch() {
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
    replace(node, on ? [h('kbd', null, 'A'), '–', h('kbd', null, 'D'), ' choose, ', h('kbd', null, 'Enter'), ' submits. '] : 'Single-key shortcuts are off. ',
      h('button', { class: 'link-btn', type: 'button', onclick: flip }, on ? 'Turn off keys' : 'Turn on keys'));
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

/* ---- parts ---- */

function optionCard(option) {
  return h('label', { class: 'option' },
    h('input', { type: 'radio', name: 'option', value: option.letter }),
    h('span', { class: 'letter', 'aria-hidden': 'true' }, option.letter),
    h('span', { class: 'option-text' }, h('span', { class: 'sr-only' }, option.letter + ': '), option.text));
}

function extras() {
  return h('details', { class: 'fold q-extra' },
    h('summary', null, 'How sure are you, and why? (optional)'),
    h('div', { class: 'stack' },
      h('fieldset', null, h('legend', { class: 'legend' }, 'Confidence'),
        h('div', { class: 'scale' }, SURE.map((word, index) => h('label', null,
          h('input', { type: 'radio', name: 'confidence', value: index + 1 }),
          h('span', null, h('span', { class: 'strong' }, index + 1), h('span', { class: 'tiny' }, word)))))),
      h('div', { class: 'field' }, h('label', { for: 'rationale' }, 'Your reasoning'),
        h('textarea', { class: 'input', id: 'rationale', name: 'rationale', rows: 3, maxlength: FIELDS.answerQuestion.rationale.maxLength }))));
}

export function questionHead(question, total) {
  const facts = [question.role ? 'Your role: ' + capitalise(question.role) : null, question.difficulty ? capitalise(question.difficulty) : null,
    number(question.maxPoints) + ' points'].filter(Boolean).join(' · ');
  return h('div', { class: 'q-head' },
    h('h2', { id: 'q-title', tabindex: '-1' }, 'Question ' + (question.questionIndex + 1), h('span', { class: 'muted' }, ' of ' + total)),
    h('p', { class: 'small muted' }, facts));
}

function payload(form, question, letter) {
  const result = { questionIndex: question.questionIndex, selectedOption: letter };
  if (form.elements.confidence.value) {
    result.confidence = Number(form.elements.confidence.value);
  }
  if (form.elements.rationale.value.trim()) {
    result.rationale = form.elements.rationale.value.trim();
  }
  return result;
}

/* send(payload) posts the answer; an error it throws is shown by showProblem. */
export function questionForm(question, send) {
  const problem = h('div', { id: 'decision-problem' });
  const button = h('button', { class: 'btn btn-primary btn-large', type: 'submit' }, 'Submit answer', icon('arrow-right'));
  const form = h('form', { id: 'decision-form', class: 'stack' },
    artefact(question),
    h('fieldset', { class: 'options', id: 'options' },
      h('legend', { class: 'stem' }, question.question),
      question.options.map(optionCard)),
    extras(),
    h('div', { class: 'q-submit' }, problem, button, shortcutSwitch()));

  form.addEventListener('change', () => replace(problem));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const chosen = form.querySelector('input[name="option"]:checked');
    if (button.getAttribute('aria-disabled') === 'true') {
      return;
    }
    if (!chosen) {
      replace(problem, h('p', { class: 'field-error', role: 'alert' }, 'Choose one of the options first.'));
      form.querySelector('input[name="option"]').focus();
      return;
    }
    replace(problem);
    setBusy(button, true);
    await send(payload(form, question, chosen.value));
    setBusy(button, false);
  });
  return form;
}
