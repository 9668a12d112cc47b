/* Who is signed in, as this page and the other tabs know it. */

import { setDialogs, setPerson, startAnew } from './api.js';
import { forgetDrafts } from './draft.js';

const KEY = 'muster.person';

/* Dialogs that are seldom needed come when they are. What cannot be fetched asks nothing: the call's own error stands. */
function later(module, name) {
  return (...all) => module().then((found) => found[name](...all), () => false);
}

const stepUp = later(() => import('./step_up.js'), 'stepUp');
const signInHere = later(() => import('./sign_in.js'), 'signInHere');
const signedInElsewhere = later(() => import('./sign_in.js'), 'signedInElsewhere');

/* Other tabs hear of it: they go on for the same person, and begin anew for another one, whose session theirs is now. */
function tell(user) {
  try {
    window.localStorage.setItem(KEY, user.id + ' ' + Date.now());
  } catch (error) {
    /* without storage the next call says it */
  }
}

function listen(user) {
  window.addEventListener('storage', (event) => {
    if (event.key !== KEY || !event.newValue) {
      return;
    }
    if (event.newValue.split(' ')[0] !== user.id) {
      startAnew();
    } else if (document.querySelector('#again')) {
      signedInElsewhere();
    }
  });
}

/* Once the person of this page is known. */
export function beginSession(user) {
  setPerson(user);
  setDialogs({ prove: stepUp, signIn: signInHere });
  forgetDrafts(user);
  tell(user);
  listen(user);
}

/* With signing out. */
export function endSession() {
  setPerson(null);
  forgetDrafts();
}
