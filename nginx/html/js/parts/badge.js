/* A badge says what something means, not which colour it has: a sign, a word, a tone. */

import { h } from '../dom.js';
import { icon } from '../icons.js';

const SIGNS = { good: 'check', attention: 'alert', bad: 'close', active: 'play', waiting: 'clock', neutral: null, locked: 'lock' };

/* meaning: good, attention, bad, active, waiting, locked or neutral. */
export function badge(meaning, text) {
  const known = meaning in SIGNS ? meaning : 'neutral';
  return h('span', { class: 'badge badge-' + known }, SIGNS[known] ? icon(SIGNS[known]) : null, text);
}
