/* retention.c - the job "retention", once a day: what has been kept for long enough is removed (rule E4). */
#include "apps/jobs/jobs.h"
#include "common/base/log.h"
#include "queries_jobs.h"

/* A heap that has grown is taken away in portions, each in a transaction of its own; what is left after these waits a day. */
#define PORTIONS 50

static enum err apply(struct jobs *j) {
    bool more = true;
    for (int i = 0; i < PORTIONS && more; i++) {
        struct db_rows rows;
        const struct db_call call = {.stmt = STMT_RETENTION, .rows = &rows};
        enum err e = db_run(j->db, j->arena, &call, 1);
        if (e != OK) {
            return e;
        }
        more = db_bool(&rows, 0, "more");
        log_info("retention: %s", db_str(&rows, 0, "removed"));
    }
    return OK;
}

enum err retention_run(struct jobs *j, const struct job *job) {
    if (apply(j) != OK) {
        return jobs_fail(j, job, "A statement failed; the log has the reason.", false);
    }
    outbox_sweep(jobs_config.outbox_dir);
    const struct db_call done = {.stmt = STMT_DONE, .args = {job->id, job->attempt}};
    return db_run(j->db, j->arena, &done, 1);
}
