/* What is going on: figures, the progress of a long job, whether the page is live, and what stands where something will come. */

import { h, replace } from '../dom.js';
import { icon } from '../icons.js';
import { t } from '../words/parts.js';

/* options: label, value, note, href, meaning (good, attention, bad), chart (an element beside it). */
export function statTile(options) {
  const inside = [h('dt', null, options.label), h('dd', { class: 'stat-value num' }, options.value),
    options.note ? h('dd', { class: 'stat-note' + (options.meaning ? ' is-' + options.meaning : '') }, options.note) : null,
    options.chart ? h('dd', { class: 'stat-chart' }, options.chart) : null];
  const list = h('dl', { class: 'stat' }, inside);
  return options.href ? h('a', { class: 'stat-link', href: options.href }, list) : list;
}

const JOB_SIGNS = { waiting: 'clock', open: 'repeat', done: 'check', failed: 'alert' };

/* The progress of something long. set({ state, done, total, text, retry }): state is waiting, open, done or failed. */
export function jobProgress(label) {
  const bar = h('progress', { class: 'bar', 'aria-label': label, max: 1 });
  const words = h('span', { class: 'job-words num' });
  const sign = h('span', { class: 'job-sign' });
  const more = h('div', { class: 'job-more' });
  const box = h('div', { class: 'job' }, h('div', { class: 'job-head' }, sign, h('span', { class: 'strong' }, label), words), bar, more);
  box.set = (now) => {
    const known = now.total > 0 && now.state !== 'waiting';
    box.className = 'job job-' + now.state;
    replace(sign, icon(JOB_SIGNS[now.state]));
    if (now.state === 'done') {
      bar.max = 1;
      bar.value = 1;
    } else if (known) {
      bar.max = now.total;
      bar.value = now.done;
    } else if (now.state === 'open') {
      bar.removeAttribute('value');
    } else {
      bar.value = 0;
    }
    replace(words, now.state === 'open' && known ? t('job.running', now) : t('job.' + now.state));
    replace(more, now.text ? h('p', { class: 'small muted' }, now.text) : null,
      now.state === 'failed' && now.retry ? h('button', { class: 'btn', type: 'button', onclick: now.retry }, icon('repeat'), t('job.retry')) : null);
  };
  return box;
}

/* Whether what is seen is fresh. set('on' | 'catching' | 'off', at). Only a change is read aloud. */
export function liveStatus() {
  const box = h('p', { class: 'live', role: 'status' });
  let last = '';
  box.set = (state, at) => {
    if (state === last) {
      return;
    }
    last = state;
    box.className = 'live live-' + state;
    replace(box, h('span', { class: 'live-dot', 'aria-hidden': 'true' }), state === 'off' ? (at ? t('live.off', { at }) : t('live.off_new')) : t('live.' + state));
  };
  return box;
}

/* What stands where something will come, of the size that it will have: kind is lines, rows, tiles, card or chart. */
export function skeleton(kind, count) {
  const bones = Array.from({ length: count || 3 }, () => h('span', { class: 'skeleton sk-' + kind }));
  return h('div', { class: 'sk sk-of-' + kind, 'aria-hidden': 'true' }, bones);
}
