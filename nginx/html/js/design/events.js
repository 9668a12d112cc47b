/* What happened in the sample incident of the page /design. */

import { time } from '../say.js';
import { t } from '../words/design.js';

const ROWS = [['found', '08:12', 'bad', 'alert'], ['told', '08:40', 'attention', 'phone'], ['held', '09:25', 'attention', 'lock'], ['over', '12:05', 'good', 'check']];

export function events() {
  return ROWS.map(([name, at, meaning, icon]) => {
    const moment = '2026-03-02T' + at + ':00';
    return { at: moment, when: time(moment), title: t('event.' + name), text: name === 'found' || name === 'held' ? t('event.' + name + '_text') : null, meaning, icon };
  });
}
