/* queue.c - takes what is due, one job at a time, and says how long there is nothing to do. */
#include "apps/jobs/jobs.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/json/jread.h"
#include "queries_jobs.h"

#include <signal.h>
#include <stdio.h>

#define LOOK_MS 15000   /* also without a notification */
#define TROUBLE_MS 1000 /* the database is away */
#define GRACE_US 5000000
#define PLATFORM "ffffffff-ffff-ffff-ffff-ffffffffffff" /* where job_pick() has it: behind all organisations */

/* ---- stopping ---- */

static volatile sig_atomic_t stop_seen;

static void on_stop(int sig) {
    (void)sig;
    stop_seen = 1;
}

/* The signals are blocked but for db_wait(), so that none comes between looking and sleeping. */
void jobs_handle_signals(sigset_t *stop) {
    struct sigaction act = {.sa_handler = on_stop}, ignore = {.sa_handler = SIG_IGN};
    sigemptyset(&act.sa_mask);
    sigemptyset(&ignore.sa_mask);
    sigemptyset(stop);
    sigaddset(stop, SIGTERM);
    sigaddset(stop, SIGINT);
    sigprocmask(SIG_BLOCK, stop, NULL);
    sigaction(SIGTERM, &act, NULL);
    sigaction(SIGINT, &act, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
}

bool jobs_stopping(void) {
    sigset_t pending;
    return stop_seen || (sigpending(&pending) == 0 && (sigismember(&pending, SIGTERM) == 1 || sigismember(&pending, SIGINT) == 1));
}

bool jobs_give_up(void) {
    static int64_t since;
    if (!jobs_stopping()) {
        return false;
    }
    since = since ? since : clock_mono_us();
    return clock_mono_us() - since > GRACE_US;
}

/* ---- what the database is told about the kinds, as arrays, beginning with the kind whose turn it is ---- */

static size_t nkinds(void) {
    size_t n = 0;
    while (job_kinds[n].name) {
        n++;
    }
    return n;
}

struct lists {
    const char *names[JOB_MAX_KINDS], *leases[JOB_MAX_KINDS], *limits[JOB_MAX_KINDS], *waits[JOB_MAX_KINDS], *after[JOB_MAX_KINDS];
};

static void list_kinds(struct jobs *j, struct lists *l, size_t n) {
    for (size_t i = 0; i < n; i++) {
        size_t at = (j->turn + i) % n;
        const struct job_kind *k = &job_kinds[at];
        l->names[i] = k->name;
        l->leases[i] = db_number(j->arena, k->lease);
        l->limits[i] = db_number(j->arena, k->at_once ? k->at_once : j->workers);
        l->waits[i] = k->waits ? "true" : "false";
        l->after[i] = *j->after[at] ? j->after[at] : PLATFORM;
    }
}

/* ---- jobs ---- */

/* What recurs waits in the queue from the start, and again whenever it ended (job.c). */
static enum err schedule_all(struct jobs *j) {
    const struct db_call mode = {SQL_MAIL_MODE(jobs_config.smtp_url && *jobs_config.smtp_url ? "true" : "false")};
    enum err e = j->scheduled ? OK : db_run(j->db, j->arena, &mode, 1);
    for (const struct job_kind *k = job_kinds; e == OK && k->name && !j->scheduled; k++) {
        const struct db_call call = {SQL_SCHEDULE(k->name, "0", db_number(j->arena, k->attempts))};
        e = k->every ? db_run(j->db, j->arena, &call, 1) : OK;
    }
    j->scheduled = e == OK;
    return e;
}

static void read_job(struct jobs *j, const struct db_rows *rows, struct job *job) {
    const char *payload = db_str(rows, 0, COL_PAYLOAD), *why;
    size_t at = 0;
    while (!str_eq(job_kinds[at].name, db_str(rows, 0, COL_KIND))) {
        at++;
    }
    *job = (struct job){.worker = j,
                        .kind = &job_kinds[at],
                        .arena = j->arena,
                        .id = db_str(rows, 0, COL_ID),
                        .attempt = db_str(rows, 0, COL_ATTEMPT),
                        .org_id = db_str(rows, 0, COL_ORG_ID),
                        .mail_id = db_str(rows, 0, COL_MAIL_ID),
                        .payload = jr_parse(j->arena, payload, strlen(payload), &why),
                        .last = db_int(rows, 0, COL_ATTEMPT) >= db_int(rows, 0, COL_MAX_ATTEMPTS),
                        .resting = db_bool(rows, 0, COL_RESTING),
                        .stop = db_bool(rows, 0, COL_CANCELLED) ? JOB_CANCELLED : JOB_GOES_ON,
                        .beat_us = clock_mono_us()};
    j->turn = at + 1;
    snprintf(j->after[at], sizeof(j->after[at]), "%s", job->org_id ? job->org_id : PLATFORM);
}

static enum job_end attempt(struct job *job, const struct db_rows *rows) {
    if (job->stop == JOB_CANCELLED) {
        return JOB_STOPPED;
    }
    if (db_int(rows, 0, COL_ATTEMPT) > db_int(rows, 0, COL_MAX_ATTEMPTS)) {
        return job_refuse(job, "The worker ended while it ran.");
    }
    if (!job->payload || (job->kind->every && job->org_id)) {
        return job_refuse(job, "The job is not sound.");
    }
    return job->kind->run(job);
}

/* *ms: -1 when there was one, else until there may be one, at most LOOK_MS. */
static enum err run_one(struct jobs *j, int *ms) {
    struct db_rows rows, next;
    struct lists l;
    size_t n = nkinds();
    struct arena *a = j->arena;
    list_kinds(j, &l, n);
    const char *names = db_text_array(a, l.names, n);
    const struct db_call calls[] = {
        {SQL_TAKE(names, db_text_array(a, l.leases, n), db_text_array(a, l.limits, n), db_text_array(a, l.waits, n),
                  db_text_array(a, l.after, n), db_number(a, j->workers)),
         .rows = &rows},
        {SQL_NEXT(names), .rows = &next},
    };
    enum err e = db_run(j->db, a, calls, 2);
    if (e == OK && rows.n > 0) {
        struct job job;
        read_job(j, &rows, &job);
        log_request(job.id);
        e = job_end(&job, attempt(&job, &rows));
        log_request(NULL);
        *ms = -1;
    } else if (e == OK) {
        *ms = db_null(&next, 0, COL_MS) || db_int(&next, 0, COL_MS) > LOOK_MS ? LOOK_MS : (int)db_int(&next, 0, COL_MS);
    }
    arena_wipe(a);
    return e;
}

int jobs_run_due(struct jobs *j) {
    const struct db_call listen = {SQL_LISTEN()};
    int ms = -1;
    /* Every time, because it ends with the connection; what is queued from now on wakes us. */
    enum err e = db_run(j->db, j->arena, &listen, 1);
    if (e == OK) {
        e = schedule_all(j);
    }
    while (e == OK && ms < 0 && !jobs_stopping()) {
        e = run_one(j, &ms);
    }
    if (j->smtp && e == OK) {
        smtp_hang_up(j->smtp);
    }
    arena_wipe(j->arena);
    return e == OK ? ms : TROUBLE_MS;
}
