/* A field for a day as the reader writes days: 31/12/2026, 31.12.2026, 12/31/2026; 2026-12-31 is read everywhere.

     const field = dateField({ label: t('from'), name: 'since', change: (day) => {} });   // change gets 2026-12-31, or '' for none
     field.node; field.set('2026-12-31')

   The browser's own date field follows the language of the browser, whatever that of the page is. */

import { h } from '../dom.js';
import { LOCALE, date } from '../say.js';
import { t } from '../words/parts.js';

const NUMERIC = new Intl.DateTimeFormat(LOCALE, { day: '2-digit', month: '2-digit', year: 'numeric' });
const ORDER = NUMERIC.formatToParts(new Date(2026, 11, 31)).map((part) => part.type).filter((type) => type !== 'literal');
let count = 0;

function two(number) {
  return String(number).padStart(2, '0');
}

/* 2026-12-31 of a day that there is, or ''. */
function dayOf(year, month, day) {
  const text = two(year) + '-' + two(month) + '-' + two(day);
  const made = new Date(text + 'T00:00:00Z');
  return year > 999 && !isNaN(made.getTime()) && made.toISOString().slice(0, 10) === text ? text : '';
}

export function isDay(text) {
  const found = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  return Boolean(found && dayOf(Number(found[1]), Number(found[2]), Number(found[3])));
}

/* What somebody typed, as 2026-12-31; null where it is no day. */
export function readDay(text) {
  const numbers = (text.match(/\d+/g) || []).map(Number);
  if (!text.trim()) {
    return '';
  }
  if (numbers.length !== 3) {
    return null;
  }
  const order = numbers[0] > 999 ? ['year', 'month', 'day'] : ORDER;
  const found = order.reduce((all, name, i) => Object.assign(all, { [name]: numbers[i] }), {});
  return dayOf(found.year < 100 ? found.year + 2000 : found.year, found.month, found.day) || null;
}

/* A filter of a data table for a day; send(day) gives what the server is asked for. */
export function dayFilter(options) {
  return Object.assign({
    fits: isDay, words: (day) => date(day + 'T12:00:00'),
    field: (change) => dateField({ label: options.label, name: options.key, change })
  }, options);
}

export function dateField(options) {
  const id = 'date-' + (++count);
  const show = (day) => (day ? NUMERIC.format(new Date(day + 'T12:00:00')) : '');
  const input = h('input', { class: 'input num', id, name: options.name, inputmode: 'numeric', autocomplete: 'off', placeholder: NUMERIC.format(new Date(new Date().getFullYear(), 11, 31)) });
  const wrong = h('span', { class: 'field-error', id: id + '-error', hidden: true }, t('date.wrong', { example: NUMERIC.format(new Date(2026, 11, 31)) }));
  let now = '';
  const mark = (bad) => {
    wrong.hidden = !bad;
    if (bad) {
      input.setAttribute('aria-invalid', 'true');
      input.setAttribute('aria-describedby', wrong.id);
    } else {
      input.removeAttribute('aria-invalid');
      input.removeAttribute('aria-describedby');
    }
  };
  input.addEventListener('change', () => {
    const day = readDay(input.value);
    mark(day === null);
    if (day !== null && day !== now) {
      now = day;
      input.value = show(day);
      options.change(day);
    }
  });
  return {
    node: h('div', { class: 'dt-filter' }, h('label', { for: id }, options.label), input, wrong),
    set: (day) => {
      if (day !== now) {
        now = day;
        input.value = show(day);
        mark(false);
      }
    }
  };
}
