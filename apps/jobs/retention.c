/* retention.c - the job "retention", once a day: what has been kept for long enough is removed (rule E4). */
#include "apps/jobs/jobs.h"
#include "common/base/log.h"
#include "queries_jobs.h"

/* A heap that has grown is taken away in portions, each in a transaction of its own; what is left after these waits a day. */
#define PORTIONS 50

enum job_end retention_run(struct job *job) {
    bool more = true;
    for (int i = 0; i < PORTIONS && more; i++) {
        struct db_rows rows;
        const struct db_call portion = {SQL_RETENTION(), .rows = &rows};
        if (!job_progress(job, 100 * i / PORTIONS, NULL)) {
            return JOB_STOPPED;
        }
        if (job_run(job, &portion, 1) != OK) {
            return job_trouble(job);
        }
        more = db_bool(&rows, 0, COL_MORE);
        log_info("retention: %s", db_str(&rows, 0, COL_REMOVED));
    }
    outbox_sweep(jobs_config.outbox_dir);
    return JOB_DONE;
}
