/* Forgotten password: the answer is the same whether or not an account has the address. */

import { h, byId, replace } from '../dom.js';
import { post } from '../api.js';
import { bindForm, notice } from '../forms.js';
import { bold } from '../link.js';
import { LABELS, unsound, valueOf } from '../proof.js';
import { publicHeader } from '../shell.js';
import { t } from '../words/links.js';

async function send(form) {
  const email = valueOf(form, 'email');
  await post('/api/auth/forgot-password', { email }, { anonymous: true });
  byId('forgot-form').hidden = true;
  const title = h('h2', { class: 'h-small', tabindex: '-1' }, t('inbox'));
  replace(byId('note'), notice('good', 'email', title, h('p', null, t.nodes('forgot.sent', { email, b: bold })), h('p', { class: 'small muted' }, t('forgot.none'))));
  title.focus();
}

publicHeader();
bindForm(byId('forgot-form'), { check: (form) => unsound(form, ['email']), send, labels: LABELS });
