/* People of any organisation: facts about the account, and what may be done with it. */

import { h, byId } from '../dom.js';
import { put, remove } from '../api.js';
import { confirmDialog } from '../dialog.js';
import { toast } from '../shell.js';
import { exactDate, personName, plural, relativeDate, roleLabel } from '../format.js';

function path(user) {
  return '/api/admin/users/' + encodeURIComponent(user.id);
}

function sessionsText(user) {
  return user.sessions ? plural(user.sessions, 'open session') : 'No open session';
}

export function personList(options) {
  /* What stands there is replaced, and the focus goes to it: the list is not read again. */
  const redraw = (user, change) => {
    const node = byId('user-' + user.id);
    const fresh = personNode(Object.assign({}, user, change));
    node.replaceWith(fresh);
    const button = fresh.querySelector('button');
    if (button) {
      button.focus();
    }
  };
  const endSessions = (user) => async () => {
    const sure = await confirmDialog({
      title: 'End all sessions of ' + personName(user) + '?', action: 'End sessions', keep: 'Cancel', danger: true,
      text: 'Signing in again is possible at once. API keys stay.', run: () => remove(path(user) + '/sessions')
    });
    if (sure) {
      toast('The sessions of ' + personName(user) + ' have ended.');
      redraw(user, { sessions: 0 });
    }
  };
  const setStatus = (user, status) => async () => {
    const off = status === 'DEACTIVATED';
    const sure = await confirmDialog({
      title: (off ? 'Deactivate ' : 'Activate ') + personName(user) + '?', action: off ? 'Deactivate' : 'Activate', keep: 'Cancel', danger: off,
      text: off ? 'All sessions and API keys end at once, and signing in is not possible until the account is activated again.'
        : 'Signing in is possible again. It takes a seat of the organisation. Old sessions and API keys stay ended.',
      run: () => put(path(user), { status })
    });
    if (sure) {
      toast(personName(user) + (off ? ' was deactivated.' : ' is active again.'));
      redraw(user, { status, sessions: 0 });
    }
  };
  const actions = (user) => {
    if (user.id === options.me.id) {
      return null;
    }
    const about = () => h('span', { class: 'sr-only' }, ': ' + personName(user));
    const active = user.status === 'ACTIVE';
    return h('div', { class: 'people-actions' },
      user.sessions ? h('button', { class: 'btn', type: 'button', onclick: endSessions(user) }, 'End sessions', about()) : null,
      user.role === 'SUPER_ADMIN' ? null
        : h('button', { class: 'btn', type: 'button', onclick: setStatus(user, active ? 'DEACTIVATED' : 'ACTIVE') }, active ? 'Deactivate' : 'Activate', about()));
  };
  const personNode = (user) => h('li', { id: 'user-' + user.id },
    h('div', { class: 'stack-s who' },
      h('div', { class: 'row' }, h('h3', null, personName(user)), h('span', { class: 'pill pill-accent' }, roleLabel(user.role)),
        user.id === options.me.id ? h('span', { class: 'pill' }, 'You') : null,
        user.status === 'ACTIVE' ? null : h('span', { class: 'pill pill-mid' }, 'Deactivated')),
      h('div', { class: 'key-meta' }, h('span', null, user.email),
        options.organisation ? h('a', { href: '/platform/organisations/' + encodeURIComponent(user.organization.id) }, user.organization.name) : null,
        h('span', null, 'Since ' + exactDate(user.createdAt, false)),
        h('span', null, user.lastSignInAt ? 'Last sign-in ' + relativeDate(user.lastSignInAt) : 'Never signed in'),
        h('span', null, sessionsText(user)),
        user.secondFactor ? h('span', null, 'Second factor on') : null)),
    actions(user));
  return personNode;
}
