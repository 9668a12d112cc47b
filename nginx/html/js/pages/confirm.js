/* The second step of a registration that waits for a mail: its link, and the password that was chosen. Then one is signed in. */

import { h, byId, replace } from '../dom.js';
import { HOME, leave, post } from '../api.js';
import { bindForm, passwordToggle } from '../forms.js';
import { brokenLink, forgetToken, linkError, linkTo, linkToken, reloadOnNewLink, showUsername } from '../link.js';
import { LABELS, unsound } from '../proof.js';
import { publicHeader } from '../shell.js';
import { t } from '../words/links.js';

const token = linkToken();
const again = () => linkTo('/register', t('confirm.again'));

async function send(form) {
  const password = form.elements.password.value;
  let joined = null;
  try {
    joined = await post('/api/auth/register/confirm', { token, password }, { anonymous: true });
  } catch (error) {
    if (error.code !== 'token_expired' && error.code !== 'email_taken') {
      throw error;
    }
    byId('confirm-form').hidden = true;
    const message = linkError(error, error.code === 'email_taken' ? linkTo('/signin', t('signin')) : again());
    message.setAttribute('tabindex', '-1');
    replace(byId('note'), message);
    message.focus();
    return;
  }
  forgetToken();
  try {
    await post('/api/auth/signin', { email: joined.email, password }, { anonymous: true });
  } catch (error) {
    await leave('/signin');
    return;
  }
  await leave(HOME);
}

publicHeader();
reloadOnNewLink();
if (token) {
  showUsername();
  passwordToggle(byId('password'));
  bindForm(byId('confirm-form'), { check: (form) => unsound(form, ['password']), send, labels: LABELS });
} else {
  byId('confirm-form').hidden = true;
  replace(byId('note'), brokenLink(h('div', null, again())));
}
