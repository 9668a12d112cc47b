/* Registration: a new organisation, joining one with #invite=TOKEN, or the own one by its e-mail domain (?join=1). */

import { h, byId, replace } from '../dom.js';
import { get, post } from '../api.js';
import { bindForm, notice, passwordToggle, setBusy } from '../forms.js';
import { inviteHash, inviteToken } from '../link.js';
import { publicHeader } from '../shell.js';
import { FIELDS } from '../constants.js';

const MIN_PASSWORD = FIELDS.register.password.minLength;
const query = new URLSearchParams(window.location.search);
const invite = inviteToken();
const AGAIN_MS = 60000;
/* Whether strangers may register, and whether a mail confirms it; {} when nobody says. */
const status = get('/api/public/signup-status', { anonymous: true }).catch(() => ({}));
const LABELS = { organization: 'Organisation', firstName: 'First name', lastName: 'Last name', email: 'Work e-mail', password: 'Password', inviteToken: 'Invitation' };

function joins() {
  return !invite && byId('register-form').elements.way.value === 'join';
}

function check(form) {
  const needed = ['organization', 'firstName', 'lastName', 'email'].filter((name) => !((invite || joins()) && name === 'organization'));
  const fields = needed.filter((name) => !form.elements[name].value.trim())
    .map((name) => ({ field: name, message: 'please fill this in' }));
  if (form.elements.password.value.length < MIN_PASSWORD) {
    fields.push({ field: 'password', message: 'needs at least ' + MIN_PASSWORD + ' characters' });
  }
  return fields;
}

/* The same words whether or not an organisation has the domain, or an account the address: nobody learns that by trying addresses. */
const WAITING = {
  join: (email) => [
    h('p', null, 'If your organisation lets people with its e-mail domain join, a mail with a link is on its way to ', h('strong', null, email), '. The link works for 24 hours and asks for the password that you have just chosen.'),
    h('p', { class: 'small muted' }, 'No mail after a few minutes? Ask an administrator of your organisation for an invitation. Who has an account with this address already gets no mail and can sign in.')],
  confirm: (email) => [
    h('p', null, 'A mail is on its way to ', h('strong', null, email), '. Open its link within 7 days and enter the password that you have just chosen: then your account is made. If the address has an account already, the mail says so.'),
    h('p', { class: 'small muted' }, 'No mail after a few minutes? Look into the spam folder too. After one minute you can have it sent again here. If you once turned such mails off, turn them on with the link in an older one.')]
};

/* A minute later the mail can be sent again: the same registration once more. */
function sendAgain(body) {
  const said = h('p', { class: 'small', role: 'status', tabindex: '-1' });
  const button = h('button', { class: 'btn', type: 'button', hidden: true }, 'Send the mail again');
  const wait = () => {
    button.hidden = true;
    window.setTimeout(() => { button.hidden = false; }, AGAIN_MS);
  };
  button.addEventListener('click', async () => {
    if (button.getAttribute('aria-disabled') === 'true') {
      return;
    }
    setBusy(button, true);
    try {
      await post('/api/auth/register', body, { anonymous: true });
      said.textContent = 'Sent again. Each of the mails works.';
      said.focus(); /* the button that had it goes for a minute */
      wait();
    } catch (error) {
      replace(said, error.message);
    }
    setBusy(button, false);
  });
  wait();
  return { button, said };
}

function showWaiting(body) {
  const title = h('h2', { class: 'h-small', tabindex: '-1' }, 'Look into your mailbox');
  const other = h('button', { class: 'btn', type: 'button' }, 'Use another address');
  other.addEventListener('click', () => {
    replace(byId('note'));
    byId('register-form').hidden = false;
    byId('email').focus();
  });
  const again = sendAgain(body);
  byId('register-form').hidden = true;
  replace(byId('note'), notice('good', 'email', title, body.joinDomain ? WAITING.join(body.email) : WAITING.confirm(body.email), h('div', { class: 'row' }, again.button, other), again.said));
  title.focus();
}

async function send(form) {
  const values = form.elements;
  const body = {
    email: values.email.value.trim(), password: values.password.value,
    firstName: values.firstName.value.trim(), lastName: values.lastName.value.trim()
  };
  if (invite) {
    body.inviteToken = invite;
  } else if (joins()) {
    body.joinDomain = true;
  } else {
    body.organization = values.organization.value.trim();
  }
  const reply = await post('/api/auth/register', body, { anonymous: true }).catch((error) => {
    if (error.code === 'email_taken') {
      error.message = 'There is already an account with this e-mail address. ' + (invite ? 'Accept the invitation with it, below.' : 'Sign in with it, below, or use another address.');
    }
    throw error;
  });
  if (reply.verificationRequired || ((await status).confirmsByMail && !invite)) {
    showWaiting(body);
    return;
  }
  try {
    await post('/api/auth/signin', { email: body.email, password: body.password }, { anonymous: true });
    window.location.assign('/exercises');
  } catch (error) {
    if (error.code === 'invalid_credentials' && (await status).confirmsByMail) {
      showWaiting(body); /* with an invitation that came otherwise than by mail */
    } else {
      window.location.assign('/signin');
    }
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
  const reply = await status;
  if (reply.open === false && !invite && !joins()) {
    byId('register-form').hidden = true;
    replace(byId('note'), notice('mid', 'lock',
      h('p', null, 'This server does not take new accounts. Ask your administrator for an invitation; its link opens this page.'),
      h('p', null, 'Your organisation lets people with its e-mail domain join? ', h('a', { href: '/register?join=1' }, 'Join it'))));
  } else if (reply.open === false) {
    byId('way-field').hidden = true;
  }
}

function showWay() {
  byId('organization-field').hidden = Boolean(invite) || joins();
  byId('register-button').textContent = joins() ? 'Join' : 'Create account';
}

publicHeader();
if (query.get('join') && !invite) {
  byId('register-form').elements.way.value = 'join';
}
byId('way-field').addEventListener('change', showWay);
byId('way-field').hidden = Boolean(invite);
showWay();
if (invite) {
  byId('account-line').textContent = 'You have an account with this address?';
  byId('signin-link').textContent = 'Accept with it';
  byId('signin-link').href = '/join' + inviteHash(invite);
  replace(byId('note'), notice('good', 'check', 'You were invited. Your account will join the organisation that invited you.'));
}
passwordToggle(byId('password'));
liveHint();
bindForm(byId('register-form'), { check, send, labels: LABELS, fields: FIELDS.register });
checkOpen();
