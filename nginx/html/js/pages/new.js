/* New exercise: what it is about, how long, how hard; the rest has sensible values and is folded away. Newcomers begin with a first exercise of a few
   minutes, others with what they finished last. */

import { byId, clear, h, replace } from '../dom.js';
import { get, leave, post } from '../api.js';
import { bindForm, errorBox, notice } from '../forms.js';
import { startShell } from '../shell.js';
import { languageName } from '../format.js';
import { t } from '../words/new.js';
import { t as label } from '../words/labels.js';
import { PRESET, countField, levelField, nameField, sizeChoice, sizes, themeChoice, timeFields } from '../new/choices.js';
import { firstMinutes, minutesOf } from '../new/duration.js';
import { moreSettings } from '../new/more.js';
import { chosenPeople } from '../new/people.js';

const state = { user: null, catalog: null, characters: [], last: null, rows: [] };

/* ---- what the form says ---- */

function value(name) {
  const control = byId('new-form').elements[name];
  return control ? control.value : '';
}

function chosenTheme() {
  return state.catalog.themes.find((entry) => entry.theme === value('theme'));
}

function preset() {
  return value('size') === PRESET ? PRESET : '';
}

function count() {
  const row = state.rows.find((one) => one[0] === value('size'));
  return (row && row[2]) || Number(value('questionCount'));
}

function difficulty() {
  return preset() ? 'BEGINNER' : value('difficulty');
}

function timing() {
  return byId('timed').checked ? value('factor') : 'off';
}

function validCount() {
  const limits = state.catalog.questionCount;
  return Number.isInteger(count()) && count() >= limits.min && count() <= limits.max;
}

function body() {
  const more = { name: value('name').trim(), customIncident: value('customIncident').trim(), seed: value('seed').trim() && Number(value('seed')) };
  const size = preset() ? { preset: PRESET } : { difficulty: difficulty(), questionCount: count() };
  const given = Object.fromEntries(Object.entries(more).filter((entry) => entry[1] !== ''));
  return { theme: value('theme'), ...size, language: value('language'), timing: timing(), ...given, ...chosenPeople() };
}

function check() {
  const { min, max } = state.catalog.questionCount;
  const fields = validCount() ? [] : [{ field: 'questionCount', message: t('count.wrong', { min, max }) }];
  if (value('seed').trim() && !Number.isSafeInteger(Number(value('seed')))) {
    fields.push({ field: 'seed', message: t('seed.wrong') });
  }
  return fields;
}

/* ---- what follows from it ---- */

function syncLanguages() {
  const select = byId('language');
  const before = select.value || (state.last && state.last.language) || state.user.language || document.documentElement.lang;
  const { languages } = chosenTheme();
  replace(select, languages.map((code) => h('option', { value: code }, languageName(code))));
  select.value = languages.indexOf(before) >= 0 ? before : languages[0];
}

function minutes(size, n) {
  return size === PRESET ? firstMinutes(chosenTheme()) : minutesOf(chosenTheme(), n);
}

function joined(...facts) {
  return facts.filter(Boolean).join(' · ');
}

function duration(size, n) {
  const about = minutes(size, n);
  return about ? t('about', { n: about }) : '';
}

/* What each length means with this theme; not every theme has a first exercise. */
function syncSizes() {
  const { min, max } = state.catalog.questionCount;
  const form = byId('new-form');
  state.rows.forEach(([size, , n]) => {
    const line = form.querySelector('[data-size="' + size + '"]');
    line.textContent = n ? joined(t('decisions', { n }), duration(size, n)) : t('size.free', { min, max });
    if (size === PRESET) {
      line.closest('.choice').hidden = !firstMinutes(chosenTheme());
    }
  });
  if (preset() && !firstMinutes(chosenTheme())) {
    form.elements.size.value = String(state.catalog.questionCount.default);
  }
}

function syncFields() {
  const level = state.catalog.difficulties.find((entry) => entry.difficulty === difficulty());
  byId('theme-summary').textContent = chosenTheme().summary;
  byId('count-field').hidden = value('size') !== 'own';
  byId('level-field').hidden = Boolean(preset());
  byId('level-hint').textContent = t('difficulty.text', { difficulty: difficulty() });
  byId('factor-field').hidden = !byId('timed').checked;
  byId('timed-hint').textContent = level ? t('timed.text', { n: level.seconds }) : '';
}

function syncSummary() {
  const n = count();
  byId('summary-theme').textContent = chosenTheme().title;
  byId('summary-facts').textContent = validCount() ? joined(t('decisions', { n }), label('difficulty', { difficulty: difficulty() }),
    timing() === 'off' ? '' : t('timed'), duration(value('size'), n)) : t('facts.open');
}

function sync() {
  syncSizes();
  syncFields();
  syncSummary();
}

/* ---- the page ---- */

async function send(form, kept) {
  const made = await post('/api/ttx/generate', body());
  const timed = timing() === 'off' ? '' : '?timed=1';
  kept.clear();
  await leave('/exercises/' + encodeURIComponent(made.id) + '/play' + timed);
}

/* The theme asked for, the last one, or the one with the shortest first exercise. */
function firstTheme() {
  const { themes } = state.catalog;
  const wanted = [new URLSearchParams(window.location.search).get('theme'), state.last && state.last.theme];
  const quickest = themes.filter(firstMinutes).sort((a, b) => firstMinutes(a) - firstMinutes(b))[0] || themes[0];
  return wanted.find((one) => themes.some((entry) => entry.theme === one)) || quickest.theme;
}

function firstSize() {
  const standard = String(state.catalog.questionCount.default);
  const known = state.last ? String(state.last.questionCount) : '';
  const fits = state.rows.some((row) => row[0] === known);
  if (!state.last) {
    return PRESET;
  }
  if (fits) {
    return known;
  }
  return known ? 'own' : standard;
}

function build() {
  const { catalog, last } = state;
  const box = byId('sections');
  if (!catalog.themes.length) {
    byId('new-bar').hidden = true;
    replace(box, h('div', { class: 'card empty' }, h('h2', null, t('theme.none')), h('p', null, t('theme.none_text'))));
    return;
  }
  state.rows = sizes(catalog.questionCount, !last);
  const wanted = new URLSearchParams(window.location.search).get('difficulty');
  replace(box,
    themeChoice(catalog, firstTheme()),
    sizeChoice(state.rows, firstSize()),
    h('div', { class: 'new-row' }, countField(catalog.questionCount, last ? last.questionCount : catalog.questionCount.default),
      levelField(catalog, wanted || (last && last.difficulty) || 'INTERMEDIATE'), nameField()),
    h('div', { class: 'new-row' }, timeFields(catalog, last ? last.timing : 'off')),
    moreSettings(state.characters));
  const form = byId('new-form');
  const changed = (event) => {
    if (event.target.name === 'theme') {
      syncLanguages();
    }
    sync();
  };
  syncLanguages();
  sync();
  form.addEventListener('input', changed);
  form.addEventListener('change', changed);
  byId('new-bar').hidden = false;
  bindForm(form, { check, send, draft: 'new',
    labels: { theme: t('theme'), difficulty: t('difficulty'), questionCount: t('count'), language: t('language'), timing: t('timed'), name: t('name'),
      customIncident: t('context'), selectedCharacters: t('people.more'), characterIds: t('people.stored'), seed: t('seed') } });
}

async function start() {
  const box = byId('sections');
  byId('new-form').addEventListener('submit', (event) => event.preventDefault());
  const asked = Promise.all([get('/api/ttx/catalog'), get('/api/portal/characters'), get('/api/portal/sessions?scope=mine&status=COMPLETED&limit=1')]);
  asked.catch(() => null); // read below
  try {
    state.user = await startShell();
    if (state.user.role === 'AUDITOR') {
      replace(box, notice('mid', 'info', h('p', null, t('auditor'))));
    } else {
      const [catalog, characters, mine] = await asked;
      Object.assign(state, { catalog, characters, last: mine[0] || null });
      clear(box);
      build();
    }
  } catch (error) {
    replace(box, errorBox(error, () => window.location.reload()));
  }
  box.removeAttribute('aria-busy');
}

start();
