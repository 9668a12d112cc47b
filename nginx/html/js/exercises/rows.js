/* A row of the list of exercises: what it says, where it leads, and what its reader may do with it. */

import { html } from '../vendor/lit-html.js';
import { h } from '../dom.js';
import { ADMINS } from '../constants.js';
import { capitalise, personName, statusTone } from '../format.js';
import { percent } from '../say.js';
import { badge } from '../parts/badge.js';
import { t as label } from '../words/labels.js';
import { t } from '../words/exercises.js';

/* Who may give a name to what others made; the server refuses everybody else. */
const LEADERS = ADMINS.concat('FACILITATOR');
const MEANINGS = { good: 'good', accent: 'active', mid: 'waiting', bad: 'bad' };

export function nameOf(row) {
  return row.name || row.title;
}

export function path(row, view) {
  return '/exercises/' + encodeURIComponent(row.id) + '/' + view;
}

/* Where play stands, for those who take part in it. */
export function isOpen(row) {
  return row.status === 'IN_PROGRESS' && row.answered !== null && row.answered !== undefined;
}

/* The server gives the accuracy of a completed run to those who may see its result. */
export function hasResult(row) {
  return row.status === 'COMPLETED' && row.accuracy !== null && row.accuracy !== undefined;
}

export function plays(user) {
  return user.role !== 'AUDITOR';
}

export function mayRename(row, user) {
  return row.createdById === user.id || LEADERS.indexOf(user.role) >= 0;
}

export function mayDelete(row, user) {
  return row.createdById === user.id || ADMINS.indexOf(user.role) >= 0;
}

/* Where a click on its name leads, or null. */
export function leadsTo(row) {
  if (hasResult(row)) {
    return path(row, 'result');
  }
  return isOpen(row) ? path(row, 'play') + (row.timing && row.timing !== 'off' ? '?timed=1' : '') : null;
}

/* How far an own open run has come; of everything else its state. */
function state(row) {
  if (!isOpen(row) || !row.answered) {
    return badge(MEANINGS[statusTone(row.status)] || 'neutral', label('status', row));
  }
  return html`<span class="dt-meter"><progress class="bar" max=${row.questionCount} value=${row.answered} aria-label=${label('status', row)}></progress
    ><span class="num">${t('answered', { answered: row.answered, total: row.questionCount })}</span></span>`;
}

/* Questions, and about how long they take; of older exercises nobody has estimated it. */
function length(row) {
  return row.minutes ? t('length.value', { n: row.questionCount, minutes: row.minutes }) : t('length.questions', { n: row.questionCount });
}

/* whose: with a column of who made it; title(theme): the theme's name. */
export function columns(whose, title) {
  const made = { key: 'by', label: t('by'), kind: 'text', value: (row) => personName(row.createdBy), priority: 3 };
  return [
    { key: 'title', label: t('name'), kind: 'link', value: nameOf, href: leadsTo, sort: true, note: (row) => (row.name ? h('span', { lang: row.language, dir: 'auto' }, row.title) : null) },
    { key: 'theme', label: t('theme'), kind: 'text', value: (row) => title(row.theme) || capitalise(row.theme), sort: true, priority: 2 },
    { key: 'difficulty', label: t('difficulty'), kind: 'text', value: (row) => label('difficulty', row), sort: true, priority: 3 },
    { key: 'length', label: t('length'), kind: 'number', value: length, format: (value) => value, priority: 3 },
    { key: 'status', label: t('status'), kind: 'node', value: state, sort: true },
    { key: 'accuracy', label: t('accuracy'), kind: 'number', value: (row) => row.accuracy, format: percent, sort: true, first: 'down' }]
    .concat(whose ? [made] : [], [{ key: 'created', label: t('when'), kind: 'date', value: (row) => row.createdAt, sort: true, first: 'down', priority: 2 }]);
}
