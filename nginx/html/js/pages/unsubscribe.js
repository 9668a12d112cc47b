/* Public page /unsubscribe?token=...: one button, because mail scanners open links. */

import { h, byId, replace } from '../dom.js';
import { post } from '../api.js';
import { bindForm, notice } from '../forms.js';
import { publicHeader } from '../shell.js';

const TOPICS = { team: 'when somebody joins your organisation', results: 'when you have completed an exercise' };

function settingsLink() {
  return h('p', null, h('a', { href: '/settings/notifications' }, 'Choose which mails you get'), ' (you have to sign in)');
}

function show(...children) {
  replace(byId('unsubscribe'), h('div', { class: 'stack' }, children));
}

function done(topic) {
  const title = h('h2', { class: 'h-small', tabindex: '-1' }, 'Turned off');
  show(notice('good', 'check', title, h('p', null, 'You get no more mails ' + TOPICS[topic] + '. You can turn them on again at any time.')), settingsLink());
  title.focus();
}

function ask(token) {
  const form = h('form', { class: 'stack' },
    h('div', { class: 'form-summary' }),
    h('p', null, 'You get no more mails of the kind that brought you here. Mails that your account needs, such as links to a new password, still come.'),
    h('button', { class: 'btn btn-primary', type: 'submit' }, 'Turn off'));
  show(form, settingsLink());
  bindForm(form, { send: async () => done((await post('/api/public/unsubscribe?token=' + encodeURIComponent(token), {}, { anonymous: true })).topic) });
}

const token = new URLSearchParams(window.location.search).get('token') || '';
publicHeader();
if (/^[0-9A-Za-z]{20,100}$/.test(token)) {
  ask(token);
} else {
  show(notice('mid', 'alert', h('p', null, 'This link is not complete. Open it from the mail once more.')), settingsLink());
}
