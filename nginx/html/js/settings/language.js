/* Languages: one's own, and the organisation's default. */

import { h, replace } from '../dom.js';
import { request } from '../api.js';
import { languageName } from '../format.js';
import { field, saveRow, select, settingsForm } from './saving.js';

export function languageSection(box, settings, mayDefault) {
  const names = settings.languages.map((code) => [code, languageName(code)]);
  const follow = [['', 'As the organisation (' + languageName(settings.organisationDefault) + ')']];
  const own = select(follow.concat(names), settings.language);
  own.setAttribute('name', 'language');
  const common = select(names, settings.organisationDefault);
  common.setAttribute('name', 'organisationDefault');
  common.disabled = !mayDefault;
  const form = h('form', { id: 'language-form', class: 'stack' }, h('div', { class: 'form-summary' }),
    h('div', { class: 'field-row' }, field('own-language', 'Your language', own, 'For the exercises that you create.'),
      field('common-language', 'Language of the organisation', common, mayDefault ? 'For everybody who has not chosen one.' : 'An administrator sets it.')),
    saveRow('Save language'));
  replace(box, form);
  settingsForm(form, {
    may: true,
    labels: { language: 'Your language', organisationDefault: 'Language of the organisation' },
    send: () => request('PUT', '/api/portal/language', { language: own.value || null, organisationDefault: common.value }).then((reply) => {
      own.options[0].textContent = 'As the organisation (' + languageName(reply.data.organisationDefault) + ')';
    })
  });
}
