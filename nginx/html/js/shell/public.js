/* The header of pages for everybody: language, colour scheme, the way in. */

import { byId, h, replace } from '../dom.js';
import { t } from '../words/shell.js';
import { forget } from './known.js';
import { languageButton } from './language.js';
import { schemeButton } from './scheme.js';

/* The frame of a page for people who are signed in loses what was theirs. */
export function publicHeader() {
  const onSignIn = window.location.pathname === '/signin';
  if (onSignIn || byId('side')) {
    forget();
    document.querySelectorAll('.side, .tabbar').forEach((one) => one.remove());
  }
  replace(byId('site-tools'), languageButton(), schemeButton(), onSignIn ? null : h('a', { class: 'btn btn-quiet', href: '/signin' }, t('sign_in')));
}
