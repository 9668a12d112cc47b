/* Public check of a certificate: /verify/{certificateId}. */

import { h, byId, replace } from '../dom.js';
import { icon } from '../icons.js';
import { get } from '../api.js';
import { errorBox } from '../forms.js';
import { publicHeader } from '../shell.js';
import { capitalise, exactDate, percent } from '../format.js';

const VERDICTS = {
  valid: ['good', 'check', 'This certificate is valid', 'It was issued by this server and has not been withdrawn.'],
  expired: ['mid', 'clock', 'This certificate has expired', 'It was issued by this server, but its validity is over.'],
  revoked: ['bad', 'close', 'This certificate was revoked', 'It was issued by this server and withdrawn later. Do not rely on it.'],
  withdrawn: ['bad', 'close', 'This certificate was withdrawn', 'It was issued by this server. The account of its holder was deleted later, and nothing else about it is kept. Do not rely on it.'],
  unknown: ['bad', 'close', 'No such certificate', 'This server never issued a certificate with this number. Check the number for typing errors.']
};

function certificateId() {
  const match = /\/verify\/([^/]+)/.exec(window.location.pathname);
  try {
    return match ? decodeURIComponent(match[1]) : '';
  } catch (error) {
    return '';
  }
}

function head(kind) {
  const entry = VERDICTS[kind] || VERDICTS.unknown;
  return h('div', { class: 'verify-head' },
    h('span', { class: 'seal seal-' + entry[0] }, icon(entry[1])),
    h('div', { role: 'status' }, h('h2', null, entry[2]), h('p', { class: 'small muted' }, entry[3])));
}

function line(term, value) {
  return value ? [h('dt', null, term), h('dd', null, value)] : null;
}

function certificate(data) {
  return h('div', { class: 'card' }, head(data.status),
    h('dl', { class: 'dl' },
      line('Holder', data.holder),
      line('Organisation', data.organization),
      line('Exercise', data.exercise),
      line('Theme', data.themeTitle || capitalise(data.theme)),
      line('Difficulty', data.difficulty ? capitalise(data.difficulty) : null),
      line('Grade', data.grade ? capitalise(data.grade) : null),
      line('Accuracy', data.accuracy === null || data.accuracy === undefined ? null : percent(data.accuracy)),
      line('Issued', exactDate(data.issuedAt, false)),
      line('Valid until', exactDate(data.validUntil, false))),
    numberLine(data.id));
}

function numberLine(id) {
  return h('p', { class: 'tiny muted verify-id' }, 'Certificate number ', h('code', null, id));
}

function notFound(id) {
  const input = h('input', { class: 'input', id: 'number', name: 'number', value: id, autocomplete: 'off', spellcheck: 'false' });
  const form = h('form', { class: 'stack-s' },
    h('div', { class: 'field' }, h('label', { for: 'number' }, 'Certificate number'), input),
    h('button', { class: 'btn', type: 'submit' }, 'Check again'));
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    if (input.value.trim()) {
      window.location.assign('/verify/' + encodeURIComponent(input.value.trim()));
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
