/* Accepting an invitation with the account one is signed in with: says first what it means. */

import { h, byId, replace } from '../dom.js';
import { icon } from '../icons.js';
import { post } from '../api.js';
import { errorBox, notice, setBusy } from '../forms.js';
import { inviteHash, inviteToken } from '../link.js';
import { startShell } from '../shell.js';
import { personName } from '../format.js';
import { isolated } from '../text.js';

const token = inviteToken();

function joined(reply) {
  const title = h('h2', { class: 'h-small', tabindex: '-1' }, 'You have joined ' + isolated(reply.organization));
  replace(byId('join'), notice('good', 'check', title, h('p', null, 'Sign in again to continue, with the same e-mail address and password.')),
    h('a', { class: 'btn btn-primary btn-block', href: '/signin' }, 'Sign in'));
  title.focus();
}

function accept(problem) {
  return async (event) => {
    const button = event.currentTarget;
    if (button.getAttribute('aria-disabled') === 'true') {
      return;
    }
    setBusy(button, true);
    try {
      joined(await post('/api/auth/invitations/accept', { token }));
    } catch (error) {
      replace(problem, errorBox(error));
    }
    setBusy(button, false);
  };
}

function question(user) {
  const problem = h('div');
  return [
    h('p', null, 'You are signed in as ', h('strong', null, personName(user)), ', ' + user.email + ', of ', h('strong', null, user.organization.name), '.'),
    h('p', null, 'A person belongs to one organisation. Accepting moves this account to the organisation that invited you.'),
    h('p', null, '“' + isolated(user.organization.name) + '” and its settings are removed. That is possible only while you are alone in it and no exercise was generated in it.'),
    h('p', null, 'All your sessions and API keys end. You sign in again with the same password.'),
    problem,
    h('button', { class: 'btn btn-primary btn-block', type: 'button', onclick: accept(problem) }, icon('arrow-right'), 'Join with this account')];
}

async function start() {
  const box = byId('join');
  byId('register-link').setAttribute('href', token ? '/register' + inviteHash(token) : '/register');
  try {
    const user = await startShell();
    replace(box, token.length < 20 ? notice('bad', 'alert', h('p', null, 'This link is not complete. Open it again from where you got it, or ask for a new one.')) : question(user));
  } catch (error) {
    replace(box, errorBox(error, () => window.location.reload()));
  }
  box.removeAttribute('aria-busy');
}

start();
