/* Accepting an invitation with the account one is signed in with: says first what it means. */

import { h, byId, replace } from '../dom.js';
import { icon } from '../icons.js';
import { post } from '../api.js';
import { errorBox, notice, setBusy } from '../forms.js';
import { bold, inviteHash, inviteToken, showInvitation } from '../link.js';
import { startShell } from '../shell.js';
import { personName } from '../format.js';
import { t } from '../words/register.js';

const token = inviteToken();

function joined(reply) {
  const title = h('h2', { class: 'h-small', tabindex: '-1' }, t('join.done', { organisation: reply.organization }));
  replace(byId('join'), notice('good', 'check', title, h('p', null, t('join.done.text'))), h('a', { class: 'btn btn-primary btn-block', href: '/signin' }, t('signin')));
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

/* said: of the invitation; null when it is over. An account of another address cannot accept it, so it is not offered. */
function question(user, said, box) {
  const own = said && said.email === user.email;
  const problem = h('div');
  return [box,
    h('p', null, t.nodes('join.who', { name: personName(user), email: user.email, organisation: user.organization.name, b: bold })),
    said && !own ? h('p', null, t('join.mismatch')) : null,
    own ? [h('p', null, t('join.move', { organisation: said.organization })), h('p', null, t('join.left', { organisation: user.organization.name })), h('p', null, t('join.sessions')),
      problem,
      h('button', { class: 'btn btn-primary btn-block', type: 'button', onclick: accept(problem) }, icon('arrow-right'), t('join.action'))] : null];
}

async function start() {
  const box = byId('join');
  byId('register-link').setAttribute('href', token ? '/register' + inviteHash(token) : '/register');
  try {
    const invitation = h('div', { class: 'notice notice-info', id: 'invitation' });
    const [user, said] = await Promise.all([startShell(), showInvitation(invitation, token)]);
    replace(box, question(user, said, invitation));
  } catch (error) {
    replace(box, errorBox(error, () => window.location.reload()));
  }
  box.removeAttribute('aria-busy');
}

start();
