/* Form behaviour: busy state, errors next to fields, a summary that leads to them. */

import { h, byId, clear, replace, focusOn } from './dom.js';
import { icon } from './icons.js';
import { isLeaving } from './api.js';
import { draft } from './draft.js';
import { bareAddressOnPaste } from './text.js';
import { t } from './words/forms.js';

/* A message box for a failed call; retry (optional) adds a button. The reference is for what the person cannot mend. */
export function errorBox(error, retry) {
  return h('div', { class: 'notice notice-bad', role: 'alert' }, icon('alert'),
    h('div', { class: 'stack-s' },
      h('p', null, error.message),
      error.requestId && !(error.status < 500) ? h('p', { class: 'tiny muted' }, t.nodes('reference', { id: error.requestId, code: (id) => h('code', null, id) })) : null,
      retry ? h('button', { class: 'btn', type: 'button', onclick: retry }, icon('repeat'), t('retry')) : null));
}

export function notice(tone, iconName, ...children) {
  return h('div', { class: 'notice notice-' + tone }, icon(iconName), h('div', null, children));
}

/* "selectedCharacters[0].name" is looked up as such, then as "selectedCharacters". */
function controlFor(form, name) {
  const short = String(name).split(/[.[]/)[0];
  const find = (key) => Array.from(form.elements).find((element) => element.name === key && element.type !== 'hidden');
  return find(name) || find(short) || form.querySelector('[data-field="' + short.replace(/[^\w-]/g, '') + '"]');
}

function describe(control, id, add) {
  const ids = (control.getAttribute('aria-describedby') || '').split(' ').filter((one) => one && one !== id);
  if (add) {
    ids.unshift(id);
  }
  if (ids.length) {
    control.setAttribute('aria-describedby', ids.join(' '));
  } else {
    control.removeAttribute('aria-describedby');
  }
}

export function clearErrors(form) {
  form.querySelectorAll('.field-error').forEach((node) => {
    const control = byId(node.getAttribute('data-for'));
    if (control) {
      control.removeAttribute('aria-invalid');
      describe(control, node.id, false);
    }
    node.remove();
  });
  const summary = form.querySelector('.form-summary');
  if (summary) {
    replace(summary);
  }
}

function markField(control, words) {
  const message = String(words || t('check'));
  const target = control.type === 'radio' ? control.closest('fieldset') : control;
  target.id = target.id || 'f-' + Math.random().toString(36).slice(2);
  const errorId = target.id + '-error';
  if (!byId(errorId)) {
    const text = message.charAt(0).toUpperCase() + message.slice(1);
    const node = h('p', { class: 'field-error', id: errorId, 'data-for': target.id }, text);
    const place = control.closest('.field') || target;
    place.appendChild(node);
    if (target.tagName !== 'FIELDSET') {
      target.setAttribute('aria-invalid', 'true');
    }
    describe(target, errorId, true);
  }
  return control;
}

function summaryLink(control, message) {
  const go = (event) => {
    event.preventDefault();
    const details = control.closest('details');
    if (details) {
      details.open = true;
    }
    focusOn(control);
  };
  return h('li', null, h('a', { href: '#' + (control.id || ''), onclick: go }, message));
}

/* Shows an ApiError (or anything with message and fields) in the form and moves focus to the summary. */
export function showErrors(form, error, labels) {
  clearErrors(form);
  const items = (error.fields || []).map((entry) => {
    const control = controlFor(form, entry.field);
    const label = (labels && labels[String(entry.field).split(/[.[]/)[0]]) || entry.field;
    const text = t('about', { label, message: entry.message });
    if (!control) {
      return h('li', null, text);
    }
    markField(control, entry.message);
    return summaryLink(control, text);
  });
  const box = items.length
    ? h('div', { class: 'notice notice-bad' }, icon('alert'), h('div', null,
      h('p', { class: 'strong' }, t('attention', { n: items.length })),
      h('ul', null, items)))
    : errorBox(error);
  box.removeAttribute('role');
  const summary = form.querySelector('.form-summary');
  replace(summary, box);
  summary.setAttribute('role', 'alert');
  summary.setAttribute('tabindex', '-1');
  summary.focus();
}

export function setBusy(button, busy) {
  if (busy) {
    button.setAttribute('aria-disabled', 'true');
  } else {
    button.removeAttribute('aria-disabled');
  }
}

/* What the server takes, on the form's controls: fields is an operation of FIELDS. A password is never cut to a length. */
export function limitForm(form, fields) {
  Object.keys(fields).forEach((name) => {
    const control = form.elements[name];
    const bounds = fields[name];
    if (control && control.type === 'number' && 'max' in bounds) {
      control.min = bounds.min;
      control.max = bounds.max;
    } else if (control && 'maxLength' in bounds && control.type !== 'password') {
      control.maxLength = bounds.maxLength;
    }
  });
}

/* check(values) returns field errors found here; send(values) does the work and may throw. fields: see limitForm(). draft: a name under which what
   was typed is kept until it is sent (draft.js); send() gets it too, to clear() it before it leaves the page. Returns that draft, or null. */
export function bindForm(form, options) {
  form.noValidate = true;
  if (options.fields) {
    limitForm(form, options.fields);
  }
  const kept = options.draft ? draft(form, options.draft) : null;
  form.addEventListener('paste', bareAddressOnPaste);
  form.addEventListener('submit', async (event) => {
    event.preventDefault();
    const button = form.querySelector('[type="submit"]');
    if (button.getAttribute('aria-disabled') === 'true' || isLeaving()) {
      return;
    }
    const fields = options.check ? options.check(form) : [];
    if (fields.length) {
      showErrors(form, { message: '', fields }, options.labels);
      return;
    }
    clearErrors(form);
    setBusy(button, true);
    try {
      await options.send(form, kept);
      if (kept) {
        kept.clear();
      }
    } catch (error) {
      showErrors(form, error, options.labels);
    }
    setBusy(button, false);
  });
  return kept;
}

/* The button below a list that fetches its next part with run(next); after an error it can be pressed again. */
export function moreButton(box, next, run) {
  clear(box);
  if (!next) {
    return;
  }
  const button = h('button', { class: 'btn', type: 'button' }, t('more'));
  const press = async () => {
    if (button.getAttribute('aria-disabled') === 'true') {
      return;
    }
    setBusy(button, true);
    try {
      await run(next);
    } catch (error) {
      setBusy(button, false);
      replace(box, errorBox(error, () => {
        replace(box, button);
        button.focus();
        press();
      }));
    }
  };
  button.addEventListener('click', press);
  box.appendChild(button);
}

/* A button inside the field that shows and hides the password. */
export function passwordToggle(input) {
  const button = h('button', { class: 'link-btn', type: 'button', 'aria-pressed': 'false', 'aria-label': t('show_password') }, t('show'));
  button.addEventListener('click', () => {
    const visible = input.type === 'password';
    input.type = visible ? 'text' : 'password';
    button.textContent = t(visible ? 'hide' : 'show');
    button.setAttribute('aria-pressed', String(visible));
  });
  input.parentNode.appendChild(button);
}
