/*
 * worker.c - a worker whose jobs do what a test says, line by line: with the real queue, and kinds of its own.
 *
 * Prints "run <kind> <id> <attempt> <payload>" when a job begins and then reads orders: "progress <percent> <words>" and "alive" print
 * "go" or why to stop; "done", "big", "retry <why>", "refuse <why>" and "stop" end the job. "dead <id>" is printed when a job ends for
 * good, and its kind then rests, which is to be seen in the database when that took effect. Arguments: how many workers there are.
 */
#include "apps/jobs/jobs.h"
#include "common/base/log.h"
#include "common/base/str.h"
#include "queries_jobs.h"

#include <stdio.h>
#include <stdlib.h>

struct jobs_config jobs_config;

static void tell(const char *text, const char *more) {
    printf("%s%s\n", text, more);
    fflush(stdout);
}

static int number(const char *text) {
    int64_t n = 0;
    str_to_i64(text, 0, 1000, &n);
    return (int)n;
}

static void say_stop(const struct job *job) {
    static const char *const why[] = {
        [JOB_GOES_ON] = "go", [JOB_CANCELLED] = "cancelled", [JOB_LOST] = "lost", [JOB_GIVE_BACK] = "give back"};
    tell(why[job->stop], "");
}

static void big_result(struct job *job) {
    jw_array(job_result(job));
    for (int i = 0; i < JOB_MAX_RESULT / 2; i++) {
        jw_int(job_result(job), 100);
    }
    jw_array_end(job_result(job));
}

static void small_result(struct job *job) {
    jw_object(job_result(job));
    jw_kint(job_result(job), "answer", 42);
    jw_object_end(job_result(job));
}

/* True when the order ends the job. */
static bool obey(struct job *job, char *order, enum job_end *end) {
    char *words = strchr(order, ' ');
    words = words ? words + 1 : order + strlen(order);
    *end = JOB_DONE;
    if (str_starts(order, "progress ")) {
        char *text = strchr(words, ' ');
        if (text) {
            *text++ = '\0';
        }
        job->beat_us = 0; /* no test waits for a second to pass */
        job_progress(job, number(words), text);
        say_stop(job);
        return false;
    }
    if (str_eq(order, "alive")) {
        job->beat_us = 0;
        job_goes_on(job);
        say_stop(job);
        return false;
    }
    if (str_starts(order, "retry ")) {
        *end = job_retry(job, arena_strdup(job->arena, words));
    } else if (str_starts(order, "refuse ")) {
        *end = job_refuse(job, arena_strdup(job->arena, words));
    } else if (str_eq(order, "stop")) {
        *end = JOB_STOPPED;
    } else if (str_eq(order, "big")) {
        big_result(job);
    } else {
        small_result(job);
    }
    return true;
}

static enum job_end run(struct job *job) {
    char line[500];
    enum job_end end = JOB_RETRY;
    tell("run ", arena_printf(job->arena, "%s %s %s %s", job->kind->name, job->id, job->attempt, json_object_to_json_string(job->payload)));
    while (fgets(line, sizeof(line), stdin)) {
        line[strcspn(line, "\n")] = '\0';
        if (obey(job, line, &end)) {
            return end;
        }
    }
    return job_retry(job, "The test has ended.");
}

static void dead(struct job *job) {
    tell("dead ", job->id);
    job_with(job, (struct db_call){SQL_REST("probe_dead", "true")});
}

const struct job_kind job_kinds[] = {
    {.name = "probe", .run = run, .dead = dead, .lease = 60, .first = 60, .most = 60},
    {.name = "probe_one", .run = run, .lease = 60, .at_once = 1, .first = 1, .most = 1},
    {.name = "probe_out", .run = run, .lease = 60, .waits = true, .first = 1, .most = 1},
    {.name = "probe_short", .run = run, .lease = 1, .first = 1, .most = 1},
    {0},
};

int main(int argc, char **argv) {
    struct jobs j = {.arena = arena_new(4096), .workers = argc > 1 ? number(argv[1]) : 2};
    sigset_t stop;
    log_init("probe", LOG_WARN);
    j.db = db_new(getenv("DATABASE_URL"), "probe", jobs_stmts, STMT_COUNT);
    jobs_handle_signals(&stop);
    while (!jobs_stopping()) {
        int ms = jobs_run_due(&j);
        if (!jobs_stopping()) {
            db_wait(j.db, ms, &stop);
        }
    }
    tell("end", "");
    db_free(j.db);
    arena_free(j.arena);
    return 0;
}
