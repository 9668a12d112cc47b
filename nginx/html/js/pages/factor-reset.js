/* Answers the mail about the removal of a second factor: stop it, or have it done now. It takes a click: programs that look into mails may
   open links. */

import { h, byId, replace } from '../dom.js';
import { post } from '../api.js';
import { setBusy } from '../forms.js';
import { brokenLink, forgetToken, linkError, linkToken, linkTo, reloadOnNewLink, showDone } from '../link.js';
import { publicHeader } from '../shell.js';

/* What is said: title, the button that leads to the page Account security, text. */
const DONE = {
  stop: ['Your second factor stays', 'Account security',
    'Nothing was removed. If you did not ask for this, tell another administrator of your organisation, and change your password.'],
  remove: ['Your second factor is removed', 'Sign in', 'You are signed out everywhere. Sign in with your password, and set a second factor up again.']
};
const over = () => linkTo('/settings/security', 'Account security');

function choices(box, token) {
  const problem = h('div');
  const buttons = [['stop', 'Stop it: I have my second factor', 'btn-primary'], ['remove', 'I lost it: remove it now', '']].map(([answer, text, look]) => {
    const button = h('button', { class: 'btn btn-block ' + look, type: 'button' }, text);
    button.addEventListener('click', () => send(answer, button));
    return button;
  });

  async function send(answer, button) {
    if (buttons.some((one) => one.getAttribute('aria-disabled') === 'true')) {
      return;
    }
    setBusy(button, true);
    try {
      await post('/api/auth/reset-factor', { token, answer }, { anonymous: true });
      forgetToken();
      showDone(box, DONE[answer][0], h('p', null, DONE[answer][2]), h('a', { class: 'btn btn-primary', href: '/settings/security' }, DONE[answer][1]));
    } catch (error) {
      const message = linkError(error, over());
      message.setAttribute('role', 'alert');
      replace(error.code === 'token_expired' ? box : problem, message);
    }
    setBusy(button, false);
  }

  replace(box, h('p', null, 'An administrator of your organisation asked to remove the second factor of your account, because it is lost. If you do not answer, it is removed 24 hours after the mail.'),
    h('p', null, 'Did you ask for it? If not, stop it.'), buttons, problem);
}

publicHeader();
reloadOnNewLink();
if (linkToken()) {
  choices(byId('link-box'), linkToken());
} else {
  replace(byId('link-box'), brokenLink(over()));
}
