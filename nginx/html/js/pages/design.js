/* Every part of js/parts in every state: for people who build pages, and for the tests that look. No data, no server. */

import { h, byId, focusOn } from '../dom.js';
import { icon } from '../icons.js';
import { notice } from '../forms.js';
import { publicHeader } from '../shell/public.js';
import { badge } from '../parts/badge.js';
import { board } from '../parts/board.js';
import { combobox } from '../parts/combobox.js';
import { copyField, secretOnce } from '../parts/copy.js';
import { openDrawer } from '../parts/drawer.js';
import { menuButton } from '../parts/menu.js';
import { jobProgress, liveStatus, skeleton, statTile } from '../parts/status.js';
import { stepper, timeline } from '../parts/steps.js';
import { tabs } from '../parts/tabs.js';
import { toast } from '../parts/toast.js';
import { chartSamples } from '../design/charts.js';
import { events } from '../design/events.js';
import { listSample } from '../design/list.js';
import { number, percent } from '../say.js';
import { t } from '../words/design.js';

function row(...children) {
  return h('div', { class: 'design-row' }, children);
}

function button(look, text, attributes) {
  return h('button', Object.assign({ class: 'btn ' + look, type: 'button' }, attributes), text);
}

function fields() {
  return h('div', { class: 'design-grid' },
    h('div', { class: 'field' }, h('label', { for: 'd-name' }, t('field.name')), h('input', { class: 'input', id: 'd-name', 'aria-describedby': 'd-hint' }), h('span', { class: 'hint', id: 'd-hint' }, t('field.hint'))),
    h('div', { class: 'field' }, h('label', { for: 'd-wrong' }, t('field.name')), h('input', { class: 'input', id: 'd-wrong', 'aria-invalid': 'true', 'aria-describedby': 'd-error' }), h('p', { class: 'field-error', id: 'd-error' }, t('field.wrong'))),
    h('div', { class: 'field' }, h('label', { for: 'd-text' }, t('field.text')), h('textarea', { class: 'input', id: 'd-text' })),
    h('fieldset', { class: 'stack-s' }, h('legend', { class: 'legend' }, t('section.fields')),
      ['choice', 'other'].map((name, i) => h('label', { class: 'choice' }, h('input', { type: 'radio', name: 'd-choice', value: name, checked: i === 0 }), h('span', { class: 'choice-title' }, t('field.' + name)), h('span', { class: 'small muted' }, t('field.' + name + '_text')))),
      h('label', { class: 'check' }, h('input', { type: 'checkbox', checked: true }), h('span', { class: 'check-text' }, t('field.check')))));
}

function jobs() {
  return h('div', { class: 'design-grid' }, [
    { state: 'waiting' }, { state: 'open', done: 340, total: 1200, text: t('job.text') }, { state: 'open' }, { state: 'done' },
    { state: 'failed', text: t('job.error'), retry: () => toast(t('toast.text')) }].map((now) => {
    const job = jobProgress(t('job.name'));
    job.set(now);
    return job;
  }));
}

function lives() {
  return row([['on'], ['catching'], ['off', '2026-03-02T09:30:00']].map(([state, at]) => {
    const one = liveStatus();
    one.set(state, at);
    return one;
  }));
}

function people() {
  return Array.from({ length: 12 }, (_, i) => ({ value: 'p' + i, label: t('sample.person', { n: i + 1 }), note: t('topic.' + ['money', 'access', 'news', 'repair'][i % 4]) }));
}

function comboboxes() {
  const one = h('div');
  const many = h('div');
  combobox(one, { id: 'd-one', label: t('combo.one'), options: people(), hint: t('combo.hint') });
  combobox(many, { id: 'd-many', label: t('combo.many'), source: async (q) => people().filter((who) => who.label.toLowerCase().includes(q.toLowerCase())), multiple: true, value: people().slice(0, 2) });
  return h('div', { class: 'design-grid' }, one, many);
}

function boardSample() {
  const box = h('div');
  board(box, { label: t('board.label'), columns: ['new', 'open', 'done'].map((id) => ({ id, label: t('board.' + id) })),
    cards: [0, 1, 2, 3].map((i) => ({ id: 'case-' + i, column: i < 2 ? 'new' : 'open', title: t('board.case', { n: i + 1 }), note: t('board.note', { n: i + 1 }), href: i === 3 ? '#board' : null })),
    move: async () => true });
  return box;
}

function tabSample() {
  const box = h('div');
  tabs(box, { label: t('section.tabs'), items: ['overview', 'people', 'history'].map((id, i) => ({ id, label: t('tab.' + id), href: '/design' + (i ? '?tab=' + id : ''), count: i === 1 ? number(12) : undefined,
    view: () => h('p', null, t('tab.text', { name: t('tab.' + id) })) })) });
  return box;
}

function drawerSample() {
  const open = () => {
    const box = openDrawer({ title: t('drawer.title'), content: h('p', null, t('drawer.text')), actions: button('btn-primary', t('drawer.save'), { onclick: () => box.close() }) });
  };
  return row(button('', t('drawer.open'), { id: 'open-drawer', onclick: open }));
}

const PARTS = {
  buttons: () => row(button('btn-primary', t('primary')), button('', t('secondary')), button('btn-danger', t('danger')), button('btn-quiet', t('quiet')),
    button('btn-primary', [icon('plus'), t('primary')]), button('', t('busy'), { disabled: true, class: 'btn' })),
  badges: () => row(['good', 'attention', 'bad', 'active', 'waiting', 'locked', 'neutral'].map((one) => badge(one, t('badge.' + one)))),
  fields,
  notices: () => [['info', 'info'], ['good', 'check'], ['mid', 'alert'], ['bad', 'alert']].map(([tone, sign]) => notice(tone, sign, h('p', null, t('notice.' + tone)))),
  tabs: tabSample,
  menu: () => row(menuButton({ label: t('menu.label'), text: t('menu.label'), items: () => [{ label: t('menu.sort'), icon: 'sort', run: () => {} }, { label: t('menu.export'), icon: 'download', href: '#menu' },
    { label: t('menu.off'), disabled: true, run: () => {} }, { label: t('danger'), icon: 'trash', danger: true, run: () => {} }] })),
  toast: () => row(button('', t('toast.plain'), { onclick: () => toast(t('toast.text')) }), button('', t('toast.undo'), { onclick: () => toast(t('toast.text'), { undo: () => toast(t('toast.back')) }) })),
  copy: () => [copyField({ label: t('copy.label'), shown: true, value: 'https://muster.example/join#sample' }),
    secretOnce({ title: t('secret.title'), label: t('secret.label'), value: 'mk_sample_0123456789abcdef', done: () => focusOn(byId('copy')) })],
  figures: () => h('div', { class: 'stats' }, statTile({ label: t('stat.runs'), value: number(128) }), statTile({ label: t('stat.right'), value: percent(0.72), note: t('stat.up'), meaning: 'good' }),
    statTile({ label: t('stat.open'), value: number(5), note: t('stat.late'), meaning: 'bad', href: '#figures' }), statTile({ label: t('stat.open'), value: '–', note: t('stat.none') })),
  jobs,
  fresh: lives,
  steps: () => [0, 2].map((current) => stepper({ label: t('steps.label', { n: current + 1 }), current, steps: ['theme', 'people', 'time', 'check'].map((one) => ({ name: t('steps.' + one), href: '#steps' })) })),
  timeline: () => timeline(events()),
  drawer: drawerSample,
  combobox: comboboxes,
  board: boardSample,
  charts: chartSamples,
  skeletons: () => ['lines', 'rows', 'tiles', 'chart'].map((kind) => skeleton(kind, kind === 'chart' ? 1 : 3))
};

publicHeader();
Object.keys(PARTS).forEach((name) => byId(name + '-box').append(...[].concat(PARTS[name]())));
listSample(byId('table-box'));
