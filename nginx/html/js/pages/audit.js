/* Audit log: entries newest first, filters, "Load more", export. */

import { h, byId, replace, clear } from '../dom.js';
import { get, request, nextPage } from '../api.js';
import { errorBox, moreButton, notice } from '../forms.js';
import { startShell, announce } from '../shell.js';
import { AUDIT_ACTIONS, FIELDS } from '../constants.js';
import { capitalise, exactDate, personName, plural, roleLabel } from '../format.js';
import { isolated } from '../text.js';

const ACTIONS = {
  'organization.registered': 'Registered the organisation',
  'user.registered': 'Registered',
  'user.joined': 'Joined the organisation',
  'user.signed_in': 'Signed in',
  'user.sign_in_refused': 'Sign-in refused',
  'user.signed_out': 'Signed out',
  'user.stepped_up': 'Confirmed the own identity',
  'user.step_up_refused': 'Confirming the own identity refused',
  'user.session_ended': 'Ended a session',
  'user.sessions_ended': 'Ended all other sessions',
  'user.password_changed': 'Changed the password',
  'user.reset_requested': 'Asked for a new password',
  'user.password_reset': 'Set a new password with a mail',
  'user.displaced': 'Lost the account: the owner of its e-mail address came',
  'user.email_verified': 'Confirmed the e-mail address',
  'user.recovery_codes_replaced': 'Made new recovery codes',
  'user.second_factor_on': 'Turned the second factor on',
  'user.second_factor_off': 'Turned the second factor off',
  'user.factor_reset_asked': 'Asked to remove a lost second factor',
  'user.factor_reset_cancelled': 'Stopped the removal of a second factor',
  'user.factor_reset': 'Removed a lost second factor',
  'user.role_changed': 'Changed a role',
  'user.deactivated': 'Deactivated an account',
  'user.reactivated': 'Activated an account',
  'user.removed': 'Removed a person',
  'user.erased': 'Deleted the own account',
  'invitation.created': 'Invited somebody',
  'invitation.revoked': 'Revoked an invitation',
  'domain.added': 'Added an e-mail domain',
  'domain.verified': 'Confirmed an e-mail domain',
  'domain.removed': 'Removed an e-mail domain',
  'api_key.created': 'Created an API key',
  'api_key.revoked': 'Revoked an API key',
  'api_user.created': 'Created an API user',
  'api_user.revoked': 'Revoked an API user',
  'api_user.token_created': 'Created a token for an API user',
  'owner.created': 'Made a community or source',
  'owner.changed': 'Changed a community or source',
  'owner.deleted': 'Deleted a community or source',
  'owner.joined': 'Joined a community or source',
  'owner.member_invited': 'Invited an organisation to a community or source',
  'owner.member_removed': 'Took an organisation out of a community or source',
  'organization.profile_changed': 'Changed the profile',
  'organization.tools_chosen': 'Chose tools',
  'organization.language_changed': 'Changed the language',
  'organization.branding_changed': 'Changed the branding',
  'organization.security_changed': 'Changed whether a second factor is required',
  'organization.deletion_asked': 'Asked to delete the organisation',
  'organization.restored': 'Restored the organisation',
  'character.created': 'Added a character',
  'character.changed': 'Changed a character',
  'character.deleted': 'Deleted a character',
  'tool.created': 'Added a tool',
  'tool.deleted': 'Deleted a tool',
  'exercise.generated': 'Generated an exercise',
  'exercise.deleted': 'Deleted an exercise',
  'exercise.renamed': 'Renamed an exercise',
  'certificate.issued': 'Received a certificate',
  'platform.organization_created': 'Created the organisation',
  'platform.organization_renamed': 'Renamed the organisation',
  'platform.organization_suspended': 'Suspended the organisation',
  'platform.organization_resumed': 'Resumed the organisation',
  'platform.deletion_asked': 'Asked to delete an organisation',
  'platform.organization_restored': 'Restored an organisation',
  'platform.organization_deleted': 'Deleted an organisation',
  'platform.retention_changed': 'Changed a retention period',
  'platform.plan_changed': 'Changed the plan',
  'platform.administrator_invited': 'Invited an administrator',
  'platform.user_deactivated': 'Deactivated an account of an organisation',
  'platform.user_reactivated': 'Activated an account of an organisation',
  'platform.sessions_ended': 'Ended the sessions of a person',
  'platform.role_given': 'Made somebody platform administrator',
  'platform.role_taken': 'Took the role of a platform administrator',
  'platform.factor_reset': 'Removed a second factor on the server',
  'platform.settings_changed': 'Changed settings of the platform',
  'platform.plan_stored': 'Stored a plan',
  'platform.job_retried': 'Put a job back into the queue',
  'platform.job_deleted': 'Gave a job up'
};
const REASONS = { password: 'wrong password', deactivated: 'the account is deactivated' };
/* Why the removal of a second factor was done or stopped, as the log names it. */
const FACTOR_ENDS = {
  time: '24 hours had passed', person: 'By the person', administrator: 'By an administrator', signed_in: 'The person signed in with a code',
  circumstances: 'The account or the organisation was not active any more'
};
const state = { count: 0, turn: 0 };
const FORBIDDEN = 'Only administrators and auditors of your organisation read its audit log. Ask an administrator if you need something from it.';

/* "user.sessions_ended" becomes "User: sessions ended" when there is no better name. */
function actionText(action) {
  return ACTIONS[action] || capitalise(action.split('.')[0]) + ': ' + action.split('.')[1].replace(/_/g, ' ');
}

function actorText(entry) {
  if (entry.actor.name) {
    return isolated(entry.actor.name) + (entry.actor.kind === 'key' ? ' (with an API key)' : '');
  }
  if (entry.actor.kind === 'platform') {
    return 'Platform administrator';
  }
  return entry.actor.kind === 'system' ? 'Nobody signed in' : 'Somebody who is no longer here';
}

function facts(entry) {
  const detail = entry.detail;
  return [
    entry.target.type === 'user' && entry.target.id !== entry.actor.id ? 'Person: ' + (entry.target.name || 'no longer here') : null,
    detail.from && detail.to ? roleLabel(detail.from) + ' → ' + roleLabel(detail.to) : null,
    detail.role ? 'Role: ' + roleLabel(detail.role) : null,
    detail.domain && entry.target.type === 'domain' ? 'Domain: ' + detail.domain : null,
    typeof detail.secondFactorRequired === 'boolean' ? (detail.secondFactorRequired ? 'Required' : 'Not required') : null,
    FACTOR_ENDS[detail.by] || null,
    detail.endsAt ? 'Takes effect on ' + exactDate(detail.endsAt) : null,
    detail.receipt ? 'Receipt: ' + detail.receipt : null,
    detail.reason ? 'Reason: ' + (REASONS[detail.reason] || detail.reason) : null,
    Array.isArray(detail.scopes) ? 'May: ' + detail.scopes.join(', ') : null
  ].filter(Boolean).join(' · ');
}

function entryNode(entry) {
  return h('li', null,
    h('div', { class: 'small muted' }, h('time', { datetime: entry.at }, exactDate(entry.at)), h('span', { class: 'num' }, ' · #' + entry.seq)),
    h('div', { class: 'what' }, h('p', { class: 'strong' }, actionText(entry.action)),
      h('p', { class: 'small' }, actorText(entry)),
      facts(entry) ? h('p', { class: 'small muted' }, facts(entry)) : null));
}

/* Midnight of the person's own day, so many days later. */
function dayStart(value, days) {
  const time = new Date(value + 'T00:00:00');
  time.setDate(time.getDate() + days);
  return isNaN(time.getTime()) ? '' : time.toISOString();
}

function filterQuery() {
  const query = new URLSearchParams();
  const values = {
    action: byId('action').value, actor: byId('actor').value,
    since: dayStart(byId('since').value, 0), until: dayStart(byId('until').value, 1)
  };
  Object.keys(values).filter((name) => values[name]).forEach((name) => query.set(name, values[name]));
  return query;
}

/* Of two filters chosen quickly the later one counts, whichever reply comes first. */
async function fetchInto(path, list, turn) {
  const reply = await request('GET', path);
  if (turn !== state.turn) {
    return;
  }
  const nodes = reply.data.map(entryNode);
  nodes.forEach((node) => list.appendChild(node));
  state.count += nodes.length;
  moreButton(byId('more'), nextPage(reply.headers), (next) => fetchInto(next, list, turn));
  announce(plural(state.count, 'entry', 'entries') + ' shown');
  if (state.count > nodes.length && nodes.length) {
    nodes[0].setAttribute('tabindex', '-1');
    nodes[0].focus();
  }
}

async function load() {
  const box = byId('list');
  const list = h('ol', { class: 'log' });
  const query = filterQuery();
  const turn = state.turn + 1;
  Object.assign(state, { count: 0, turn });
  box.setAttribute('aria-busy', 'true');
  clear(byId('more'));
  byId('export').setAttribute('href', '/api/portal/audit-log?' + new URLSearchParams([...query, ['format', 'csv']]));
  try {
    await fetchInto('/api/portal/audit-log?' + query, list, turn);
    if (turn === state.turn) {
      replace(box, list.firstChild ? list : h('p', { class: 'muted' }, 'No entry matches these filters.'));
    }
  } catch (error) {
    if (turn === state.turn) {
      replace(box, errorBox(error, error.status === 403 ? null : load));
    }
  }
  if (turn === state.turn) {
    box.removeAttribute('aria-busy');
  }
}

async function buildFilters() {
  const option = (value, text) => h('option', { value }, text);
  replace(byId('action'), option('', 'Everything'), AUDIT_ACTIONS.map((name) => option(name, actionText(name))));
  replace(byId('actor'), option('', 'Everybody'));
  ['action', 'actor', 'since', 'until'].forEach((name) => byId(name).addEventListener('change', load));
  byId('filters').addEventListener('submit', (event) => event.preventDefault());
  const people = await get('/api/portal/users?limit=' + FIELDS.listUsers.limit.max);
  people.users.forEach((user) => byId('actor').appendChild(option(user.id, personName(user))));
}

async function start() {
  try {
    await startShell();
    await buildFilters();
  } catch (error) {
    const box = byId('list');
    replace(box, error.status === 403 ? notice('mid', 'lock', h('p', null, FORBIDDEN)) : errorBox(error, () => window.location.reload()));
    box.removeAttribute('aria-busy');
    byId('filters').hidden = true;
    byId('export').hidden = true;
    return;
  }
  await load();
}

start();
