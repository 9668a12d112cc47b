/* A new password with the link from the mail. */

import { h, byId, replace } from '../dom.js';
import { post } from '../api.js';
import { bindForm, passwordToggle } from '../forms.js';
import { brokenLink, forgetToken, linkError, linkTo, linkToken, reloadOnNewLink, showDone } from '../link.js';
import { publicHeader } from '../shell.js';
import { FIELDS } from '../constants.js';

const MIN_PASSWORD = FIELDS.resetPassword.password.minLength;
const token = linkToken();
const again = () => linkTo('/forgot', 'Ask for a new link');

function check(form) {
  return form.elements.password.value.length >= MIN_PASSWORD ? []
    : [{ field: 'password', message: 'needs at least ' + MIN_PASSWORD + ' characters' }];
}

async function send(form) {
  try {
    await post('/api/auth/reset-password', { token, password: form.elements.password.value }, { anonymous: true });
  } catch (error) {
    if (error.code !== 'token_expired') {
      throw error;
    }
    byId('reset-form').hidden = true;
    const message = linkError(error, again());
    message.setAttribute('tabindex', '-1');
    replace(byId('note'), message);
    message.focus();
    return;
  }
  forgetToken();
  byId('reset-form').hidden = true;
  showDone(byId('note'), 'Your new password is set', h('p', null, 'All your sessions have ended. Sign in with the new password.'),
    h('a', { class: 'btn btn-primary', href: '/signin' }, 'Sign in'));
}

publicHeader();
reloadOnNewLink();
if (token) {
  passwordToggle(byId('password'));
  bindForm(byId('reset-form'), { check, send, labels: { password: 'New password' } });
} else {
  byId('reset-form').hidden = true;
  replace(byId('note'), brokenLink(again()));
}
