/* Sign-in: e-mail and password, a second step when the account has one, then back to the page in ?next= (same site only). */

import { byId, replace } from '../dom.js';
import { afterSignIn, get, post } from '../api.js';
import { bindForm, clearErrors, notice, passwordToggle } from '../forms.js';
import { announce, publicHeader } from '../shell.js';
import { FIELDS } from '../constants.js';

const query = new URLSearchParams(window.location.search);
/* Whether strangers may register, and whether a mail confirms it; {} when nobody says. */
const status = get('/api/public/signup-status', { anonymous: true }).catch(() => ({}));
const LABELS = { email: 'E-mail', password: 'Password', code: 'Code', recoveryCode: 'Recovery code' };

function check(form) {
  const fields = [];
  if (!form.elements.email.value.trim()) {
    fields.push({ field: 'email', message: 'enter your e-mail address' });
  }
  if (!form.elements.password.value) {
    fields.push({ field: 'password', message: 'enter your password' });
  }
  return fields;
}

async function send(form) {
  const values = form.elements;
  let reply = null;
  try {
    reply = await post('/api/auth/signin', { email: values.email.value.trim(), password: values.password.value }, { anonymous: true });
  } catch (error) {
    if (error.code === 'invalid_credentials') {
      error.message = 'E-mail and password do not match. Check both and try again.' + ((await status).confirmsByMail ? ' If you have just registered, open the link in the mail first.' : '');
    }
    throw error;
  }
  if (reply.mfaRequired) {
    showStep(true);
  } else {
    window.location.assign(afterSignIn());
  }
}

/* ---- second step ---- */

function useRecoveryCode(recovery) {
  byId('code-field').hidden = recovery;
  byId('recovery-field').hidden = !recovery;
  byId('other-proof').textContent = recovery ? 'Use a code of the app instead' : 'Use a recovery code instead';
  clearErrors(byId('code-form'));
  byId(recovery ? 'recoveryCode' : 'code').focus();
}

function showStep(second) {
  byId('signin-form').hidden = second;
  byId('code-form').hidden = !second;
  byId('register-line').hidden = second || byId('register-line').dataset.closed === 'true';
  byId('title').textContent = second ? 'Second step' : 'Sign in';
  replace(byId('note'));
  byId('code-form').reset();
  if (second) {
    announce('Second step: enter the code of your authenticator app.');
    useRecoveryCode(false);
  } else {
    byId('password').value = '';
    byId('password').focus();
  }
}

function proofName() {
  return byId('code-field').hidden ? 'recoveryCode' : 'code';
}

function checkCode(form) {
  const value = form.elements[proofName()].value.replace(/[\s-]/g, '');
  if (proofName() === 'code') {
    return /^\d{6}$/.test(value) ? [] : [{ field: 'code', message: 'enter the six digits that your app shows' }];
  }
  return value.length === 16 ? [] : [{ field: 'recoveryCode', message: 'enter one of your recovery codes, sixteen letters and digits' }];
}

async function sendCode(form) {
  const name = proofName();
  try {
    await post('/api/auth/mfa/verify', { [name]: form.elements[name].value.trim() }, { anonymous: true });
  } catch (error) {
    form.reset();
    if (error.code === 'unauthenticated') {
      showStep(false);
      replace(byId('note'), notice('mid', 'clock', 'That took too long. Please enter your password again.'));
      return;
    }
    throw error;
  }
  window.location.assign(afterSignIn());
}

async function startAgain() {
  try {
    await post('/api/auth/signout', {}, { anonymous: true });
  } catch (error) {
    /* It ends by itself after ten minutes. */
  }
  showStep(false);
}

async function hideRegistration() {
  const { open } = await status;
  byId('register-line').dataset.closed = String(open === false);
  byId('register-line').hidden = open === false || byId('signin-form').hidden;
}

publicHeader();
if (query.get('next')) {
  replace(byId('note'), notice('info', 'lock', 'Please sign in to continue.'));
}
passwordToggle(byId('password'));
bindForm(byId('signin-form'), { check, send, labels: LABELS });
bindForm(byId('code-form'), { check: checkCode, send: sendCode, labels: LABELS, fields: FIELDS.verifySecondFactor });
byId('other-proof').addEventListener('click', () => useRecoveryCode(proofName() === 'code'));
byId('start-again').addEventListener('click', startAgain);
hideRegistration();
