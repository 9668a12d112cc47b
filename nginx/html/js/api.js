/* The one way to the server: JSON in and out, errors as ApiError, expired sign-in leads to /signin. */

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

const SECURITY = '/settings/security';
const OFFLINE = 'The server cannot be reached. Check your connection, then try again.';

/* Retry-After is a number of seconds or a date. */
function retrySeconds(reply) {
  const value = reply.headers.get('Retry-After');
  if (!value) {
    return 0;
  }
  const seconds = /^\d+$/.test(value) ? Number(value) : (Date.parse(value) - Date.now()) / 1000;
  return seconds > 0 ? Math.ceil(seconds) : 0;
}

function waitPhrase(seconds) {
  if (!seconds) {
    return 'Please try again in a little while.';
  }
  if (seconds < 90) {
    return 'Please try again in ' + seconds + (seconds === 1 ? ' second.' : ' seconds.');
  }
  return 'Please try again in ' + Math.ceil(seconds / 60) + ' minutes.';
}

function sentence(reply, data, seconds) {
  if (reply.status === 429) {
    return 'That was too many attempts in a short time. ' + waitPhrase(seconds);
  }
  if (reply.status === 503) {
    return 'The service is not available right now. ' + waitPhrase(seconds);
  }
  if (data && typeof data.error === 'string' && data.error) {
    return data.error;
  }
  if (reply.status >= 500) {
    return 'Something went wrong on the server. Please try again; if it stays, tell your administrator.';
  }
  return 'The server refused this request (' + reply.status + ').';
}

function failure(reply, data) {
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
  const home = fallback || '/exercises';
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

export function goToSignIn() {
  const here = window.location.pathname + window.location.search;
  window.location.assign('/signin?next=' + encodeURIComponent(here) + window.location.hash);
}

/* Where a second factor is required of somebody who has none, there is one page that helps; it leads back. */
function goToSecurity() {
  const here = window.location.pathname + window.location.search;
  if (window.location.pathname !== SECURITY) {
    window.location.assign(SECURITY + '?next=' + encodeURIComponent(here) + window.location.hash);
  }
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

let prove = () => Promise.resolve(false);

/* ask: shows the dialog for what 403 recent_sign_in_required wants; resolves to whether the person gave it. */
export function askForProof(ask) {
  prove = ask;
}

/* Asks once for the proof that a call wants, and repeats the call; without the proof its error stands. */
async function provenRequest(method, path, body, settings, problem) {
  if (settings.proven || !(await prove())) {
    throw problem;
  }
  return request(method, path, body, Object.assign({}, settings, { proven: true }));
}

/* options.anonymous: a 401 is an ordinary error and does not lead to the sign-in page. */
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
    throw new ApiError({ error: OFFLINE, code: 'offline' });
  }
  const data = await readBody(reply);
  if (reply.status === 401 && !settings.anonymous) {
    goToSignIn();
  }
  if (!reply.ok) {
    const problem = failure(reply, data);
    if (problem.code === 'second_factor_required') {
      goToSecurity();
    }
    if (problem.code === 'recent_sign_in_required') {
      return provenRequest(method, path, body, settings, problem);
    }
    throw problem;
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
