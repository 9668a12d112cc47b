/* A list as a table: the server sorts, searches and pages it; what was asked for stands in the address.

     const list = dataTable(box, {
       id: 'exercises', caption: t('title'), address: '/api/portal/sessions',
       columns: [
         { key: 'name', label: t('name'), kind: 'link', value: (row) => row.name, href: (row) => '/exercises/' + row.id, sort: true },
         { key: 'score', label: t('score'), kind: 'number', value: (row) => row.score, sort: 'score', first: 'down', priority: 2 }],
       search: t('search'), searchMax: 120, filters: [{ key: 'status', label: t('status'), options: [['COMPLETED', t('completed')]] }],
       sort: '-updated', name: (row) => row.name,
       menu: (row) => [{ label, icon, run | href, danger }], bulk: [{ label, icon, danger, run: async (rows) => {} }],
       empty: { icon, title, text, action: node } });
     list.load(); list.change(id, row); list.remove(id); list.focusRow(id); list.configure({ filters });

   A filter: options [value, text] for a select, all its first text; or what dayFilter() of parts/datefield.js makes. forbidden: what to say to whom the list
   is closed (403). searchMax: longest search.
   A column: kind is text, number, date, badge ({ meaning, text }), progress ({ value, max, text }), link or node; sort is true or the server's
   key; priority 2 and 3 go first where there is no room; note(row) is a second, quiet text. Parameters: q, sort, the filters' keys, limit. */

import { html, render, nothing, repeat, live } from '../vendor/lit-html.js';
import { icon } from '../icons.js';
import { nextPage, request } from '../api.js';
import { errorBox, notice } from '../forms.js';
import { date, number } from '../say.js';
import { h } from '../dom.js';
import { t } from '../words/parts.js';
import { badge } from './badge.js';
import { menuButton } from './menu.js';
import { announce } from './toast.js';

const PAGE = 50;
const TYPING = 300;
const SKELETON_ROWS = 12;
const TOOLS = '.dt-bar :is(input,select)';

function sortKey(column) {
  return column.sort === true ? column.key : column.sort;
}

/* Whether the address may hold it. */
function fits(filter, value) {
  return filter.fits ? filter.fits(value) : filter.options.some((entry) => entry[0] === value);
}

function wordsOf(filter, value) {
  return filter.words ? filter.words(value) : filter.options.find((entry) => entry[0] === value)[1];
}

/* ---- cells ---- */

const CELLS = {
  text: (value) => html`<span class="dt-text" dir="auto" title=${value === null || value === undefined ? nothing : value}>${value === null || value === undefined || value === '' ? '–' : value}</span>`,
  number: (value, column) => (column.format ? column.format(value) : number(value)),
  date: (value, column) => (value ? html`<time datetime=${value}>${(column.format || date)(value)}</time>` : '–'),
  badge: (value) => (value ? badge(value.meaning, value.text) : '–'),
  progress: (value, column) => html`<span class="dt-meter"><progress class="bar" max=${value.max || 1} value=${value.value} aria-label=${column.label}></progress><span class="num">${value.text}</span></span>`,
  link: (value, column, row) => {
    const to = column.href(row);
    return to ? html`<a class="dt-text dt-link" href=${to} dir="auto" title=${value}>${value}</a>` : CELLS.text(value);
  },
  node: (value) => value
};

function cell(column, row, first) {
  const note = column.note ? column.note(row) : null;
  const inside = html`${CELLS[column.kind || 'text'](column.value(row), column, row)}${note ? html` <span class="dt-note">${note}</span>` : nothing}`;
  const look = 'dt-cell dt-' + (column.kind || 'text') + ' dt-p' + (column.priority || 1);
  return first
    ? html`<th role="rowheader" scope="row" class=${look + ' dt-main'}>${inside}</th>`
    : html`<td role="cell" class=${look} data-label=${column.label}>${inside}</td>`;
}

/* ---- the table ---- */

class Table {
  constructor(box, options) {
    this.box = box;
    this.o = Object.assign({ filters: [], bulk: [], page: PAGE, key: (row) => row.id, name: (row) => row.name }, options);
    this.rows = [];
    this.chosen = new Set();
    this.menus = new Map();
    this.own = {};
    this.turn = 0;
    this.next = null;
    this.total = null;
    this.problem = null;
    this.loading = true;
    this.more = false;
    this.readAddress();
    window.addEventListener('popstate', () => {
      /* A list in a tab that is not shown has nothing to do with the address. */
      if (this.box.isConnected) {
        this.readAddress();
        this.load();
      }
    });
  }

  /* -- the address -- */

  readAddress() {
    const query = new URLSearchParams(window.location.search);
    this.q = (query.get('q') || '').slice(0, this.o.searchMax);
    this.sort = query.get('sort') || this.o.sort || '';
    this.filters = {};
    this.o.filters.forEach((one) => {
      const value = query.get(one.key) || '';
      this.filters[one.key] = fits(one, value) ? value : '';
    });
  }

  writeAddress() {
    const query = new URLSearchParams(window.location.search);
    const own = Object.assign({ q: this.q, sort: this.sort === (this.o.sort || '') ? '' : this.sort }, this.filters);
    Object.keys(own).forEach((name) => (own[name] ? query.set(name, own[name]) : query.delete(name)));
    const text = query.toString();
    window.history.replaceState(window.history.state, '', window.location.pathname + (text ? '?' + text : '') + window.location.hash);
  }

  path() {
    const [path, fixed] = this.o.address.split('?');
    const query = new URLSearchParams(fixed || '');
    this.o.filters.filter((one) => this.filters[one.key]).forEach((one) => query.set(one.key, one.send ? one.send(this.filters[one.key]) : this.filters[one.key]));
    if (this.q) {
      query.set('q', this.q);
    }
    if (this.sort) {
      query.set('sort', this.sort);
    }
    query.set('limit', this.o.page);
    return path + '?' + query;
  }

  asked() {
    return Boolean(this.q || Object.keys(this.filters).some((name) => this.filters[name]));
  }

  /* -- loading: only the newest answer counts -- */

  async load() {
    const turn = ++this.turn;
    this.writeAddress();
    this.loading = true;
    this.problem = null;
    this.chosen.clear();
    /* What takes longest begins first. */
    const taken = this.take(this.path(), turn, (reply) => {
      this.rows = reply.data;
    });
    this.draw();
    await taken;
    return this;
  }

  async loadMore() {
    if (this.more) {
      return;
    }
    const turn = this.turn;
    const known = this.rows.length;
    this.more = true;
    this.problem = null;
    this.draw();
    await this.take(this.next, turn, (reply) => {
      this.rows = this.rows.concat(reply.data);
    });
    const fresh = this.box.querySelectorAll('tbody tr')[known];
    if (fresh && !this.problem) {
      const goal = fresh.querySelector('a, button, input');
      (goal || fresh).focus();
    }
  }

  async take(path, turn, use) {
    let reply = null;
    let problem = null;
    try {
      reply = await (this.o.request || request)('GET', path);
    } catch (error) {
      problem = error;
    }
    if (turn !== this.turn) {
      return;
    }
    this.loading = false;
    this.more = false;
    this.problem = problem;
    if (reply) {
      const rows = this.o.rows ? this.o.rows(reply.data) : reply.data;
      use(Object.assign({}, reply, { data: rows }));
      this.next = nextPage(reply.headers);
      this.total = this.o.total ? this.o.total(reply) : null;
      announce(t('table.loaded', { n: this.rows.length }));
      if (this.o.loaded) {
        this.o.loaded(this);
      }
    }
    this.draw();
  }

  /* -- what people do -- */

  search(value, now) {
    window.clearTimeout(this.typing);
    if (value === this.q) {
      return;
    }
    this.typing = window.setTimeout(() => {
      this.q = value;
      this.load();
    }, now ? 0 : TYPING);
  }

  setFilter(name, value) {
    this.filters[name] = value;
    this.load();
  }

  clearAll() {
    this.q = '';
    this.o.filters.forEach((one) => {
      this.filters[one.key] = '';
    });
    this.load();
    const first = this.box.querySelector(TOOLS);
    if (first) {
      first.focus();
    }
  }

  sortBy(column) {
    const name = sortKey(column);
    const now = this.sort === name ? 'up' : this.sort === '-' + name ? 'down' : column.first === 'down' ? 'up' : 'down';
    this.sort = now === 'up' ? '-' + name : name;
    this.load();
  }

  choose(id, on) {
    this.chosen[on ? 'add' : 'delete'](id);
    this.draw();
  }

  chooseAll(on) {
    this.chosen = new Set(on ? this.rows.map(this.o.key) : []);
    this.draw();
  }

  async runBulk(action) {
    const rows = this.rows.filter((row) => this.chosen.has(this.o.key(row)));
    if (await action.run(rows) !== false) {
      this.chosen.clear();
      this.draw();
      const goal = this.box.querySelector('.dt-table, .empty :is(a,button)');
      if (goal) {
        goal.focus();
      }
    }
  }

  /* -- from outside -- */

  /* Options that were not known at first; what is filtered by a value that there is not, is not. */
  configure(change) {
    Object.assign(this.o, change);
    const wrong = this.o.filters.filter((one) => this.filters[one.key] && !fits(one, this.filters[one.key]));
    wrong.forEach((one) => {
      this.filters[one.key] = '';
    });
    if (wrong.length) {
      this.load();
    }
  }

  focusRow(id) {
    const row = this.box.querySelectorAll('tbody tr')[this.rows.findIndex((one) => this.o.key(one) === id)];
    const goal = row && (row.querySelector('.dt-menu button') || row.querySelector('a, button'));
    if (goal) {
      goal.focus();
    }
  }

  /* Another row in its place; the focus stays at its menu. */
  change(id, row) {
    const button = this.menus.get(id);
    const had = button && button === document.activeElement;
    this.rows = this.rows.map((one) => (this.o.key(one) === id ? row : one));
    this.menus.delete(id);
    this.draw();
    if (had && this.menus.get(id)) {
      this.menus.get(id).focus();
    }
  }

  /* The focus goes to the row that takes its place. */
  remove(id) {
    const at = this.rows.findIndex((row) => this.o.key(row) === id);
    this.rows = this.rows.filter((row) => this.o.key(row) !== id);
    this.chosen.delete(id);
    this.menus.delete(id);
    this.total = this.total === null ? null : this.total - 1;
    this.draw();
    const rows = this.box.querySelectorAll('tbody tr');
    const near = rows[Math.min(at, rows.length - 1)];
    const goal = near ? near.querySelector('a, button') : this.box.querySelector('.empty :is(a,button)');
    if (goal) {
      goal.focus();
    }
  }

  /* -- drawing -- */

  draw() {
    const quiet = !this.loading && !this.problem && !this.rows.length;
    this.box.classList.add('dt');
    this.box.toggleAttribute('aria-busy', false);
    if (this.loading || this.more) {
      this.box.setAttribute('aria-busy', 'true');
    }
    render(html`
      ${(quiet && !this.asked()) || (this.problem && this.problem.status === 403) ? nothing : this.toolbar()}
      ${this.chips()}
      ${this.problem && !this.rows.length ? this.failed() : quiet ? this.nothingThere() : this.table()}
      ${quiet || ((this.problem || this.loading) && !this.rows.length) ? nothing : this.foot()}`, this.box);
    const all = this.box.querySelector('.dt-all');
    if (all) {
      all.indeterminate = this.chosen.size > 0 && this.chosen.size < this.rows.length;
    }
  }

  toolbar() {
    if (this.chosen.size) {
      return html`<div class="dt-bar dt-bulk" role="group" aria-label=${t('table.selected', { n: this.chosen.size })}>
        <span class="strong num">${t('table.selected', { n: this.chosen.size })}</span>
        ${this.o.bulk.map((one) => html`<button type="button" class=${'btn' + (one.danger ? ' btn-danger' : '')} @click=${() => this.runBulk(one)}>${one.icon ? icon(one.icon) : nothing}${one.label}</button>`)}
        <button type="button" class="btn btn-quiet" @click=${() => this.chooseAll(false)}>${t('table.unselect')}</button></div>`;
    }
    const sorted = this.o.columns.filter((one) => one.sort);
    if (!this.o.search && !this.o.filters.length && !sorted.length) {
      return nothing;
    }
    return html`<form class="dt-bar" role="search" aria-label=${this.o.caption} @submit=${(event) => { event.preventDefault(); this.search(event.target.querySelector('[type=search]').value, true); }}>
      ${this.o.search ? html`<label class="dt-search"><span class="sr-only">${this.o.search}</span>${icon('magnify')}<input class="input" type="search" name="q" autocomplete="off" spellcheck="false" maxlength=${this.o.searchMax || nothing} placeholder=${this.o.search} .value=${live(this.q)} @input=${(event) => this.search(event.target.value.trim(), false)}></label>` : nothing}
      ${this.o.filters.map((one) => this.filter(one))}
      ${sorted.length ? html`<label class="dt-filter dt-sort"><span>${t('table.sort')}</span><select class="input" @change=${(event) => { this.sort = event.target.value; this.load(); }}>
        ${sorted.map((one) => ['', '-'].map((way) => html`<option value=${way + sortKey(one)} .selected=${live(this.sort === way + sortKey(one))}>${t(way ? 'table.sort_down' : 'table.sort_up', { column: one.label })}</option>`))}</select></label>` : nothing}
    </form>`;
  }

  /* A field of its own is made once: it keeps what somebody is typing. */
  filter(one) {
    if (one.field) {
      this.own[one.key] = this.own[one.key] || one.field((value) => this.setFilter(one.key, value));
      this.own[one.key].set(this.filters[one.key]);
      return this.own[one.key].node;
    }
    return html`<label class="dt-filter"><span>${one.label}</span><select class="input" name=${one.key} @change=${(event) => this.setFilter(one.key, event.target.value)}>
        <option value="" .selected=${live(!this.filters[one.key])}>${one.all || t('table.all')}</option>
        ${one.options.map((entry) => html`<option value=${entry[0]} .selected=${live(this.filters[one.key] === entry[0])}>${entry[1]}</option>`)}</select></label>`;
  }

  /* What narrows the list, each with a way to take it off. */
  chips() {
    const on = this.o.filters.filter((one) => this.filters[one.key]).map((one) => ({
      name: one.label, value: wordsOf(one, this.filters[one.key]), off: () => this.setFilter(one.key, '') }));
    if (this.q) {
      on.unshift({ name: t('table.search'), value: this.q, off: () => { this.q = ''; this.load(); } });
    }
    if (!on.length) {
      return nothing;
    }
    return html`<div class="dt-chips">${on.map((one) => html`<button type="button" class="chip" aria-label=${t('table.filter_off', one)} @click=${() => { one.off(); this.box.querySelector(TOOLS).focus(); }}><span dir="auto">${t('table.filter', one)}</span>${icon('close')}</button>`)}
      <button type="button" class="link-btn small" @click=${() => this.clearAll()}>${t('table.clear')}</button></div>`;
  }

  head(column) {
    const look = 'dt-head dt-' + (column.kind || 'text') + ' dt-p' + (column.priority || 1);
    if (!column.sort) {
      return html`<th role="columnheader" scope="col" class=${look}>${column.label}</th>`;
    }
    const order = this.sort === sortKey(column) ? 'ascending' : this.sort === '-' + sortKey(column) ? 'descending' : 'none';
    return html`<th role="columnheader" scope="col" class=${look} aria-sort=${order}>
      <button type="button" class="dt-sorter" aria-label=${t('table.order', { column: column.label, order })} @click=${() => this.sortBy(column)}>${column.label}${icon(order === 'ascending' ? 'arrow-up' : order === 'descending' ? 'arrow-down' : 'sort')}</button></th>`;
  }

  menuOf(row) {
    const id = this.o.key(row);
    if (!this.menus.has(id)) {
      const now = () => this.o.menu(this.rows.find((one) => this.o.key(one) === id));
      this.menus.set(id, now().length ? menuButton({ label: t('table.actions', { name: this.o.name(row) }), items: now }) : null);
    }
    return this.menus.get(id);
  }

  row(row) {
    const id = this.o.key(row);
    const on = this.chosen.has(id);
    return html`<tr role="row" class=${on ? 'is-chosen' : ''} tabindex="-1">
      ${this.o.bulk.length ? html`<td role="cell" class="dt-cell dt-select"><label class="dt-tick"><input type="checkbox" .checked=${live(on)} aria-label=${t('table.select', { name: this.o.name(row) })} @change=${(event) => this.choose(id, event.target.checked)}></label></td>` : nothing}
      ${this.o.columns.map((column, i) => cell(column, row, i === 0))}
      ${this.o.menu ? html`<td role="cell" class="dt-cell dt-menu">${this.menuOf(row)}</td>` : nothing}</tr>`;
  }

  skeleton() {
    return Array.from({ length: this.rows.length || this.o.expected || SKELETON_ROWS }, () => html`<tr role="row" aria-hidden="true">
      ${this.o.bulk.length ? html`<td role="cell" class="dt-cell dt-select"></td>` : nothing}
      ${this.o.columns.map((column, i) => html`<td role="cell" class=${'dt-cell dt-p' + (column.priority || 1) + (i ? '' : ' dt-main')}><span class="skeleton dt-bone"></span></td>`)}
      ${this.o.menu ? html`<td role="cell" class="dt-cell dt-menu"></td>` : nothing}</tr>`);
  }

  table() {
    const all = this.rows.length > 0 && this.chosen.size === this.rows.length;
    return html`<table role="table" class=${'dt-table' + (this.o.bulk.length ? ' has-select' : '')} tabindex="-1" aria-busy=${this.loading ? 'true' : nothing}>
      <caption class="sr-only">${this.o.caption}</caption>
      <thead role="rowgroup"><tr role="row">
        ${this.o.bulk.length ? html`<th role="columnheader" scope="col" class="dt-head dt-select"><label class="dt-tick"><input type="checkbox" class="dt-all" .checked=${live(all)} aria-label=${t('table.select_all')} @change=${(event) => this.chooseAll(event.target.checked)}></label></th>` : nothing}
        ${this.o.columns.map((column) => this.head(column))}
        ${this.o.menu ? html`<th role="columnheader" scope="col" class="dt-head dt-menu"><span class="sr-only">${t('table.actions_head')}</span></th>` : nothing}</tr></thead>
      <tbody role="rowgroup">${this.loading ? this.skeleton() : repeat(this.rows, this.o.key, (row) => this.row(row))}</tbody></table>`;
  }

  foot() {
    const n = this.rows.length;
    const count = this.total !== null && this.total > n ? t('table.shown_of', { n, total: this.total })
      : t(this.next ? 'table.shown' : 'table.shown_all', { n });
    return html`<div class="dt-foot">
      <p class="small muted num">${this.loading ? t('table.loading') : count}</p>
      ${this.problem ? errorBox(this.problem, () => this.loadMore()) : nothing}
      ${this.next && !this.loading && !this.problem ? html`<button type="button" class="btn" aria-disabled=${this.more ? 'true' : nothing} @click=${() => this.loadMore()}>${t('table.more')}</button>` : nothing}</div>`;
  }

  failed() {
    if (this.problem.status === 403 && this.o.forbidden) {
      return notice('mid', 'lock', h('p', null, this.o.forbidden));
    }
    return errorBox(this.problem, () => this.load());
  }

  nothingThere() {
    if (this.asked()) {
      return html`<div class="dt-none empty">${icon('magnify')}<h2>${t('table.none')}</h2><p>${t('table.none_text')}</p>
        <button type="button" class="btn" @click=${() => this.clearAll()}>${t('table.clear')}</button></div>`;
    }
    const empty = this.o.empty || {};
    return html`<div class="dt-none empty">${icon(empty.icon || 'file')}<h2>${empty.title || t('table.empty')}</h2>
      ${empty.text ? html`<p>${empty.text}</p>` : nothing}${empty.action || nothing}</div>`;
  }
}

/* Draws it and asks for the first page. options.request stands in for api.js's request (the page /design has no server behind it). */
export function dataTable(box, options) {
  const table = new Table(box, options);
  table.ready = table.load();
  return table;
}
