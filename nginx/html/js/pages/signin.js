/* Sign-in: email and password, a second step when the account has one, then back to the page in ?next= (same site only). */

import { byId, replace } from '../dom.js';
import { afterSignIn, get, leave, post } from '../api.js';
import { bindForm, clearErrors, notice, passwordToggle } from '../forms.js';
import { LABELS, unsound, valueOf } from '../proof.js';
import { announce, publicHeader } from '../shell.js';
import { FIELDS } from '../constants.js';
import { t as forms } from '../words/forms.js';
import { t } from '../words/signin.js';

/* Whether strangers may register, and whether a mail confirms it; {} when nobody says. */
const status = get('/api/public/signup-status', { anonymous: true }).catch(() => ({}));

async function send(form) {
  let reply = null;
  try {
    reply = await post('/api/auth/signin', { email: valueOf(form, 'email'), password: valueOf(form, 'password') }, { anonymous: true });
  } catch (error) {
    if (error.code === 'invalid_credentials') {
      error.message = t((await status).confirmsByMail ? 'wrong.unconfirmed' : 'wrong');
    }
    throw error;
  }
  if (reply.mfaRequired) {
    showStep(true);
  } else {
    await leave(afterSignIn());
  }
}

/* ---- second step ---- */

function useRecoveryCode(recovery) {
  byId('code-field').hidden = recovery;
  byId('recovery-field').hidden = !recovery;
  byId('other-proof').textContent = forms(recovery ? 'use_code' : 'use_recovery');
  clearErrors(byId('code-form'));
  byId(recovery ? 'recoveryCode' : 'code').focus();
}

function showStep(second) {
  byId('signin-form').hidden = second;
  byId('code-form').hidden = !second;
  byId('register-line').hidden = second || byId('register-line').dataset.closed === 'true';
  byId('title').textContent = t(second ? 'title.second' : 'title');
  replace(byId('note'));
  byId('code-form').reset();
  if (second) {
    announce(t('second'));
    useRecoveryCode(false);
  } else {
    byId('password').value = '';
    byId('password').focus();
  }
}

function proofName() {
  return byId('code-field').hidden ? 'recoveryCode' : 'code';
}

async function sendCode(form) {
  const name = proofName();
  try {
    await post('/api/auth/mfa/verify', { [name]: valueOf(form, name) }, { anonymous: true });
  } catch (error) {
    form.reset();
    if (error.code === 'unauthenticated') {
      showStep(false);
      replace(byId('note'), notice('mid', 'clock', forms('again.slow')));
      return;
    }
    throw error;
  }
  await leave(afterSignIn());
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
passwordToggle(byId('password'));
bindForm(byId('signin-form'), { check: (form) => unsound(form, ['email', 'password']), send, labels: LABELS });
bindForm(byId('code-form'), { check: (form) => unsound(form, [proofName()]), send: sendCode, labels: LABELS, fields: FIELDS.verifySecondFactor });
byId('other-proof').addEventListener('click', () => useRecoveryCode(proofName() === 'code'));
byId('start-again').addEventListener('click', startAgain);
hideRegistration();
