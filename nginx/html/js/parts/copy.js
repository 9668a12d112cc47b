/* Fields to copy from, and the box for what is shown only once. */

import { h } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../words/parts.js';
import { announce, toast } from './toast.js';

/* Copies what a field holds. Where the browser refuses, the text is selected and the person told. */
export async function copyFrom(input) {
  input.select();
  try {
    await navigator.clipboard.writeText(input.value);
    return true;
  } catch (error) {
    return false;
  }
}

/* options: label, value, shown (the label is seen, not only read aloud), primary, multiline. */
export function copyField(options) {
  const attributes = { class: 'input copy-value', readonly: true, value: options.value, 'aria-label': options.label, autocomplete: 'off', spellcheck: 'false', dir: 'ltr' };
  const input = options.multiline ? h('textarea', Object.assign(attributes, { rows: '4' })) : h('input', attributes);
  const label = h('span', null, t('copy'));
  const mark = h('span', { class: 'copy-mark' }, icon('copy'));
  const press = async () => {
    const done = await copyFrom(input);
    if (!done) {
      toast(t('copy.failed'));
      return;
    }
    label.textContent = t('copied');
    mark.replaceChildren(icon('check'));
    announce(t('copied'));
    window.setTimeout(() => {
      label.textContent = t('copy');
      mark.replaceChildren(icon('copy'));
    }, 2500);
  };
  const button = h('button', { class: 'btn copy-btn' + (options.primary ? ' btn-primary' : ''), type: 'button', 'aria-label': t('copy.named', { name: options.label }), onclick: press }, mark, label);
  return h('div', { class: 'copy' }, options.shown ? h('span', { class: 'legend', 'aria-hidden': 'true' }, options.label) : null, h('div', { class: 'copy-row' }, input, button));
}

/* options: title, label, value, text (what to do with it), done (called when the person has kept it). The title has the focus: focus() it. */
export function secretOnce(options) {
  const title = h('h2', { class: 'secret-title', tabindex: '-1' }, options.title);
  const box = h('section', { class: 'secret' },
    h('div', { class: 'secret-head' }, icon('key'), title),
    h('p', { class: 'small' }, options.text || t('secret.once')),
    copyField({ label: options.label, value: options.value, primary: true, multiline: options.multiline }),
    options.more || null,
    options.done ? h('button', { class: 'btn', type: 'button', onclick: () => { box.remove(); options.done(); } }, t('secret.done')) : null);
  box.focus = () => title.focus();
  return box;
}
