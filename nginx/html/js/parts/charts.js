/* Charts as SVG: a pattern and a lightness of its own beside each colour, so that grey print and contrast themes tell them apart; the numbers
   as a table behind each. Words are HTML beside the drawing, so that they grow with the reader's text. */

import { h, s } from '../dom.js';
import { number, percent } from '../say.js';
import { t } from '../words/parts.js';

/* What an answer was, in the order in which blocks stand. */
const OUTCOMES = ['best', 'defensible', 'poor', 'unanswered'];
let drawn = 0;

/* ---- what all have ---- */

/* Fills that are more than a colour: dots for the middle, strokes for poor, a bare edge for nothing. */
function patterns(id) {
  const tile = (name, size, ...marks) => s('pattern', { id: id + '-' + name, patternUnits: 'userSpaceOnUse', width: size, height: size },
    s('rect', { class: 'fill-' + name, width: size, height: size }), marks);
  return s('defs', null,
    tile('defensible', 6, s('circle', { class: 'mark-defensible', cx: 1.5, cy: 1.5, r: 1 }), s('circle', { class: 'mark-defensible', cx: 4.5, cy: 4.5, r: 1 })),
    tile('poor', 8, s('path', { class: 'mark-poor', d: 'M-2 2 2 -2M0 8 8 0M6 10 10 6' })),
    tile('own', 4, s('path', { class: 'mark-own', d: 'M0 2H4' })));
}

function fillOf(id, name) {
  return name === 'defensible' || name === 'poor' || name === 'own' ? 'url(#' + id + '-' + name + ')' : null;
}

function rect(id, name, attributes) {
  return s('rect', Object.assign({ class: 'block block-' + name + (fillOf(id, name) ? '' : ' fill-' + name), fill: fillOf(id, name) }, attributes));
}

function newId() {
  drawn += 1;
  return 'chart-' + drawn;
}

function tableOf(caption, heads, rows) {
  return h('details', { class: 'chart-behind' }, h('summary', null, t('chart.table')),
    h('div', { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': caption }, h('table', { class: 'table' }, h('caption', { class: 'sr-only' }, caption),
      h('thead', null, h('tr', null, heads.map((one, i) => h('th', { scope: 'col', class: i ? 'dt-number' : null }, one)))),
      h('tbody', null, rows.map((row) => h('tr', null, h('th', { scope: 'row', dir: 'auto' }, row[0]), row.slice(1).map((one) => h('td', { class: 'dt-number num' }, one))))))));
}

/* title, text (one sentence that says what is seen), n, drawing, legend, table. */
function figure(options, drawing, legend, table) {
  return h('figure', { class: 'chart' },
    h('figcaption', { class: 'chart-head' }, h('span', { class: 'chart-title' }, options.title),
      options.n === undefined ? null : h('span', { class: 'tiny muted num' }, t('chart.n', { n: options.n }))),
    options.text ? h('p', { class: 'chart-text small muted' }, options.text) : null,
    options.few ? h('p', { class: 'chart-few small' }, t('chart.few')) : [drawing, legend, table]);
}

function legendOf(names) {
  const id = newId();
  return h('ul', { class: 'chart-legend' }, names.map((name) => h('li', null,
    s('svg', { class: 'chart-key', width: 16, height: 16, 'aria-hidden': 'true' }, patterns(id + name), rect(id + name, name, { width: '100%', height: '100%' })),
    t('chart.' + name))));
}

function image(label, attributes, ...inside) {
  return s('svg', Object.assign({ role: 'img', 'aria-label': label }, attributes), inside);
}

/* ---- the kinds ---- */

/* items: [{ label, value, n }]; max, format (number by default). */
export function bars(options) {
  const say = options.format || number;
  const max = options.max || Math.max(...options.items.map((one) => one.value), 1e-9);
  const drawing = h('div', { class: 'chart-rows' }, options.items.map((one) => h('div', { class: 'chart-row' },
    h('span', { class: 'chart-label', dir: 'auto' }, one.label),
    image(one.label + ': ' + say(one.value), { class: 'chart-bar' }, s('rect', { class: 'block-back', width: '100%', height: '100%' }), s('rect', { class: 'block fill-own', width: (100 * one.value) / max + '%', height: '100%' })),
    h('span', { class: 'chart-figure num' }, say(one.value), one.n === undefined ? null : h('span', { class: 'tiny muted' }, ' ', t('chart.n', { n: one.n }))))));
  const counted = options.items.some((one) => one.n !== undefined);
  return figure(options, drawing, null, tableOf(options.title, [t('chart.name'), t('chart.value')].concat(counted ? [t('chart.count')] : []),
    options.items.map((one) => [one.label, say(one.value)].concat(counted ? [number(one.n)] : []))));
}

function outcomeBar(id, item, total) {
  let at = 0;
  return OUTCOMES.filter((name) => item[name]).map((name) => {
    const wide = (100 * item[name]) / total;
    const block = rect(id, name, { x: at + '%', width: wide + '%', height: '100%' });
    at += wide;
    return block;
  });
}

/* items: [{ label, best, defensible, poor, unanswered }], counts. */
export function outcomes(options) {
  const id = newId();
  const used = OUTCOMES.filter((name) => options.items.some((one) => one[name]));
  const drawing = h('div', { class: 'chart-rows' }, options.items.map((one, i) => {
    const total = OUTCOMES.reduce((sum, name) => sum + (one[name] || 0), 0) || 1;
    const words = used.filter((name) => one[name]).map((name) => t('chart.part', { name: t('chart.' + name), count: one[name], total }));
    return h('div', { class: 'chart-row' }, h('span', { class: 'chart-label', dir: 'auto' }, one.label),
      image(one.label + '. ' + words.join(', '), { class: 'chart-bar' }, patterns(id + i), outcomeBar(id + i, one, total)),
      h('span', { class: 'chart-figure num' }, percent((one.best || 0) / total)));
  }));
  return figure(options, drawing, legendOf(used), tableOf(options.title, [t('chart.name')].concat(used.map((name) => t('chart.' + name))),
    options.items.map((one) => [one.label].concat(used.map((name) => number(one[name] || 0))))));
}

/* Places on the drawing, in percent from the left and from the top. */
function places(points, min, max) {
  const span = max - min || 1;
  const x = (i) => (points.length === 1 ? 50 : 2 + (96 * i) / (points.length - 1));
  const y = (value) => 96 - (92 * (value - min)) / span;
  return { x, y, at: (values) => values.map((value, i) => x(i) + ',' + y(value)) };
}

/* points: [{ label, value, low, high }]; low and high are the interval; min, max, format. */
export function lines(options) {
  const say = options.format || number;
  const { points } = options;
  const ends = points.some((one) => one.low !== undefined);
  const low = points.map((one) => (one.low === undefined ? one.value : one.low));
  const high = points.map((one) => (one.high === undefined ? one.value : one.high));
  const min = options.min === undefined ? Math.min(...low) : options.min;
  const max = options.max === undefined ? Math.max(...high) : options.max;
  const place = places(points, min, max);
  const label = points.map((one) => one.label + ': ' + say(one.value)).join(', ');
  const drawing = h('div', { class: 'chart-plot' }, h('div', { class: 'chart-scale tiny muted num', 'aria-hidden': 'true' }, h('span', null, say(max)), h('span', null, say(min))),
    image(options.title + '. ' + label, { class: 'chart-area' },
      s('svg', { viewBox: '0 0 100 100', preserveAspectRatio: 'none', width: '100%', height: '100%' },
        ends ? s('polygon', { class: 'line-band', points: place.at(high).concat(place.at(low).reverse().map((one, i) => place.x(points.length - 1 - i) + ',' + one.split(',')[1])).join(' ') }) : null,
        s('polyline', { class: 'line-path', points: place.at(points.map((one) => one.value)).join(' ') })),
      points.map((one, i) => s('circle', { class: 'line-dot', cx: place.x(i) + '%', cy: place.y(one.value) + '%', r: 4 }, s('title', null, one.label + ': ' + say(one.value))))),
    h('div', { class: 'chart-ends tiny muted', 'aria-hidden': 'true' }, h('span', null, points[0].label), h('span', null, points[points.length - 1].label)));
  return figure(options, drawing, null, tableOf(options.title, [t('chart.name'), t('chart.value')].concat(ends ? [t('chart.low'), t('chart.high')] : []),
    points.map((one) => [one.label, say(one.value)].concat(ends ? [say(one.low), say(one.high)] : []))));
}

/* rows and columns: words; values[row][column]: a share from 0 to 1 or null; the number stands in each field. It is a table itself. */
export function heatMap(options) {
  const say = options.format || percent;
  const level = (value) => Math.min(4, Math.floor(value * 5));
  const table = h('div', { class: 'table-scroll', tabindex: '0', role: 'region', 'aria-label': options.title }, h('table', { class: 'heat' }, h('caption', { class: 'sr-only' }, options.title),
    h('thead', null, h('tr', null, h('td'), options.columns.map((one) => h('th', { scope: 'col', dir: 'auto' }, one)))),
    h('tbody', null, options.rows.map((one, i) => h('tr', null, h('th', { scope: 'row', dir: 'auto' }, one),
      options.values[i].map((value) => h('td', { class: 'num ' + (value === null ? 'heat-none' : 'heat-' + level(value)) }, value === null ? '–' : say(value))))))));
  const scale = h('p', { class: 'chart-legend tiny muted', 'aria-hidden': 'true' }, h('span', null, t('chart.less')), [0, 1, 2, 3, 4].map((one) => h('span', { class: 'heat-key heat-' + one })), h('span', null, t('chart.more')));
  return figure(options, table, scale, null);
}

/* bins: [{ label, n, own }]; own marks the reader's own place. */
export function distribution(options) {
  const id = newId();
  const max = Math.max(...options.bins.map((one) => one.n), 1);
  const wide = 100 / options.bins.length;
  const words = options.bins.map((one) => one.label + ': ' + number(one.n)).join(', ');
  const drawing = h('div', { class: 'chart-plot chart-bins' },
    image(options.title + '. ' + words, { class: 'chart-area' }, patterns(id), options.bins.map((one, i) => {
      const high = (96 * one.n) / max;
      return rect(id, one.own ? 'best' : 'own', { x: wide * i + wide * 0.08 + '%', y: 100 - high + '%', width: wide * 0.84 + '%', height: high + '%' });
    })),
    h('div', { class: 'chart-ticks tiny muted', 'aria-hidden': 'true' }, options.bins.map((one) => h('span', { class: one.own ? 'strong' : null }, one.label))),
    options.own ? h('p', { class: 'chart-own small' }, options.own) : null);
  return figure(options, drawing, null, tableOf(options.title, [t('chart.name'), t('chart.count')], options.bins.map((one) => [one.label, number(one.n)])));
}

/* items: [{ at, when, label, meaning }] in order of time: numbers on a line, what they are below it. */
export function timeLine(options) {
  const times = options.items.map((one) => new Date(one.at).getTime());
  const span = times[times.length - 1] - times[0] || 1;
  const place = (i) => 3 + (94 * (times[i] - times[0])) / span + '%';
  const drawing = h('div', { class: 'chart-plot' },
    image(options.title + '. ' + options.items.map((one) => one.when + ': ' + one.label).join(', '), { class: 'chart-time' },
      s('line', { class: 'time-axis', x1: '3%', x2: '97%', y1: '50%', y2: '50%' }),
      options.items.map((one, i) => [s('circle', { class: 'time-dot time-' + (one.meaning || 'neutral'), cx: place(i), cy: '50%', r: 10 }),
        s('text', { class: 'time-number time-on-' + (one.meaning || 'neutral'), x: place(i), y: '50%', dy: '.35em', 'text-anchor': 'middle' }, String(i + 1))])),
    h('ol', { class: 'time-list small' }, options.items.map((one) => h('li', null, h('time', { class: 'muted num', datetime: one.at }, one.when), ' ', h('span', { dir: 'auto' }, one.label)))));
  return figure(options, drawing, null, tableOf(options.title, [t('chart.name'), t('chart.date')], options.items.map((one) => [one.label, one.when])));
}

/* A line as high as a word, beside the number that it leads to. */
export function sparkline(values, label) {
  const place = places(values, Math.min(...values), Math.max(...values));
  const last = values.length - 1;
  return image(label, { class: 'spark' },
    s('svg', { viewBox: '0 0 100 100', preserveAspectRatio: 'none', width: '100%', height: '100%' }, s('polyline', { class: 'line-path', points: place.at(values).join(' ') })),
    s('circle', { class: 'line-dot', cx: place.x(last) + '%', cy: place.y(values[last]) + '%', r: 2.5 }));
}

/* value: 0 to 1; text: what stands in the middle; label: what it is. */
export function ring(options) {
  const round = 2 * Math.PI * 42;
  return h('div', { class: 'ring' + (options.meaning ? ' ring-' + options.meaning : '') },
    image(options.label + ': ' + options.text, { viewBox: '0 0 100 100', class: 'ring-drawing' },
      s('circle', { class: 'ring-back', cx: 50, cy: 50, r: 42 }),
      options.value > 0 ? s('circle', { class: 'ring-value', cx: 50, cy: 50, r: 42, transform: 'rotate(-90 50 50)', 'stroke-dasharray': round * Math.min(1, options.value) + ' ' + round }) : null),
    h('span', { class: 'ring-text num', 'aria-hidden': 'true' }, options.text, options.note ? h('span', { class: 'ring-note' }, options.note) : null));
}
