/* job.c - the running job: its statements, its progress, its end. */
#include "apps/jobs/jobs.h"
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/metrics.h"
#include "common/base/str.h"
#include "queries_jobs.h"

#include <stdio.h>

#define NEWS_US 1000000 /* between two looks at the database */
#define BEAT_US 5000000
#define RECORD_TRIES 100 /* at 200 ms */

static struct db_call enter(const struct job *job) {
    return (struct db_call){SQL_ENTER(job->id, job->attempt)};
}

enum err job_run(struct job *job, const struct db_call *calls, size_t n) {
    struct db_call *all = arena_calloc(job->arena, n + 1, sizeof(*all));
    all[0] = enter(job);
    for (size_t i = 0; i < n; i++) {
        all[i + 1] = calls[i];
    }
    return db_run(job->worker->db, job->arena, all, n + 1);
}

/* ---- on the way ---- */

static enum job_stop read_verdict(const char *verdict) {
    return str_eq(verdict, "lost") ? JOB_LOST : str_eq(verdict, "cancelled") ? JOB_CANCELLED : JOB_GOES_ON;
}

/* A database that is away says nothing about the job: the work goes on, and the lease decides. */
static bool beat(struct job *job, int64_t period_us, const char *percent, const char *text) {
    struct db_rows rows;
    int64_t now = clock_mono_us();
    if (job->stop == JOB_GOES_ON && now - job->beat_us >= period_us) {
        const struct db_call call = {SQL_BEAT(job->id, job->attempt, db_number(job->arena, job->kind->lease), percent, text),
                                     .rows = &rows};
        job->beat_us = now;
        if (db_run(job->worker->db, job->arena, &call, 1) == OK) {
            job->stop = read_verdict(db_str(&rows, 0, COL_VERDICT));
        }
    }
    if (job->stop == JOB_GOES_ON && jobs_stopping()) {
        job->stop = JOB_GIVE_BACK;
    }
    return job->stop == JOB_GOES_ON;
}

bool job_progress(struct job *job, int percent, const char *text) {
    return beat(job, NEWS_US, db_number(job->arena, percent), text);
}

bool job_goes_on(struct job *job) {
    return beat(job, BEAT_US, NULL, NULL);
}

void job_with(struct job *job, struct db_call call) {
    if (job->nwith == JOB_MAX_WITH) {
        abort();
    }
    job->with[job->nwith++] = call;
}

static void release(void *buf) {
    buf_release(buf);
}

struct jwrite *job_result(struct job *job) {
    if (!job->result) {
        job->result = arena_alloc(job->arena, sizeof(*job->result));
        job->result_text = arena_alloc(job->arena, sizeof(*job->result_text));
        buf_init(job->result_text, JOB_MAX_RESULT);
        arena_cleanup(job->arena, release, job->result_text);
        jw_init(job->result, job->result_text);
    }
    return job->result;
}

enum job_end job_retry(struct job *job, const char *why) {
    job->why = why;
    return JOB_RETRY;
}

enum job_end job_refuse(struct job *job, const char *why) {
    job->why = why;
    return JOB_REFUSED;
}

enum job_end job_trouble(struct job *job) {
    return job_retry(job, "A statement failed; the log has the reason.");
}

/* ---- what is counted ---- */

enum { ENDED_DONE, ENDED_RETRIED, ENDED_FAILED, ENDED_COUNT };

static size_t nkinds(void) {
    size_t n = 0;
    while (job_kinds[n].name) {
        n++;
    }
    return n;
}

void jobs_count_begin(const char *path) {
    static const char *const ends[ENDED_COUNT] = {"done", "retried", "failed"}, *const mails[JOB_MAIL_COUNT] = {"sent", "refused",
                                                                                                                "failed"};
    struct metric_def defs[JOB_MAX_KINDS * ENDED_COUNT + JOB_MAIL_COUNT] = {0};
    char err[200];
    size_t n = 0;
    for (const struct job_kind *k = job_kinds; k->name; k++) {
        for (int i = 0; i < ENDED_COUNT; i++) {
            defs[n].family = FAMILY_JOBS;
            snprintf(defs[n++].labels, METRIC_LABELS, "kind=\"%s\",result=\"%s\"", k->name, ends[i]);
        }
    }
    for (int i = 0; i < JOB_MAIL_COUNT; i++) {
        defs[n].family = FAMILY_MAILS;
        snprintf(defs[n++].labels, METRIC_LABELS, "result=\"%s\"", mails[i]);
    }
    if (!metrics_open(path, defs, n, err, sizeof(err))) {
        log_warn("jobs: %s", err);
    }
}

static void count_end(const struct job *job, int how) {
    metric_count(METRIC_COUNT + (size_t)(job->kind - job_kinds) * ENDED_COUNT + (size_t)how);
}

void jobs_count_mail(enum job_mail what) {
    metric_count(METRIC_COUNT + nkinds() * ENDED_COUNT + what);
}

/* ---- the end ---- */

/* The statement that ends the attempt, then what goes with it, all of it behind the fence. A database that is away is waited for. */
static enum err record(struct job *job, struct db_call end) {
    struct db_call calls[JOB_MAX_WITH + 2] = {{SQL_HOLD(job->id, job->attempt)}, end};
    sigset_t none;
    sigemptyset(&none);
    for (size_t i = 0; i < job->nwith; i++) {
        calls[i + 2] = job->with[i];
    }
    enum err e = job_run(job, calls, job->nwith + 2);
    for (int i = 0; e == ERR_UNAVAILABLE && i < RECORD_TRIES; i++) {
        db_wait(job->worker->db, 200, &none);
        e = job_run(job, calls, job->nwith + 2);
    }
    return e;
}

/* Work that recurs waits again as soon as it ended, whichever way. */
static void recur(struct job *job) {
    const struct job_kind *k = job->kind;
    if (k->every) {
        job_with(job, (struct db_call){SQL_SCHEDULE(k->name, db_number(job->arena, k->every), db_number(job->arena, k->attempts))});
    }
}

static enum err fail(struct job *job, bool permanent) {
    const struct job_kind *k = job->kind;
    bool last = permanent || job->last;
    job->nwith = 0;
    if (last && k->dead) {
        k->dead(job);
    }
    if (last) {
        recur(job);
    }
    enum err e = record(job, (struct db_call){SQL_FAIL(job->id, job->attempt, job->why, permanent ? "true" : "false",
                                                       db_number(job->arena, k->first), db_number(job->arena, k->most))});
    if (e == ERR_CONFLICT) {
        log_warn("jobs: %s: another worker has it by now, attempt %s changes nothing", k->name, job->attempt);
        return OK;
    }
    count_end(job, last ? ENDED_FAILED : ENDED_RETRIED);
    log_warn("jobs: %s: attempt %s failed, %s: %s", k->name, job->attempt, last ? "it was the last" : "there will be another", job->why);
    return e;
}

static enum err done(struct job *job) {
    const char *result = NULL;
    if (job->result) {
        if (!jw_done(job->result)) {
            job_refuse(job, "The result was too long.");
            return fail(job, true);
        }
        result = arena_strndup(job->arena, job->result_text->data, job->result_text->len);
    }
    recur(job);
    enum err e = record(job, (struct db_call){SQL_DONE(job->id, job->attempt, result)});
    if (e == OK) {
        count_end(job, ENDED_DONE);
    }
    if (e == OK || e == ERR_UNAVAILABLE) {
        return e;
    }
    /* Somebody else's, which the fence finds again, or one of our own statements failed. */
    job_trouble(job);
    return fail(job, false);
}

static enum err stopped(struct job *job) {
    const struct db_call back = {SQL_BACK(job->id, job->attempt)};
    switch (job->stop) {
    case JOB_CANCELLED: job_refuse(job, "It was cancelled."); return fail(job, true);
    case JOB_LOST: log_warn("jobs: %s: another worker has it by now, attempt %s changes nothing", job->kind->name, job->attempt); return OK;
    default: log_info("jobs: %s: given back", job->kind->name); return db_run(job->worker->db, job->arena, &back, 1);
    }
}

enum err job_end(struct job *job, enum job_end end) {
    switch (end) {
    case JOB_DONE: return done(job);
    case JOB_STOPPED: return stopped(job);
    default: return fail(job, end == JOB_REFUSED);
    }
}
