/* Public check of a certificate: /verify/{certificateId}. */

import { h, byId, replace } from '../dom.js';
import { icon } from '../icons.js';
import { get, leave } from '../api.js';
import { errorBox } from '../forms.js';
import { publicHeader } from '../shell.js';
import { difficultyLabel, exactDate, percent } from '../format.js';
import { t } from '../words/verify.js';

/* status -> colour and icon of the seal. */
const SEALS = { valid: ['good', 'check'], expired: ['mid', 'clock'], revoked: ['bad', 'close'], withdrawn: ['bad', 'close'], unknown: ['bad', 'close'] };

function certificateId() {
  const match = /\/verify\/([^/]+)/.exec(window.location.pathname);
  try {
    return match ? decodeURIComponent(match[1]) : '';
  } catch (error) {
    return '';
  }
}

function head(status) {
  const kind = status in SEALS ? status : 'unknown';
  return h('div', { class: 'verify-head' },
    h('span', { class: 'seal seal-' + SEALS[kind][0] }, icon(SEALS[kind][1])),
    h('div', { role: 'status' }, h('h2', null, t(kind)), h('p', { class: 'small muted' }, t(kind + '.text'))));
}

function line(term, value) {
  return value ? [h('dt', null, t(term)), h('dd', { dir: 'auto' }, value)] : null;
}

function certificate(data) {
  return h('div', { class: 'card' }, head(data.status),
    h('dl', { class: 'dl' },
      line('holder', data.holder),
      line('organisation', data.organization),
      line('exercise', data.exercise),
      line('theme', data.themeTitle || data.theme),
      line('difficulty', data.difficulty ? difficultyLabel(data.difficulty) : null),
      line('grade', data.grade ? t('grade.of', { grade: data.grade }) : null),
      line('accuracy', data.accuracy === null || data.accuracy === undefined ? null : percent(data.accuracy)),
      line('issued', exactDate(data.issuedAt, false)),
      line('until', exactDate(data.validUntil, false))),
    numberLine(data.id));
}

function numberLine(id) {
  return h('p', { class: 'tiny muted verify-id' }, t.nodes('number.of', { id, code: (text) => h('code', null, text) }));
}

function notFound(id) {
  const input = h('input', { class: 'input', id: 'number', name: 'number', value: id, autocomplete: 'off', spellcheck: 'false', dir: 'ltr' });
  const form = h('form', { class: 'stack-s' },
    h('div', { class: 'field' }, h('label', { for: 'number' }, t('number')), input),
    h('button', { class: 'btn', type: 'submit' }, t('again')));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (input.value.trim()) {
      leave('/verify/' + encodeURIComponent(input.value.trim()));
    }
  });
  return h('div', { class: 'card' }, head('unknown'), form);
}

async function load() {
  const box = byId('verdict');
  const id = certificateId();
  try {
    replace(box, certificate(await get('/api/public/certificates/' + encodeURIComponent(id), { anonymous: true })));
  } catch (error) {
    replace(box, error.code === 'withdrawn' ? h('div', { class: 'card' }, head('withdrawn'), numberLine(id)) : error.status === 404 || error.status === 400 ? notFound(id) : errorBox(error, load));
  }
  box.removeAttribute('aria-busy');
}

publicHeader();
load();
