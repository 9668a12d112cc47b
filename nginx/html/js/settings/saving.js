/* A form of settings: says whether it is saved, and is read-only for those who may not change it. */

import { h } from '../dom.js';
import { bindForm } from '../forms.js';
import { announce } from '../parts/toast.js';
import { t } from '../words/organisation.js';

/* The button with the state beside it; goes to the end of the form. */
export function saveRow(label) {
  return h('div', { class: 'save-row' }, h('button', { class: 'btn btn-primary', type: 'submit' }, label),
    h('span', { class: 'save-state' }, t('state.none')));
}

/* ---- leaving with unsaved changes: the browser asks ---- */

const unsaved = new Set();

function ask(event) {
  event.preventDefault();
  event.returnValue = true; /* browsers that do not go by preventDefault() */
}

function note(form, changed) {
  if (changed) {
    unsaved.add(form);
  } else {
    unsaved.delete(form);
  }
  /* Only while there is something to lose: a page that listens is not kept for the way back. */
  window.removeEventListener('beforeunload', ask);
  if (unsaved.size) {
    window.addEventListener('beforeunload', ask);
  }
}

/* options: send(form), labels, fields (see limitForm()), may (false: everything is disabled and the button goes), draft (see bindForm()). */
export function settingsForm(form, options) {
  const state = form.querySelector('.save-state');
  if (!options.may) {
    Array.from(form.elements).forEach((element) => {
      element.disabled = element.tagName !== 'FIELDSET';
    });
    form.querySelector('.save-row').remove();
    return;
  }
  let edits = 0;
  form.addEventListener('input', () => {
    edits += 1;
    note(form, true);
    state.textContent = t('state.unsaved');
  });
  bindForm(form, {
    labels: options.labels,
    fields: options.fields,
    draft: options.draft,
    send: async () => {
      const sent = edits;
      state.textContent = t('state.saving');
      try {
        await options.send(form);
      } catch (error) {
        state.textContent = t('state.failed');
        throw error;
      }
      if (edits === sent) {
        note(form, false);
        state.textContent = t('state.saved');
        announce(t('state.saved'));
      }
    }
  });
}

export function field(id, label, control, hint) {
  control.id = id;
  control.name = control.getAttribute('name') || id;
  if (hint) {
    control.setAttribute('aria-describedby', id + '-hint');
  }
  return h('div', { class: 'field' }, h('label', { for: id }, label), control, hint ? h('span', { class: 'hint', id: id + '-hint' }, hint) : null);
}

/* Entries of a list of constants; their words are messages: size.1_49, size.5000_. */
export function choices(values, kind) {
  return values.map((value) => [value, t(kind + '.' + value.toLowerCase().replace(/[^a-z0-9]/g, '_'))]);
}

export function select(entries, value) {
  const box = h('select', { class: 'input' }, entries.map((entry) => h('option', { value: entry[0] }, entry[1])));
  box.value = value || '';
  return box;
}
