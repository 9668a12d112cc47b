/* Links from mails carry their token behind #, which no server sees. */

import { h, byId, replace } from './dom.js';
import { icon } from './icons.js';
import { post } from './api.js';
import { FIELDS } from './constants.js';
import { errorBox, notice, setBusy } from './forms.js';
import { exactDate, roleLabel } from './format.js';
import { t } from './words/links.js';
import { t as register } from './words/register.js';

const MIN_TOKEN = FIELDS.verifyDomain.token.minLength;

function behindHash(name) {
  return new URLSearchParams(window.location.hash.slice(1)).get(name) || '';
}

/* The token of this page's address, or null when the link is not whole. */
export function linkToken() {
  const token = behindHash('token');
  return token.length >= MIN_TOKEN ? token : null;
}

/* For password managers: whose password is asked for or set. The address comes with the link, and only says so. */
export function showUsername() {
  const email = behindHash('email');
  byId('username').value = email;
  byId('username-field').hidden = !email;
}

/* Links of older releases to pages that had it in the query: behind # no server sees it, nor the history. */
export function moveToken() {
  const old = new URLSearchParams(window.location.search).get('token');
  if (old) {
    window.history.replaceState(null, '', window.location.pathname + '#token=' + encodeURIComponent(old));
  }
}

/* The token of an invitation, or ''. Invitations of older releases carry it in the query: it is moved. */
export function inviteToken() {
  const query = new URLSearchParams(window.location.search);
  const old = query.get('invite');
  if (old) {
    query.delete('invite');
    const rest = query.toString();
    window.history.replaceState(null, '', window.location.pathname + (rest ? '?' + rest : '') + inviteHash(old));
  }
  /* Another invitation that is opened here changes nothing but what is behind #. */
  window.addEventListener('hashchange', () => (behindHash('invite') ? window.location.reload() : null));
  return behindHash('invite');
}

/* What carries an invitation to another page of ours. */
export function inviteHash(token) {
  return '#invite=' + encodeURIComponent(token);
}

export function bold(text) {
  return h('strong', { dir: 'auto' }, text);
}

/* Says in a box who invites whom to what. Returns what the invitation says, or null when there is none. */
export async function showInvitation(box, token) {
  let said = null;
  try {
    said = token.length < MIN_TOKEN ? null : await post('/api/auth/invitation', { token }, { anonymous: true });
    replace(box, said
      ? [icon('email'), h('div', null, h('p', null, register.nodes(said.inviter ? 'invite' : 'invite.unnamed', { inviter: said.inviter, email: said.email, organisation: said.organization, b: bold })),
        h('p', { class: 'small muted' }, register('invite.role', { role: roleLabel(said.role), date: exactDate(said.expiresAt, false) })))]
      : [icon('alert'), h('div', null, h('p', null, register('join.broken')))]);
  } catch (error) {
    replace(box, icon('alert'), h('div', null, h('p', null, error.code === 'token_expired' ? register('invite.over') : error.message)));
  }
  box.classList.toggle('notice-bad', !said);
  box.removeAttribute('aria-busy');
  return said;
}

/* A used token need not stay in the address bar or in the history. */
export function forgetToken() {
  window.history.replaceState(null, '', window.location.pathname);
}

export function brokenLink(...more) {
  return notice('bad', 'alert', h('p', null, t('broken')), more);
}

/* An error of a link, with what to do next when the link is over. */
export function linkError(error, ...next) {
  return error.code === 'token_expired' ? notice('bad', 'clock', h('p', null, error.message), next) : errorBox(error);
}

/* Says that it is done, with the focus on it. */
export function showDone(box, title, ...content) {
  const head = h('h2', { class: 'h-small', tabindex: '-1' }, title);
  replace(box, notice('good', 'check', head, content));
  head.focus();
}

/* One question with one button. options: text (list), action, send(token), done(reply, box), over (content when the link is over). */
export function askOnce(box, options) {
  const token = linkToken();
  if (!token) {
    replace(box, brokenLink(options.over));
    return;
  }
  const problem = h('div');
  const button = h('button', { class: 'btn btn-primary btn-block', type: 'button' }, icon('check'), options.action);
  button.addEventListener('click', async () => {
    if (button.getAttribute('aria-disabled') === 'true') {
      return;
    }
    setBusy(button, true);
    try {
      const reply = await options.send(token);
      forgetToken();
      options.done(reply, box);
    } catch (error) {
      const message = linkError(error, options.over);
      message.setAttribute('role', 'alert');
      replace(error.code === 'token_expired' ? box : problem, message);
    }
    setBusy(button, false);
  });
  replace(box, options.text.map((line) => h('p', null, line)), button, problem);
}

/* A token that arrives while the page is open: a second link opened in the same tab. */
export function reloadOnNewLink() {
  window.addEventListener('hashchange', () => {
    if (linkToken()) {
      window.location.reload();
    }
  });
}

export function linkTo(path, text) {
  return h('p', null, h('a', { href: path }, text));
}
