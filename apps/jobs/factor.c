/* factor.c - the job "factor_reset": a lost second factor goes a day after an administrator asked for that, unless it was called off. */
#include "apps/jobs/jobs.h"
#include "common/base/str.h"
#include "queries_jobs.h"

enum job_end factor_reset_run(struct job *job) {
    const char *user = json_object_get_string(json_object_object_get(job->payload, "userId"));
    if (!user || !str_is_uuid(user)) {
        return job_refuse(job, "It does not say whose second factor.");
    }
    job_with(job, (struct db_call){SQL_FACTOR_RESET(user)}); /* with the job's end, so once */
    return JOB_DONE;
}
