/* The result of an exercise: one measure, the stages, what to learn, every decision. What of a colleague's run is seen the server says (access). */

import { h, byId, replace } from '../dom.js';
import { get } from '../api.js';
import { errorBox, notice } from '../forms.js';
import { startShell } from '../shell.js';
import { capitalise, personName } from '../format.js';
import { ownParticipant } from '../player/model.js';
import { markLanguage } from '../player/review.js';
import { headline, title } from '../result/head.js';
import { lessonCard, stageChart } from '../result/stages.js';
import { decisions } from '../result/decisions.js';
import { outline } from '../result/outline.js';
import { playAgain } from '../result/again.js';
import { takeAnswers } from '../result/measure.js';
import { t } from '../words/result.js';

const id = (/\/exercises\/([^/]+)\//.exec(window.location.pathname) || ['', ''])[1];
/* Who reads and does not play. */
const READER = 'AUDITOR';

function attacker(session) {
  const profile = session.scenario.attackerProfile;
  if (!profile || !profile.name) {
    return null;
  }
  const lines = ['name', 'type', 'motivation', 'sophistication'].filter((one) => profile[one]);
  return h('section', { class: 'card', 'aria-labelledby': 'attacker-title' }, h('h2', { id: 'attacker-title', class: 'result-title' }, t('attacker')),
    h('dl', { class: 'dl' }, lines.map((one) => [h('dt', null, t('attacker.' + one)), h('dd', { class: 'story-text', dir: 'auto' }, profile[one])])));
}

/* { session, own, leads, player (a name, of somebody else's run), theme, answers, next, again, show }. */
function viewOf(session, user, themes) {
  const participant = ownParticipant(session, user.id);
  const own = session.access === 'own';
  const theme = themes.find((one) => one.theme === session.theme);
  return { session, own, participant, answers: participant.answers || [], player: own ? '' : personName(participant.user),
    leads: user.role !== 'MEMBER', theme: theme ? theme.title : capitalise(session.theme), again: user.role === READER ? null : () => playAgain(session) };
}

function whole(view) {
  const list = decisions(view);
  view.show = list.show;
  return h('div', { class: 'stack-l' }, title(view), headline(view),
    h('div', { class: 'result-columns' }, stageChart(view), lessonCard(view), attacker(view.session)), list);
}

function draw(view) {
  const box = byId('result');
  const known = view.own || (view.session.access === 'debrief' && takeAnswers(view.session, view.participant));
  const node = known ? whole(view) : outline(view);
  replace(box, node);
  markLanguage(box, view.session.language);
  box.removeAttribute('aria-busy');
  const wanted = /^#q(\d+)$/.exec(window.location.hash);
  if (known && wanted) {
    view.show(Number(wanted[1]) - 1);
  }
}

function fail(error) {
  const box = byId('result');
  const body = error.status === 404 ? notice('bad', 'alert', t('missing')) : errorBox(error, () => window.location.reload());
  replace(box, h('div', { class: 'stack' }, h('h1', null, t('eyebrow')), body, h('p', null, h('a', { class: 'btn', href: '/exercises' }, t('back')))));
  box.removeAttribute('aria-busy');
}

async function start() {
  try {
    const [user, session, catalog, next] = await Promise.all([startShell(), get('/api/ttx/session/' + encodeURIComponent(id)), get('/api/ttx/catalog'),
      get('/api/portal/next').catch(() => ({ items: [] }))]);
    document.title = t('page_title', { title: session.name || session.title }) + ' · Muster';
    if (session.status !== 'COMPLETED' && session.access !== 'outline') {
      window.location.replace('/exercises/' + encodeURIComponent(id) + '/play');
      return;
    }
    draw(Object.assign(viewOf(session, user, catalog.themes), { next: next.items }));
  } catch (error) {
    fail(error);
  }
}

start();
