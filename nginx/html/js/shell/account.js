/* The menu behind one's own initials: who one is, one's own pages, language, colour scheme, signing out. */

import { h, byId, replace } from '../dom.js';
import { icon } from '../icons.js';
import { leave, post } from '../api.js';
import { endSession } from '../session.js';
import { toast } from '../parts/toast.js';
import { t } from '../words/shell.js';
import { PAGES } from '../nav.js';
import { ENDING_PAGE } from '../banner.js';
import { forget } from './known.js';
import { languageField, turnTo } from './language.js';
import { schemeSwitch } from './scheme.js';

async function signOut() {
  try {
    await post('/api/auth/signout', {}, { anonymous: true });
  } catch (error) {
    if (error.status !== 401) {
      toast(error.message);
      return;
    }
  }
  forget();
  endSession();
  await leave('/');
}

/* One's own pages; in an organisation that is going to be deleted the one where something can be done about it. */
function links(known) {
  return PAGES.filter((row) => row.group === 'account' && row.roles.includes(known.role) && (!known.ends || row.at === ENDING_PAGE))
    .map((row) => h('a', { href: row.at, 'aria-current': window.location.pathname === row.at ? 'page' : null }, icon(row.icon), row.title));
}

function panel(known) {
  return h('div', { class: 'menu-panel', id: 'user-menu', hidden: true },
    h('div', { class: 'menu-who' }, h('p', { class: 'strong', dir: 'auto' }, known.name), h('p', { class: 'tiny muted' }, known.email),
      h('p', { class: 'tiny muted', dir: 'auto' }, known.organization)),
    links(known), languageField(turnTo), schemeSwitch(),
    h('button', { type: 'button', onclick: signOut }, icon('sign-out'), t('sign_out')));
}

function opening(box, button) {
  const open = (state) => {
    const found = byId('user-menu');
    if (found) {
      found.hidden = !state;
      button.setAttribute('aria-expanded', String(state));
    }
  };
  button.addEventListener('click', () => open(byId('user-menu') && byId('user-menu').hidden));
  document.addEventListener('click', (event) => {
    if (!box.contains(event.target)) {
      open(false);
    }
  });
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && byId('user-menu') && !byId('user-menu').hidden) {
      open(false);
      button.focus();
    }
  });
  box.addEventListener('focusout', (event) => {
    if (event.relatedTarget && !box.contains(event.relatedTarget)) {
      open(false);
    }
  });
}

/* The button as shell.html has it, for pages that have another header. */
function accountButton() {
  const button = h('button', { class: 'btn btn-quiet btn-icon', type: 'button', 'aria-expanded': 'false', 'aria-controls': 'user-menu' },
    h('span', { class: 'avatar', id: 'avatar', 'aria-hidden': 'true' }), h('span', { class: 'sr-only', id: 'account-name' }));
  return h('div', { class: 'menu', id: 'account' }, button);
}

/* Shows whose account it is; again when that turns out to be somebody else's. */
export function showAccount(known) {
  if (!byId('account')) {
    byId('site-tools').appendChild(accountButton());
  }
  const box = byId('account');
  replace(byId('avatar'), known.initials);
  replace(byId('account-name'), t('account.of', { name: known.name }));
  if (byId('user-menu')) {
    byId('user-menu').replaceWith(panel(known));
  } else {
    box.appendChild(panel(known));
    opening(box, box.querySelector('button'));
  }
  box.querySelector('button').setAttribute('aria-expanded', 'false');
}
