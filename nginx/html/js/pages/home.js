/* Where somebody begins: what to do next, then what there is of one's own, of the organisation or of the installation, by role. */

import { byId, h, replace } from '../dom.js';
import { icon } from '../icons.js';
import { get } from '../api.js';
import { errorBox } from '../forms.js';
import { startShell } from '../shell.js';
import { lastKnown } from '../shell/known.js';
import { nextCards } from '../home/next.js';
import { condition, newest, organisations, ownResults } from '../home/own.js';
import { t } from '../words/home.js';

const MINE = '/api/portal/sessions?scope=mine&limit=12';
const NEWEST = '/api/portal/sessions?status=COMPLETED&limit=5';

/* What is asked for, by role, and what is made of the replies. */
const PLAYS = { paths: [MINE], view: (user, mine) => [nextCards(toDo(mine)), ownResults(completed(mine))] };
const LEADS = { paths: [MINE, NEWEST], view: (user, mine, all) => [nextCards(toDo(mine)), newest(ofOthers(all, user), false), ownResults(completed(mine))] };
const VIEWS = {
  MEMBER: PLAYS,
  FACILITATOR: LEADS,
  CLIENT_ADMIN: LEADS,
  AUDITOR: { paths: [NEWEST], view: (user, all) => (all.length ? newest(all, true) : nothing()) },
  SUPER_ADMIN: { paths: ['/api/admin/health', '/api/admin/orgs?limit=5'], view: (user, health, orgs) => [condition(health), organisations(orgs)] }
};

function completed(rows) {
  return rows.filter((row) => row.status === 'COMPLETED');
}

function ofOthers(rows, user) {
  return rows.filter((row) => row.createdById !== user.id);
}

/* Own runs that are open; else the first, or another one. */
function toDo(rows) {
  const open = rows.filter((row) => row.status === 'IN_PROGRESS' && row.answered !== null).slice(0, 4).map((row) => ({
    kind: row.answered ? 'open_run' : 'new_run', title: row.name || row.title, why: t('why.open', { n: row.answered, total: row.questionCount }), minutes: row.minutes,
    href: '/exercises/' + encodeURIComponent(row.id) + '/play' }));
  const first = !completed(rows).length;
  const fresh = first ? { kind: 'first_exercise', title: t('first'), why: t('first.why'), href: '/exercises/new' }
    : { kind: 'another', title: t('another'), why: t('another.why'), href: '/exercises/new' };
  return open.length ? open : [fresh];
}

function nothing() {
  return h('div', { class: 'empty home-wide' }, icon('file'), h('h2', null, t('nothing')), h('p', null, t('nothing.text')));
}

function ask(role) {
  return Promise.all(VIEWS[role].paths.map((path) => get(path)));
}

/* The replies are asked for at once, as the one needs them who was here last; again when it is somebody else. */
async function start() {
  const box = byId('home');
  try {
    const known = lastKnown();
    const early = known && !known.ends ? ask(known.role).catch((error) => error) : null;
    const user = await startShell();
    const replies = early && known.role === user.role ? await early : await ask(user.role);
    if (replies instanceof Error) {
      throw replies;
    }
    replace(box, VIEWS[user.role].view(user, ...replies));
  } catch (error) {
    replace(box, errorBox(error, () => window.location.reload()));
  }
  box.removeAttribute('aria-busy');
}

start();
