/* The second step of a registration that waits for a mail: its link, and the password that was chosen. Then one is signed in. */

import { h, byId, replace } from '../dom.js';
import { post } from '../api.js';
import { bindForm, passwordToggle } from '../forms.js';
import { brokenLink, forgetToken, linkError, linkTo, linkToken, reloadOnNewLink } from '../link.js';
import { publicHeader } from '../shell.js';

const token = linkToken();
const again = () => linkTo('/register', 'Register again');

function check(form) {
  return form.elements.password.value ? [] : [{ field: 'password', message: 'enter the password that you chose' }];
}

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
    const message = linkError(error, error.code === 'email_taken' ? linkTo('/signin', 'Sign in') : again());
    message.setAttribute('tabindex', '-1');
    replace(byId('note'), message);
    message.focus();
    return;
  }
  forgetToken();
  try {
    await post('/api/auth/signin', { email: joined.email, password }, { anonymous: true });
    window.location.assign('/exercises');
  } catch (error) {
    window.location.assign('/signin');
  }
}

publicHeader();
reloadOnNewLink();
if (token) {
  passwordToggle(byId('password'));
  bindForm(byId('confirm-form'), { check, send, labels: { password: 'Password' } });
} else {
  byId('confirm-form').hidden = true;
  replace(byId('note'), brokenLink(h('div', null, again())));
}
