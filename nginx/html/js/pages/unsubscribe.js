/* Public page /unsubscribe#token=...: one button, because mail scanners open links. Links of older mails have the token in the query. */

import { h, byId, replace } from '../dom.js';
import { post } from '../api.js';
import { bindForm, notice } from '../forms.js';
import { linkToken, moveToken, reloadOnNewLink } from '../link.js';
import { publicHeader } from '../shell.js';
import { t } from '../words/links.js';

function settingsLink() {
  return h('p', null, t.nodes('unsubscribe.settings', { a: (text) => h('a', { href: '/settings/notifications' }, text) }));
}

function show(...children) {
  replace(byId('unsubscribe'), h('div', { class: 'stack' }, children));
}

function choose(token, wanted) {
  return post('/api/public/mail-choice', { token, wanted }, { anonymous: true });
}

/* which: off, on. */
function done(which, topic, ...more) {
  const title = h('h2', { class: 'h-small', tabindex: '-1' }, t('unsubscribe.' + which + '.done'));
  show(notice('good', 'check', title, h('p', null, t('unsubscribe.' + which + '.text', { topic }))), more);
  title.focus();
}

function turnedOff(token, topic) {
  const form = h('form', { class: 'stack' }, h('div', { class: 'form-summary' }), h('button', { class: 'btn', type: 'submit' }, t('unsubscribe.on')));
  done('off', topic, form, topic === 'invitations' ? null : settingsLink());
  bindForm(form, { send: async () => done('on', (await choose(token, true)).topic) });
}

function ask(token) {
  const form = h('form', { class: 'stack' },
    h('div', { class: 'form-summary' }),
    h('p', null, t('unsubscribe.ask')),
    h('button', { class: 'btn btn-primary', type: 'submit' }, t('unsubscribe.off')));
  show(form, settingsLink());
  bindForm(form, { send: async () => turnedOff(token, (await choose(token, false)).topic) });
}

moveToken();
const token = linkToken() || '';
publicHeader();
reloadOnNewLink();
if (/^[0-9A-Za-z]{20,100}$/.test(token)) {
  ask(token);
} else {
  show(notice('mid', 'alert', h('p', null, t('broken'))), settingsLink());
}
