/* Confirms an e-mail address. It takes a click: programs that look into mails may open links. */

import { h, byId } from '../dom.js';
import { get } from '../api.js';
import { askOnce, linkTo, reloadOnNewLink, showDone } from '../link.js';
import { publicHeader } from '../shell.js';

publicHeader();
reloadOnNewLink();
askOnce(byId('link-box'), {
  text: ['With this you say that the mail reached you and that you registered here.'],
  action: 'Confirm address',
  over: linkTo('/exercises', 'Sign in and ask for a new link'),
  send: (token) => get('/api/auth/verify?token=' + encodeURIComponent(token), { anonymous: true }),
  done: (reply, box) => showDone(box, 'Your address is confirmed', h('p', null, 'Thank you. You can close this page or go on.'),
    h('a', { class: 'btn btn-primary', href: '/exercises' }, 'Go on'))
});
