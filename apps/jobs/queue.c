/* queue.c - takes what is due, one job at a time, and says how long there is nothing to do. */
#include "apps/jobs/jobs.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/str.h"
#include "queries_jobs.h"

#include <signal.h>

#define LOOK_MS 15000   /* also without a notification */
#define TROUBLE_MS 1000 /* the database is away */
#define GRACE_US 5000000
#define HOUR 3600
#define DAY 86400

static const struct kind {
    const char *name;
    enum err (*run)(struct jobs *j, const struct job *job);
    int every; /* seconds; 0: when somebody queues it */
} kinds[] = {
    {"mail", mail_run, 0},
    {"retention", retention_run, DAY},
    {"outbox", outbox_run, HOUR},
};
#define NKINDS (sizeof(kinds) / sizeof(kinds[0]))

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

/* ---- jobs ---- */

enum err jobs_fail(struct jobs *j, const struct job *job, const char *why, bool permanent) {
    struct db_rows rows;
    const struct db_call call = {.stmt = STMT_FAIL, .args = {job->id, job->attempt, why, permanent ? "true" : "false"}, .rows = &rows};
    enum err e = db_run(j->db, j->arena, &call, 1);
    const char *state = e == OK ? db_str(&rows, 0, "state") : NULL;
    log_warn("jobs: attempt %s failed, %s: %s", job->attempt, str_eq(state, "DEAD") ? "it was the last" : "there will be another", why);
    return e;
}

/* Longer than any attempt: a mail may take its time twice, once to be refused and once to say goodbye. */
static int lease(const struct kind *k) {
    return k->every ? 900 : (int)(2 * jobs_config.smtp_timeout) + 30;
}

static bool resting(const struct jobs *j, const struct kind *k) {
    return k->run == mail_run && clock_mono_us() < j->mail_rests_until;
}

/* What recurs waits in the queue from the start, and again whenever it ran; also when that went wrong for good. */
static enum err schedule(struct jobs *j, const struct kind *k, int seconds) {
    const struct db_call call = {.stmt = STMT_SCHEDULE, .args = {k->name, db_number(j->arena, seconds)}};
    return db_run(j->db, j->arena, &call, 1);
}

static enum err schedule_all(struct jobs *j) {
    enum err e = OK;
    for (size_t i = 0; e == OK && i < NKINDS && !j->scheduled; i++) {
        e = kinds[i].every ? schedule(j, &kinds[i], 0) : OK;
    }
    j->scheduled = e == OK;
    return e;
}

/* *found says whether there was one. */
static enum err run_one(struct jobs *j, const struct kind *k, bool *found) {
    struct db_rows rows;
    const char *names = db_text_array(j->arena, &k->name, 1);
    const struct db_call take = {.stmt = STMT_TAKE, .args = {names, db_number(j->arena, lease(k))}, .rows = &rows};
    enum err e = db_run(j->db, j->arena, &take, 1);
    *found = e == OK && rows.n > 0;
    if (!*found) {
        return e;
    }
    const struct job job = {.id = db_str(&rows, 0, "id"),
                            .attempt = db_str(&rows, 0, "attempt"),
                            .org_id = db_str(&rows, 0, "org_id"),
                            .mail_id = db_str(&rows, 0, "mail_id")};
    log_request(job.id);
    e = k->run(j, &job);
    if (k->every && e == OK) {
        e = schedule(j, k, k->every);
    }
    log_request(NULL);
    return e;
}

/* All that is due of one kind. */
static enum err run_kind(struct jobs *j, const struct kind *k) {
    enum err e = OK;
    for (bool found = true; e == OK && found && !jobs_stopping() && !resting(j, k);) {
        e = run_one(j, k, &found);
        arena_wipe(j->arena);
    }
    return e;
}

/* Milliseconds until something of this kind is due, at most LOOK_MS. */
static enum err next_of(struct jobs *j, const struct kind *k, int *ms) {
    struct db_rows rows;
    const struct db_call call = {.stmt = STMT_NEXT, .args = {db_text_array(j->arena, &k->name, 1)}, .rows = &rows};
    enum err e = db_run(j->db, j->arena, &call, 1);
    *ms = LOOK_MS;
    if (e == OK && !db_null(&rows, 0, "ms") && db_int(&rows, 0, "ms") < LOOK_MS) {
        *ms = (int)db_int(&rows, 0, "ms");
    }
    int64_t left = k->run == mail_run ? (j->mail_rests_until - clock_mono_us()) / 1000 + 1 : 0;
    *ms = left > *ms ? (int)left : *ms;
    return e;
}

int jobs_run_due(struct jobs *j) {
    const struct db_call listen = {.stmt = STMT_LISTEN};
    int pause = LOOK_MS, ms = 0;
    /* Every time, because it ends with the connection; what is queued from now on wakes us. */
    enum err e = db_run(j->db, j->arena, &listen, 1);
    if (e == OK) {
        e = schedule_all(j);
    }
    for (size_t i = 0; e == OK && i < NKINDS; i++) {
        e = run_kind(j, &kinds[i]);
    }
    if (j->smtp && e == OK) {
        smtp_hang_up(j->smtp);
    }
    for (size_t i = 0; e == OK && i < NKINDS; i++) {
        e = next_of(j, &kinds[i], &ms);
        pause = ms < pause ? ms : pause;
    }
    arena_wipe(j->arena);
    return e == OK ? pause : TROUBLE_MS;
}
