/* Words and numbers for people: dates, shares, labels of constants. */

import { isolated } from './text.js';

const STATUS = {
  DRAFT: ['Draft', ''],
  GENERATING: ['Being prepared', 'accent'],
  LOBBY: ['Waiting to start', 'mid'],
  IN_PROGRESS: ['In progress', 'accent'],
  COMPLETED: ['Completed', 'good'],
  CANCELLED: ['Cancelled', ''],
  FAILED: ['Failed', 'bad']
};

const TIMING = { off: 'No time limit', standard: 'Timed', 'x1.5': 'Timed, 1.5× longer', x2: 'Timed, 2× longer' };

/* The pages are in English: dates and numbers as the reader writes them in it. */
const LOCALE = /^en\b/i.test(navigator.language || '') ? navigator.language : 'en-GB';
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
export const ROLES = {
  SUPER_ADMIN: ['Platform administrator', 'Runs the installation.'],
  CLIENT_ADMIN: ['Administrator', 'Manages people and settings, and plays.'],
  FACILITATOR: ['Facilitator', 'Prepares and leads exercises, and plays.'],
  MEMBER: ['Member', 'Plays exercises.'],
  AUDITOR: ['Auditor', 'Reads everything, changes nothing.']
};

export function roleLabel(role) {
  return ROLES[role] ? ROLES[role][0] : capitalise(role);
}

export function statusLabel(status) {
  return STATUS[status] ? STATUS[status][0] : capitalise(status);
}

export function statusTone(status) {
  return STATUS[status] ? STATUS[status][1] : '';
}

export function timingLabel(timing) {
  return TIMING[timing] || capitalise(timing);
}

export function languageName(code) {
  try {
    return new Intl.DisplayNames(['en'], { type: 'language' }).of(code);
  } catch (e) {
    return code;
  }
}

export function number(value) {
  return value === null || value === undefined ? '–' : Number(value).toLocaleString(LOCALE);
}

export function percent(fraction) {
  return fraction === null || fraction === undefined ? '–' : Math.round(fraction * 100) + '\u00a0%';
}

export function plural(count, one, many) {
  return count + ' ' + (count === 1 ? one : many || one + 's');
}

export function exactTime(date, style) {
  return date.toLocaleTimeString(LOCALE, { timeStyle: style });
}

export function exactDate(iso, withTime) {
  const date = new Date(iso);
  if (isNaN(date.getTime())) {
    return '';
  }
  const options = { day: 'numeric', month: 'short', year: 'numeric' };
  const day = date.toLocaleDateString(LOCALE, options);
  return withTime === false ? day : day + ', ' + exactTime(date, 'short');
}

export function relativeDate(iso) {
  const seconds = (new Date(iso).getTime() - Date.now()) / 1000;
  if (isNaN(seconds)) {
    return '';
  }
  const unit = UNITS.find((entry) => Math.abs(seconds) >= entry[1]);
  if (!unit) {
    return 'just now';
  }
  return new Intl.RelativeTimeFormat('en', { numeric: 'auto' }).format(Math.trunc(seconds / unit[1]), unit[0]);
}

export function clockTime(seconds) {
  const whole = Math.max(0, Math.ceil(seconds));
  return Math.floor(whole / 60) + ':' + String(whole % 60).padStart(2, '0');
}

export function personName(person) {
  return person ? isolated([person.firstName, person.lastName].filter(Boolean).join(' ')) : '';
}
