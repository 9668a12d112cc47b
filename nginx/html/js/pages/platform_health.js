/* Health as it is measured, and background jobs: what waits, and dead letters to put back or give up. */

import { h, byId, replace } from '../dom.js';
import { get, post, remove } from '../api.js';
import { errorBox } from '../forms.js';
import { confirmDialog } from '../dialog.js';
import { announce, toast } from '../shell.js';
import { FIELDS } from '../constants.js';
import { capitalise, exactDate, exactTime, number, plural, relativeDate } from '../format.js';
import { facts, fillList, startPlatform } from '../platform/frame.js';

const STATES = FIELDS.adminListJobs.state.values.map((name) => [name, { DEAD: 'Dead letters', QUEUED: 'Waiting' }[name] || capitalise(name)]);

function bytes(value) {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  const power = Math.min(units.length - 1, value ? Math.floor(Math.log(value) / Math.log(1024)) : 0);
  return (value / Math.pow(1024, power)).toFixed(power ? 1 : 0) + '\u00a0' + units[power];
}

function seconds(value) {
  return value < 90 ? plural(value, 'second') : value < 5400 ? plural(Math.round(value / 60), 'minute') : plural(Math.round(value / 3600), 'hour');
}

function pill(good, text) {
  return h('span', { class: 'pill ' + (good ? 'pill-good' : 'pill-bad') }, text);
}

function healthNode(health) {
  const { database, jobs, families } = health;
  return facts([
    ['Overall', pill(health.status === 'ok', health.status === 'ok' ? 'Everything answers' : 'Something does not answer')],
    ['Programs', h('span', { class: 'row' }, Object.keys(families).map((name) => pill(families[name] === 'ok', name + ': ' + families[name])))],
    ['Worker', pill(jobs.workers > 0, jobs.workers ? plural(jobs.workers, 'worker') + ' connected' : 'no worker connected')],
    ['Last job finished', jobs.lastFinishedAt ? relativeDate(jobs.lastFinishedAt) + ', ' + exactDate(jobs.lastFinishedAt) : 'None yet'],
    ['Jobs', number(jobs.queued) + ' waiting, ' + number(jobs.running) + ' running, ' + plural(jobs.dead, 'dead letter')],
    ['Longest overdue', jobs.oldestWaitingSeconds === null ? 'Nothing is due' : seconds(jobs.oldestWaitingSeconds)],
    ['Database', 'PostgreSQL ' + database.version + ', ' + database.roundTripMs + '\u00a0ms there and back, ' + bytes(database.sizeBytes) + ', started ' + relativeDate(database.startedAt)],
    ['Migration', database.migration + ', ' + exactDate(database.migratedAt)],
    ['Key in use', h('code', null, health.secretKey.id)]
  ]);
}

async function loadHealth() {
  const box = byId('health');
  box.setAttribute('aria-busy', 'true');
  try {
    replace(box, healthNode(await get('/api/admin/health')));
    replace(byId('measured'), 'Measured at ' + exactTime(new Date(), 'medium') + '.');
    byId('again').hidden = false;
    announce('Measured.');
  } catch (error) {
    replace(box, errorBox(error, loadHealth));
  }
  box.removeAttribute('aria-busy');
}

/* ---- jobs ---- */

async function acted(text) {
  toast(text);
  await Promise.all([loadHealth(), loadJobs()]);
  byId('state').focus();
}

function retry(job) {
  return async () => {
    try {
      await post('/api/admin/jobs/' + encodeURIComponent(job.id) + '/retry');
      await acted('The job is in the queue again.');
    } catch (error) {
      toast(error.message);
    }
  };
}

function giveUp(job) {
  return async () => {
    const sure = await confirmDialog({
      title: 'Give this job up?', action: 'Give up', keep: 'Cancel', danger: true,
      text: job.mail ? 'The mail is deleted and is not sent.' : 'The job is deleted and does not run.', run: () => remove('/api/admin/jobs/' + encodeURIComponent(job.id))
    });
    if (sure) {
      await acted('The job was given up.');
    }
  };
}

function jobTitle(job) {
  return job.mail ? capitalise(job.mail.kind) + ' mail' + (job.mail.domain ? ' to ' + job.mail.domain : '') : capitalise(job.kind);
}

function jobNode(job) {
  const about = () => h('span', { class: 'sr-only' }, ': ' + jobTitle(job));
  return h('li', null,
    h('div', { class: 'stack-s who' }, h('h3', null, jobTitle(job)),
      h('div', { class: 'key-meta' },
        job.organization ? h('a', { href: '/platform/organisations/' + encodeURIComponent(job.organization.id) }, job.organization.name) : h('span', null, 'Platform'),
        job.progress ? h('span', null, job.progress + '\u00a0% done') : null,
        h('span', null, plural(job.attempts, 'attempt') + ' of ' + job.maxAttempts),
        h('span', null, 'Queued ' + exactDate(job.createdAt)),
        h('span', null, job.finishedAt ? 'Dead since ' + exactDate(job.finishedAt) : 'Due ' + exactDate(job.runAt))),
      job.lastError ? h('p', { class: 'small' }, job.lastError) : null),
    job.state !== 'DEAD' ? null : h('div', { class: 'people-actions' },
      h('button', { class: 'btn', type: 'button', onclick: retry(job) }, 'Try again', about()),
      h('button', { class: 'btn', type: 'button', onclick: giveUp(job) }, 'Give up', about())));
}

function loadJobs() {
  const empty = { DEAD: 'No dead letter: nothing has failed for good.', QUEUED: 'Nothing waits.', RUNNING: 'Nothing runs at this moment.' };
  const chosen = byId('state').value;
  return fillList({
    box: byId('jobs'), more: byId('jobs-more'), path: '/api/admin/jobs?state=' + chosen, list: h('ul', { class: 'people' }), node: jobNode,
    empty: h('p', { class: 'muted' }, empty[chosen]), noun: ['job']
  });
}

async function start() {
  if (!await startPlatform(byId('health'))) {
    return;
  }
  replace(byId('state'), STATES.map((entry) => h('option', { value: entry[0] }, entry[1])));
  byId('state').addEventListener('change', loadJobs);
  byId('again').addEventListener('click', loadHealth);
  byId('jobs-card').hidden = false;
  await Promise.all([loadHealth(), loadJobs()]);
}

start();
