/* Tabs with addresses of their own: each is a link, so it can be opened elsewhere, sent and gone back to; arrow keys go along them.

     tabs(box, { label: t('tabs'), items: [{ id: 'profile', label, href: '/settings/organisation/profile', view: () => node }] })

   view() is called once, when its tab is first shown; shown() whenever it is. Which one is shown follows from the address, else the first. */

import { h, replace } from '../dom.js';

function matches(item) {
  const url = new URL(item.href, window.location.href);
  const wanted = Array.from(url.searchParams);
  const has = new URLSearchParams(window.location.search);
  return url.pathname === window.location.pathname && wanted.every(([key, value]) => has.get(key) === value);
}

/* The most exact match: "?tab=x" before the bare path. */
function current(items) {
  const found = items.filter(matches).sort((a, b) => b.href.length - a.href.length);
  return found[0] || items[0];
}

export function tabs(box, options) {
  const made = {};
  const panel = h('div', { role: 'tabpanel', class: 'tab-panel', tabindex: '0' });
  const links = options.items.map((item) => h('a', { role: 'tab', class: 'tab', id: 'tab-' + item.id, href: item.href, 'aria-controls': 'tab-panel' },
    h('span', null, item.label), item.count === undefined ? null : h('span', { class: 'tab-count num' }, item.count)));
  panel.id = 'tab-panel';

  const show = (item) => {
    options.items.forEach((one, i) => {
      const on = one === item;
      links[i].setAttribute('aria-selected', String(on));
      links[i].tabIndex = on ? 0 : -1;
    });
    made[item.id] = made[item.id] || item.view();
    panel.setAttribute('aria-labelledby', 'tab-' + item.id);
    replace(panel, made[item.id]);
    if (item.shown) {
      item.shown();
    }
    links[options.items.indexOf(item)].scrollIntoView({ block: 'nearest', inline: 'nearest' });
  };
  const go = (item) => {
    if (!matches(item) || current(options.items) !== item) {
      window.history.pushState(null, '', item.href);
    }
    show(item);
  };
  links.forEach((link, i) => {
    link.addEventListener('click', (event) => {
      if (!event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0) {
        event.preventDefault();
        go(options.items[i]);
      }
    });
    link.addEventListener('keydown', (event) => {
      const rtl = document.documentElement.dir === 'rtl';
      const moves = { ArrowRight: rtl ? -1 : 1, ArrowLeft: rtl ? 1 : -1, Home: -i, End: links.length - 1 - i };
      if (event.key in moves) {
        event.preventDefault();
        const next = (i + moves[event.key] + links.length) % links.length;
        go(options.items[next]);
        links[next].focus();
      } else if (event.key === ' ') {
        event.preventDefault();
        go(options.items[i]);
      }
    });
  });
  window.addEventListener('popstate', () => show(current(options.items)));
  replace(box, h('div', { role: 'tablist', class: 'tabs', 'aria-label': options.label }, links), panel);
  show(current(options.items));
}
