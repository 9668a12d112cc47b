/* Words and numbers for people, in the language of the page: dates, sizes, names of constants. */

import { LOCALE, number, percent } from './say.js';
import { isolated } from './text.js';
import { t } from './words/forms.js';
import { t as labels } from './words/labels.js';
import { ROLES as NAMES } from './constants.js';

export { number, percent };

/* Colour of a state of an exercise. */
const TONES = { GENERATING: 'accent', LOBBY: 'mid', IN_PROGRESS: 'accent', COMPLETED: 'good', FAILED: 'bad' };
const UNITS = [['year', 31536000], ['month', 2592000], ['week', 604800], ['day', 86400], ['hour', 3600], ['minute', 60]];

const SHORT = {
  ai: 'AI', apt: 'APT', bec: 'BEC', ciso: 'CISO', ddos: 'DDoS', dpo: 'DPO', hr: 'HR', ics: 'ICS', iot: 'IoT',
  ir: 'IR', it: 'IT', jlr: 'JLR', ot: 'OT', soc: 'SOC'
};

/* "IN_PROGRESS" and "soc-analyst" become "In progress" and "SOC analyst". */
export function capitalise(text) {
  const value = String(text || '').toLowerCase().split(/[-_\s]+/).map((word) => SHORT[word] || word).join(' ');
  return value.charAt(0).toUpperCase() + value.slice(1);
}

/* Names of roles, and what they may do. */
export const ROLES = Object.fromEntries(NAMES.map((role) => [role, [labels('role', { role }), labels('role.does', { role })]]));

export function roleLabel(role) {
  return labels('role', { role });
}

export function statusLabel(status) {
  return labels('status', { status });
}

export function statusTone(status) {
  return TONES[status] || '';
}

export function timingLabel(timing) {
  return labels('timing', { timing });
}

export function difficultyLabel(difficulty) {
  return labels('difficulty', { difficulty });
}

export function languageName(code) {
  try {
    return new Intl.DisplayNames([LOCALE], { type: 'language' }).of(code);
  } catch (e) {
    return code;
  }
}

/* Bytes as file managers count them, in thousands. */
export function size(bytes) {
  if (bytes === null || bytes === undefined) {
    return '–';
  }
  if (bytes < 1e6) {
    return t('size.kb', { n: Math.ceil(bytes / 1e3) });
  }
  return bytes < 1e9 ? t('size.mb', { n: bytes / 1e6 }) : t('size.gb', { n: bytes / 1e9 });
}

export function exactTime(date, style) {
  return date.toLocaleTimeString(LOCALE, { timeStyle: style });
}

/* A day, and the time of it unless withTime is false. */
export function exactDate(iso, withTime) {
  const date = new Date(iso);
  if (!iso || isNaN(date.getTime())) {
    return '';
  }
  const day = { day: 'numeric', month: 'short', year: 'numeric' };
  return new Intl.DateTimeFormat(LOCALE, withTime === false ? day : { ...day, hour: 'numeric', minute: '2-digit' }).format(date);
}

export function relativeDate(iso) {
  const seconds = (new Date(iso).getTime() - Date.now()) / 1000;
  if (isNaN(seconds)) {
    return '';
  }
  const unit = UNITS.find((entry) => Math.abs(seconds) >= entry[1]);
  return unit ? new Intl.RelativeTimeFormat(LOCALE, { numeric: 'auto' }).format(Math.trunc(seconds / unit[1]), unit[0]) : t('just_now');
}

/* How long something lasts, in the one unit that fits: "80 seconds", "12 minutes", "30 hours". */
export function duration(seconds) {
  const [unit, length] = seconds < 90 ? ['second', 1] : seconds < 5400 ? ['minute', 60] : ['hour', 3600];
  return new Intl.NumberFormat(LOCALE, { style: 'unit', unit, unitDisplay: 'long' }).format(Math.round(seconds / length));
}

export function clockTime(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  return Math.floor(whole / 60) + ':' + String(whole % 60).padStart(2, '0');
}

export function personName(person) {
  return person ? isolated([person.firstName, person.lastName].filter(Boolean).join(' ')) : '';
}
