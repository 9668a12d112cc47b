/* Public page /unsubscribe#token=...: one button, because mail scanners open links. Links of older mails have the token in the query. */

import { h, byId, replace } from '../dom.js';
import { post } from '../api.js';
import { bindForm, notice } from '../forms.js';
import { linkToken, moveToken, reloadOnNewLink } from '../link.js';
import { publicHeader } from '../shell.js';

const TOPICS = {
  team: 'when somebody joins your organisation', results: 'when you have completed an exercise',
  invitations: 'that others can cause: invitations and confirmations of a registration, of any organisation'
};

function settingsLink() {
  return h('p', null, h('a', { href: '/settings/notifications' }, 'Choose which mails you get'), ' (with an account: you have to sign in)');
}

function show(...children) {
  replace(byId('unsubscribe'), h('div', { class: 'stack' }, children));
}

function choose(token, wanted) {
  return post('/api/public/mail-choice', { token, wanted }, { anonymous: true });
}

function done(token, topic) {
  const title = h('h2', { class: 'h-small', tabindex: '-1' }, 'Turned off');
  const form = h('form', { class: 'stack' }, h('div', { class: 'form-summary' }), h('button', { class: 'btn', type: 'submit' }, 'Turn on again'));
  show(notice('good', 'check', title, h('p', null, 'You get no more mails ' + TOPICS[topic] + '. You can turn them on again at any time, here or with the link of any such mail.')), form,
    topic === 'invitations' ? null : settingsLink());
  bindForm(form, { send: async () => on(token, (await choose(token, true)).topic) });
  title.focus();
}

function on(token, topic) {
  const title = h('h2', { class: 'h-small', tabindex: '-1' }, 'Turned on');
  show(notice('good', 'check', title, h('p', null, 'You get mails ' + TOPICS[topic] + ' again.')));
  title.focus();
}

function ask(token) {
  const form = h('form', { class: 'stack' },
    h('div', { class: 'form-summary' }),
    h('p', null, 'Turn off all mails of the kind that brought you here? Mails that your account needs, such as links to a new password, still come.'),
    h('button', { class: 'btn btn-primary', type: 'submit' }, 'Turn off'));
  show(form, settingsLink());
  bindForm(form, { send: async () => done(token, (await choose(token, false)).topic) });
}

moveToken();
const token = linkToken() || '';
publicHeader();
reloadOnNewLink();
if (/^[0-9A-Za-z]{20,100}$/.test(token)) {
  ask(token);
} else {
  show(notice('mid', 'alert', h('p', null, 'This link is not complete. Open it from the mail once more.')), settingsLink());
}
