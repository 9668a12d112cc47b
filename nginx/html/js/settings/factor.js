/* Whether everybody in the organisation must have a second factor. */

import { h, byId, replace } from '../dom.js';
import { get, put } from '../api.js';
import { confirmDialog } from '../dialog.js';
import { badge } from '../parts/badge.js';
import { toast } from '../parts/toast.js';
import { t } from '../words/organisation.js';

export const PATH = '/api/portal/security';

function change(box, rule) {
  return async () => {
    const required = !rule.secondFactorRequired;
    const sure = await confirmDialog({
      title: t(required ? 'factor.require_title' : 'factor.free_title'), action: t(required ? 'factor.require' : 'factor.free'),
      text: required ? t('factor.require_text', { have: rule.peopleWithFactor, people: rule.people }) : t('factor.free_text'),
      run: () => put(PATH, { secondFactorRequired: required })
    });
    if (sure) {
      toast(t(required ? 'factor.required_now' : 'factor.free_now'));
      factorSection(box, await get(PATH));
      byId('part-title').focus();
    }
  };
}

export function factorSection(box, rule) {
  const required = rule.secondFactorRequired;
  replace(box, h('div', { class: 'card stack settings-form' },
    h('div', { class: 'row' }, badge(required ? 'locked' : 'neutral', t(required ? 'factor.on' : 'factor.off')),
      h('span', { class: 'num' }, t('factor.count', { have: rule.peopleWithFactor, people: rule.people }))),
    h('p', { class: 'small muted' }, t('factor.means')),
    h('p', null, h('button', { class: 'btn', type: 'button', id: 'factor-rule', onclick: change(box, rule) }, t(required ? 'factor.free_button' : 'factor.require_button')))));
}
