/* The head of a result: one measure, how the others follow from it, and what to do next. */

import { h } from '../dom.js';
import { NEXT_MOST } from '../constants.js';
import { icon } from '../icons.js';
import { percent } from '../say.js';
import { ring } from '../parts/charts.js';
import { isTimed } from '../player/model.js';
import { t as label } from '../words/labels.js';
import { t } from '../words/result.js';
import { measures } from './measure.js';

/* Facts side by side, each a text or an element. */
function facts(list) {
  return h('ul', { class: 'result-facts small muted' }, list.filter(Boolean).map((one) => h('li', { dir: 'auto' }, one)));
}

export function title(view) {
  const { session } = view;
  const own = session.name || '';
  return h('div', { class: 'stack-s' },
    h('p', { class: 'eyebrow' }, t('eyebrow')),
    h('h1', { class: own ? null : 'story-text', dir: 'auto' }, own || session.title),
    facts([own ? h('span', { class: 'story-text' }, session.title) : null, view.theme, label('difficulty', session),
      isTimed(session) ? label('timing', session) : null, view.player ? t.nodes('played_by', { name: h('bdi', null, view.player) }) : null,
      session.completedAt ? h('time', { datetime: session.completedAt }, t('finished', { at: session.completedAt })) : null]));
}

/* Where there is a grade it follows from accuracy; where there is none the server's reason stands. */
function certificate(view) {
  const { certificate: found } = view.session;
  if (!view.own || !found) {
    return null;
  }
  const path = '/api/portal/certificate?sessionId=' + encodeURIComponent(view.session.id);
  if (!found.eligible) {
    return h('div', { class: 'result-measure' }, h('dt', null, t('certificate')), h('dd', { class: 'result-value' }, t('certificate.none')),
      h('dd', { class: 'small muted', dir: 'auto' }, t('certificate.reason', { reason: found.reason })));
  }
  return h('div', { class: 'result-measure' }, h('dt', null, t('certificate')), h('dd', { class: 'result-value' }, t('certificate.grade', { grade: found.grade })),
    h('dd', { class: 'small muted' }, t('certificate.text')),
    h('dd', { class: 'result-links' },
      newTab(path, t('certificate.open')), h('a', { href: path + '&download=1', download: true }, t('certificate.download')),
      found.id ? h('a', { href: '/verify/' + encodeURIComponent(found.id) }, t('certificate.check')) : null));
}

function newTab(path, text, look) {
  return h('a', { class: look || null, href: path, target: '_blank', rel: 'noopener' }, look ? icon('file') : null, text, h('span', { class: 'sr-only' }, ' ', t('new_tab')), look ? null : icon('external'));
}

/* Only what is known to have been opened counts as read: the list of what to do is short. */
function reportRead(view) {
  const mine = view.next.some((one) => one.kind === 'report' && one.href.indexOf(view.session.id) >= 0);
  return !mine && view.next.length < NEXT_MOST;
}

/* One primary action: the report until it was opened, then the theme that wants practice. */
function actions(view) {
  const path = '/api/portal/report?sessionId=' + encodeURIComponent(view.session.id);
  const weak = view.own && reportRead(view) ? view.next.find((one) => one.kind === 'weak') : null;
  return h('div', { class: 'row no-print' }, weak ? h('a', { class: 'btn btn-primary', href: weak.href, title: weak.why }, icon('play'), weak.title) : null,
    newTab(path, t('report.open'), weak ? 'btn' : 'btn btn-primary'),
    h('a', { class: 'btn', href: path + '&download=1', download: true }, icon('download'), t('report.download')),
    view.again ? h('button', { class: 'btn', type: 'button', onclick: view.again }, icon('repeat'), t('again')) : null);
}

/* view: { session, own, player, theme, again }. */
export function headline(view) {
  const found = measures(view.session);
  return h('section', { class: 'card result-head', 'aria-labelledby': 'result-accuracy' },
    ring({ value: found.accuracy, text: percent(found.accuracy), label: t('accuracy'), note: t('accuracy') }),
    h('div', { class: 'stack' },
      h('div', { class: 'stack-s' }, h('h2', { id: 'result-accuracy' }, t('headline', found)), h('p', { class: 'muted' }, t('headline.text', found))),
      h('dl', { class: 'result-measures' },
        h('div', { class: 'result-measure' }, h('dt', null, t('score')), h('dd', { class: 'result-value num' }, t('score.value', found)), h('dd', { class: 'small muted' }, t('score.text'))),
        certificate(view)),
      actions(view)));
}
