/* Account security: change the password, set up and turn off the second factor, end sessions. */

import { h, s, byId, replace } from '../dom.js';
import { icon } from '../icons.js';
import { afterSignIn, get, leave, post, remove, request } from '../api.js';
import { bindForm, errorBox, notice, passwordToggle } from '../forms.js';
import { confirmDialog } from '../dialog.js';
import { startShell, toast } from '../shell.js';
import { FIELDS } from '../constants.js';
import { exactDate, relativeDate } from '../format.js';
import { LABELS as PROOFS, unsound, valueOf } from '../proof.js';
import { t as forms } from '../words/forms.js';
import { t } from '../words/security.js';

const FACTOR = '/api/auth/mfa';
let me = {};
/* Where somebody came from who needs a second factor to go on there. */
const NEXT = new URLSearchParams(window.location.search).has('next') ? afterSignIn() : null;
const LABELS = Object.assign({ currentPassword: t('password.current'), newPassword: t('password.new') }, PROOFS);
const MIN_PASSWORD = FIELDS.changePassword.newPassword.minLength;

/* ---- password ---- */

function checkPassword(form) {
  const fields = [];
  if (!form.elements.currentPassword.value) {
    fields.push({ field: 'currentPassword', message: t('password.need') });
  }
  if (form.elements.newPassword.value.length < MIN_PASSWORD) {
    fields.push({ field: 'newPassword', message: forms('need.length', { n: MIN_PASSWORD }) });
  }
  return fields;
}

function emptyPasswords() {
  byId('currentPassword').value = '';
  byId('newPassword').value = '';
}

async function sendPassword(form) {
  const done = await post('/api/auth/change-password', {
    currentPassword: form.elements.currentPassword.value, newPassword: form.elements.newPassword.value
  });
  emptyPasswords();
  toast(t('password.done', { sessions: done.endedSessions, keys: done.endedApiKeys }));
  await loadSessions();
}

/* ---- second factor ---- */

function codeField(id, label, name, hint) {
  return h('div', { class: 'field short-field' }, h('label', { for: id }, label),
    h('input', {
      class: 'input code-input', id, name, dir: 'ltr', autocomplete: name === 'code' ? 'one-time-code' : 'off', maxlength: FIELDS.turnOffSecondFactor[name].maxLength, spellcheck: 'false',
      inputmode: name === 'code' ? 'numeric' : null, 'aria-describedby': id + '-hint'
    }),
    h('span', { class: 'hint', id: id + '-hint' }, hint));
}

function drawFactor(...children) {
  replace(byId('factor'), children);
  byId('factor').removeAttribute('aria-busy');
}

/* What a form of this section did is said at its heading. */
function focusFactor() {
  byId('factor-title').focus();
}

function checkCode(form) {
  return unsound(form, ['code']);
}

/* Back to where the second factor was asked for, or how it is now. */
async function goOn() {
  if (NEXT) {
    await leave(NEXT);
    return;
  }
  await loadFactor();
  focusFactor();
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast(t('codes.copied'));
  } catch (error) {
    toast(t('codes.copy_failed'));
  }
}

function showCodes(codes, words) {
  const title = h('h3', { tabindex: '-1' }, words || t('codes.title'));
  drawFactor(notice('good', 'shield', title,
    h('p', null, t('codes.text')),
    h('ul', { class: 'code-list', id: 'codes' }, codes.map((code) => h('li', null, code))),
    h('div', { class: 'row no-print' },
      h('button', { class: 'btn btn-primary', type: 'button', onclick: () => copy(codes.join('\n')) }, icon('copy'), t('codes.copy')),
      h('button', { class: 'btn', type: 'button', onclick: () => window.print() }, icon('file'), t('codes.print')),
      h('button', { class: 'btn', type: 'button', onclick: goOn }, t(NEXT ? 'codes.go_on' : 'codes.done')))));
  title.focus();
}

function qrCode(qr) {
  return s('svg', { class: 'enrol-qr', viewBox: '0 0 ' + qr.size + ' ' + qr.size, role: 'img', 'aria-label': t('enrol.qr'), 'shape-rendering': 'crispEdges' },
    s('path', { d: qr.path }));
}

function showEnrolment(made) {
  const title = h('h3', { tabindex: '-1' }, t('enrol.title'));
  const form = h('form', { class: 'stack' },
    h('div', { class: 'form-summary' }),
    codeField('code', forms('code'), 'code', t('enrol.hint')),
    h('div', { class: 'row' },
      h('button', { class: 'btn btn-primary', type: 'submit' }, t('enrol.action')),
      h('button', { class: 'btn', type: 'button', onclick: async () => { await loadFactor(); focusFactor(); } }, t('cancel'))));
  drawFactor(h('div', { class: 'enrol' }, qrCode(made.qr),
    h('div', { class: 'stack' }, title,
      h('p', null, t('enrol.scan')),
      h('p', { class: 'enrol-secret', id: 'secret', dir: 'ltr' }, made.secret.match(/.{1,4}/g).join(' ')),
      h('p', { class: 'small' }, h('a', { href: made.uri }, t('enrol.open'))),
      form)));
  bindForm(form, {
    labels: LABELS,
    check: checkCode,
    send: async () => showCodes((await post(FACTOR, { code: valueOf(form, 'code') })).recoveryCodes)
  });
  title.focus();
}

function showOff(state) {
  const form = h('form', { class: 'stack' },
    h('div', { class: 'form-summary' }),
    state.required ? notice('mid', 'shield', h('p', null, t(me.role === 'SUPER_ADMIN' ? 'off.platform' : 'off.required'))) : null,
    h('p', null, t('off.text')),
    h('button', { class: 'btn btn-primary', type: 'submit' }, t('off.action')));
  drawFactor(form);
  bindForm(form, { send: async () => showEnrolment(await post(FACTOR)) });
}

/* A recovery code where one is given, else a code of the app. */
function proofOf(form) {
  return form.elements.recoveryCode.value.trim() ? 'recoveryCode' : 'code';
}

async function turnOff(form) {
  const proof = proofOf(form);
  await request('DELETE', FACTOR, { [proof]: valueOf(form, proof) });
  toast(t('off.done'));
  await loadFactor();
  focusFactor();
}

function showOn(state) {
  const form = h('form', { class: 'stack' },
    h('div', { class: 'form-summary' }),
    codeField('code', forms('code'), 'code', forms('code.hint')),
    codeField('recoveryCode', t('off.recovery'), 'recoveryCode', t('off.recovery.hint')),
    h('button', { class: 'btn btn-danger', type: 'submit' }, t('off.turn')));
  const codes = h('form', { class: 'stack' },
    h('div', { class: 'form-summary' }),
    h('p', null, t('renew.text')),
    codeField('codes-code', forms('code'), 'code', t('enrol.hint')),
    h('button', { class: 'btn btn-primary', type: 'submit' }, t('renew.action')));
  drawFactor(h('div', { class: 'stack' },
    h('p', { class: 'row' }, h('span', { class: 'pill pill-good' }, icon('check'), t('on')), h('span', null, t('on.since', { date: exactDate(state.confirmedAt, false) }))),
    NEXT ? h('p', null, h('a', { class: 'btn btn-primary', href: NEXT }, t('on.go_on'))) : null,
    h('p', { class: state.recoveryCodesLeft < 3 ? 'strong' : 'muted' }, t('on.left', { n: state.recoveryCodesLeft })),
    h('details', { class: 'more' }, h('summary', null, t('renew')), codes),
    state.required ? h('p', { class: 'muted' }, t('on.required')) : h('details', { class: 'more' }, h('summary', null, t('off')), form)));
  bindForm(codes, { check: checkCode, labels: LABELS, send: async () => showCodes((await post(FACTOR + '/recovery-codes', { code: valueOf(codes, 'code') })).recoveryCodes, t('codes.new')) });
  bindForm(form, { check: () => unsound(form, [proofOf(form)]), send: turnOff, labels: LABELS });
}

/* asked: the state, or the error, where it was asked for before. */
async function loadFactor(asked) {
  try {
    const state = await (asked || get(FACTOR));
    if (state instanceof Error) {
      throw state;
    }
    if (state.enabled) {
      showOn(state);
    } else {
      showOff(state);
    }
  } catch (error) {
    drawFactor(errorBox(error, () => loadFactor()));
  }
}

/* ---- sessions ---- */

const BROWSERS = [['Edg/', 'Edge'], ['OPR/', 'Opera'], ['Firefox/', 'Firefox'], ['Chrome/', 'Chrome'], ['Safari/', 'Safari']];
const SYSTEMS = [['Android', 'Android'], ['iPhone', 'iPhone'], ['iPad', 'iPad'], ['Windows', 'Windows'], ['Mac OS', 'macOS'], ['Linux', 'Linux']];

function deviceName(agent) {
  const browser = BROWSERS.find((entry) => agent.indexOf(entry[0]) >= 0);
  const system = SYSTEMS.find((entry) => agent.indexOf(entry[0]) >= 0);
  if (!browser) {
    return agent ? agent.slice(0, 60) : t('session.unknown');
  }
  return system ? t('session.device', { browser: browser[1], system: system[1] }) : browser[1];
}

function placeOf(session) {
  return { device: deviceName(session.userAgent), address: session.address };
}

function end(session) {
  return async () => {
    const done = await confirmDialog({
      title: t('session.end.title'),
      text: t('session.end.text', placeOf(session)),
      action: t('session.end.action'),
      keep: t('session.end.keep'),
      danger: true,
      run: () => remove('/api/auth/sessions/' + encodeURIComponent(session.id))
    });
    if (done) {
      toast(t('session.ended'));
      await loadSessions();
      byId('sessions-title').focus();
    }
  };
}

async function endOthers() {
  const done = await confirmDialog({
    title: t('others.title'),
    text: t('others.text'),
    action: t('others.action'),
    keep: t('others.keep'),
    danger: true,
    run: () => remove('/api/auth/sessions')
  });
  if (done) {
    toast(t('others.ended'));
    await loadSessions();
    byId('sessions-title').focus();
  }
}

function sessionNode(session) {
  return h('li', null,
    h('div', { class: 'stack-s' },
      h('div', { class: 'row' }, h('h3', null, deviceName(session.userAgent)),
        session.current ? h('span', { class: 'pill pill-accent' }, t('session.this')) : null),
      h('div', { class: 'key-meta' },
        h('span', null, t('session.address', { address: session.address })),
        h('span', null, t('session.since', { date: exactDate(session.createdAt) })),
        h('span', null, t('session.used', { when: relativeDate(session.lastSeenAt) })))),
    session.current ? null : h('button', { class: 'btn', type: 'button', 'aria-label': t('session.end.of', placeOf(session)), onclick: end(session) }, t('session.end')));
}

async function loadSessions() {
  const box = byId('sessions');
  try {
    const sessions = await get('/api/auth/sessions');
    replace(box, h('ul', { class: 'key-list' }, sessions.map(sessionNode)),
      sessions.length > 1 ? h('button', { class: 'btn', type: 'button', onclick: endOthers }, t('others')) : null);
  } catch (error) {
    replace(box, errorBox(error, loadSessions));
  }
  box.removeAttribute('aria-busy');
}

async function start() {
  passwordToggle(byId('currentPassword'));
  passwordToggle(byId('newPassword'));
  bindForm(byId('password-form'), { check: checkPassword, send: sendPassword, labels: LABELS });
  const state = get(FACTOR).catch((error) => error); /* asked for at once, drawn when it is known for whom */
  const sessions = loadSessions();
  try {
    me = await startShell();
    byId('username').value = me.email;
  } catch (error) {
    drawFactor(errorBox(error, () => window.location.reload()));
    await sessions;
    replace(byId('sessions'));
    return;
  }
  await Promise.all([loadFactor(state), sessions]);
}

start();
