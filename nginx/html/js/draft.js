/* What somebody types into a long form is kept in this tab, for that person alone, until it is saved: it is there again after a reload, after
   signing in again, and after going back. It ends with the tab and with signing out. Secrets are never kept.

     bindForm(form, { draft: 'new-exercise', ... })   when the form shows what it begins with; saving it ends the draft
     const kept = draft(form, 'new-exercise');         the same for a form of its own kind; kept.clear() when it is saved

   What differs from what the form began with is kept, and only that is put back: all else is as the server has it now. */

import { h } from './dom.js';
import { icon } from './icons.js';
import { currentPerson } from './api.js';
import { t } from './words/forms.js';

const PREFIX = 'muster.draft.';
const NEVER = ['password', 'hidden', 'file', 'submit', 'button', 'reset', 'image'];

function storage(act) {
  try {
    return act(window.sessionStorage);
  } catch (error) {
    return null; /* forbidden, or full: then nothing is kept */
  }
}

function forget(which) {
  storage((store) => Object.keys(store).filter((key) => key.startsWith(PREFIX) && which(key)).forEach((key) => store.removeItem(key)));
}

/* Everything that is kept here: of everybody, or of all others than a person. */
export function forgetDrafts(but) {
  forget((key) => !but || !key.startsWith(PREFIX + but.id + '.'));
}

function isKept(control) {
  return control.name && !control.readOnly && !NEVER.includes(control.type) && !/code|password/.test(control.autocomplete) && !('secret' in control.dataset);
}

/* name -> what is typed or chosen there; of boxes to tick the values of those that are ticked. */
function snapshot(form) {
  const found = {};
  Array.from(form.elements).filter((control) => control.tagName !== 'FIELDSET' && isKept(control)).forEach((control) => {
    if (control.type === 'checkbox' || control.type === 'radio') {
      found[control.name] = found[control.name] || [];
      if (control.checked) {
        found[control.name].push(control.value);
      }
    } else {
      found[control.name] = control.value;
    }
  });
  return found;
}

function same(one, other) {
  return JSON.stringify(one) === JSON.stringify(other);
}

/* The page hears of it as if somebody had typed. */
function put(form, values) {
  Array.from(form.elements).filter((control) => isKept(control) && control.name in values).forEach((control) => {
    const value = values[control.name];
    const ticks = control.type === 'checkbox' || control.type === 'radio';
    const changed = ticks ? control.checked !== value.includes(control.value) : control.value !== value;
    if (ticks) {
      control.checked = value.includes(control.value);
    } else {
      control.value = value;
    }
    if (changed) {
      control.dispatchEvent(new Event('input', { bubbles: true }));
      control.dispatchEvent(new Event('change', { bubbles: true }));
    }
  });
}

/* key: of the form, with the id of what it changes. begin(key) of the result: the form shows something else now. */
export function draft(form, key) {
  const person = currentPerson();
  if (!person) {
    return { clear() {}, begin() {} };
  }
  let name = '';
  let first = {};
  const said = h('div', { class: 'notice notice-info', role: 'status' }, icon('repeat'), h('div', { class: 'row' }, h('p', null, t('draft.kept')),
    h('button', { class: 'link-btn', type: 'button' }, t('draft.discard'))));
  const drop = () => {
    said.remove();
    forget((one) => one === name);
  };
  const keep = () => {
    const now = snapshot(form);
    const typed = Object.fromEntries(Object.keys(now).filter((one) => !same(now[one], first[one])).map((one) => [one, now[one]]));
    if (Object.keys(typed).length) {
      storage((store) => store.setItem(name, JSON.stringify(typed)));
    } else {
      drop();
    }
  };
  const restore = () => {
    const kept = JSON.parse(storage((store) => store.getItem(name)) || '{}');
    const values = Object.fromEntries(Object.keys(kept).filter((one) => one in first && !same(kept[one], first[one])).map((one) => [one, kept[one]]));
    if (Object.keys(values).length) {
      put(form, values);
      const summary = form.querySelector('.form-summary');
      form.insertBefore(said, summary && summary.parentNode === form ? summary : form.firstChild);
    }
  };
  const begin = (now) => {
    said.remove();
    name = PREFIX + person.id + '.' + now;
    first = snapshot(form);
    restore();
  };
  const clear = () => {
    drop();
    first = snapshot(form);
  };
  said.querySelector('button').addEventListener('click', () => {
    put(form, first);
    drop();
    (form.querySelector('input, textarea, select') || form).focus();
  });
  begin(key);
  form.addEventListener('input', keep);
  form.addEventListener('change', keep);
  return { clear, begin };
}
