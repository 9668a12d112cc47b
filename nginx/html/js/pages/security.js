/* Account security: change the password, set up and turn off the second factor, end sessions. */

import { h, s, byId, replace } from '../dom.js';
import { icon } from '../icons.js';
import { afterSignIn, get, post, remove, request } from '../api.js';
import { bindForm, errorBox, notice, passwordToggle } from '../forms.js';
import { confirmDialog } from '../dialog.js';
import { startShell, toast } from '../shell.js';
import { FIELDS } from '../constants.js';
import { exactDate, relativeDate } from '../format.js';

const FACTOR = '/api/auth/mfa';
let me = {};
/* Where somebody came from who needs a second factor to go on there. */
const NEXT = new URLSearchParams(window.location.search).has('next') ? afterSignIn() : null;
const LABELS = { currentPassword: 'Current password', newPassword: 'New password', code: 'Code', recoveryCode: 'Recovery code' };

/* ---- password ---- */

function checkPassword(form) {
  const fields = [];
  if (!form.elements.currentPassword.value) {
    fields.push({ field: 'currentPassword', message: 'enter your current password' });
  }
  if (form.elements.newPassword.value.length < 8) {
    fields.push({ field: 'newPassword', message: 'must have at least 8 characters' });
  }
  return fields;
}

function counted(number, one, many) {
  return number + ' ' + (number === 1 ? one : many);
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
  toast('Password changed. ' + counted(done.endedSessions, 'other session', 'other sessions') + ' ended, '
    + counted(done.endedApiKeys, 'API key', 'API keys') + ' revoked.');
  await loadSessions();
}

/* ---- second factor ---- */

function codeField(id, label, name, hint) {
  return h('div', { class: 'field short-field' }, h('label', { for: id }, label),
    h('input', {
      class: 'input code-input', id, name, autocomplete: name === 'code' ? 'one-time-code' : 'off', maxlength: FIELDS.turnOffSecondFactor[name].maxLength, spellcheck: 'false',
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
  return /^\d{6}$/.test(form.elements.code.value.replace(/[\s-]/g, '')) ? []
    : [{ field: 'code', message: 'enter the six digits that your app shows' }];
}

/* Back to where the second factor was asked for, or how it is now. */
async function goOn() {
  if (NEXT) {
    window.location.assign(NEXT);
    return;
  }
  await loadFactor();
  focusFactor();
}

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    toast('Recovery codes copied.');
  } catch (error) {
    toast('Copying is blocked here. Select the codes and press Ctrl+C or ⌘C.');
  }
}

function showCodes(codes, words) {
  const title = h('h3', { tabindex: '-1' }, words || 'The second factor is on. Keep these recovery codes');
  drawFactor(notice('good', 'shield', title,
    h('p', null, 'Each opens your account once when your authenticator app is not at hand. They are not shown again.'),
    h('ul', { class: 'code-list', id: 'codes' }, codes.map((code) => h('li', null, code))),
    h('div', { class: 'row no-print' },
      h('button', { class: 'btn btn-primary', type: 'button', onclick: () => copy(codes.join('\n')) }, icon('copy'), 'Copy'),
      h('button', { class: 'btn', type: 'button', onclick: () => window.print() }, icon('file'), 'Print'),
      h('button', { class: 'btn', type: 'button', onclick: goOn }, NEXT ? 'I have stored them, go on' : 'I have stored them'))));
  title.focus();
}

function qrCode(qr) {
  return s('svg', { class: 'enrol-qr', viewBox: '0 0 ' + qr.size + ' ' + qr.size, role: 'img', 'aria-label': 'QR code for your authenticator app', 'shape-rendering': 'crispEdges' },
    s('path', { d: qr.path }));
}

function showEnrolment(made) {
  const title = h('h3', { tabindex: '-1' }, 'Add Muster to your authenticator app');
  const form = h('form', { class: 'stack' },
    h('div', { class: 'form-summary' }),
    codeField('code', 'Code', 'code', 'The six digits that the app shows now.'),
    h('div', { class: 'row' },
      h('button', { class: 'btn btn-primary', type: 'submit' }, 'Turn on'),
      h('button', { class: 'btn', type: 'button', onclick: async () => { await loadFactor(); focusFactor(); } }, 'Cancel')));
  drawFactor(h('div', { class: 'enrol' }, qrCode(made.qr),
    h('div', { class: 'stack' }, title,
      h('p', null, 'Scan the picture with the app, or type this secret into it:'),
      h('p', { class: 'enrol-secret', id: 'secret' }, made.secret.match(/.{1,4}/g).join(' ')),
      h('p', { class: 'small' }, h('a', { href: made.uri }, 'Open an app on this device')),
      form)));
  bindForm(form, {
    labels: LABELS,
    check: checkCode,
    send: async () => showCodes((await post(FACTOR, { code: form.elements.code.value.trim() })).recoveryCodes)
  });
  title.focus();
}

function showOff(state) {
  const form = h('form', { class: 'stack' },
    h('div', { class: 'form-summary' }),
    state.required ? notice('mid', 'shield', h('p', null, me.role === 'SUPER_ADMIN'
      ? 'Platform administrators need a second factor: the platform\u2019s pages open when you have set one up.'
      : 'Your organisation requires a second factor. Until you have set one up, you reach only this page and your own data, and your API keys are refused.')) : null,
    h('p', null, 'With a second factor, signing in also asks for a code that an app on your phone shows. A stolen password alone then opens nothing.'),
    h('button', { class: 'btn btn-primary', type: 'submit' }, 'Set up'));
  drawFactor(form);
  bindForm(form, { send: async () => showEnrolment(await post(FACTOR)) });
}

function checkProof(form) {
  const recovery = form.elements.recoveryCode.value.replace(/[\s-]/g, '');
  if (recovery) {
    return recovery.length === 16 ? [] : [{ field: 'recoveryCode', message: 'has sixteen letters and digits' }];
  }
  return checkCode(form);
}

async function turnOff(form) {
  const recovery = form.elements.recoveryCode.value.trim();
  await request('DELETE', FACTOR, recovery ? { recoveryCode: recovery } : { code: form.elements.code.value.trim() });
  toast('The second factor is off.');
  await loadFactor();
  focusFactor();
}

function showOn(state) {
  const form = h('form', { class: 'stack' },
    h('div', { class: 'form-summary' }),
    codeField('code', 'Code', 'code', 'The six digits that your app shows now; a code that was used before does not count.'),
    codeField('recoveryCode', 'Or a recovery code', 'recoveryCode', 'If the app is not at hand.'),
    h('button', { class: 'btn btn-danger', type: 'submit' }, 'Turn off'));
  const codes = h('form', { class: 'stack' },
    h('div', { class: 'form-summary' }),
    h('p', null, 'All codes that you have stop working.'),
    codeField('codes-code', 'Code', 'code', 'The six digits that your app shows now.'),
    h('button', { class: 'btn btn-primary', type: 'submit' }, 'Make new codes'));
  drawFactor(h('div', { class: 'stack' },
    h('p', null, h('span', { class: 'pill pill-good' }, icon('check'), 'On'), ' since ' + exactDate(state.confirmedAt, false)),
    NEXT ? h('p', null, h('a', { class: 'btn btn-primary', href: NEXT }, 'Go on')) : null,
    h('p', { class: state.recoveryCodesLeft < 3 ? 'strong' : 'muted' }, counted(state.recoveryCodesLeft, 'recovery code', 'recovery codes')
      + ' left.'),
    h('details', { class: 'more' }, h('summary', null, 'New recovery codes'), codes),
    state.required ? h('p', { class: 'muted' }, 'It is required of you, so it stays on. If you lose it, an administrator can have it removed.')
      : h('details', { class: 'more' }, h('summary', null, 'Turn the second factor off'), form)));
  bindForm(codes, { check: checkCode, labels: LABELS, send: async () => showCodes((await post(FACTOR + '/recovery-codes', { code: codes.elements.code.value.trim() })).recoveryCodes, 'New recovery codes. Keep them') });
  bindForm(form, { check: checkProof, send: turnOff, labels: LABELS });
}

async function loadFactor() {
  try {
    const state = await get(FACTOR);
    if (state.enabled) {
      showOn(state);
    } else {
      showOff(state);
    }
  } catch (error) {
    drawFactor(errorBox(error, loadFactor));
  }
}

/* ---- sessions ---- */

const BROWSERS = [['Edg/', 'Edge'], ['OPR/', 'Opera'], ['Firefox/', 'Firefox'], ['Chrome/', 'Chrome'], ['Safari/', 'Safari']];
const SYSTEMS = [['Android', 'Android'], ['iPhone', 'iPhone'], ['iPad', 'iPad'], ['Windows', 'Windows'], ['Mac OS', 'macOS'], ['Linux', 'Linux']];

function deviceName(agent) {
  const browser = BROWSERS.find((entry) => agent.indexOf(entry[0]) >= 0);
  const system = SYSTEMS.find((entry) => agent.indexOf(entry[0]) >= 0);
  if (!browser) {
    return agent ? agent.slice(0, 60) : 'Unknown program';
  }
  return browser[1] + (system ? ' on ' + system[1] : '');
}

function end(session) {
  return async () => {
    const done = await confirmDialog({
      title: 'End this session?',
      text: deviceName(session.userAgent) + ' at ' + session.address + ' is signed out at once.',
      action: 'End session',
      danger: true,
      run: () => remove('/api/auth/sessions/' + encodeURIComponent(session.id))
    });
    if (done) {
      toast('Session ended.');
      await loadSessions();
      byId('sessions-title').focus();
    }
  };
}

async function endOthers() {
  const done = await confirmDialog({
    title: 'End all other sessions?',
    text: 'Everywhere but here you have to sign in again. API keys go on working.',
    action: 'End sessions',
    danger: true,
    run: () => remove('/api/auth/sessions')
  });
  if (done) {
    toast('All other sessions ended.');
    await loadSessions();
    byId('sessions-title').focus();
  }
}

function sessionNode(session) {
  return h('li', null,
    h('div', { class: 'stack-s' },
      h('div', { class: 'row' }, h('h3', null, deviceName(session.userAgent)),
        session.current ? h('span', { class: 'pill pill-accent' }, 'This session') : null),
      h('div', { class: 'key-meta' },
        h('span', null, 'Address ' + session.address),
        h('span', null, 'Signed in ' + exactDate(session.createdAt)),
        h('span', null, 'Last used ' + relativeDate(session.lastSeenAt)))),
    session.current ? null : h('button', { class: 'btn', type: 'button', onclick: end(session) }, 'End',
      h('span', { class: 'sr-only' }, ' session of ' + deviceName(session.userAgent) + ' at ' + session.address)));
}

async function loadSessions() {
  const box = byId('sessions');
  try {
    const sessions = await get('/api/auth/sessions');
    replace(box, h('ul', { class: 'key-list' }, sessions.map(sessionNode)),
      sessions.length > 1 ? h('button', { class: 'btn', type: 'button', onclick: endOthers }, 'End all other sessions') : null);
  } catch (error) {
    replace(box, errorBox(error, loadSessions));
  }
  box.removeAttribute('aria-busy');
}

async function start() {
  passwordToggle(byId('currentPassword'));
  passwordToggle(byId('newPassword'));
  bindForm(byId('password-form'), { check: checkPassword, send: sendPassword, labels: LABELS });
  try {
    me = await startShell();
    byId('username').value = me.email;
  } catch (error) {
    drawFactor(errorBox(error, () => window.location.reload()));
    replace(byId('sessions'));
    byId('sessions').removeAttribute('aria-busy');
    return;
  }
  await Promise.all([loadFactor(), loadSessions()]);
}

start();
