/* The charts of the page /design. */

import { h } from '../dom.js';
import { percent } from '../say.js';
import { bars, distribution, heatMap, lines, outcomes, ring, sparkline, timeLine } from '../parts/charts.js';
import { t } from '../words/design.js';
import { events } from './events.js';

const TOPICS = ['money', 'access', 'news', 'repair'];
const STAGES = ['first', 'second', 'third'];

export function chartSamples() {
  const topics = TOPICS.map((one) => t('topic.' + one));
  const stages = STAGES.map((one) => t('stage.' + one));
  const shares = [0.45, 0.5, 0.48, 0.61, 0.66, 0.72];
  return [
    h('div', { class: 'design-row' }, ring({ value: 0.72, text: percent(0.72), label: t('chart.ring'), meaning: 'good', note: t('chart.ring') }), ring({ value: 0, text: percent(0), label: t('chart.ring') }),
      h('p', { class: 'small' }, t('chart.spark'), ' ', sparkline([3, 4, 2, 5, 6, 6, 7, 9], t('chart.spark')))),
    h('div', { class: 'design-grid' }, [
      bars({ title: t('chart.bars'), text: t('chart.bars_text'), n: 48, format: percent, max: 1, items: topics.map((label, i) => ({ label, value: [0.82, 0.55, 0.31, 0][i], n: [20, 12, 9, 7][i] })) }),
      outcomes({ title: t('chart.outcomes'), text: t('chart.outcomes_text'), n: 36, items: stages.map((label, i) => ({ label, best: [8, 6, 2][i], defensible: [3, 4, 3][i], poor: [1, 2, 6][i], unanswered: [0, 0, 1][i] })) }),
      lines({ title: t('chart.lines'), format: percent, min: 0, max: 1, points: shares.map((value, i) => ({ label: t('month', { n: i + 1 }), value, low: value - 0.12, high: value + 0.1 })) }),
      heatMap({ title: t('chart.heat'), rows: topics, columns: stages, values: [[0.1, 0.35, 0.5], [0.62, 0.75, 0.9], [0.25, null, 0.45], [1, 0.8, 0.05]] }),
      distribution({ title: t('chart.spread'), n: 61, own: t('chart.own'), bins: [2, 5, 11, 18, 14, 8, 3].map((n, i) => ({ label: String(i * 15), n, own: i === 4 })) }),
      timeLine({ title: t('chart.time'), items: events().map((one) => ({ at: one.at, when: one.when, label: one.title, meaning: one.meaning })) }),
      bars({ title: t('chart.few'), n: 2, few: true, items: [] })].map((one) => h('div', { class: 'card' }, one)))];
}
