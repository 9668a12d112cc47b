/* Confirms an e-mail domain, by whoever reads its mailbox. */

import { h, byId } from '../dom.js';
import { post } from '../api.js';
import { askOnce, reloadOnNewLink, showDone } from '../link.js';
import { publicHeader } from '../shell.js';

publicHeader();
reloadOnNewLink();
askOnce(byId('link-box'), {
  text: ['The mail that brought you here names an organisation and your domain. Confirm only if you answer for the domain and know that organisation.',
    'From then on everybody who proves to have a mailbox at the domain can join it as a member, without an invitation. An administrator there can undo this.'],
  action: 'Confirm domain',
  over: null,
  send: (token) => post('/api/auth/verify-domain', { token }, { anonymous: true }),
  done: (reply, box) => showDone(box, reply.domain + ' is confirmed',
    h('p', null, 'People with an address at ', h('strong', null, reply.domain), ' can join ', h('strong', null, reply.organization), ' now: they choose it when they create their account.'))
});
