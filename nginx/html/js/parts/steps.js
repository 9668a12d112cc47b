/* Things in order: a stepper (where one is on a way) and a timeline (what happened when). */

import { h } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../words/parts.js';

/* options: label, steps ([{ name, href }]), current (its index). What is done may be gone back to where it has an address. */
export function stepper(options) {
  const total = options.steps.length;
  return h('nav', { class: 'stepper', 'aria-label': options.label },
    h('p', { class: 'stepper-short strong' }, t('step.place', { n: options.current + 1, total }), ' · ', options.steps[options.current].name),
    h('ol', { class: 'stepper-list' }, options.steps.map((one, i) => {
      const state = i < options.current ? 'done' : i === options.current ? 'now' : 'next';
      const inside = [h('span', { class: 'step-mark', 'aria-hidden': 'true' }, state === 'done' ? icon('check') : String(i + 1)),
        h('span', { class: 'sr-only' }, t('step.' + state, { name: one.name })), h('span', { class: 'stepper-name', 'aria-hidden': 'true' }, one.name)];
      return h('li', { class: 'stepper-step is-' + state, 'aria-current': state === 'now' ? 'step' : null },
        state === 'done' && one.href ? h('a', { href: one.href }, inside) : h('span', { class: 'stepper-in' }, inside));
    })));
}

/* items: [{ at, when (words), title, text, icon, meaning }], in the order in which they are given. */
export function timeline(items) {
  return h('ol', { class: 'timeline' }, items.map((one) => h('li', { class: 'timeline-item' + (one.meaning ? ' is-' + one.meaning : '') },
    h('span', { class: 'timeline-mark', 'aria-hidden': 'true' }, icon(one.icon || 'info')),
    h('div', { class: 'timeline-body' }, h('p', { class: 'timeline-head' }, h('span', { class: 'strong', dir: 'auto' }, one.title),
      h('time', { class: 'tiny muted num', datetime: one.at }, one.when)), one.text ? h('p', { class: 'small', dir: 'auto' }, one.text) : null))));
}
