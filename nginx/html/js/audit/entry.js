/* Entries of audit logs in words: what was done, by whom, and what else is known of it. */

import { LOCALE } from '../say.js';
import { h } from '../dom.js';
import { t as named } from '../words/labels.js';
import { t } from '../words/audit_log.js';

const MOMENT = new Intl.DateTimeFormat(LOCALE, { dateStyle: 'medium', timeStyle: 'short' });

export function moment(iso) {
  return MOMENT.format(new Date(iso));
}

export function actionText(action) {
  return t.has('action.' + action) ? t('action.' + action) : action;
}

/* Without a name: a platform administrator in an organisation's log, a command on the server, somebody who was not signed in, or who left. */
export function actorText(entry) {
  const { actor } = entry;
  if (actor.name) {
    return actor.kind === 'key' ? t('actor.key', { name: actor.name }) : actor.name;
  }
  if (actor.kind === 'system' && entry.action === 'platform.organization_deleted') {
    return t('actor.time');
  }
  if (actor.kind === 'system') {
    return t(entry.action.indexOf('platform.') === 0 ? 'actor.command' : 'actor.nobody');
  }
  return t(actor.kind === 'platform' ? 'actor.platform' : 'actor.gone');
}

function plan(name) {
  return name ? name.charAt(0) + name.slice(1).toLowerCase() : '';
}

/* The facts of an entry, each a short text. */
function facts(entry) {
  const { detail, target } = entry;
  const role = (name) => named('role', { role: name });
  return [
    target.type === 'user' && target.id !== entry.actor.id ? t('fact.person', { name: target.name || t('actor.gone') }) : null,
    detail.from && detail.to ? t('fact.change', { from: role(detail.from), to: role(detail.to) }) : null,
    detail.role ? t('fact.role', { role: role(detail.role) }) : null,
    detail.before && detail.plan ? t('fact.change', { from: plan(detail.before), to: plan(detail.plan) }) : detail.plan ? t('fact.plan', { plan: plan(detail.plan) }) : null,
    detail.domain && target.type === 'domain' ? t('fact.domain', { domain: detail.domain }) : null,
    typeof detail.secondFactorRequired === 'boolean' ? t(detail.secondFactorRequired ? 'fact.required' : 'fact.free') : null,
    t.has('by.' + detail.by) ? t('by.' + detail.by) : null,
    entry.action === 'platform.plan_stored' ? plan(detail.name) : null,
    entry.action === 'platform.retention_changed' ? detail.name : null,
    entry.action === 'platform.settings_changed' ? t('fact.settings', { signups: detail.signups || 'none', plan: plan(detail.default_plan) || t('fact.environment') }) : null,
    detail.kind || null,
    detail.endsAt ? t('fact.ends', { at: moment(detail.endsAt) }) : null,
    detail.receipt ? t('fact.receipt', { receipt: detail.receipt }) : null,
    detail.reason ? (t.has('reason.' + detail.reason) ? t('reason.' + detail.reason) : t('fact.reason', { reason: detail.reason })) : null,
    Array.isArray(detail.scopes) ? t('fact.scopes', { scopes: detail.scopes.join(', ') }) : null
  ].filter(Boolean);
}

/* Columns of a table of entries; about(entry) gives the organisation, where a log has several. */
export function columns(about) {
  return [
    { key: 'action', label: t('what'), value: (entry) => actionText(entry.action) },
    { key: 'actor', label: t('who'), value: actorText },
    about ? { key: 'about', label: t('about'), kind: 'node', value: about } : null,
    { key: 'facts', label: t('details'), value: (entry) => facts(entry).join(' · '), priority: 2 },
    { key: 'at', label: t('when'), kind: 'date', value: (entry) => entry.at, format: moment },
    about ? null : { key: 'seq', label: t('number'), kind: 'node', value: (entry) => h('span', { class: 'num muted' }, '#' + entry.seq), priority: 3 }].filter(Boolean);
}
