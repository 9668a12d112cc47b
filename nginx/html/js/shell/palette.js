/* The search over everything that has an address. It comes when it is asked for (js/shell/search.js). */

import { h } from '../dom.js';
import { combobox } from '../parts/combobox.js';
import { leave } from '../api.js';
import { openDialog } from '../dialog.js';
import { PAGES } from '../nav.js';
import { t } from '../words/palette.js';
import { lastKnown } from './known.js';

function plain(text) {
  return text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase();
}

/* Pages whose name has every word. */
function pages(text) {
  const known = lastKnown();
  const words = plain(text).split(/\s+/).filter(Boolean);
  return PAGES.filter((row) => known && row.roles.includes(known.role) && !known.ends && words.every((word) => plain(row.title).includes(word)))
    .map((row) => ({ value: row.at, label: row.title, icon: row.icon, note: t('kind.page') }));
}

async function find(text) {
  return pages(text);
}

export function openPalette() {
  const box = h('div');
  const dialog = openDialog(t('title'), box);
  dialog.classList.add('palette');
  combobox(box, { id: 'palette', label: t('label'), source: find, stays: true, changed: (path) => {
    dialog.close();
    leave(path);
  } });
  box.querySelector('input').focus();
}
