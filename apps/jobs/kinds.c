/* kinds.c - the kinds of jobs: a new one is a row here and a file with what it does. */
#include "apps/jobs/jobs.h"

#define HOUR 3600
#define DAY 86400

const struct job_kind job_kinds[] = {
    {.name = "mail", .run = mail_run, .dead = mail_dead, .lease = 60, .waits = true, .first = 30, .most = 1800},
    {.name = "retention", .run = retention_run, .lease = 900, .at_once = 1, .first = 30, .most = 1800, .every = DAY, .attempts = 10},
    {.name = "endings", .run = endings_run, .lease = 900, .at_once = 1, .first = 30, .most = 1800, .every = HOUR, .attempts = 10},
    {.name = "outbox", .run = outbox_run, .lease = 900, .at_once = 1, .first = 30, .most = 1800, .every = HOUR, .attempts = 10},
    {.name = "factor_reset", .run = factor_reset_run, .lease = 60, .first = 30, .most = 1800},
    {.name = "audit_head",
     .run = audit_head_run,
     .lease = 60,
     .at_once = 1,
     .waits = true,
     .first = 60,
     .most = 3600,
     .every = DAY,
     .attempts = 20},
    {0},
};
