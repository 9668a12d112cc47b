/* What to do next: at most five things in the order in which the server ranks them, the first one large. */

import { h } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../words/home.js';

/* Sign and verb of a kind; any other kind has the last ones. */
const KINDS = {
  open_run: ['play', 'go.resume'],
  new_run: ['play', 'go.start'],
  first_exercise: ['play', 'go.start'],
  another: ['plus', 'go.choose']
};
const OTHER = ['arrow-right', 'go.open'];

function facts(item) {
  return [item.minutes ? h('span', null, icon('clock'), t('minutes', { n: item.minutes })) : null,
    item.due ? h('span', null, icon('alert'), t('due', { at: item.due })) : null];
}

function card(item, first) {
  const [sign, verb] = KINDS[item.kind] || OTHER;
  const known = facts(item);
  return h('li', { class: 'home-card' + (first ? ' is-first' : '') }, h('span', { class: 'home-sign' }, icon(sign)),
    h('div', { class: 'home-what' }, h('h2', { dir: 'auto' }, item.title), item.why ? h('p', { class: 'home-why', dir: 'auto' }, item.why) : null,
      known.some(Boolean) ? h('p', { class: 'home-facts' }, known) : null),
    h('a', { class: 'btn' + (first ? ' btn-primary btn-large' : ''), href: item.href }, t(verb), h('span', { class: 'sr-only' }, ': ' + item.title)));
}

/* items: [{ kind, title, why, due, minutes, href }]. */
export function nextCards(items) {
  return items.length ? h('section', { class: 'home-wide', 'aria-label': t('title') }, h('ol', { class: 'home-next' }, items.map((item, i) => card(item, i === 0)))) : null;
}
