/* Says the messages of the catalogue (common/words) in the language of the page. Modules below words/ are made of it, one an area:

     import { t } from './words/team.js';
     t('title')  t('people', { n: 3 })                   a string
     t.nodes('terms', { link: (text) => h('a', { href: '/terms' }, text) })   strings and elements, for h()

   Numbers, dates and plurals are those of the page's language, as the reader's own variant writes them. */

import { isolated } from './text.js';

const PAGE = document.documentElement.lang || 'en';
const own = (window.navigator.languages || []).find((one) => one.toLowerCase().split('-')[0] === PAGE);
/* For Intl: "en-US" where somebody reads the English pages so. */
export const LOCALE = own || (PAGE === 'en' ? 'en-GB' : PAGE);

const DATES = { '': { day: 'numeric', month: 'short', year: 'numeric' }, long: { day: 'numeric', month: 'long', year: 'numeric' } };
const DIGITS = { '': { maximumFractionDigits: 2 }, '.0': { minimumFractionDigits: 1, maximumFractionDigits: 1 },
  '.00': { minimumFractionDigits: 2, maximumFractionDigits: 2 }, percent: { style: 'percent', maximumFractionDigits: 0 } };
const plurals = new Intl.PluralRules(LOCALE);

function given(value) {
  return value !== null && value !== undefined;
}

const forms = {
  text: (value) => (value instanceof Node || Array.isArray(value) ? value : isolated(value)),
  number: (value, style) => (given(value) ? new Intl.NumberFormat(LOCALE, DIGITS[style || '']).format(value) : '–'),
  date: (value, style) => (given(value) ? new Intl.DateTimeFormat(LOCALE, DATES[style || '']).format(new Date(value)) : '–'),
  time: (value) => (given(value) ? new Intl.DateTimeFormat(LOCALE, { timeStyle: 'short' }).format(new Date(value)) : '–'),
  plural: (value, ways) => (ways['=' + value] || ways[plurals.select(value)] || ways.other)(),
  select: (value, ways) => (Object.prototype.hasOwnProperty.call(ways, value) ? ways[value] : ways.other)()
};

/* A whole number, or one with up to two decimals, a share (0 to 1), a day, a time of day, outside of a sentence. */
export const { number, date, time } = forms;

export function percent(share) {
  return forms.number(share, 'percent');
}

function said(messages, key, args) {
  const message = messages[key];
  if (message === undefined) {
    throw new Error('no message ' + key);
  }
  return typeof message === 'string' ? [message] : message(args || {}, forms).flat(Infinity);
}

/* What t is of an area. */
export function catalogue(messages) {
  const t = (key, args) => said(messages, key, args).join('');
  t.nodes = (key, args) => said(messages, key, args);
  t.has = (key) => messages[key] !== undefined;
  return t;
}
