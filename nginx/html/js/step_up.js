/* The one dialog that asks for the proof which some calls need (403 recent_sign_in_required); api.js repeats the call behind it. */

import { h, byId } from './dom.js';
import { get, post } from './api.js';
import { bindForm, passwordToggle } from './forms.js';
import { FIELDS } from './constants.js';

const LABELS = { password: 'Password', code: 'Code' };
let open = null;

function field(name, label, hint, more) {
  const id = 'step-up-' + name;
  return h('div', { class: 'field' }, h('label', { for: id }, label), h('div', { class: 'input-affix' },
    h('input', Object.assign({ class: 'input', id, name, spellcheck: 'false', 'aria-describedby': hint ? id + '-hint' : null }, more))),
  hint ? h('span', { class: 'hint', id: id + '-hint' }, hint) : null);
}

function passwordField() {
  return field('password', 'Password', '', { type: 'password', autocomplete: 'current-password' });
}

function codeField() {
  return field('code', 'Code', 'The six digits that your app shows now; a code that was used before does not count.',
    { class: 'input code-input', inputmode: 'numeric', autocomplete: 'one-time-code', maxlength: FIELDS.stepUp.code.maxLength });
}

/* Draws the kind of proof that is asked for, and a way to the other one where the person has it. */
function draw(box, kind, hasFactor) {
  const other = kind === 'password' ? 'code' : 'password';
  box.replaceChildren(kind === 'password' ? passwordField() : codeField());
  if (hasFactor) {
    box.appendChild(h('button', { class: 'link-btn', type: 'button', onclick: () => draw(box, other, hasFactor) },
      other === 'code' ? 'Use a code of your app instead' : 'Use your password instead'));
  }
  const input = box.querySelector('input');
  if (kind === 'password') {
    passwordToggle(input);
  }
  input.focus();
}

function check(form) {
  const input = form.elements.password || form.elements.code;
  if (input.name === 'code') {
    return /^\d{6}$/.test(input.value.replace(/[\s-]/g, '')) ? [] : [{ field: 'code', message: 'enter the six digits that your app shows' }];
  }
  return input.value ? [] : [{ field: 'password', message: 'enter your password' }];
}

async function hasFactor() {
  try {
    return (await get('/api/auth/mfa')).enabled;
  } catch (error) {
    return false;
  }
}

function ask(withFactor) {
  return new Promise((resolve) => {
    const opener = document.activeElement;
    const fields = h('div', { class: 'stack-s' });
    let proven = false;
    const form = h('form', { class: 'stack' }, h('div', { class: 'form-summary' }), fields,
      h('div', { class: 'dialog-actions' },
        h('button', { class: 'btn', type: 'button', onclick: () => box.close() }, 'Cancel'),
        h('button', { class: 'btn btn-primary', type: 'submit' }, 'Confirm')));
    const box = h('dialog', { id: 'step-up', 'aria-labelledby': 'step-up-title', 'aria-describedby': 'step-up-text' },
      h('div', { class: 'stack' }, h('h2', { id: 'step-up-title' }, 'Is it you?'),
        h('p', { id: 'step-up-text', class: 'muted' }, 'This cannot be undone, or it decides who may do what. So you confirm it, and then for 15 minutes nothing more.'),
        form));
    box.addEventListener('close', () => {
      box.remove();
      if (opener && opener.isConnected) {
        opener.focus();
      }
      resolve(proven);
    });
    bindForm(form, {
      labels: LABELS,
      check,
      send: async () => {
        const input = form.elements.password || form.elements.code;
        await post('/api/auth/step-up', { [input.name]: input.name === 'code' ? input.value.trim() : input.value });
        proven = true;
        box.close();
      }
    });
    document.body.appendChild(box);
    box.showModal();
    draw(fields, 'password', withFactor);
  });
}

/* Resolves to true when the person has proven who they are. Calls that ask at the same time share the dialog. */
export function stepUp() {
  if (!open || !byId('step-up')) {
    open = hasFactor().then(ask);
  }
  return open;
}
