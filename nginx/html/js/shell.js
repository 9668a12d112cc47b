/* Page frame: header, navigation, colour scheme switch, user menu, sign-out, toasts, live region. */

import { h, byId, replace } from './dom.js';
import { icon } from './icons.js';
import { askForProof, get, post } from './api.js';
import { stepUp } from './step_up.js';
import { personName } from './format.js';
import { ENDING_PAGE, endingBanner, resetBanner, verifyBanner } from './banner.js';
import { OVERSIGHT } from './constants.js';
import { announce, toast } from './parts/toast.js';

export { announce, toast };

const THEMES = ['system', 'light', 'dark'];
const THEME_ICONS = { system: 'monitor', light: 'sun', dark: 'moon' };
/* Roles that see what the people of the organisation do. */
const NAV = [['/exercises', 'Exercises'], ['/exercises/new', 'New exercise']];

/* Auditors read and do not play; in an organisation that is going to be deleted nobody does. */
function navFor(user) {
  return user.organization.endsAt ? [] : NAV.filter((entry) => user.role !== 'AUDITOR' || entry[0] !== '/exercises/new');
}

/* ---- colour scheme ---- */

function currentTheme() {
  return document.documentElement.getAttribute('data-theme') || 'system';
}

function applyTheme(choice) {
  const root = document.documentElement;
  try {
    if (choice === 'system') {
      root.removeAttribute('data-theme');
      window.localStorage.removeItem('muster.theme');
    } else {
      root.setAttribute('data-theme', choice);
      window.localStorage.setItem('muster.theme', choice);
    }
  } catch (e) {
    return;
  }
}

function themeButton() {
  const button = h('button', { class: 'btn btn-quiet btn-icon', type: 'button' });
  const draw = () => {
    const label = 'Colour scheme: ' + currentTheme() + '. Change';
    replace(button, icon(THEME_ICONS[currentTheme()]));
    button.setAttribute('aria-label', label);
    button.setAttribute('title', label);
  };
  button.addEventListener('click', () => {
    applyTheme(THEMES[(THEMES.indexOf(currentTheme()) + 1) % THEMES.length]);
    draw();
    announce('Colour scheme: ' + currentTheme());
  });
  draw();
  return button;
}

/* ---- header ---- */

async function signOut() {
  try {
    await post('/api/auth/signout', {}, { anonymous: true });
    window.location.assign('/');
  } catch (error) {
    if (error.status === 401) {
      window.location.assign('/');
    } else {
      toast(error.message);
    }
  }
}

function initials(user) {
  const text = [user.firstName, user.lastName].filter(Boolean).map((part) => part.charAt(0)).join('');
  return (text || user.email || '?').slice(0, 2).toUpperCase();
}

function settingsLinks(user) {
  return [
    OVERSIGHT.indexOf(user.role) < 0 ? null : [
      h('a', { href: '/settings/team' }, icon('meeting'), 'Team'),
      h('a', { href: '/settings/audit-log' }, icon('file'), 'Audit log')],
    h('a', { href: '/settings/organisation' }, icon('portal'), 'Organisation'),
    h('a', { href: '/settings/api-keys' }, icon('key'), 'API keys'),
    h('a', { href: '/settings/security' }, icon('shield'), 'Account security'),
    h('a', { href: '/settings/notifications' }, icon('email'), 'Notifications'),
    user.role === 'SUPER_ADMIN' ? h('a', { href: '/platform' }, icon('monitor'), 'Platform') : null];
}

function menuPanel(user) {
  return h('div', { class: 'menu-panel', id: 'user-menu', hidden: true },
    h('div', { class: 'menu-who' },
      h('p', { class: 'strong' }, personName(user) || user.email),
      h('p', { class: 'tiny muted' }, user.email),
      user.organization ? h('p', { class: 'tiny muted' }, user.organization.name) : null),
    navFor(user).map((entry) => h('a', { href: entry[0], class: 'menu-narrow' }, icon(entry[0] === '/exercises' ? 'table' : 'plus'), entry[1])),
    user.organization.endsAt ? null : settingsLinks(user),
    h('a', { href: ENDING_PAGE }, icon('lock'), 'Privacy'),
    h('button', { type: 'button', onclick: signOut }, icon('sign-out'), 'Sign out'));
}

function userMenu(user) {
  const panel = menuPanel(user);
  const button = h('button', {
    class: 'btn btn-quiet btn-icon', type: 'button', 'aria-expanded': 'false', 'aria-controls': 'user-menu'
  }, h('span', { class: 'avatar' }, initials(user)), h('span', { class: 'sr-only' }, ', account of ' + (personName(user) || user.email)));
  const box = h('div', { class: 'menu' }, button, panel);
  const open = (state) => {
    panel.hidden = !state;
    button.setAttribute('aria-expanded', String(state));
  };
  button.addEventListener('click', () => open(panel.hidden));
  document.addEventListener('click', (event) => {
    if (!box.contains(event.target)) {
      open(false);
    }
  });
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Escape' && !panel.hidden) {
      open(false);
      button.focus();
    }
  });
  box.addEventListener('focusout', (event) => {
    if (event.relatedTarget && !box.contains(event.relatedTarget)) {
      open(false);
    }
  });
  return box;
}

function navigation(user) {
  const here = window.location.pathname.replace(/\/$/, '');
  return navFor(user).map((entry) => h('a', { href: entry[0], 'aria-current': here === entry[0] ? 'page' : null }, entry[1]));
}

export function publicHeader(user) {
  const links = user ? [h('a', { class: 'btn', href: '/exercises' }, 'Exercises')]
    : [h('a', { class: 'btn btn-quiet', href: '/signin' }, 'Sign in')];
  const onSignIn = window.location.pathname === '/signin';
  replace(byId('site-tools'), themeButton(), onSignIn ? null : links);
}

/* A page that the browser kept (Back) may show somebody who has signed out since: it appears again for the same person only. */
function guardReturn(user) {
  window.addEventListener('pageshow', async (event) => {
    if (!event.persisted) {
      return;
    }
    document.body.hidden = true;
    try {
      if ((await get('/api/portal/me')).id === user.id) {
        document.body.hidden = false;
        return;
      }
    } catch (error) {
      if (error.status === 401) {
        return;
      }
    }
    window.location.reload();
  });
}

/* Loads the signed-in user and completes the header; a 401 leads to the sign-in page, an organisation that is going to be deleted to the page
   where something can be done about it. */
export async function startShell() {
  askForProof(stepUp);
  const tools = byId('site-tools');
  replace(tools, themeButton());
  const user = await get('/api/portal/me');
  if (user.organization.endsAt && window.location.pathname !== ENDING_PAGE) {
    window.location.replace(ENDING_PAGE);
    return new Promise(() => {}); // nothing of this page is drawn
  }
  replace(byId('site-nav'), navigation(user));
  const brand = document.querySelector('.brand');
  brand.setAttribute('href', user.organization.endsAt ? ENDING_PAGE : '/exercises');
  tools.appendChild(userMenu(user));
  if (user.organization.endsAt) {
    endingBanner(user, toast);
  } else {
    verifyBanner(user, toast);
    resetBanner(user, toast);
  }
  guardReturn(user);
  return user;
}
