/* Entries of audit logs as the platform sees them. */

import { h } from '../dom.js';
import { capitalise, exactDate, roleLabel } from '../format.js';

const ACTIONS = {
  'platform.organization_created': 'Created an organisation',
  'platform.organization_renamed': 'Renamed an organisation',
  'platform.organization_suspended': 'Suspended an organisation',
  'platform.organization_resumed': 'Resumed an organisation',
  'platform.deletion_asked': 'Asked to delete an organisation',
  'platform.organization_restored': 'Restored an organisation',
  'platform.organization_deleted': 'Deleted an organisation',
  'platform.retention_changed': 'Changed a retention period',
  'platform.plan_changed': 'Changed an organisation’s plan',
  'platform.administrator_invited': 'Invited an administrator',
  'platform.user_deactivated': 'Deactivated an account',
  'platform.user_reactivated': 'Activated an account',
  'platform.sessions_ended': 'Ended the sessions of a person',
  'platform.role_given': 'Made somebody platform administrator',
  'platform.role_taken': 'Took the role of a platform administrator',
  'platform.factor_reset': 'Removed a second factor on the server',
  'platform.settings_changed': 'Changed settings',
  'platform.plan_stored': 'Stored a plan',
  'platform.job_retried': 'Put a job back into the queue',
  'platform.job_deleted': 'Gave a job up'
};

function actionText(action) {
  return ACTIONS[action] || capitalise(action.split('.')[0]) + ': ' + action.split('.')[1].replace(/_/g, ' ');
}

function actorText(entry) {
  if (entry.action === 'platform.organization_deleted' && entry.actor.kind === 'system') {
    return 'By itself, when its time had come';
  }
  const names = { platform: 'A platform administrator', system: entry.action.indexOf('platform.') === 0 ? 'A command on the server' : 'Nobody signed in' };
  return entry.actor.name || names[entry.actor.kind] || 'Somebody who is no longer here';
}

/* The organisation that a platform administrator's entry is about is in its detail; a link leads to it. */
function aboutNode(entry) {
  if (entry.action === 'platform.organization_deleted') {
    return null;
  }
  const id = entry.detail.organization || (entry.target.type === 'organization' ? entry.target.id : null);
  const name = entry.target.type === 'organization' && entry.target.name;
  return id ? h('a', { href: '/platform/organisations/' + encodeURIComponent(id) }, name || 'The organisation') : null;
}

function factsText(entry) {
  const detail = entry.detail;
  return [
    entry.target.type === 'user' ? 'Person: ' + (entry.target.name || 'no longer here') : null,
    detail.from && detail.to ? roleLabel(detail.from) + ' → ' + roleLabel(detail.to) : null,
    detail.before && detail.plan ? detail.before + ' → ' + detail.plan : detail.plan || null,
    entry.action === 'platform.plan_stored' || entry.action === 'platform.retention_changed' ? capitalise(detail.name) : null,
    entry.action === 'platform.settings_changed' ? 'Sign-ups: ' + (detail.signups || 'as the environment') + ' · Default plan: ' + (detail.default_plan || 'as the environment') : null,
    detail.kind || null,
    detail.endsAt ? 'Takes effect on ' + exactDate(detail.endsAt) : null,
    detail.receipt ? 'Receipt: ' + detail.receipt : null,
    detail.reason ? 'Reason: ' + detail.reason : null
  ].filter(Boolean).join(' · ');
}

export function entryNode(linked) {
  return (entry) => h('li', null,
    h('div', { class: 'small muted' }, h('time', { datetime: entry.at }, exactDate(entry.at)), linked ? null : h('span', { class: 'num' }, ' · #' + entry.seq)),
    h('div', { class: 'what' }, h('p', { class: 'strong' }, actionText(entry.action)),
      h('p', { class: 'small' }, actorText(entry)),
      factsText(entry) ? h('p', { class: 'small muted' }, factsText(entry)) : null,
      linked ? h('p', { class: 'small' }, aboutNode(entry)) : null));
}
