/* What the pages of the platform share: who may see them, lists one page at a time. */

import { h, replace, clear } from '../dom.js';
import { request, nextPage } from '../api.js';
import { errorBox, moreButton } from '../forms.js';
import { announce, startShell } from '../shell.js';
import { number } from '../say.js';
import { t } from '../words/platform.js';

/* The signed-in platform administrator, or null: then `box` says why the page stays empty. */
export async function startPlatform(box) {
  try {
    const user = await startShell();
    if (user.role === 'SUPER_ADMIN') {
      return user;
    }
    replace(box, errorBox({ message: t('forbidden') }));
  } catch (error) {
    replace(box, errorBox(error, () => window.location.reload()));
  }
  box.removeAttribute('aria-busy');
  return null;
}

/* ENTERPRISE, as people write it. */
export function planName(name) {
  return name.charAt(0) + name.slice(1).toLowerCase();
}

const turns = new WeakMap();

/*
 * Of two calls for one box the later one counts, whichever reply comes first.
 * options: box and more (elements), path, list (the empty list node), node (row to element), empty (element when there is
 * nothing), shown (how many to what is announced).
 */
export async function fillList(options) {
  const { box, more, list } = options;
  const turn = (turns.get(box) || 0) + 1;
  const over = () => turns.get(box) !== turn;
  let count = 0;
  turns.set(box, turn);
  const fetchInto = async (path, focus) => {
    const reply = await request('GET', path);
    if (over()) {
      return;
    }
    const nodes = reply.data.map(options.node);
    nodes.forEach((node) => list.appendChild(node));
    count += nodes.length;
    moreButton(more, nextPage(reply.headers), (next) => fetchInto(next, true));
    announce(options.shown(count));
    if (focus && nodes.length) {
      nodes[0].setAttribute('tabindex', '-1');
      nodes[0].focus();
    }
  };
  box.setAttribute('aria-busy', 'true');
  clear(more);
  try {
    await fetchInto(options.path, false);
    if (over()) {
      return;
    }
    replace(box, list.firstChild ? list : options.empty);
  } catch (error) {
    if (over()) {
      return;
    }
    replace(box, errorBox(error, () => fillList(Object.assign({}, options, { list: list.cloneNode(false) }))));
  }
  box.removeAttribute('aria-busy');
}

/* "7" or "no limit". */
export function limit(value) {
  return value === null ? t('settings_no_limit') : number(value);
}

export function facts(rows) {
  return h('dl', { class: 'dl platform-facts' }, rows.filter(Boolean).map((row) => [h('dt', null, row[0]), h('dd', null, row[1])]));
}
