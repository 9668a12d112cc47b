/*
 * metrics.h - what a service counts of itself, and how it is told in the OpenMetrics text format (version 1.0.0).
 *
 * All processes of a service map one file, each adds to a share of its own, and whoever reads adds the shares up: nobody waits, and what
 * a killed process has counted stays. The file says itself what its numbers are, so that one program can tell those of others.
 * Labels come from tables, never from what people send: no organisation, person or address is among them.
 */
#ifndef MUSTER_BASE_METRICS_H
#define MUSTER_BASE_METRICS_H

#include "common/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define METRICS_TYPE "application/openmetrics-text; version=1.0.0; charset=utf-8"
#define METRIC_LABELS 240

/* X(symbol, name, is a histogram of seconds, what it says) */
#define METRIC_FAMILIES(X)                                                                                                                 \
    X(FAMILY_STARTS, "muster_process_starts", false, "Processes that began to serve; more than at the start of a service: some ended.")    \
    X(FAMILY_REQUESTS, "muster_requests", false, "Requests answered, by route and class of status.")                                       \
    X(FAMILY_SECONDS, "muster_request_duration_seconds", true, "Time from the whole request to the whole reply.")                          \
    X(FAMILY_LIMITS, "muster_limits_reached", false, "Requests refused with 429: limit writes is LIMIT_WRITES, others name an operation.") \
    X(FAMILY_EVENTS, "muster_security_events", false, "Lines of the log that begin with security: by event.")                              \
    X(FAMILY_TRIPS, "muster_database_round_trips", false, "Pipelines sent to the database; each is one transaction.")                      \
    X(FAMILY_DB_ERRORS, "muster_database_errors", false,                                                                                   \
      "Pipelines that failed: lost (no connection or no answer), conflict (another "                                                       \
      "transaction was in the way) or refused by the server for another reason.")                                                          \
    X(FAMILY_CONNECTS, "muster_database_connects", false, "Connections made to the database.")                                             \
    X(FAMILY_HASH_WAIT, "muster_password_wait_seconds", true, "Time that a request with a password waited for a process that hashes.")     \
    X(FAMILY_HASH_REFUSED, "muster_password_refusals", false, "Requests with a password that found the queue full, or no memory.")         \
    X(FAMILY_JOBS, "muster_jobs", false, "Attempts of jobs that ended, by kind and result.")                                               \
    X(FAMILY_MAILS, "muster_mails", false, "Mails: sent, refused by the server for good, or failed for now.")

enum metric_family {
#define X(symbol, name, histogram, help) symbol,
    METRIC_FAMILIES(X)
#undef X
        FAMILY_COUNT
};

/* X(symbol, family, labels): what every program can count; services add series of their own behind these. */
#define METRICS(X)                                                                                                                         \
    X(METRIC_STARTS, FAMILY_STARTS, "")                                                                                                    \
    X(METRIC_TRIPS, FAMILY_TRIPS, "")                                                                                                      \
    X(METRIC_DB_LOST, FAMILY_DB_ERRORS, "kind=\"lost\"")                                                                                   \
    X(METRIC_DB_CONFLICT, FAMILY_DB_ERRORS, "kind=\"conflict\"")                                                                           \
    X(METRIC_DB_REFUSED, FAMILY_DB_ERRORS, "kind=\"refused\"")                                                                             \
    X(METRIC_CONNECTS, FAMILY_CONNECTS, "")

enum metric {
#define X(symbol, family, labels) symbol,
    METRICS(X)
#undef X
        METRIC_COUNT
};

/* A series beyond the common ones. rare: told only when it is not 0. */
struct metric_def {
    enum metric_family family;
    bool rare;
    char labels[METRIC_LABELS]; /* 'name="value",...', without what every line says of its service */
};

/* The numbers of series: enum metric, then METRIC_COUNT + the place in defs. path: a file that is there, empty at a service's start; ""
 * counts nothing. False with a sentence in err when it cannot be used: then nothing is counted, and all else goes on. */
bool metrics_open(const char *path, const struct metric_def *defs, size_t n, char *err, size_t size);
void metrics_close(void);

void metric_count(size_t series);
void metric_seconds(size_t series, int64_t us);

/* Writes what the files of these services in the folder hold, NULL-terminated; one that is missing or empty is left out. */
void metrics_write(struct buf *out, const char *folder, const char *const *services);
/* The head of a family of the caller's own: "counter", "gauge" or "info". */
void metrics_family(struct buf *out, const char *name, const char *type, const char *help);

#endif
