/* What pages of settings share: the person and what the page is about come side by side. */

import { byId, h, replace } from '../dom.js';
import { get } from '../api.js';
import { errorBox, notice } from '../forms.js';
import { startShell } from '../shell.js';
import { ADMINS } from '../constants.js';

export function isAdmin(user) {
  return ADMINS.indexOf(user.role) >= 0;
}

/* The person and the reply to GET path, or null: then the box says why it stays empty. forbidden: what to say to whom the path is closed. */
export async function startPage(box, path, forbidden) {
  const coming = path ? get(path) : Promise.resolve(null);
  coming.catch(() => {}); // said below, once it is known who asks
  let found = null;
  try {
    const user = await startShell();
    found = { user, data: await coming };
  } catch (error) {
    replace(box, error.status === 403 && forbidden ? notice('mid', 'lock', h('p', null, forbidden)) : errorBox(error, () => window.location.reload()));
  }
  box.removeAttribute('aria-busy');
  return found;
}

/* A page of settings: show(box, data, user, admin) draws what GET path gave. */
export async function settingsPage(path, show, forbidden) {
  const box = byId('part');
  const found = await startPage(box, path, forbidden);
  if (found) {
    show(box, found.data, found.user, isAdmin(found.user));
  }
}
