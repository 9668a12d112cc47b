/* The decision in front of the player: whom one speaks for, stem, options as radio cards, confidence, rationale. */

import { h, replace } from '../dom.js';
import { icon } from '../icons.js';
import { setBusy } from '../forms.js';
import { FIELDS } from '../constants.js';
import { t } from '../words/play.js';
import { shortcutSwitch } from './keys.js';
import { artefact } from './review.js';

const SURE = ['extra.sure.1', 'extra.sure.2', 'extra.sure.3', 'extra.sure.4', 'extra.sure.5'];

function optionCard(option, chosen) {
  return h('label', { class: 'option' },
    h('input', { type: 'radio', name: 'option', value: option.letter, checked: option.letter === chosen }),
    h('span', { class: 'letter', 'aria-hidden': 'true' }, option.letter),
    h('span', { class: 'option-text' }, h('span', { class: 'sr-only' }, option.letter, ': '), option.text));
}

function extras(draft) {
  return h('details', { class: 'play-fold q-extra', open: Boolean(draft.confidence || draft.rationale) },
    h('summary', null, t('extra')),
    h('div', { class: 'stack-s' },
      h('fieldset', null, h('legend', { class: 'legend' }, t('extra.confidence')),
        h('div', { class: 'scale' }, SURE.map((key, index) => h('label', null,
          h('input', { type: 'radio', name: 'confidence', value: index + 1, checked: draft.confidence === String(index + 1) }),
          h('span', null, h('span', { class: 'strong' }, index + 1), h('span', { class: 'tiny' }, t(key))))))),
      h('div', { class: 'field' }, h('label', { for: 'rationale' }, t('extra.reason')),
        h('textarea', { class: 'input', id: 'rationale', name: 'rationale', rows: 3, dir: 'auto', maxlength: FIELDS.answerQuestion.rationale.maxLength },
          draft.rationale))));
}

/* "You speak for finance"; changed: the decision before was somebody else's. */
export function speaker(question, changed) {
  return t(changed ? 'speaker.now' : 'speaker', { role: t('role', { role: question.role }) });
}

/* options.changed; options.dots: nodes beside the title; options.onBriefing: what the button of narrow screens does. */
export function decisionHead(question, total, options) {
  return h('div', { class: 'q-head' },
    h('h2', { id: 'q-title', tabindex: '-1' }, t.nodes('decision.of', { n: question.questionIndex + 1, total, rest: (text) => h('span', { class: 'muted' }, text) })),
    options.dots,
    h('p', { class: 'q-speaker' + (options.changed ? ' is-new' : '') }, question.role ? h('span', null, icon('meeting'), speaker(question, options.changed)) : null,
      h('span', { class: 'q-points muted num' }, t('decision.points', { n: question.maxPoints }))),
    h('button', { class: 'link-btn play-briefing', type: 'button', onclick: options.onBriefing }, t('briefing')));
}

function values(form) {
  return { option: form.elements.option.value, confidence: form.elements.confidence.value, rationale: form.elements.rationale.value };
}

function payload(form, question) {
  const { option, confidence, rationale } = values(form);
  const result = { questionIndex: question.questionIndex, selectedOption: option };
  if (confidence) {
    result.confidence = Number(confidence);
  }
  if (rationale.trim()) {
    result.rationale = rationale.trim();
  }
  return result;
}

/* options.draft: what was chosen and typed before; options.keep(values) stores that; options.send(payload) posts the answer. */
export function decisionForm(question, options) {
  const problem = h('div', { id: 'decision-problem' });
  const button = h('button', { class: 'btn btn-primary btn-large', type: 'submit' }, t('submit'), icon('arrow-right'));
  const form = h('form', { id: 'decision-form', class: 'q-form' },
    artefact(question),
    h('fieldset', { class: 'options', id: 'options' },
      h('legend', { class: 'stem' }, question.question),
      h('div', { class: 'option-list' }, question.options.map((one) => optionCard(one, options.draft.option)))),
    extras(options.draft),
    h('div', { class: 'q-submit' }, problem, button, shortcutSwitch()));

  form.addEventListener('change', () => replace(problem));
  form.addEventListener('input', () => options.keep(values(form)));
  form.addEventListener('change', () => options.keep(values(form)));
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    if (button.getAttribute('aria-disabled') === 'true') {
      return;
    }
    if (!form.elements.option.value) {
      replace(problem, h('p', { class: 'field-error', role: 'alert' }, t('submit.first')));
      form.querySelector('input[name="option"]').focus();
      return;
    }
    replace(problem);
    setBusy(button, true);
    await options.send(payload(form, question));
    setBusy(button, false);
  });
  return form;
}
