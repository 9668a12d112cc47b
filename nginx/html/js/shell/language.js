/* The language of the pages: chosen here, else the person's own, else the browser's (nginx, languages.conf). */

import { h } from '../dom.js';
import { menuButton } from '../parts/menu.js';
import { t } from '../words/shell.js';
import { LANGUAGES } from '../nav.js';

const YEAR = 31536000;
export const PAGE_LANGUAGE = document.documentElement.lang;

/* The choice is a cookie, so that nginx sends the page in it. */
function keep(lang) {
  const secure = window.location.protocol === 'https:' ? '; secure' : '';
  document.cookie = 'muster_lang=' + lang + '; path=/; max-age=' + YEAR + '; samesite=lax' + secure;
}

/* The same page in another language. */
export function turnTo(lang) {
  keep(lang);
  const url = new URL(window.location.href);
  url.searchParams.delete('lang');
  if (url.href === window.location.href) {
    window.location.reload();
  } else {
    window.location.replace(url.href);
  }
}

/* A field of the account menu; nothing where there is nothing to choose. */
export function languageField(chosen) {
  if (LANGUAGES.length < 2) {
    return null;
  }
  const select = h('select', { class: 'input', id: 'page-language' },
    LANGUAGES.map(([lang, name]) => h('option', { value: lang, lang, selected: lang === PAGE_LANGUAGE }, name)));
  select.addEventListener('change', () => chosen(select.value));
  return h('div', { class: 'menu-part' }, h('label', { class: 'menu-label', for: 'page-language' }, t('language')), select);
}

/* The button for who is not signed in. */
export function languageButton() {
  if (LANGUAGES.length < 2) {
    return null;
  }
  const own = LANGUAGES.find(([lang]) => lang === PAGE_LANGUAGE);
  const name = own ? own[1] : PAGE_LANGUAGE;
  const button = menuButton({ label: `${t('language')}: ${name}`, text: name, icon: 'globe',
    items: () => LANGUAGES.map(([lang, label]) => ({ label, checked: lang === PAGE_LANGUAGE, run: () => turnTo(lang) })) });
  button.classList.add('language-button');
  return button;
}
