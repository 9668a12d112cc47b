/* A field that proposes while one types: one value or several. The focus stays in the field, aria-activedescendant tells which is meant.

     const who = combobox(box, { id: 'owner', label, options: [{ value, label, note, icon }] | source: async (q) => options, multiple, hint,
                                 value: [...], changed: (values) => {}, stays: the list is there always, and what is taken is not kept });
     who.value                     the values chosen: one, or a list where multiple */

import { html, render, nothing, repeat, live } from '../vendor/lit-html.js';
import { icon } from '../icons.js';
import { t } from '../words/parts.js';
import { announce } from './toast.js';

const TYPING = 200;

function plain(text) {
  return text.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase();
}

class Combobox {
  constructor(box, options) {
    this.box = box;
    this.o = options;
    this.chosen = (options.value || []).slice();
    this.text = '';
    this.found = [];
    this.open = false;
    this.busy = false;
    this.at = -1;
    this.turn = 0;
    this.showChosen();
    box.classList.add('combo');
    box.classList.toggle('combo-stays', Boolean(options.stays));
    box.addEventListener('focusout', (event) => {
      if (!box.contains(event.relatedTarget)) {
        this.shut();
      }
    });
    this.draw();
    if (options.stays) {
      this.unfold();
    }
  }

  get value() {
    const values = this.chosen.map((one) => one.value);
    return this.o.multiple ? values : values[0] || null;
  }

  /* With one value the field shows it. */
  showChosen() {
    this.text = !this.o.multiple && this.chosen[0] ? this.chosen[0].label : '';
  }

  changed() {
    if (this.o.changed) {
      this.o.changed(this.value);
    }
  }

  async find(text) {
    const turn = ++this.turn;
    if (this.o.source) {
      this.busy = true;
      this.draw();
      let found = [];
      try {
        found = await this.o.source(text);
      } catch (error) {
        announce(error.message, true);
      }
      if (turn !== this.turn) {
        return;
      }
      this.found = found;
      this.busy = false;
    } else {
      const words = plain(text).split(/\s+/).filter(Boolean);
      this.found = this.o.options.filter((one) => words.every((word) => plain(one.label + ' ' + (one.note || '')).includes(word)));
    }
    if (this.o.multiple) {
      this.found = this.found.filter((one) => !this.chosen.some((other) => other.value === one.value));
    }
    this.at = this.found.length && (text || this.o.stays) ? 0 : -1;
    if (this.open) {
      announce(t('combo.found', { n: this.found.length }));
    }
    this.draw();
  }

  type(text) {
    this.text = text;
    this.open = true;
    window.clearTimeout(this.typing);
    this.typing = window.setTimeout(() => this.find(text), this.o.source ? TYPING : 0);
  }

  unfold() {
    if (!this.open) {
      this.open = true;
      this.find(this.o.multiple ? this.text : '');
    }
  }

  shut() {
    if (this.o.stays) {
      return;
    }
    this.turn += 1;
    this.open = false;
    this.busy = false;
    this.at = -1;
    if (!this.o.multiple && this.text.trim() === '' && this.chosen.length) {
      this.chosen = [];
      this.changed();
    }
    this.showChosen();
    this.draw();
  }

  take(one) {
    if (this.o.stays) {
      this.o.changed(one.value);
      return;
    }
    this.chosen = this.o.multiple ? this.chosen.concat(one) : [one];
    announce(t('combo.chosen', { name: one.label }));
    this.shut();
    this.changed();
    this.input().focus();
  }

  drop(one) {
    this.chosen = this.chosen.filter((other) => other !== one);
    announce(t('combo.removed', { name: one.label }));
    this.draw();
    this.changed();
    this.input().focus();
  }

  input() {
    return this.box.querySelector('input');
  }

  key(event) {
    const n = this.found.length;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      if (!this.open) {
        this.unfold();
      } else if (n) {
        this.at = event.key === 'ArrowDown' ? (this.at + 1) % n : (this.at <= 0 ? n : this.at) - 1;
        this.draw();
        this.box.querySelector('[aria-selected="true"]').scrollIntoView({ block: 'nearest' });
      }
    } else if (event.key === 'Enter' && this.open && this.found[this.at]) {
      event.preventDefault();
      this.take(this.found[this.at]);
    } else if (event.key === 'Escape' && this.open && !this.o.stays) {
      event.preventDefault();
      event.stopPropagation();
      this.shut();
    } else if (event.key === 'Backspace' && this.o.multiple && !this.text && this.chosen.length) {
      this.drop(this.chosen[this.chosen.length - 1]);
    }
  }

  draw() {
    const id = this.o.id;
    const list = id + '-list';
    const shown = this.open && (this.o.stays || this.found.length > 0 || this.busy || this.text !== '');
    render(html`
      <label class="legend" for=${id}>${this.o.label}</label>
      <div class="combo-field">
        ${this.o.multiple ? repeat(this.chosen, (one) => one.value, (one) => html`<span class="combo-chip"><span dir="auto">${one.label}</span><button type="button" aria-label=${t('combo.remove', { name: one.label })} @click=${() => this.drop(one)}>${icon('close')}</button></span>`) : nothing}
        <input id=${id} class="combo-input" type="text" role="combobox" autocomplete="off" spellcheck="false" dir="auto" aria-autocomplete="list"
          aria-expanded=${String(shown)} aria-controls=${list} aria-describedby=${this.o.hint ? id + '-hint' : nothing}
          aria-activedescendant=${shown && this.at >= 0 ? id + '-' + this.at : nothing} .value=${live(this.text)}
          @input=${(event) => this.type(event.target.value)} @click=${() => this.unfold()} @keydown=${(event) => this.key(event)}>
        ${this.o.stays ? nothing : html`<span class="combo-arrow" aria-hidden="true" @mousedown=${(event) => { event.preventDefault(); this.input().focus(); this.unfold(); }}>${icon('chevron')}</span>`}
      </div>
      <ul class="combo-list" id=${list} role="listbox" aria-label=${this.o.label} ?hidden=${!shown}>
        ${this.found.map((one, i) => html`<li role="option" id=${id + '-' + i} class="combo-option" aria-selected=${String(i === this.at)} @mousedown=${(event) => { event.preventDefault(); this.take(one); }}>${one.icon ? icon(one.icon) : nothing}<span dir="auto">${one.label}</span>${one.note ? html`<span class="combo-note" dir="auto">${one.note}</span>` : nothing}</li>`)}
        ${shown && !this.found.length ? html`<li role="option" aria-disabled="true" aria-selected="false" class="combo-option muted">${t(this.busy ? 'combo.busy' : 'combo.none')}</li>` : nothing}
      </ul>
      ${this.o.hint ? html`<span class="hint" id=${id + '-hint'}>${this.o.hint}</span>` : nothing}`, this.box);
  }
}

export function combobox(box, options) {
  return new Combobox(box, options);
}
