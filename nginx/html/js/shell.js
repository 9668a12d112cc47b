/* Page frame: whose pages these are, what of the navigation (nginx/shell.html) is theirs, account menu, search, messages. */

import { byId, replace } from './dom.js';
import { HOME, get, leave } from './api.js';
import { beginSession } from './session.js';
import { ENDING_PAGE, endingBanner, resetBanner, verifyBanner } from './banner.js';
import { announce, toast } from './parts/toast.js';
import { showAccount } from './shell/account.js';
import { lastKnown, learn } from './shell/known.js';
import { publicHeader } from './shell/public.js';
import { schemeButton } from './shell/scheme.js';
import { bindSearch } from './shell/search.js';

export { announce, publicHeader, toast };

/* A page that the browser kept (Back) may show somebody who has signed out since: it appears again for the same person only. */
function guardReturn(user) {
  window.addEventListener('pageshow', async (event) => {
    if (!event.persisted) {
      return;
    }
    document.body.hidden = true;
    try {
      if ((await get('/api/portal/me', { entry: true })).id === user.id) {
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

function banners(user) {
  if (user.organization.endsAt) {
    endingBanner(user, toast);
  } else {
    verifyBanner(user, toast);
    resetBanner(user, toast);
  }
}

/* What of the frame is somebody's own. */
function show(known) {
  showAccount(known);
  document.querySelectorAll('[data-home]').forEach((link) => link.setAttribute('href', known.ends ? ENDING_PAGE : HOME));
}

/* The side bar of a phone is a popover, which ends when there is room beside the page. */
function watchSide() {
  const side = byId('side');
  const narrow = window.matchMedia('(max-width: 47.99em)');
  narrow.addEventListener('change', () => {
    if (side.matches(':popover-open')) {
      side.hidePopover();
    }
  });
}

/* Completes the frame for the signed-in person: as the page before knew them at once, then as the server says. Without a session the sign-in page
   comes, for an organisation that is going to be deleted the page where something can be done about it. */
export async function startShell() {
  const framed = byId('site-tools') !== null;
  const before = lastKnown();
  if (byId('side')) {
    watchSide();
    bindSearch();
  } else if (framed) {
    replace(byId('site-tools'), schemeButton());
  }
  if (framed && before) {
    show(before);
  }
  const user = await get('/api/portal/me', { entry: true });
  beginSession(user);
  if (user.organization.endsAt && window.location.pathname !== ENDING_PAGE) {
    learn(user);
    leave(ENDING_PAGE, 'replace');
    return new Promise(() => {}); // nothing of this page is drawn
  }
  const { known, changed } = learn(user);
  if (framed && (changed || !before)) {
    show(known);
  }
  if (framed) {
    banners(user);
  }
  guardReturn(user);
  return user;
}
