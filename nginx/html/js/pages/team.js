/* Team: people with role and status, invitations, seats, e-mail domains. Administrators change things, auditors look. */

import { h, byId, replace } from '../dom.js';
import { icon } from '../icons.js';
import { get, post, put, remove, request, nextPage } from '../api.js';
import { bindForm, errorBox, moreButton, notice } from '../forms.js';
import { confirmDialog, openDialog } from '../dialog.js';
import { loadDomains } from '../settings/domains.js';
import { loadFactorRule } from '../settings/factor.js';
import { startShell, toast } from '../shell.js';
import { ADMINS, FIELDS } from '../constants.js';
import { addresses } from '../text.js';
import { ROLES, exactDate, personName, plural, relativeDate, roleLabel } from '../format.js';

const GIVEN = FIELDS.invite.role.values;
const MAX_ADDRESSES = FIELDS.invite.emails.maxItems;
const FORBIDDEN = 'Only administrators and auditors see the people of your organisation. Ask an administrator to invite somebody or to change a role.';
const MAIL = { PENDING: ['Mail on its way', ''], SENT: ['Mail sent', 'pill-good'], FAILED: ['Mail failed', 'pill-bad'] };
const state = { me: null, admin: false, mail: false };

/* ---- people ---- */

function userPath(user) {
  return '/api/portal/users/' + encodeURIComponent(user.id);
}

function roleChoices(chosen) {
  return h('fieldset', { class: 'field', 'data-field': 'role', tabindex: '-1' }, h('legend', null, 'Role'),
    GIVEN.map((role) => h('label', { class: 'check' }, h('input', { type: 'radio', name: 'role', value: role, checked: role === chosen }),
      h('span', null, h('span', { class: 'check-text strong' }, roleLabel(role)), h('span', { class: 'small muted' }, ROLES[role][1])))));
}

async function done(text, focus) {
  toast(text);
  await load();
  const target = focus && byId(focus);
  (target ? target.querySelector('button') : byId('invite')).focus();
}

function changeRole(user) {
  return () => {
    const form = h('form', { class: 'stack' }, h('div', { class: 'form-summary' }), roleChoices(user.role),
      h('div', { class: 'dialog-actions' }, h('button', { class: 'btn', type: 'button', onclick: () => box.close() }, 'Cancel'),
        h('button', { class: 'btn btn-primary', type: 'submit' }, 'Save')));
    const box = openDialog('Role of ' + personName(user), form);
    bindForm(form, {
      labels: { role: 'Role' },
      send: async () => {
        const role = form.elements.role.value;
        await put(userPath(user), { role });
        box.close();
        await done(personName(user) + ' is now ' + roleLabel(role).toLowerCase() + '.', 'user-' + user.id);
      }
    });
  };
}

function deactivate(user) {
  return async () => {
    const name = personName(user);
    const sure = await confirmDialog({
      title: 'Deactivate ' + name + '?', action: 'Deactivate', keep: 'Cancel', danger: true,
      text: 'All sessions and API keys end at once, and signing in is not possible until you activate the account again. Its seat becomes free.',
      run: () => put(userPath(user), { status: 'DEACTIVATED' })
    });
    if (sure) {
      await done(name + ' was deactivated.', 'user-' + user.id);
    }
  };
}

function activate(user) {
  return async () => {
    const name = personName(user);
    const sure = await confirmDialog({
      title: 'Activate ' + name + ' again?', action: 'Activate', keep: 'Cancel', text: 'Signing in is possible again, with the old password. It takes a seat. Old sessions and API keys stay ended.',
      run: () => put(userPath(user), { status: 'ACTIVE' })
    });
    if (sure) {
      await done(name + ' is active again.', 'user-' + user.id);
    }
  };
}

function removeUser(user) {
  return async () => {
    const name = personName(user);
    const sure = await confirmDialog({
      title: 'Remove ' + name + '?', action: 'Remove', keep: 'Cancel', danger: true,
      text: 'The account and its API keys are deleted and all sessions end at once. Exercises, answers and certificates stay, without the name on exercises and answers. Coming back needs a new invitation.',
      run: () => remove(userPath(user))
    });
    if (sure) {
      await done(name + ' was removed.');
    }
  };
}

function resetFactor(user) {
  return async () => {
    const name = personName(user);
    const sure = await confirmDialog({
      title: 'Remove the second factor of ' + name + '?', action: 'Remove in 24 hours', keep: 'Cancel', danger: true,
      text: 'For somebody who lost the app and the recovery codes. Make sure that it is ' + name + ' who asks. ' + (state.me.features.indexOf('mail') < 0 ? 'This server sends no mails, so tell them too. ' : 'They get a mail now, with a link that stops it or does it at once. ')
        + 'After 24 hours it is done: all sessions end, and signing in asks for the password alone.',
      run: () => post(userPath(user) + '/reset-factor')
    });
    if (sure) {
      await done('The second factor of ' + name + ' is removed in 24 hours, unless that is stopped.', 'user-' + user.id);
    }
  };
}

function keepFactor(user) {
  return async () => {
    const name = personName(user);
    const sure = await confirmDialog({
      title: 'Keep the second factor of ' + name + '?', action: 'Keep it', keep: 'Cancel', text: 'It is not removed, and signing in still asks for it.',
      run: () => remove(userPath(user) + '/reset-factor')
    });
    if (sure) {
      await done('The second factor of ' + name + ' stays.', 'user-' + user.id);
    }
  };
}

function factorAction(user, about) {
  if (user.factorResetEndsAt) {
    return h('button', { class: 'btn', type: 'button', onclick: keepFactor(user) }, 'Keep second factor', about);
  }
  return user.secondFactor && user.status === 'ACTIVE'
    ? h('button', { class: 'btn', type: 'button', onclick: resetFactor(user) }, 'Remove second factor', about) : null;
}

/* What administrators see of it; auditors see nothing. */
function factorText(user) {
  if (user.secondFactor === null) {
    return null;
  }
  return user.factorResetEndsAt ? 'Second factor will be removed on ' + exactDate(user.factorResetEndsAt) : user.secondFactor ? 'Has a second factor' : 'No second factor';
}

function actions(user) {
  if (!state.admin || user.id === state.me.id || user.role === 'SUPER_ADMIN') {
    return null;
  }
  const about = h('span', { class: 'sr-only' }, ': ' + personName(user));
  const active = user.status === 'ACTIVE';
  return h('div', { class: 'people-actions' },
    h('button', { class: 'btn', type: 'button', onclick: changeRole(user) }, 'Change role', about),
    h('button', { class: 'btn', type: 'button', onclick: active ? deactivate(user) : activate(user) }, active ? 'Deactivate' : 'Activate', about.cloneNode(true)),
    factorAction(user, about.cloneNode(true)),
    h('button', { class: 'btn', type: 'button', onclick: removeUser(user) }, 'Remove', about.cloneNode(true)));
}

function personNode(user) {
  return h('li', { id: 'user-' + user.id },
    h('div', { class: 'stack-s who' },
      h('div', { class: 'row' }, h('h3', null, personName(user)), h('span', { class: 'pill pill-accent' }, roleLabel(user.role)),
        user.id === state.me.id ? h('span', { class: 'pill' }, 'You') : null,
        user.status === 'ACTIVE' ? null : h('span', { class: 'pill pill-mid' }, 'Deactivated')),
      h('div', { class: 'key-meta' }, h('span', null, user.email),
        h('span', null, 'Joined ' + exactDate(user.createdAt, false)),
        h('span', null, user.lastSignInAt ? 'Last sign-in ' + relativeDate(user.lastSignInAt) : 'Never signed in'),
        factorText(user) ? h('span', null, factorText(user)) : null)),
    actions(user));
}

function seatsText(seats) {
  const open = seats.invited ? ', ' + plural(seats.invited, 'open invitation') : '';
  return seats.total === null ? plural(seats.used, 'active person', 'active people') + open + '. Your plan has no limit.'
    : seats.used + ' of ' + plural(seats.total, 'seat') + ' used' + open + '.';
}

async function fetchPeople(path, list) {
  const reply = await request('GET', path);
  const nodes = reply.data.users.map(personNode);
  const first = !list.firstChild;
  nodes.forEach((node) => list.appendChild(node));
  byId('seats').textContent = seatsText(reply.data.seats);
  moreButton(byId('more'), nextPage(reply.headers), (next) => fetchPeople(next, list));
  if (!first && nodes.length) {
    nodes[0].setAttribute('tabindex', '-1');
    nodes[0].focus();
  }
}

async function loadPeople() {
  const box = byId('people');
  const list = h('ul', { class: 'people' });
  try {
    await fetchPeople('/api/portal/users', list);
    replace(box, list);
  } catch (error) {
    replace(box, error.status === 403 ? notice('mid', 'lock', h('p', null, FORBIDDEN)) : errorBox(error, load));
  }
  box.removeAttribute('aria-busy');
}

/* ---- invitations ---- */

function revoke(invitation) {
  return async () => {
    const sure = await confirmDialog({
      title: 'Revoke this invitation?', action: 'Revoke', danger: true, text: 'The link that ' + invitation.email + ' got stops working at once.',
      run: () => remove('/api/portal/invitations/' + encodeURIComponent(invitation.id))
    });
    if (sure) {
      await done('Invitation revoked.');
    }
  };
}

function invitationNode(invitation) {
  const expired = invitation.status === 'EXPIRED';
  const mail = expired ? null : MAIL[invitation.mailStatus];
  return h('li', null,
    h('div', { class: 'stack-s who' },
      h('div', { class: 'row' }, h('h3', null, invitation.email), h('span', { class: 'pill pill-accent' }, roleLabel(invitation.role)),
        expired ? h('span', { class: 'pill pill-mid' }, 'Expired') : null,
        mail ? h('span', { class: 'pill ' + mail[1] }, mail[0]) : null),
      h('div', { class: 'key-meta' }, h('span', null, 'Invited ' + exactDate(invitation.createdAt, false)),
        h('span', null, (expired ? 'Expired ' : 'Expires ') + exactDate(invitation.expiresAt, false)))),
    h('div', { class: 'people-actions' },
      h('button', { class: 'btn', type: 'button', onclick: revoke(invitation) }, 'Revoke', h('span', { class: 'sr-only' }, ': ' + invitation.email))));
}

async function loadInvitations() {
  const box = byId('invitations');
  byId('invitations-card').hidden = !state.admin;
  if (!state.admin) {
    return;
  }
  try {
    const rows = await get('/api/portal/invitations');
    replace(box, rows.length ? h('ul', { class: 'people' }, rows.map(invitationNode)) : h('p', { class: 'muted' }, 'Nobody is invited at the moment.'));
  } catch (error) {
    replace(box, errorBox(error, loadInvitations));
  }
}

/* ---- inviting ---- */

function checkAddresses(form) {
  const list = addresses(form.elements.emails.value);
  if (!list.length) {
    return [{ field: 'emails', message: 'give at least one address' }];
  }
  return list.length > MAX_ADDRESSES ? [{ field: 'emails', message: 'at most ' + MAX_ADDRESSES + ' at once; there are ' + list.length }] : [];
}

async function copy(input) {
  input.select();
  try {
    await navigator.clipboard.writeText(input.value);
    toast('Link copied.');
  } catch (error) {
    toast('Copying is blocked here. The link is selected: press Ctrl+C or ⌘C.');
  }
}

const OUTCOMES = {
  sent: 'The invitation is on its way.',
  invalid: 'This is not an e-mail address.',
  already_member: 'This person is in your organisation already.',
  address: 'Not invited: mail servers take no address like this.',
  daily_limit: 'Not invited: your organisation has sent as many invitations today as it may. Try again tomorrow.',
  recipient_limit: 'Not invited: this address has received several invitations today. Try again tomorrow.',
  new_organization_limit: 'Not invited: a new organisation can send a few invitations until somebody accepts one. Wait for that, or ask the person who runs this server.',
  unwanted: 'Not invited: this address wants no invitations by mail. Ask the person to allow them, with the link in an older mail of this server.'
};

function resultNode(result) {
  if (!result.inviteUrl) {
    return h('li', null, h('p', { class: 'strong' }, result.email), h('p', { class: 'small muted' }, OUTCOMES[result.reason || result.status]));
  }
  const input = h('input', { class: 'input', readonly: true, value: result.inviteUrl, 'aria-label': 'Link for ' + result.email, autocomplete: 'off', spellcheck: 'false' });
  return h('li', null, h('p', { class: 'strong' }, result.email),
    h('div', { class: 'key-value' }, input,
      h('button', { class: 'btn', type: 'button', onclick: () => copy(input) }, icon('copy'), 'Copy', h('span', { class: 'sr-only' }, ' link for ' + result.email))));
}

function showResults(reply) {
  const made = reply.results.filter((one) => one.inviteUrl).length;
  const ready = made ? plural(made, 'invitation') + ' ready' : 'Nobody was invited';
  const box = openDialog(reply.sent ? plural(reply.sent, 'invitation') + ' sent' : ready,
    reply.sent ? notice('good', 'email', h('p', null, 'Each link works once, for that address alone and for 14 days.')) : null,
    made ? notice('good', 'email', h('p', null, 'Send each person their link. It works once, for that address alone and for 14 days, and is not shown again.')) : null,
    h('ul', { class: 'invite-results' }, reply.results.map(resultNode)),
    h('div', { class: 'dialog-actions' }, h('button', { class: 'btn btn-primary', type: 'button', onclick: () => box.close() }, 'Done')));
  byId('dialog-title').focus();
}

function inviteDialog() {
  const form = h('form', { class: 'stack' }, h('div', { class: 'form-summary' }),
    h('div', { class: 'field' }, h('label', { for: 'emails' }, 'E-mail addresses'),
      h('textarea', { class: 'input', id: 'emails', name: 'emails', rows: '4', autocomplete: 'off', spellcheck: 'false', 'aria-describedby': 'emails-hint' }),
      h('span', { class: 'hint', id: 'emails-hint' }, 'One a line, or separated by commas or semicolons, also with names as mail programs copy them; up to ' + MAX_ADDRESSES + '.')),
    roleChoices('MEMBER'),
    h('div', { class: 'dialog-actions' }, h('button', { class: 'btn', type: 'button', onclick: () => box.close() }, 'Cancel'),
      h('button', { class: 'btn btn-primary', type: 'submit' }, state.mail ? 'Send invitations' : 'Create invitations')));
  const box = openDialog('Invite people', form);
  bindForm(form, {
    check: checkAddresses,
    draft: 'invite',
    labels: { emails: 'E-mail addresses', role: 'Role' },
    send: async () => {
      const reply = await post('/api/portal/invite', { emails: addresses(form.elements.emails.value), role: form.elements.role.value });
      box.close();
      showResults(reply);
      await load();
    }
  });
  form.elements.emails.focus();
}

async function load() {
  await Promise.all([loadPeople(), loadInvitations(), state.admin ? loadDomains(state) : null, state.admin ? loadFactorRule() : null]);
}

async function start() {
  try {
    state.me = await startShell();
  } catch (error) {
    replace(byId('people'), errorBox(error, () => window.location.reload()));
    byId('people').removeAttribute('aria-busy');
    return;
  }
  state.admin = ADMINS.indexOf(state.me.role) >= 0;
  state.mail = state.me.features.indexOf('mail') >= 0;
  byId('invite').hidden = !state.admin;
  byId('invite').addEventListener('click', inviteDialog);
  await load();
}

start();
