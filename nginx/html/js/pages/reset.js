/* A new password with the link from the mail. */

import { h, byId, replace } from '../dom.js';
import { post } from '../api.js';
import { bindForm, passwordToggle } from '../forms.js';
import { brokenLink, forgetToken, linkError, linkTo, linkToken, reloadOnNewLink, showDone, showUsername } from '../link.js';
import { publicHeader } from '../shell.js';
import { FIELDS } from '../constants.js';
import { t as forms } from '../words/forms.js';
import { t } from '../words/links.js';

const MIN_PASSWORD = FIELDS.resetPassword.password.minLength;
const token = linkToken();
const again = () => linkTo('/forgot', t('reset.again'));

function check(form) {
  return form.elements.password.value.length >= MIN_PASSWORD ? []
    : [{ field: 'password', message: forms('need.length', { n: MIN_PASSWORD }) }];
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
  showDone(byId('note'), t('reset.done'), h('p', null, t('reset.done.text')), h('a', { class: 'btn btn-primary', href: '/signin' }, t('signin')));
}

publicHeader();
reloadOnNewLink();
if (token) {
  showUsername();
  passwordToggle(byId('password'));
  bindForm(byId('reset-form'), { check, send, labels: { password: t('reset.password') } });
} else {
  byId('reset-form').hidden = true;
  replace(byId('note'), brokenLink(again()));
}
