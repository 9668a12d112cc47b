/* Confirms an email address. It takes a click: programs that look into mails may open links. */

import { h, byId } from '../dom.js';
import { HOME, get } from '../api.js';
import { askOnce, linkTo, reloadOnNewLink, showDone } from '../link.js';
import { publicHeader } from '../shell.js';
import { t } from '../words/links.js';

publicHeader();
reloadOnNewLink();
askOnce(byId('link-box'), {
  text: [t('email.text')],
  action: t('email.action'),
  over: linkTo(HOME, t('email.over')),
  send: (token) => get('/api/auth/verify?token=' + encodeURIComponent(token), { anonymous: true }),
  done: (reply, box) => showDone(box, t('email.done'), h('p', null, t('email.done.text')), h('a', { class: 'btn btn-primary', href: HOME }, t('go_on')))
});
