/* New exercise: theme, difficulty, length, language, timing, own context, people, seed. */

import { h, byId, replace, clear } from '../dom.js';
import { icon } from '../icons.js';
import { get, leave, post } from '../api.js';
import { bindForm, errorBox, notice } from '../forms.js';
import { startShell } from '../shell.js';
import { FIELDS } from '../constants.js';
import { ROLES } from '../settings/characters.js';
import { capitalise, languageName, plural } from '../format.js';

const CONTEXT_MAX = FIELDS.generateExercise.customIncident.maxLength;
const LEVELS = {
  BEGINNER: 'One signal at a time, one attacker, terms explained.',
  INTERMEDIATE: 'Competing tasks and partial information.',
  ADVANCED: 'Trade-offs between departments, evidence that misleads.',
  EXPERT: 'Two defensible answers at once: legal, technical and business needs collide.'
};
const TIMINGS = {
  off: ['No time limit', 'Think and discuss as long as you like. Recommended for a first run.'],
  standard: ['Timed', 'Time to read, then the time of the chosen level for every question.'],
  'x1.5': ['Timed, 1.5× longer', 'One and a half times the standard time. For people who need more time, for example with a screen reader or in a second language.'],
  x2: ['Timed, 2× longer', 'Twice the standard time, for the same reasons.']
};
const LABELS = {
  theme: 'Theme', difficulty: 'Difficulty', questionCount: 'Number of questions', language: 'Language', timing: 'Time limit',
  customIncident: 'Your own incident context', selectedCharacters: 'People', characterIds: 'Your characters', seed: 'Seed'
};
const state = { user: null, catalog: null, characters: [] };

function section(title, intro, ...children) {
  return h('section', { class: 'new-section' }, h('h2', null, title), intro ? h('p', { class: 'small muted' }, intro) : null, children);
}

function radioCards(name, legend, cards, className) {
  return h('fieldset', { class: 'field', 'data-field': name },
    h('legend', { class: 'sr-only' }, legend),
    h('div', { class: className }, cards));
}

function choice(name, value, checked, title, ...lines) {
  return h('label', { class: 'choice' },
    h('input', { type: 'radio', name, value, checked }),
    h('span', { class: 'choice-title' }, title), lines);
}

/* ---- sections ---- */

function themeSection(catalog, wanted) {
  const first = catalog.themes.some((entry) => entry.theme === wanted) ? wanted : catalog.themes[0].theme;
  const cards = catalog.themes.map((entry) => choice('theme', entry.theme, entry.theme === first, entry.title,
    h('span', { class: 'small muted choice-text' }, entry.summary),
    h('span', { class: 'tiny muted' }, plural(entry.questions, 'question')
      + (entry.techniques && entry.techniques.length ? ' · ' + plural(entry.techniques.length, 'technique') : ''))));
  return section('Theme', null, radioCards('theme', 'Theme', cards, 'theme-grid'));
}

function levelSection(catalog) {
  const cards = catalog.difficulties.map((entry) => choice('difficulty', entry.difficulty, entry.difficulty === 'INTERMEDIATE', capitalise(entry.difficulty),
    h('span', { class: 'small muted' }, LEVELS[entry.difficulty] || ''),
    entry.points ? h('span', { class: 'tiny muted num' }, [entry.points.easy, entry.points.medium, entry.points.hard].join(' / ') + ' points') : null));
  return section('Difficulty', 'Points are for easy, medium and hard questions; higher levels ask more hard ones.', radioCards('difficulty', 'Difficulty', cards, 'level-grid'));
}

function countField(limits) {
  const range = h('input', { class: 'range', type: 'range', min: limits.min, max: limits.max, value: limits.default, 'aria-label': 'Number of questions, slider', tabindex: '0' });
  const box = h('input', { class: 'input count-box num', id: 'questionCount', name: 'questionCount', type: 'number', inputmode: 'numeric', min: limits.min, max: limits.max, value: limits.default, 'aria-describedby': 'count-hint' });
  range.addEventListener('input', () => {
    box.value = range.value;
  });
  box.addEventListener('input', () => {
    range.value = box.value;
  });
  return h('div', { class: 'field' },
    h('label', { for: 'questionCount' }, 'Number of questions'),
    h('div', { class: 'count-row' }, range, box),
    h('span', { class: 'hint', id: 'count-hint' }, 'From ' + limits.min + ' to ' + limits.max + '. More questions make more stages, at most five.'));
}

function languageField() {
  return h('div', { class: 'field' },
    h('label', { for: 'language' }, 'Language'),
    h('select', { class: 'input', id: 'language', name: 'language', 'aria-describedby': 'language-hint' }),
    h('span', { class: 'hint', id: 'language-hint' }, 'Languages in which the chosen theme is complete.'));
}

function timingSection(catalog) {
  const cards = catalog.timings.filter((timing) => TIMINGS[timing]).map((timing) => choice('timing', timing, timing === 'off', TIMINGS[timing][0],
    h('span', { class: 'small muted' }, TIMINGS[timing][1]),
    timing === 'standard' ? h('span', { class: 'tiny muted num', id: 'seconds' }) : null));
  return section('Time limit', 'The server keeps the time. A question that runs out counts as not answered.', radioCards('timing', 'Time limit', cards, 'level-grid'));
}

function contextField() {
  const counter = h('span', { class: 'hint num', id: 'context-count' }, '0 of ' + CONTEXT_MAX + ' characters');
  const area = h('textarea', { class: 'input', id: 'customIncident', name: 'customIncident', maxlength: CONTEXT_MAX, rows: 5, 'aria-describedby': 'context-hint context-count' });
  area.addEventListener('input', () => {
    counter.textContent = area.value.length + ' of ' + CONTEXT_MAX + ' characters';
  });
  return h('div', { class: 'field' },
    h('label', { for: 'customIncident' }, 'Your own incident context'),
    h('span', { class: 'hint', id: 'context-hint' }, 'Something that happened to you, or that you worry about. Leave out names and secrets.'),
    area, counter);
}

/* ---- people ---- */

function personRow(index) {
  const id = 'person-' + index;
  const row = h('li', { class: 'person' });
  const drop = () => {
    const list = row.parentNode;
    row.remove();
    (list.querySelector('li:last-child input') || byId('add-person')).focus();
  };
  return replace(row,
    h('div', { class: 'field' }, h('label', { for: id }, 'Name'), h('input', { class: 'input', id, 'data-person': 'name', maxlength: FIELDS.generateExercise.selectedCharacters.item.name.maxLength, autocomplete: 'off' })),
    h('div', { class: 'field' }, h('label', { for: id + '-role' }, 'Role'),
      h('select', { class: 'input', id: id + '-role', 'data-person': 'role' }, ROLES.map((role) => h('option', { value: role }, role)))),
    h('button', { class: 'btn btn-quiet btn-icon', type: 'button', 'aria-label': 'Remove this person', onclick: drop }, icon('close')));
}

function peopleField() {
  const list = h('ul', { class: 'people' });
  let next = 0;
  const add = () => {
    const row = personRow(next);
    next += 1;
    list.appendChild(row);
    row.querySelector('input').focus();
  };
  return h('fieldset', { class: 'field', 'data-field': 'selectedCharacters', tabindex: '-1' },
    h('legend', null, 'More people'),
    h('span', { class: 'hint' }, 'They appear by name in the story. Without them the story speaks of roles, such as “the CISO”.'),
    list,
    h('button', { class: 'btn', type: 'button', id: 'add-person', onclick: add }, icon('plus'), 'Add a person'));
}

function storedField() {
  const sorted = state.characters.slice().sort((a, b) => a.name.localeCompare(b.name));
  return h('fieldset', { class: 'field', 'data-field': 'characterIds', tabindex: '-1' },
    h('legend', null, 'Your characters'),
    sorted.length ? h('div', { class: 'stored-people' }, sorted.map((person) => h('label', { class: 'check' },
      h('input', { type: 'checkbox', name: 'characterIds', value: person.id }),
      h('span', null, person.name, h('span', { class: 'small muted' }, ' ' + person.role))))) : null,
    h('p', { class: 'hint' }, sorted.length ? 'Pick those who take part. ' : 'Your organisation has stored none. ',
      h('a', { href: '/settings/organisation/characters' }, 'Characters of your organisation')));
}

function storedPeople() {
  return Array.from(document.querySelectorAll('[name="characterIds"]:checked')).map((box) => box.value);
}

function people() {
  return Array.from(document.querySelectorAll('.person')).map((row) => ({
    name: row.querySelector('[data-person="name"]').value.trim(),
    role: row.querySelector('[data-person="role"]').value
  })).filter((person) => person.name);
}

function optionalSection() {
  const seed = h('div', { class: 'field seed-field' }, h('label', { for: 'seed' }, 'Seed'),
    h('input', { class: 'input num', id: 'seed', name: 'seed', inputmode: 'numeric', autocomplete: 'off', 'aria-describedby': 'seed-hint' }),
    h('span', { class: 'hint', id: 'seed-hint' }, 'A whole number. The same seed and settings give the same exercise, which makes results comparable.'));
  return section('Make it yours', 'Optional.',
    h('div', { class: 'stack' },
      h('details', { class: 'fold' }, h('summary', null, 'Own incident context'), contextField()),
      h('details', { class: 'fold' }, h('summary', null, 'People in the story'), h('div', { class: 'stack' }, storedField(), peopleField())),
      h('details', { class: 'fold' }, h('summary', null, 'Advanced: seed'), seed)));
}

/* ---- state of the form ---- */

function value(name) {
  const form = byId('new-form');
  return form.elements[name] ? form.elements[name].value : '';
}

function chosenTheme() {
  return state.catalog.themes.find((entry) => entry.theme === value('theme'));
}

function syncLanguages() {
  const select = byId('language');
  const before = select.value || state.user.language || 'en';
  const languages = chosenTheme().languages;
  replace(select, languages.map((code) => h('option', { value: code }, languageName(code))));
  select.value = languages.indexOf(before) >= 0 ? before : languages[0];
}

function syncSummary() {
  const level = state.catalog.difficulties.find((entry) => entry.difficulty === value('difficulty'));
  const count = Number(value('questionCount'));
  const stages = Math.min(5, Math.max(3, Math.ceil(count / 3)));
  const lines = [['Theme', chosenTheme().title], ['Difficulty', capitalise(value('difficulty'))],
    ['Length', count ? plural(count, 'question') + ' in ' + plural(stages, 'stage') : '–'],
    ['Language', languageName(value('language'))], ['Time limit', (TIMINGS[value('timing')] || ['–'])[0]]];
  replace(byId('summary'), lines.map((line) => [h('dt', null, line[0]), h('dd', { class: 'strong' }, line[1])]));
  if (byId('seconds') && level) {
    byId('seconds').textContent = level.seconds + ' seconds a question at this level, plus reading time';
  }
}

function check() {
  const limits = state.catalog.questionCount;
  const count = Number(value('questionCount'));
  const fields = [];
  if (!Number.isInteger(count) || count < limits.min || count > limits.max) {
    fields.push({ field: 'questionCount', message: 'choose a whole number from ' + limits.min + ' to ' + limits.max });
  }
  if (value('seed').trim() && !Number.isSafeInteger(Number(value('seed')))) {
    fields.push({ field: 'seed', message: 'must be a whole number' });
  }
  return fields;
}

function body() {
  const result = {
    theme: value('theme'), difficulty: value('difficulty'), questionCount: Number(value('questionCount')),
    language: value('language'), timing: value('timing')
  };
  const characters = people();
  if (value('customIncident').trim()) {
    result.customIncident = value('customIncident').trim();
  }
  if (characters.length) {
    result.selectedCharacters = characters;
  }
  if (storedPeople().length) {
    result.characterIds = storedPeople();
  }
  if (value('seed').trim()) {
    result.seed = Number(value('seed'));
  }
  return result;
}

async function send(form, kept) {
  const made = await post('/api/ttx/generate', body());
  const timed = value('timing') === 'off' ? '' : '?timed=1';
  kept.clear();
  await leave('/exercises/' + encodeURIComponent(made.id) + '/play' + timed);
}

function build() {
  const catalog = state.catalog;
  const box = byId('sections');
  if (!catalog.themes.length) {
    byId('start').hidden = true;
    replace(box, h('div', { class: 'card empty' }, h('h2', null, 'No themes installed'),
      h('p', null, 'The scenario library of this server is empty. Tell your administrator to load it.')));
    return;
  }
  const query = new URLSearchParams(window.location.search);
  replace(box,
    themeSection(catalog, query.get('theme')), levelSection(catalog),
    section('Length and language', null, h('div', { class: 'field-row' }, countField(catalog.questionCount), languageField())),
    timingSection(catalog), optionalSection());
  const form = byId('new-form');
  const sync = (event) => {
    if (!event || event.target.name === 'theme') {
      syncLanguages();
    }
    syncSummary();
  };
  form.addEventListener('input', sync);
  form.addEventListener('change', sync);
  sync();
  bindForm(form, { check, send, labels: LABELS, draft: 'new' });
}

async function start() {
  const box = byId('sections');
  byId('new-form').addEventListener('submit', (event) => event.preventDefault());
  try {
    state.user = await startShell();
    if (state.user.role === 'AUDITOR') {
      replace(box, notice('mid', 'info', h('p', null, 'As an auditor you read exercises and do not start them. Ask an administrator for another role if you want to play.')));
      box.removeAttribute('aria-busy');
      return;
    }
    [state.catalog, state.characters] = await Promise.all([get('/api/ttx/catalog'), get('/api/portal/characters')]);
    clear(box);
    build();
  } catch (error) {
    replace(box, errorBox(error, () => window.location.reload()));
  }
  box.removeAttribute('aria-busy');
}

start();
