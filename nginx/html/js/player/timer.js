/* Countdown to a deadline on the server's clock; says "10 seconds left" once, calls back when it is over. */

import { h } from '../dom.js';
import { icon } from '../icons.js';
import { clockTime } from '../format.js';

const WARN_AT = 10;
/* The server must see the deadline as passed when it is asked. */
const GRACE_MS = 700;
const TICK_MS = 250;

/* options: deadline (ISO), offset (ms), label, onWarn, onEnd. Returns {node, stop, seconds}. */
export function countdown(options) {
  const end = Date.parse(options.deadline);
  const digits = h('span', { class: 'num' }, '');
  const node = h('div', { class: 'timer', role: 'timer', 'aria-live': 'off' }, icon('clock'),
    h('span', { class: 'timer-label' }, options.label), digits);
  const left = () => (end - (Date.now() + options.offset)) / 1000;
  let warned = left() <= WARN_AT;
  let handle = 0;

  function stop() {
    window.clearInterval(handle);
  }

  function tick() {
    const seconds = left();
    digits.textContent = clockTime(seconds);
    node.classList.toggle('timer-low', seconds <= WARN_AT);
    if (seconds <= WARN_AT && !warned) {
      warned = true;
      options.onWarn();
    }
    if (seconds * 1000 <= -GRACE_MS) {
      stop();
      window.setTimeout(options.onEnd, 0);
    }
  }

  handle = window.setInterval(tick, TICK_MS);
  tick();
  return { node, stop, seconds: left };
}
