/* What is done with exercises of the list: rename, delete, play again. */

import { h } from '../dom.js';
import { put, remove } from '../api.js';
import { FIELDS } from '../constants.js';
import { confirmDialog, openDialog } from '../dialog.js';
import { bindForm } from '../forms.js';
import { toast } from '../parts/toast.js';
import { playAgain } from '../result/again.js';
import { t } from '../words/exercises.js';
import { hasResult, isOpen, leadsTo, mayDelete, mayRename, nameOf, plays } from './rows.js';

function address(row) {
  return '/api/ttx/session/' + encodeURIComponent(row.id);
}

function rename(list, row) {
  const input = h('input', { class: 'input', id: 'exercise-name', name: 'name', value: row.name || '', autocomplete: 'off', 'aria-describedby': 'exercise-name-hint' });
  const back = h('button', { class: 'btn', type: 'button' }, t('rename.back'));
  const form = h('form', { class: 'stack' }, h('div', { class: 'form-summary' }),
    h('div', { class: 'field' }, h('label', { for: 'exercise-name' }, t('rename.label')), input, h('span', { class: 'hint', id: 'exercise-name-hint' }, t('rename.hint', { title: row.title }))),
    h('div', { class: 'dialog-actions' }, back, h('button', { class: 'btn btn-primary', type: 'submit' }, t('rename.save'))));
  const box = openDialog(t('rename.title'), form);
  back.addEventListener('click', () => box.close());
  bindForm(form, { fields: FIELDS.renameSession, labels: { name: t('rename.label') },
    send: async () => {
      const name = input.value.trim() || null;
      await put(address(row), { name });
      box.close();
      list.change(row.id, Object.assign({}, row, { name }));
      list.focusRow(row.id);
      toast(name ? t('renamed', { name }) : t('unnamed', { name: row.title }));
    } });
  input.focus();
  input.select();
}

/* Deletes them one after the other, after a question; an error stays in the dialog, and what is gone leaves the list. */
async function removeAll(list, rows) {
  const gone = [];
  const done = await confirmDialog({
    title: rows.length === 1 ? t('delete.title') : t('delete.titles', { n: rows.length }),
    text: rows.length === 1 ? t('delete.text', { name: nameOf(rows[0]) }) : t('delete.texts', { n: rows.length }),
    action: t('delete.action', { n: rows.length }), keep: t('delete.keep', { n: rows.length }), danger: true,
    run: async () => {
      for (const row of rows.filter((one) => gone.indexOf(one.id) < 0)) {
        await remove(address(row));
        gone.push(row.id);
      }
    } });
  gone.forEach((id) => list.remove(id));
  if (gone.length) {
    toast(t('deleted', { n: gone.length }));
  }
  return done;
}

/* The items of a row's menu. */
export function menuOf(list, row, user) {
  const open = isOpen(row) ? { label: t(row.answered ? 'continue' : 'start'), icon: 'play', href: leadsTo(row) } : null;
  const seen = hasResult(row) ? [{ label: t('results'), icon: 'table', href: leadsTo(row) },
    { label: t('report'), icon: 'file', run: () => window.open('/api/portal/report?sessionId=' + encodeURIComponent(row.id), '_blank', 'noopener') }] : [];
  return [open].concat(seen, [
    plays(user) && mayRename(row, user) ? { label: t('rename'), icon: 'letter', run: () => rename(list, row) } : null,
    plays(user) ? { label: t('again'), icon: 'repeat', run: () => playAgain(row) } : null,
    mayDelete(row, user) ? { label: t('delete'), icon: 'trash', danger: true, run: () => removeAll(list, [row]) } : null]).filter(Boolean);
}

/* What can be done with all rows that are chosen. */
export function bulkOf(list, user) {
  return [{ label: t('delete'), icon: 'trash', danger: true, run: (rows) => removeAll(list(), rows.filter((row) => mayDelete(row, user))) }];
}
