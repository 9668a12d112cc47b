/* Confirms an email domain, by whoever reads its mailbox. */

import { h, byId } from '../dom.js';
import { post } from '../api.js';
import { askOnce, bold, reloadOnNewLink, showDone } from '../link.js';
import { publicHeader } from '../shell.js';
import { t } from '../words/links.js';

publicHeader();
reloadOnNewLink();
askOnce(byId('link-box'), {
  text: [t('domain.text'), t('domain.effect')],
  action: t('domain.action'),
  over: null,
  send: (token) => post('/api/auth/verify-domain', { token }, { anonymous: true }),
  done: ({ domain, organization }, box) => showDone(box, t('domain.done', { domain }), h('p', null, t.nodes('domain.done.text', { domain, organisation: organization, b: bold })))
});
