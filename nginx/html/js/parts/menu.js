/* A button with a menu: arrow keys, Home and End, the first letter, Escape; the focus goes back to the button.

     menuButton({ label: 'Actions for Harbour', items: () => [{ label, icon, href }, { label, icon, run, danger, checked }] })

   Items are asked for when the menu opens. It lies in the top layer, so no edge of a table cuts it off. */

import { h } from '../dom.js';
import { icon } from '../icons.js';

const GAP = 4;

function itemNode(item, close) {
  const attributes = { role: item.checked === undefined ? 'menuitem' : 'menuitemradio', tabindex: '-1', class: 'menu-item' + (item.danger ? ' menu-danger' : ''),
    'aria-checked': item.checked === undefined ? null : String(item.checked), 'aria-disabled': item.disabled ? 'true' : null };
  const inside = [item.icon ? icon(item.icon) : null, h('span', null, item.label), item.checked ? icon('check', 'menu-tick') : null];
  if (item.href) {
    return h('a', Object.assign(attributes, { href: item.href }), inside);
  }
  return h('button', Object.assign(attributes, { type: 'button',
    onclick: () => {
      if (!item.disabled) {
        close(true);
        item.run();
      }
    } }), inside);
}

/* Below the button, above it where there is no room, and never beyond an edge of the window. */
function place(panel, button) {
  const at = button.getBoundingClientRect();
  const size = panel.getBoundingClientRect();
  const below = at.bottom + GAP;
  const top = below + size.height <= window.innerHeight ? below : Math.max(GAP, at.top - GAP - size.height);
  const rtl = document.documentElement.dir === 'rtl';
  const wanted = rtl ? at.left : at.right - size.width;
  panel.style.top = top + 'px';
  panel.style.left = Math.min(Math.max(GAP, wanted), window.innerWidth - size.width - GAP) + 'px';
}

function step(panel, event) {
  const items = Array.from(panel.querySelectorAll('[role^="menuitem"]'));
  const here = items.indexOf(document.activeElement);
  const moves = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: items.length - 1 };
  let next = items[(moves[event.key] + items.length) % items.length];
  if (!next && event.key.length === 1 && /\S/.test(event.key)) {
    const order = items.slice(here + 1).concat(items.slice(0, here + 1));
    next = order.find((one) => one.textContent.trim().toLowerCase().startsWith(event.key.toLowerCase()));
  }
  if (next) {
    event.preventDefault();
    next.focus();
  }
}

/* Opens below a button; close(back) ends it, with the focus back on the button. */
function openMenu(button, items, label) {
  const panel = h('div', { role: 'menu', 'aria-label': label, class: 'menu-list', popover: 'manual' });
  const close = (back) => {
    if (!panel.isConnected) {
      return;
    }
    document.removeEventListener('pointerdown', outside, true);
    window.removeEventListener('resize', follow);
    window.removeEventListener('scroll', follow, true);
    panel.remove();
    button.setAttribute('aria-expanded', 'false');
    if (back) {
      button.focus();
    }
  };
  /* It stays at its button; where that is gone from the window, it ends. */
  const follow = (event) => {
    const at = button.getBoundingClientRect();
    if (event.target instanceof Node && panel.contains(event.target)) {
      return;
    }
    if (at.bottom < 0 || at.top > window.innerHeight) {
      close(false);
    } else {
      place(panel, button);
    }
  };
  const outside = (event) => {
    if (!panel.contains(event.target) && !button.contains(event.target)) {
      close(false);
    }
  };
  panel.append(...items.map((item) => itemNode(item, close)));
  panel.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') {
      event.preventDefault();
      event.stopPropagation();
      close(true);
    } else if (event.key === 'Tab') {
      close(true);
    } else {
      step(panel, event);
    }
  });
  button.after(panel);
  if (panel.showPopover) {
    panel.showPopover();
  }
  place(panel, button);
  button.setAttribute('aria-expanded', 'true');
  document.addEventListener('pointerdown', outside, true);
  window.addEventListener('resize', follow);
  window.addEventListener('scroll', follow, true);
  return { panel, close };
}

/* Makes a button open a menu; items() gives what is in it. */
export function bindMenu(button, label, items) {
  let open = null;
  const show = (last) => {
    open = openMenu(button, items(), label);
    const found = open.panel.querySelectorAll('[role^="menuitem"]');
    (open.panel.querySelector('[aria-checked="true"]') || found[last ? found.length - 1 : 0]).focus({ preventScroll: true });
  };
  button.setAttribute('aria-haspopup', 'menu');
  button.setAttribute('aria-expanded', 'false');
  button.addEventListener('click', () => {
    if (open && open.panel.isConnected) {
      open.close(true);
    } else {
      show(false);
    }
  });
  button.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      show(event.key === 'ArrowUp');
    }
  });
  return button;
}

/* options: label (its name), items(), text (shown beside the icon), icon. */
export function menuButton(options) {
  const button = h('button', { class: options.text ? 'btn' : 'btn btn-quiet btn-icon', type: 'button', 'aria-label': options.label, title: options.text ? null : options.label },
    options.text ? h('span', null, options.text) : null, icon(options.icon || (options.text ? 'chevron' : 'dots')));
  return bindMenu(button, options.label, options.items);
}
