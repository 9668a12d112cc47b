/* Whose pages these are. A page is painted for the person of the page before it (js/theme.js), and put right when the server has answered:
   what is kept in this window is what the frame shows, and goes with signing out. */

import { personName } from '../format.js';

const KEY = 'muster.known';

function initials(user) {
  const text = [user.firstName, user.lastName].filter(Boolean).map((part) => Array.from(part)[0]).join('');
  return (text || user.email).slice(0, 2).toUpperCase();
}

/* What of a person (GET /api/portal/me) the frame shows. */
function shownOf(user) {
  return { id: user.id, role: user.role, initials: initials(user), name: personName(user) || user.email, email: user.email,
    organization: user.organization.name, ends: Boolean(user.organization.endsAt) };
}

export function lastKnown() {
  try {
    return JSON.parse(window.sessionStorage.getItem(KEY));
  } catch (e) {
    return null;
  }
}

function mark(known) {
  const root = document.documentElement;
  if (known) {
    root.setAttribute('data-role', known.role);
    root.toggleAttribute('data-ends', known.ends);
  } else {
    root.removeAttribute('data-role');
    root.removeAttribute('data-ends');
  }
}

/* Keeps and returns what is shown of a person, and whether that differs from what was. */
export function learn(user) {
  const known = shownOf(user);
  const text = JSON.stringify(known);
  const changed = text !== JSON.stringify(lastKnown());
  try {
    window.sessionStorage.setItem(KEY, text);
  } catch (e) {
    /* Without storage every page is painted when the server has answered. */
  }
  mark(known);
  return { known, changed };
}

export function forget() {
  try {
    window.sessionStorage.removeItem(KEY);
  } catch (e) {
    /* There was nothing. */
  }
  mark(null);
}
