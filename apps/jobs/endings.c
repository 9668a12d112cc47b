/*
 * endings.c - the job "endings", once an hour: organisations that are going to be deleted (rule E2).
 *
 * Who has a day left gets the last notice; whose time has come is erased, step by step (muster.org_ending_step()). A worker that is killed
 * leaves a whole step behind, from which the next one goes on.
 */
#include "apps/jobs/jobs.h"
#include "common/base/log.h"
#include "queries_jobs.h"

enum job_end endings_run(struct job *job) {
    const struct db_call remind = {SQL_ENDING_REMIND()};
    bool more = true;
    if (job_run(job, &remind, 1) != OK) {
        return job_trouble(job);
    }
    while (more) {
        struct db_rows rows;
        const struct db_call step = {SQL_ENDING_STEP(), .rows = &rows};
        if (!job_progress(job, 0, NULL)) {
            return JOB_STOPPED;
        }
        if (job_run(job, &step, 1) != OK) {
            return job_trouble(job);
        }
        more = !db_null(&rows, 0, COL_ORG);
    }
    return JOB_DONE;
}
