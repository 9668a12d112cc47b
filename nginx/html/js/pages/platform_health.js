/* Health as it is measured, and background jobs: what waits, and dead letters to put back or give up. */

import { h, byId, replace } from '../dom.js';
import { get, post, remove } from '../api.js';
import { errorBox } from '../forms.js';
import { confirmDialog } from '../dialog.js';
import { announce, toast } from '../shell.js';
import { FIELDS } from '../constants.js';
import { duration, exactDate, exactTime, relativeDate, size } from '../format.js';
import { facts, fillList, startPlatform } from '../platform/frame.js';
import { t } from '../words/platform.js';

function pill(good, text) {
  return h('span', { class: 'pill ' + (good ? 'pill-good' : 'pill-bad') }, text);
}

function healthNode(health) {
  const { database, jobs, families } = health;
  return facts([
    [t('health_overall'), pill(health.status === 'ok', t('health_well', { status: health.status }))],
    [t('health_programs'), h('span', { class: 'row' }, Object.keys(families).map((name) => pill(families[name] === 'ok', t('health_program', { name, status: families[name] }))))],
    [t('health_worker'), pill(jobs.workers > 0, t('health_workers', { n: jobs.workers }))],
    [t('health_last'), jobs.lastFinishedAt ? t('health_last_at', { ago: relativeDate(jobs.lastFinishedAt), at: exactDate(jobs.lastFinishedAt) }) : t('health_last_none')],
    [t('health_jobs'), t('health_jobs_count', jobs)],
    [t('health_overdue'), jobs.oldestWaitingSeconds === null ? t('health_overdue_none') : duration(jobs.oldestWaitingSeconds)],
    [t('health_database'), t('health_database_is',
      { version: database.version, ms: database.roundTripMs, size: size(database.sizeBytes), ago: relativeDate(database.startedAt) })],
    [t('health_migration'), t('health_migration_at', { name: database.migration, at: exactDate(database.migratedAt) })],
    [t('health_key'), h('code', null, health.secretKey.id)]
  ]);
}

async function loadHealth() {
  const box = byId('health');
  box.setAttribute('aria-busy', 'true');
  try {
    replace(box, healthNode(await get('/api/admin/health')));
    replace(byId('measured'), t('health_measured', { at: exactTime(new Date(), 'medium') }));
    byId('again').hidden = false;
    announce(t('health_announced'));
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
      await acted(t('health_retry_done'));
    } catch (error) {
      toast(error.message);
    }
  };
}

function giveUp(job) {
  return async () => {
    const sure = await confirmDialog({
      title: t('health_give_up_title'), text: t('health_give_up_text', { mail: job.mail ? 'yes' : 'no' }), action: t('health_give_up'), danger: true,
      run: () => remove('/api/admin/jobs/' + encodeURIComponent(job.id))
    });
    if (sure) {
      await acted(t('health_give_up_done'));
    }
  };
}

function jobTitle(job) {
  return job.mail ? t('health_mail', { kind: job.mail.kind, domain: job.mail.domain || 'none' }) : t('health_job', { kind: job.kind });
}

function jobNode(job) {
  const named = { job: jobTitle(job), about: (text) => h('span', { class: 'sr-only' }, text) };
  return h('li', null,
    h('div', { class: 'stack-s who' }, h('h3', null, named.job),
      h('div', { class: 'key-meta' },
        job.organization ? h('a', { href: '/platform/organisations/' + encodeURIComponent(job.organization.id), dir: 'auto' }, job.organization.name)
          : h('span', null, t('health_platform')),
        job.progress ? h('span', null, t('health_progress', { share: job.progress / 100 })) : null,
        h('span', null, t('health_attempts', { n: job.attempts, most: job.maxAttempts })),
        h('span', null, t('health_queued', { at: exactDate(job.createdAt) })),
        h('span', null, job.finishedAt ? t('health_dead', { at: exactDate(job.finishedAt) }) : t('health_due', { at: exactDate(job.runAt) }))),
      job.lastError ? h('p', { class: 'small', dir: 'auto' }, job.lastError) : null),
    job.state !== 'DEAD' ? null : h('div', { class: 'people-actions' },
      h('button', { class: 'btn', type: 'button', onclick: retry(job) }, t.nodes('health_retry', named)),
      h('button', { class: 'btn', type: 'button', onclick: giveUp(job) }, t.nodes('health_give_up_named', named))));
}

function loadJobs() {
  const state = byId('state').value;
  return fillList({
    box: byId('jobs'), more: byId('jobs-more'), path: '/api/admin/jobs?state=' + state, list: h('ul', { class: 'people' }), node: jobNode,
    empty: h('p', { class: 'muted' }, t('health_jobs_none', { state })), shown: (n) => t('health_jobs_shown', { n })
  });
}

async function start() {
  if (!await startPlatform(byId('health'))) {
    return;
  }
  replace(byId('state'), FIELDS.adminListJobs.state.values.map((state) => h('option', { value: state }, t('health_jobs_in', { state }))));
  byId('state').addEventListener('change', loadJobs);
  byId('again').addEventListener('click', loadHealth);
  byId('jobs-card').hidden = false;
  await Promise.all([loadHealth(), loadJobs()]);
}

start();
