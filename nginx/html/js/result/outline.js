/* What a colleague may know of somebody's run: what it was about and who took part, and nothing of how it went (rules C1 and C15). */

import { h } from '../dom.js';
import { icon } from '../icons.js';
import { notice } from '../forms.js';
import { stages } from '../player/model.js';
import { t as label } from '../words/labels.js';
import { t } from '../words/result.js';
import { title } from './head.js';

function fact(term, value) {
  return value ? [h('dt', null, term), h('dd', { dir: 'auto' }, value)] : null;
}

export function outline(view) {
  const { session } = view;
  return h('div', { class: 'stack-l' }, title(view), notice('info', 'lock', h('p', null, t(view.leads && session.status !== 'COMPLETED' ? 'outline.open' : 'outline.text'))),
    h('section', { class: 'card', 'aria-labelledby': 'outline-title' },
      h('h2', { id: 'outline-title', class: 'result-title' }, t('outline.title')),
      h('dl', { class: 'dl' },
        fact(t('outline.theme'), view.theme), fact(t('outline.difficulty'), label('difficulty', session)),
        fact(t('outline.size'), t('outline.questions', { n: session.questionCount })), fact(t('outline.player'), view.player),
        fact(t('outline.stages'), h('ol', { class: 'result-plain' }, stages(session).map((stage) => h('li', { class: 'story-text', dir: 'auto' }, stage.title)))))),
    view.again ? h('p', null, h('a', { class: 'btn btn-primary', href: '/exercises/new?theme=' + encodeURIComponent(session.theme) }, icon('play'), t('outline.play'))) : null);
}
