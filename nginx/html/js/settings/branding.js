/* Branding: name, colour and line of reports and certificates, with a sample. */

import { h, replace } from '../dom.js';
import { request } from '../api.js';
import { FIELDS } from '../constants.js';
import { field, saveRow, settingsForm } from './saving.js';
import { t } from '../words/organisation.js';
import { notice } from '../forms.js';

const COLOUR = /^#[0-9a-f]{6}$/i;
const USUAL = '#20398f';

/* Contrast on white (WCAG 2.2); text needs 4.5. */
function isReadable(colour) {
  const light = [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16) / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : Math.pow((part + 0.055) / 1.055, 2.4)));
  return 1.05 / (0.2126 * light[0] + 0.7152 * light[1] + 0.0722 * light[2] + 0.05) >= 4.5;
}

/* A colour that cannot be read is not shown: the sample keeps the usual one and says so. */
function drawSample(sample, form, organisation) {
  const colour = form.elements.accentColor.value.trim();
  const known = COLOUR.test(colour);
  const good = known && isReadable(colour);
  sample.style.setProperty('--brand', good ? colour : USUAL);
  replace(sample,
    known && !good ? h('p', { class: 'strong' }, t('branding.too_light')) : null,
    h('header', null, h('span', { class: 'kind' }, t('branding.sample_kind')), h('span', null, form.elements.displayName.value.trim() || organisation)),
    h('p', null, form.elements.footerText.value.trim() || t('branding.sample_line')));
}

export function brandingSection(box, branding, user, may) {
  const name = h('input', { class: 'input', name: 'displayName', dir: 'auto', autocomplete: 'off', value: branding.displayName || '' });
  const colour = h('input', { class: 'input num', name: 'accentColor', autocomplete: 'off', spellcheck: 'false', value: branding.accentColor || '' });
  const picker = h('input', { type: 'color', 'aria-label': t('branding.pick'), value: branding.accentColor || USUAL });
  const line = h('input', { class: 'input', name: 'footerText', dir: 'auto', autocomplete: 'off', value: branding.footerText || '' });
  const sample = h('div', { class: 'brand-sample', role: 'group', 'aria-label': t('branding.sample') });
  const colourField = field('b-colour', t('branding.colour'), colour, t('branding.colour_hint'));
  const row = h('div', { class: 'colour-row' });
  colourField.insertBefore(row, colour);
  row.append(picker, colour);
  const form = h('form', { id: 'branding-form', class: 'card stack settings-form' }, h('div', { class: 'form-summary' }),
    h('div', { class: 'field-row' }, field('b-name', t('branding.name'), name, t('branding.name_hint', { name: user.organization.name })), colourField),
    field('b-line', t('branding.line'), line), sample, saveRow(t('branding.save')));
  replace(box, may ? null : notice('mid', 'info', h('p', { id: 'hint' }, t('read_only'))), form);
  picker.addEventListener('input', () => {
    colour.value = picker.value;
  });
  form.addEventListener('input', () => {
    if (COLOUR.test(colour.value.trim())) {
      picker.value = colour.value.trim().toLowerCase();
    }
    drawSample(sample, form, user.organization.name);
  });
  drawSample(sample, form, user.organization.name);
  settingsForm(form, {
    may,
    fields: FIELDS.putBranding,
    labels: { displayName: t('branding.name'), accentColor: t('branding.colour'), footerText: t('branding.line') },
    send: () => request('PUT', '/api/portal/branding', { displayName: name.value.trim(), accentColor: colour.value.trim(), footerText: line.value.trim() })
  });
}
