/* Forgotten password: the answer is the same whether or not an account has the address. */

import { h, byId, replace } from '../dom.js';
import { post } from '../api.js';
import { bindForm, notice } from '../forms.js';
import { publicHeader } from '../shell.js';

function check(form) {
  return form.elements.email.value.trim() ? [] : [{ field: 'email', message: 'enter your e-mail address' }];
}

async function send(form) {
  const email = form.elements.email.value.trim();
  await post('/api/auth/forgot-password', { email }, { anonymous: true });
  byId('forgot-form').hidden = true;
  const title = h('h2', { class: 'h-small', tabindex: '-1' }, 'Look into your mailbox');
  replace(byId('note'), notice('good', 'email', title,
    h('p', null, 'If an account has the address ', h('strong', null, email), ', a mail with a link is on its way. The link works once and for one hour.'),
    h('p', { class: 'small muted' }, 'Nothing there after a few minutes? Look into the spam folder, and check the address.')));
  title.focus();
}

publicHeader();
bindForm(byId('forgot-form'), { check, send, labels: { email: 'E-mail' } });
