/* Answers the mail about the removal of a second factor: stop it, or have it done now. It takes a click: programs that look into mails may
   open links. */

import { h, byId, replace } from '../dom.js';
import { post } from '../api.js';
import { setBusy } from '../forms.js';
import { brokenLink, forgetToken, linkError, linkToken, linkTo, reloadOnNewLink, showDone } from '../link.js';
import { publicHeader } from '../shell.js';
import { t } from '../words/links.js';

/* answer -> words of its button, how it looks, what is said when it is done, the words of the link to the page Account security. */
const ANSWERS = {
  stop: { action: 'factor.stop', look: 'btn-primary', done: 'factor.stopped', next: 'security' },
  remove: { action: 'factor.remove', look: '', done: 'factor.removed', next: 'signin' }
};
const SECURITY = '/settings/security';
const over = () => linkTo(SECURITY, t('security'));

function choices(box, token) {
  const problem = h('div');
  const buttons = Object.keys(ANSWERS).map((answer) => {
    const button = h('button', { class: 'btn btn-block ' + ANSWERS[answer].look, type: 'button' }, t(ANSWERS[answer].action));
    button.addEventListener('click', () => send(answer, button));
    return button;
  });

  async function send(answer, button) {
    const { done, next } = ANSWERS[answer];
    if (buttons.some((one) => one.getAttribute('aria-disabled') === 'true')) {
      return;
    }
    setBusy(button, true);
    try {
      await post('/api/auth/reset-factor', { token, answer }, { anonymous: true });
      forgetToken();
      showDone(box, t(done), h('p', null, t(done + '.text')), h('a', { class: 'btn btn-primary', href: SECURITY }, t(next)));
    } catch (error) {
      const message = linkError(error, over());
      message.setAttribute('role', 'alert');
      replace(error.code === 'token_expired' ? box : problem, message);
    }
    setBusy(button, false);
  }

  replace(box, h('p', null, t('factor.text')), h('p', null, t('factor.question')), buttons, problem);
}

publicHeader();
reloadOnNewLink();
if (linkToken()) {
  choices(byId('link-box'), linkToken());
} else {
  replace(byId('link-box'), brokenLink(over()));
}
