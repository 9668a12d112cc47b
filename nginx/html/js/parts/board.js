/* Cards in columns. A menu of each card moves it, and so do Shift and the arrow keys on the card; dragging is a third way.

     board(box, { label, columns: [{ id, label }], cards: [{ id, column, title, note, href }], move: async (card, column) => {} })

   A move that fails goes back, and its error is told. */

import { html, render, nothing, repeat } from '../vendor/lit-html.js';
import { t } from '../words/parts.js';
import { menuButton } from './menu.js';
import { announce, toast } from './toast.js';

class Board {
  constructor(box, options) {
    this.box = box;
    this.o = options;
    this.cards = options.cards.slice();
    this.menus = new Map();
    this.over = null;
    this.dragged = null;
    this.draw();
  }

  column(id) {
    return this.o.columns.find((one) => one.id === id);
  }

  async move(card, to) {
    const from = card.column;
    if (!to || to === from) {
      return;
    }
    this.put(card, to);
    announce(t('board.moved', { name: card.title, column: this.column(to).label }));
    try {
      await this.o.move(card, to);
    } catch (error) {
      this.put(card, from);
      toast(error.message);
    }
  }

  /* At the end of the column, with the focus where it was. */
  put(card, to) {
    const inside = this.node(card) && this.node(card).contains(document.activeElement);
    card.column = to;
    this.cards = this.cards.filter((one) => one !== card).concat(card);
    this.draw();
    if (inside) {
      this.node(card).focus();
    }
  }

  node(card) {
    return this.box.querySelector('[data-card="' + window.CSS.escape(card.id) + '"]');
  }

  key(event, card) {
    if (!event.shiftKey || (event.key !== 'ArrowRight' && event.key !== 'ArrowLeft')) {
      return;
    }
    event.preventDefault();
    const forward = (event.key === 'ArrowRight') !== (document.documentElement.dir === 'rtl');
    const to = this.o.columns[this.o.columns.findIndex((one) => one.id === card.column) + (forward ? 1 : -1)];
    this.move(card, to && to.id);
  }

  menuOf(card) {
    if (!this.menus.has(card.id)) {
      this.menus.set(card.id, menuButton({ label: t('board.move', { name: card.title }),
        items: () => this.o.columns.filter((one) => one.id !== card.column).map((one) => ({ label: t('board.to', { column: one.label }), run: () => this.move(card, one.id) })) }));
    }
    return this.menus.get(card.id);
  }

  card(card) {
    return html`<li><div class="board-card" data-card=${card.id} tabindex="0" role="group" aria-label=${card.title} draggable="true" aria-keyshortcuts="Shift+ArrowRight Shift+ArrowLeft"
      @keydown=${(event) => this.key(event, card)} @dragstart=${(event) => { this.dragged = card; event.dataTransfer.effectAllowed = 'move'; event.dataTransfer.setData('text/plain', card.title); }}
      @dragend=${() => { this.dragged = null; this.over = null; this.draw(); }}>
      <div class="board-text">${card.href ? html`<a href=${card.href} dir="auto" draggable="false">${card.title}</a>` : html`<span class="strong" dir="auto">${card.title}</span>`}
        ${card.note ? html`<span class="tiny muted" dir="auto">${card.note}</span>` : nothing}</div>${this.menuOf(card)}</div></li>`;
  }

  hover(event, id) {
    if (this.dragged) {
      event.preventDefault();
      if (this.over !== id) {
        this.over = id;
        this.draw();
      }
    }
  }

  drop(event, id) {
    event.preventDefault();
    const card = this.dragged;
    this.over = null;
    this.dragged = null;
    if (card) {
      this.move(card, id);
    }
    this.draw();
  }

  draw() {
    render(html`<div class="board" role="region" tabindex="0" aria-label=${this.o.label}>${this.o.columns.map((column) => {
      const cards = this.cards.filter((one) => one.column === column.id);
      return html`<section class=${'board-column' + (this.over === column.id ? ' is-over' : '')} aria-label=${column.label} @dragover=${(event) => this.hover(event, column.id)} @drop=${(event) => this.drop(event, column.id)}>
        <h3 class="board-head">${column.label}<span class="num muted"><span aria-hidden="true">${cards.length}</span><span class="sr-only">${t('board.count', { n: cards.length })}</span></span></h3>
        ${cards.length ? html`<ul class="board-cards" role="list">${repeat(cards, (one) => one.id, (one) => this.card(one))}</ul>` : html`<p class="board-none small muted">${t('board.empty')}</p>`}</section>`;
    })}</div>`, this.box);
  }
}

export function board(box, options) {
  return new Board(box, options);
}
