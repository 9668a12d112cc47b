/* Registration: a new organisation, joining one with #invite=TOKEN, or the own one by its email domain (?join=1). */

import { h, byId, replace } from '../dom.js';
import { HOME, get, leave, post } from '../api.js';
import { bindForm, notice, passwordToggle, setBusy } from '../forms.js';
import { inviteHash, inviteToken, showInvitation } from '../link.js';
import { publicHeader } from '../shell.js';
import { FIELDS } from '../constants.js';
import { t as forms } from '../words/forms.js';
import { t } from '../words/register.js';

const MIN_PASSWORD = FIELDS.register.password.minLength;
const query = new URLSearchParams(window.location.search);
const invite = inviteToken();
const AGAIN_MS = 60000;
/* Whether strangers may register, and whether a mail confirms it; {} when nobody says. */
const status = get('/api/public/signup-status', { anonymous: true }).catch(() => ({}));
const LABELS = { organization: t('organisation'), firstName: t('first_name'), lastName: t('last_name'), email: t('email'), password: forms('password'), inviteToken: t('invitation') };

function joins() {
  return !invite && byId('register-form').elements.way.value === 'join';
}

function check(form) {
  const needed = ['organization', 'firstName', 'lastName', 'email'].filter((name) => !((invite || joins()) && name === 'organization'));
  const fields = needed.filter((name) => !form.elements[name].value.trim())
    .map((name) => ({ field: name, message: forms('need.fill') }));
  if (form.elements.password.value.length < MIN_PASSWORD) {
    fields.push({ field: 'password', message: forms('need.length', { n: MIN_PASSWORD }) });
  }
  return fields;
}

/* A minute later the mail can be sent again: the same registration once more. */
function sendAgain(body) {
  const said = h('p', { class: 'small', role: 'status', tabindex: '-1' });
  const button = h('button', { class: 'btn', type: 'button', hidden: true }, t('again'));
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
      said.textContent = t('again.done');
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

/* The same words whether or not an organisation has the domain, or an account the address: nobody learns that by trying addresses. */
function showWaiting(body) {
  const kind = body.joinDomain ? 'waiting.join' : 'waiting.confirm';
  const title = h('h2', { class: 'h-small', tabindex: '-1' }, t('inbox'));
  const other = h('button', { class: 'btn', type: 'button' }, t('other'));
  other.addEventListener('click', () => {
    replace(byId('note'));
    byId('register-form').hidden = false;
    byId('email').focus();
  });
  const again = sendAgain(body);
  byId('register-form').hidden = true;
  replace(byId('note'), notice('good', 'email', title, h('p', null, t.nodes(kind, { email: body.email, b: (text) => h('strong', null, text) })),
    h('p', { class: 'small muted' }, t(kind + '.none')), h('div', { class: 'row' }, again.button, other), again.said));
  title.focus();
}

function bodyOf(form) {
  const values = form.elements;
  const body = {
    email: values.email.value.trim(), password: values.password.value,
    firstName: values.firstName.value.trim(), lastName: values.lastName.value.trim()
  };
  if (invite) {
    return Object.assign(body, { inviteToken: invite });
  }
  return Object.assign(body, joins() ? { joinDomain: true } : { organization: values.organization.value.trim() });
}

async function send(form) {
  const body = bodyOf(form);
  const reply = await post('/api/auth/register', body, { anonymous: true }).catch((error) => {
    error.message = error.code === 'email_taken' ? t(invite ? 'taken.invited' : 'taken') : error.message;
    throw error;
  });
  if (reply.verificationRequired || ((await status).confirmsByMail && !invite)) {
    showWaiting(body);
    return;
  }
  try {
    await post('/api/auth/signin', { email: body.email, password: body.password }, { anonymous: true });
  } catch (error) {
    if (error.code === 'invalid_credentials' && (await status).confirmsByMail) {
      showWaiting(body); /* with an invitation that came otherwise than by mail */
      return;
    }
    await leave('/signin');
    return;
  }
  await leave(HOME);
}

function liveHint() {
  const input = byId('password');
  const hint = byId('password-hint');
  const first = hint.textContent;
  input.addEventListener('input', () => {
    const missing = MIN_PASSWORD - input.value.length;
    hint.classList.toggle('hint-good', missing <= 0);
    hint.textContent = !input.value ? first : missing > 0 ? t('password.missing', { n: missing }) : t('password.good');
  });
}

async function checkOpen() {
  const reply = await status;
  if (reply.open === false && !invite && !joins()) {
    byId('register-form').hidden = true;
    replace(byId('note'), notice('mid', 'lock', h('p', null, t('closed')),
      h('p', null, t.nodes('closed.join', { a: (text) => h('a', { href: '/register?join=1' }, text) }))));
  } else if (reply.open === false) {
    byId('way-field').hidden = true;
  }
}

function showWay() {
  byId('organization-field').hidden = Boolean(invite) || joins();
  byId('register-button').textContent = t(joins() ? 'action.join' : 'action');
}

/* The invitation works for one address: it is there already. What is over leads to a registration of one's own. */
async function startInvited() {
  const email = byId('email');
  byId('join-link').href = '/join' + inviteHash(invite);
  const said = await showInvitation(byId('invitation'), invite);
  if (said) {
    email.value = said.email;
    email.readOnly = true;
    email.setAttribute('aria-describedby', 'email-hint');
  } else {
    byId('register-form').hidden = true;
    byId('join-link').closest('p').hidden = true;
  }
}

publicHeader();
if (query.get('join') && !invite) {
  byId('register-form').elements.way.value = 'join';
}
byId('way-field').addEventListener('change', showWay);
byId('way-field').hidden = Boolean(invite);
showWay();
passwordToggle(byId('password'));
liveHint();
bindForm(byId('register-form'), { check, send, labels: LABELS, fields: FIELDS.register });
if (invite) {
  startInvited();
} else {
  byId('invitation').remove();
}
checkOpen();
