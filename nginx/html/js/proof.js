/* What dialogs ask of somebody to be sure who it is: fields for a password, a code of the app, a recovery code; and the dialog around them. */

import { h, replace } from './dom.js';
import { currentPerson } from './api.js';
import { bindForm, passwordToggle } from './forms.js';
import { FIELDS } from './constants.js';
import { t } from './words/forms.js';

/* kind -> label, hint, attributes of the input, and what is said when it cannot be right. */
const KINDS = {
  email: { label: 'email', type: 'email', autocomplete: 'username', need: 'need.email' },
  password: { label: 'password', type: 'password', autocomplete: 'current-password', need: 'need.password' },
  code: { label: 'code', hint: 'code.hint', inputmode: 'numeric', autocomplete: 'one-time-code', need: 'need.code', sound: /^\d{6}$/ },
  recoveryCode: { label: 'recovery', hint: 'recovery.hint', autocomplete: 'off', autocapitalize: 'characters', need: 'need.recovery', sound: /^.{16}$/ }
};

export const LABELS = Object.fromEntries(Object.keys(KINDS).map((kind) => [kind, t(KINDS[kind].label)]));

/* prefix: of the ids of a dialog. */
function field(prefix, kind, value) {
  const { label, hint, type, autocomplete, inputmode, autocapitalize } = KINDS[kind];
  const id = prefix + '-' + kind;
  const bounds = FIELDS.verifySecondFactor[kind] || {};
  const input = h('input', {
    class: 'input' + (kind in FIELDS.verifySecondFactor ? ' code-input' : ''), id, name: kind, type, autocomplete, inputmode, autocapitalize, value,
    maxlength: bounds.maxLength, spellcheck: 'false', 'aria-describedby': hint ? id + '-hint' : null
  });
  return h('div', { class: 'field' }, h('label', { for: id }, t(label)), h('div', { class: 'input-affix' }, input),
    hint ? h('span', { class: 'hint', id: id + '-hint' }, t(hint)) : null);
}

/* For password managers: whose password it is. */
function username() {
  return h('input', { type: 'text', name: 'username', autocomplete: 'username', value: (currentPerson() || { email: '' }).email, readonly: true, hidden: true });
}

/* Errors of fields that cannot be right. */
export function unsound(form, kinds) {
  return kinds.filter((kind) => {
    const value = form.elements[kind].value;
    const sound = KINDS[kind].sound;
    return sound ? !sound.test(value.replace(/[\s-]/g, '')) : !value.trim();
  }).map((kind) => ({ field: kind, message: t(KINDS[kind].need) }));
}

/* What a field holds, as it is sent: a password as it was typed. */
export function valueOf(form, kind) {
  return kind === 'password' ? form.elements.password.value : form.elements[kind].value.trim();
}

/*
 * options: id, title, text, action and back (words of the buttons), send(form, dialog) what is given.
 * The dialog it returns: draw(kinds, more, value) shows these fields, with more below them; done(result) closes it; result resolves to what was
 * given to done(), or to false.
 */
export function proofDialog(options) {
  const opener = document.activeElement;
  const fields = h('div', { class: 'stack' });
  const form = h('form', { class: 'stack' }, h('div', { class: 'form-summary' }), fields,
    h('div', { class: 'dialog-actions' },
      h('button', { class: 'btn', type: 'button', onclick: () => box.close() }, options.back),
      h('button', { class: 'btn btn-primary', type: 'submit' }, options.action)));
  const box = h('dialog', { id: options.id, 'aria-labelledby': options.id + '-title', 'aria-describedby': options.id + '-text' },
    h('div', { class: 'stack' }, h('h2', { id: options.id + '-title' }, options.title), h('p', { id: options.id + '-text', class: 'muted' }, options.text), form));
  const dialog = { form };
  let given = false;
  let shown = [];
  dialog.result = new Promise((resolve) => {
    box.addEventListener('close', () => {
      box.remove();
      if (opener && opener.isConnected) {
        opener.focus();
      }
      resolve(given);
    });
  });
  dialog.draw = (kinds, more, values) => {
    shown = kinds;
    replace(fields, kinds.includes('email') ? null : username(), kinds.map((kind) => field(options.id, kind, values && values[kind])), more || null);
    kinds.filter((kind) => kind === 'password').forEach((kind) => passwordToggle(form.elements[kind]));
    (kinds.map((kind) => form.elements[kind]).find((input) => !input.value) || form.elements[kinds[0]]).focus();
  };
  dialog.done = (result) => {
    given = result;
    box.close();
  };
  bindForm(form, { labels: LABELS, check: () => unsound(form, shown), send: () => options.send(form, dialog, shown) });
  document.body.appendChild(box);
  box.showModal();
  return dialog;
}
