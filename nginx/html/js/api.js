/* The one way to the server: JSON in and out, errors as ApiError. Where a session has ended or a proof is wanted the person is asked on the spot,
   and the call is made again. And the one way to another page: leave(). */

import { t } from './words/forms.js';

export class ApiError extends Error {
  constructor(info) {
    super(info.error);
    this.name = 'ApiError';
    this.status = info.status || 0;
    this.code = info.code || '';
    this.fields = info.fields || [];
    this.requestId = info.requestId || '';
    this.retryAfter = info.retryAfter || 0;
    this.data = info.data || {};
  }
}

/* Where somebody who is signed in begins. */
export const HOME = '/home';
const SECURITY = '/settings/security';

/* Retry-After is a number of seconds or a date. */
function retrySeconds(reply) {
  const value = reply.headers.get('Retry-After');
  if (!value) {
    return 0;
  }
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return seconds > 0 ? Math.ceil(seconds) : 0;
}

/* How long to wait, as people say it. */
function wait(seconds) {
  return seconds < 90 ? { unit: seconds ? 'seconds' : 'soon', n: seconds } : { unit: 'minutes', n: Math.ceil(seconds / 60) };
}

function sentence(reply, data, seconds) {
  if (reply.status === 429 || reply.status === 503) {
    return t(reply.status === 429 ? 'too_many' : 'unavailable', wait(seconds));
  }
  if (reply.status === 401 && data.code === 'unauthenticated') {
    return t('again.needed');
  }
  if (typeof data.error === 'string' && data.error) {
    return data.error;
  }
  return reply.status >= 500 ? t('failed') : t('refused', { status: reply.status });
}

/* The error that a reply is. */
export function failure(reply, data) {
  const seconds = retrySeconds(reply);
  const body = data || {};
  return new ApiError({
    error: sentence(reply, body, seconds),
    status: reply.status,
    code: body.code,
    fields: Array.isArray(body.fields) ? body.fields : [],
    requestId: body.requestId,
    retryAfter: seconds,
    data: body
  });
}

/* Where signing in, or a second factor, leads: ?next=, and what this page carries behind #, such as the token of an invitation. */
export function afterSignIn() {
  return safePath(new URLSearchParams(window.location.search).get('next')) + window.location.hash;
}

/* Only paths of this site; anything else becomes the fallback. */
export function safePath(path, fallback) {
  const home = fallback || HOME;
  if (!path || path.charAt(0) !== '/' || /^\/[/\\]/.test(path)) {
    return home;
  }
  try {
    const url = new URL(path, window.location.origin);
    const stays = url.origin === window.location.origin && !url.pathname.startsWith('/api/');
    return stays && !url.pathname.startsWith('//') ? url.pathname + url.search + url.hash : home;
  } catch (e) {
    return home;
  }
}

/* ---- leaving a page ---- */

/* A page that has not come in this time can be asked for again. */
const STUCK_MS = 10000;
let leaving = null;

/* Whether this page is being left: what was pressed meanwhile does nothing. */
export function isLeaving() {
  return leaving !== null;
}

/* Goes to a path; how: assign, replace. What awaits it stays busy until the page is gone; it ends when the page is here again (Back) or the
   other one does not come. */
export function leave(path, how) {
  if (!leaving) {
    leaving = new Promise((stay) => {
      let timer = 0;
      const over = (event) => {
        if (event && !event.persisted) {
          return;
        }
        window.removeEventListener('pageshow', over);
        window.clearTimeout(timer);
        leaving = null;
        stay();
      };
      window.addEventListener('pageshow', over);
      timer = window.setTimeout(over, STUCK_MS);
    });
    window.location[how || 'assign'](path);
  }
  return leaving;
}

/* The page anew, without asking about what was not saved: it is not for whoever is signed in now. */
export function startAnew() {
  window.addEventListener('beforeunload', (event) => event.stopImmediatePropagation(), { capture: true });
  return leave(window.location.pathname + window.location.search, 'replace');
}

/* This page, with what it carries behind #, once one is through there. */
function leaveFor(path) {
  const here = window.location.pathname + window.location.search;
  return leave(path + '?next=' + encodeURIComponent(here) + window.location.hash);
}

/* ---- who is signed in ---- */

let person = null;
let dialogs = { prove: () => Promise.resolve(false), signIn: () => Promise.resolve(false) };

/* Whom this page shows; null before that is known, and on pages for everybody. */
export function currentPerson() {
  return person;
}

export function setPerson(user) {
  person = user;
}

/* What asks the person, each resolving to whether it was given: prove, the proof that 403 recent_sign_in_required wants; signIn, another
   sign-in where the session has ended (401). */
export function setDialogs(asks) {
  dialogs = Object.assign({}, dialogs, asks);
}

/* The session has ended: resolves to true once the same person has signed in on the spot. A page that shows nobody yet, or must not be seen by
   whoever comes next, goes to the page for it instead. */
export async function signInAgain(entry) {
  if (entry || !person) {
    await leaveFor('/signin');
    return false;
  }
  return dialogs.signIn();
}

async function readBody(reply) {
  const type = reply.headers.get('Content-Type') || '';
  if (reply.status === 204 || type.indexOf('json') < 0) {
    return null;
  }
  try {
    return await reply.json();
  } catch (e) {
    return null;
  }
}

/* Server clock minus own clock in ms, from the Date header (whole seconds: half a second is added). */
function clockOffset(reply, sentAt) {
  const server = Date.parse(reply.headers.get('Date') || '');
  return isNaN(server) ? 0 : server + 500 - (sentAt + Date.now()) / 2;
}

/* The same call once more, when the person has given what it wants: a proof, or another sign-in. Otherwise its error stands. */
async function repeated(call, problem, settings) {
  if (problem.status === 401 && !settings.anonymous && !settings.signedIn && await signInAgain(settings.entry)) {
    return call({ signedIn: true });
  }
  if (problem.code === 'recent_sign_in_required' && !settings.proven && await dialogs.prove()) {
    return call({ proven: true });
  }
  /* Where a second factor is required of somebody who has none, there is one page that helps; it leads back. */
  if (problem.code === 'second_factor_required' && window.location.pathname !== SECURITY) {
    await leaveFor(SECURITY);
  }
  throw problem;
}

/* options.anonymous: a 401 is an ordinary error, and nobody is asked to sign in. options.entry: without a session the page cannot be shown. */
export async function request(method, path, body, options) {
  const settings = options || {};
  const init = { method, credentials: 'same-origin', cache: 'no-store', headers: { Accept: 'application/json' } };
  if (body !== undefined && body !== null) {
    init.headers['Content-Type'] = 'application/json';
    init.body = JSON.stringify(body);
  }
  const sentAt = Date.now();
  let reply = null;
  try {
    reply = await fetch(path, init);
  } catch (e) {
    throw new ApiError({ error: t('offline'), code: 'offline' });
  }
  const data = await readBody(reply);
  if (!reply.ok) {
    return repeated((given) => request(method, path, body, Object.assign({}, settings, given)), failure(reply, data), settings);
  }
  return { data, status: reply.status, headers: reply.headers, offset: clockOffset(reply, sentAt) };
}

export async function get(path, options) {
  return (await request('GET', path, null, options)).data;
}

export async function post(path, body, options) {
  return (await request('POST', path, body || {}, options)).data;
}

export async function put(path, body) {
  return (await request('PUT', path, body)).data;
}

export async function remove(path) {
  return (await request('DELETE', path)).data;
}

/* Path and query of the page after this one, from `Link: <...>; rel="next"`, or null. */
export function nextPage(headers) {
  const link = (headers.get('Link') || '').split(/,\s*(?=<)/).find((part) => /rel="?next"?/.test(part));
  const match = link ? /<([^>]*)>/.exec(link) : null;
  if (!match) {
    return null;
  }
  const url = new URL(match[1], window.location.href);
  return url.pathname + url.search;
}
