/* Languages of new exercises: one's own, and the organisation's. */

import { h, replace } from '../dom.js';
import { request } from '../api.js';
import { LOCALE } from '../say.js';
import { t } from '../words/organisation.js';
import { field, saveRow, select, settingsForm } from './saving.js';

/* "Deutsch" stands as "German" in English pages; a language that the browser does not know by its code. */
function languageName(code) {
  try {
    return new Intl.DisplayNames([LOCALE], { type: 'language' }).of(code);
  } catch (e) {
    return code;
  }
}

export function languageSection(box, settings, user, mayDefault) {
  const follow = () => t('language.follow', { language: languageName(settings.organisationDefault) });
  const names = settings.languages.map((code) => [code, languageName(code)]);
  const own = select([['', follow()]].concat(names), settings.language);
  own.setAttribute('name', 'language');
  const common = select(names, settings.organisationDefault);
  common.setAttribute('name', 'organisationDefault');
  common.disabled = !mayDefault;
  const form = h('form', { id: 'language-form', class: 'card stack settings-form' }, h('div', { class: 'form-summary' }),
    field('own-language', t('language.own'), own, t('language.own_hint')),
    field('common-language', t('language.common'), common, t(mayDefault ? 'language.common_hint' : 'language.common_admin')),
    saveRow(t('language.save')));
  replace(box, form);
  settingsForm(form, {
    may: true,
    labels: { language: t('language.own'), organisationDefault: t('language.common') },
    send: () => request('PUT', '/api/portal/language', { language: own.value || null, organisationDefault: common.value }).then((reply) => {
      settings.organisationDefault = reply.data.organisationDefault;
      own.options[0].textContent = follow();
    })
  });
}
