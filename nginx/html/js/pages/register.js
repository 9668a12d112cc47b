/* Registration: a new organisation, or joining one with ?invite=TOKEN. */

import { byId, replace } from '../dom.js';
import { get, post } from '../api.js';
import { bindForm, notice, passwordToggle } from '../forms.js';
import { publicHeader } from '../shell.js';

const MIN_PASSWORD = 8;
const invite = new URLSearchParams(window.location.search).get('invite');
const LABELS = { organization: 'Organisation', firstName: 'First name', lastName: 'Last name', email: 'Work e-mail', password: 'Password', inviteToken: 'Invitation' };

function check(form) {
  const needed = ['organization', 'firstName', 'lastName', 'email'].filter((name) => !(invite && name === 'organization'));
  const fields = needed.filter((name) => !form.elements[name].value.trim())
    .map((name) => ({ field: name, message: 'please fill this in' }));
  if (form.elements.password.value.length < MIN_PASSWORD) {
    fields.push({ field: 'password', message: 'needs at least ' + MIN_PASSWORD + ' characters' });
  }
  return fields;
}

async function send(form) {
  const values = form.elements;
  const body = {
    email: values.email.value.trim(), password: values.password.value,
    firstName: values.firstName.value.trim(), lastName: values.lastName.value.trim()
  };
  if (invite) {
    body.inviteToken = invite;
  } else {
    body.organization = values.organization.value.trim();
  }
  await post('/api/auth/register', body, { anonymous: true });
  try {
    await post('/api/auth/signin', { email: body.email, password: body.password }, { anonymous: true });
    window.location.assign('/exercises');
  } catch (error) {
    window.location.assign('/signin');
  }
}

function liveHint() {
  const input = byId('password');
  const hint = byId('password-hint');
  const first = hint.textContent;
  input.addEventListener('input', () => {
    const missing = MIN_PASSWORD - input.value.length;
    hint.classList.toggle('hint-good', missing <= 0);
    if (!input.value) {
      hint.textContent = first;
    } else if (missing > 0) {
      hint.textContent = missing + (missing === 1 ? ' more character needed.' : ' more characters needed.');
    } else {
      hint.textContent = 'Long enough. Longer is stronger.';
    }
  });
}

async function checkOpen() {
  try {
    const reply = await get('/api/public/signup-status', { anonymous: true });
    if (reply.open === false && !invite) {
      byId('register-form').hidden = true;
      replace(byId('note'), notice('mid', 'lock', 'This server does not take new accounts. Ask your administrator for an invitation; its link opens this page.'));
    }
  } catch (error) {
    return;
  }
}

publicHeader();
if (invite) {
  byId('organization-field').hidden = true;
  byId('account-line').textContent = 'You have an account with this address?';
  byId('signin-link').textContent = 'Accept with it';
  byId('signin-link').href = '/join?invite=' + encodeURIComponent(invite);
  replace(byId('note'), notice('good', 'check', 'You were invited. Your account will join the organisation that invited you.'));
}
passwordToggle(byId('password'));
liveHint();
bindForm(byId('register-form'), { check, send, labels: LABELS });
checkOpen();
