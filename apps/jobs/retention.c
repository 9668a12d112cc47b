/* retention.c - the job "retention", once a day: what has been kept for long enough is removed (rule E4). */
#include "apps/jobs/jobs.h"
#include "common/base/log.h"
#include "queries_jobs.h"

enum err retention_run(struct jobs *j, const struct job *job) {
    struct db_rows removed;
    const struct db_call calls[] = {
        {.stmt = STMT_RETENTION, .rows = &removed},
        {.stmt = STMT_SWEEP},
    };
    enum err e = db_run(j->db, j->arena, calls, 2);
    if (e != OK) {
        return jobs_fail(j, job, "A statement failed; the log has the reason.", false);
    }
    log_info("retention: %s", db_str(&removed, 0, "removed"));
    if (!j->smtp) {
        outbox_sweep(jobs_config.outbox_dir);
    }
    const struct db_call done = {.stmt = STMT_DONE, .args = {job->id, job->attempt}};
    return db_run(j->db, j->arena, &done, 1);
}
