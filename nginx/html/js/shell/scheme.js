/* Colour scheme: as the system has it, light or dark; kept in this browser. */

import { h } from '../dom.js';
import { icon } from '../icons.js';
import { bindMenu } from '../parts/menu.js';
import { announce } from '../parts/toast.js';
import { t } from '../words/shell.js';

const KEY = 'muster.theme';
export const SCHEMES = [['system', 'contrast'], ['light', 'sun'], ['dark', 'moon']];

function current() {
  return document.documentElement.getAttribute('data-theme') || 'system';
}

function apply(choice) {
  const root = document.documentElement;
  if (choice === 'system') {
    root.removeAttribute('data-theme');
  } else {
    root.setAttribute('data-theme', choice);
  }
  try {
    if (choice === 'system') {
      window.localStorage.removeItem(KEY);
    } else {
      window.localStorage.setItem(KEY, choice);
    }
  } catch (e) {
    /* It holds for this page then. */
  }
}

/* The switch in the account menu. */
export function schemeSwitch() {
  return h('div', { class: 'menu-part' }, h('p', { class: 'menu-label', id: 'scheme-label' }, t('scheme')),
    h('div', { class: 'segs', role: 'radiogroup', 'aria-labelledby': 'scheme-label' }, SCHEMES.map(([name, sign]) => h('label', { class: 'seg' },
      h('input', { type: 'radio', name: 'scheme', value: name, checked: name === current(), onchange: () => apply(name) }),
      icon(sign), h('span', null, t('scheme.' + name))))));
}

/* The button for who is not signed in. */
export function schemeButton() {
  const button = h('button', { class: 'btn btn-quiet btn-icon', type: 'button', 'aria-label': t('scheme'), title: t('scheme') }, icon('contrast'));
  return bindMenu(button, t('scheme'), () => SCHEMES.map(([name, sign]) => ({
    label: t('scheme.' + name), icon: sign, checked: name === current(),
    run: () => {
      apply(name);
      announce(t('scheme.set', { scheme: t('scheme.' + name) }));
    }
  })));
}
