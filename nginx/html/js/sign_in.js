/* The one dialog that asks somebody whose session has ended to sign in again on the spot; api.js repeats the calls behind it. Whoever else signs in
   there sees the page anew: nothing of the one before is left on it. */

import { h, byId, replace } from './dom.js';
import { currentPerson, post, startAnew } from './api.js';
import { notice } from './forms.js';
import { proofDialog, valueOf } from './proof.js';
import { t } from './words/forms.js';
import { t as signinWords } from './words/signin.js';

let open = null;
let dialog = null;

function credentials(values) {
  dialog.draw(['email', 'password'], h('p', { class: 'small' }, h('a', { href: '/forgot', target: '_blank', rel: 'noopener' }, signinWords('forgot'))), values);
}

function secondStep(kind) {
  const other = kind === 'code' ? 'recoveryCode' : 'code';
  dialog.draw([kind], h('button', { class: 'link-btn', type: 'button', onclick: () => secondStep(other) }, t(other === 'code' ? 'use_code' : 'use_recovery')));
}

async function signedIn(user) {
  if (user.id === currentPerson().id) {
    dialog.done(true);
  } else {
    await startAnew();
  }
}

async function send(form, box, kinds) {
  if (kinds[0] === 'email') {
    const reply = await post('/api/auth/signin', { email: valueOf(form, 'email'), password: valueOf(form, 'password') }, { anonymous: true }).catch((error) => {
      error.message = error.code === 'invalid_credentials' ? signinWords('wrong') : error.message;
      throw error;
    });
    return reply.mfaRequired ? secondStep('code') : signedIn(reply);
  }
  try {
    return await signedIn(await post('/api/auth/mfa/verify', { [kinds[0]]: valueOf(form, kinds[0]) }, { anonymous: true }));
  } catch (error) {
    if (error.code !== 'unauthenticated') {
      throw error;
    }
    credentials({ email: currentPerson().email });
    replace(form.querySelector('.form-summary'), notice('mid', 'clock', t('again.slow')));
    return null;
  }
}

function ask() {
  dialog = proofDialog({ id: 'again', title: t('again.title'), text: t('again.text'), action: t('again.action'), back: t('again.later'), send });
  credentials({ email: currentPerson().email });
  return dialog.result;
}

/* Resolves to true when the same person has signed in. Calls that ask at the same time share the dialog. */
export function signInHere() {
  if (!open || !byId('again')) {
    open = ask();
  }
  return open;
}

/* The same person has signed in at another tab: there is nothing left to ask. */
export function signedInElsewhere() {
  if (dialog && byId('again')) {
    dialog.done(true);
  }
}
