/* Sign-in: e-mail and password, then back to the page in ?next= (same site only). */

import { byId, replace } from '../dom.js';
import { get, post, safePath } from '../api.js';
import { bindForm, notice, passwordToggle } from '../forms.js';
import { publicHeader } from '../shell.js';

const query = new URLSearchParams(window.location.search);
const LABELS = { email: 'E-mail', password: 'Password' };

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
  try {
    await post('/api/auth/signin', { email: values.email.value.trim(), password: values.password.value }, { anonymous: true });
  } catch (error) {
    if (error.code === 'invalid_credentials') {
      error.message = 'E-mail and password do not match. Check both and try again.';
    }
    throw error;
  }
  window.location.assign(safePath(query.get('next')));
}

async function hideRegistration() {
  try {
    const reply = await get('/api/public/signup-status', { anonymous: true });
    byId('register-line').hidden = reply.open === false;
  } catch (error) {
    return;
  }
}

publicHeader();
if (query.get('next')) {
  replace(byId('note'), notice('info', 'lock', 'Please sign in to continue.'));
}
passwordToggle(byId('password'));
bindForm(byId('signin-form'), { check, send, labels: LABELS });
hideRegistration();
