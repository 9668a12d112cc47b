/*
 * metrics.c - what is counted of requests, who may read it, and the lines of the log that tell of refusals.
 *
 * Behind the common series of metrics.h a family has those of its rows, ROW_SERIES each, the first for requests that no row answers; then
 * those of EVENTS.
 */
#include "common/base/metrics.h"

#include "common/base/log.h"
#include "common/base/str.h"
#include "common/base/version.h"
#include "common/web/internal.h"
#include "common/web/metrics.h"

#include <stdio.h>
#include <stdlib.h>

enum { CLASSES = 5, ROW_LIMIT = CLASSES, ROW_SECONDS, ROW_SERIES };

/* What a line of the log calls it when a rule of security refuses, for whoever watches (README of apps/instance). */
static const struct {
    enum err err;
    const char *event;
} events[] = {
    {ERR_INVALID_CREDENTIALS, "signin.failed"},
    {ERR_INVALID_CODE, "code.failed"},
    {ERR_UNAUTHENTICATED, "credential.refused"},
    {ERR_FORBIDDEN, "access.refused"},
    {ERR_SCOPE, "access.refused"},
    {ERR_PLAN, "access.refused"},
    {ERR_RECENT_SIGN_IN, "access.refused"},
    {ERR_SECOND_FACTOR, "access.refused"},
    {ERR_ENDING, "access.refused"},
    {ERR_SUSPENDED, "access.refused"},
    {ERR_ENDING, "access.refused"},
    {ERR_SECOND_FACTOR, "access.refused"},
    {ERR_EMAIL_NOT_VERIFIED, "access.refused"},
    {ERR_CROSS_ORIGIN, "cross_origin.refused"},
    {ERR_TOKEN_EXPIRED, "link.refused"},
    {ERR_RATE_LIMITED, "limit.reached"},
    {ERR_BUDGET, "limit.reached"},
};
#define EVENTS (sizeof(events) / sizeof(events[0]))

/* Behind those of the rows. */
enum { END_BUDGET, END_HASH_WAIT, END_HASH_REFUSED, END_EVENTS };

static size_t nrows;

static size_t row_series(size_t row) {
    return METRIC_COUNT + row * ROW_SERIES;
}

static size_t end_series(size_t which) {
    return METRIC_COUNT + (nrows + 1) * ROW_SERIES + which;
}

static void define_row(struct metric_def *d, const char *method, const char *path, const char *name) {
    for (int i = 0; i < CLASSES; i++) {
        d[i].family = FAMILY_REQUESTS;
        snprintf(d[i].labels, METRIC_LABELS, "method=\"%s\",route=\"%s\",status=\"%dxx\"", method, path, i + 1);
    }
    d[ROW_LIMIT].family = FAMILY_LIMITS;
    snprintf(d[ROW_LIMIT].labels, METRIC_LABELS, "limit=\"%s\"", name);
    d[ROW_SECONDS].family = FAMILY_SECONDS;
    snprintf(d[ROW_SECONDS].labels, METRIC_LABELS, "method=\"%s\",route=\"%s\"", method, path);
}

static void define_end(struct metric_def *d) {
    d[END_BUDGET].family = FAMILY_LIMITS;
    snprintf(d[END_BUDGET].labels, METRIC_LABELS, "limit=\"writes\"");
    d[END_HASH_WAIT].family = FAMILY_HASH_WAIT;
    d[END_HASH_REFUSED].family = FAMILY_HASH_REFUSED;
    for (size_t i = 0; i < EVENTS; i++) {
        d[END_EVENTS + i].family = FAMILY_EVENTS;
        snprintf(d[END_EVENTS + i].labels, METRIC_LABELS, "event=\"%s\",code=\"%s\"", events[i].event, err_code(events[i].err));
    }
}

/* A family whose counters cannot be used serves nevertheless. */
void metrics_begin(const struct app *app) {
    char err[200];
    size_t at = ROW_SERIES;
    nrows = 0;
    each_route(app, table, row) {
        nrows++;
    }
    size_t n = (nrows + 1) * ROW_SERIES + END_EVENTS + EVENTS;
    struct metric_def *defs = calloc(n, sizeof(*defs));
    if (!defs) {
        return;
    }
    define_row(defs, "-", "-", "-");
    each_route(app, its_table, its_row) {
        define_row(defs + at, method_names[its_row->method], its_row->path, its_row->name);
        at += ROW_SERIES;
    }
    define_end(defs + at);
    for (size_t i = 0; i < n; i++) {
        defs[i].rare = true;
    }
    if (!metrics_open(web_config.metrics_file, defs, n, err, sizeof(err))) {
        log_warn("metrics: %s", err);
    }
    free(defs);
}

const char *metrics_folder(struct arena *a) {
    const char *slash = strrchr(web_config.metrics_file, '/');
    return slash ? arena_strndup(a, web_config.metrics_file, (size_t)(slash - web_config.metrics_file)) : NULL;
}

static size_t row_number(const struct req *q) {
    size_t n = 1;
    each_route(q->app, table, row) {
        if (row == q->route) {
            return n;
        }
        n++;
    }
    return 0;
}

/* Somebody without any credential is no event: every page asks once who it is that looks at it. */
static size_t event_of(const struct req *q, enum err e) {
    size_t i = 0;
    while (i < EVENTS && events[i].err != e) {
        i++;
    }
    return e == ERR_UNAUTHENTICATED && !q->credential.token && !req_header(q, "HTTP_AUTHORIZATION") ? EVENTS : i;
}

/* With which credential: the beginning of its digest, by which the database knows it, too. */
static const char *credential_name(const struct req *q) {
    unsigned char hash[CRYPTO_HASH_SIZE];
    char hex[2 * 4 + 1];
    if (!q->credential.token) {
        return "-";
    }
    crypto_sha256(q->credential.token, strlen(q->credential.token), hash);
    crypto_hex(hash, 4, hex);
    return arena_printf(q->arena, "%s:%s", q->credential.is_key ? "key" : "session", hex);
}

/* Ids, no names: who they are is told by the instance alone. */
static void tell(const struct req *q, enum err e, size_t event) {
    const struct principal *p = &q->who;
    metric_count(end_series(END_EVENTS + event));
    log_warn("security: event=%s code=%s method=%s route=%s client=%s org=%s person=%s by=%s", events[event].event, err_code(e),
             q->route ? method_names[q->route->method] : "-", q->route ? q->route->path : "-", *q->address ? q->address : "-",
             q->authenticated && p->org_id ? p->org_id : "-", q->authenticated && p->user_id ? p->user_id : "-", credential_name(q));
}

void metrics_answered(const struct req *q, int status, enum err e, int64_t us) {
    size_t row = row_series(q->route ? row_number(q) : 0), event = event_of(q, e);
    if (status >= 100 && status < 600) {
        metric_count(row + (size_t)status / 100 - 1);
    }
    metric_seconds(row + ROW_SECONDS, us);
    if (e == ERR_RATE_LIMITED || e == ERR_BUDGET) {
        metric_count(e == ERR_BUDGET ? end_series(END_BUDGET) : row + ROW_LIMIT);
    }
    if (q->queued_us >= 0 && q->undone) {
        metric_count(end_series(END_HASH_REFUSED));
    } else if (q->queued_us >= 0) {
        metric_seconds(end_series(END_HASH_WAIT), q->queued_us);
    }
    if (event < EVENTS) {
        tell(q, e, event);
    }
}

/* ---- the reply ---- */

/* Whoever knows the token, which is no credential of a person and opens nothing else. Without one in the settings there is nothing here. */
static enum err may_read(const struct req *q, struct resp *r) {
    unsigned char hash[CRYPTO_HASH_SIZE];
    char got[2 * CRYPTO_HASH_SIZE + 1] = "";
    struct credential c = credential_from_headers(q->arena, req_header(q, "HTTP_AUTHORIZATION"), NULL, "");
    if (strlen(web_config.metrics_token) != 2 * CRYPTO_HASH_SIZE || !*web_config.metrics_file) {
        return ERR_NOT_FOUND;
    }
    if (c.token) {
        crypto_sha256(c.token, strlen(c.token), hash);
        crypto_hex(hash, sizeof(hash), got);
    }
    if (!c.token || !crypto_equal(web_config.metrics_token, got, 2 * CRYPTO_HASH_SIZE)) {
        return resp_fail(r, ERR_UNAUTHENTICATED, W_ERRORS_METRICS_TOKEN);
    }
    return OK;
}

enum err metrics_tell(struct req *q, struct resp *r, const char *const *services) {
    enum err e = may_read(q, r);
    if (e != OK) {
        return e;
    }
    r->content_type = METRICS_TYPE;
    metrics_family(r->body, "muster_build", "info", "Which Muster this is.");
    buf_printf(r->body, "muster_build_info{version=\"%s\"} 1\n", muster_version);
    metrics_write(r->body, metrics_folder(q->arena), services);
    return OK;
}

enum err metrics_end(struct resp *r) {
    buf_puts(r->body, "# EOF\n");
    return OK;
}

enum err metrics_family_get(struct req *q, struct resp *r) {
    const char *name = q->app->name;
    const char *const services[] = {name, arena_printf(q->arena, "%s-hash", name), arena_printf(q->arena, "%s-known", name),
                                    arena_printf(q->arena, "%s-upload", name), NULL};
    enum err e = metrics_tell(q, r, services);
    return e == OK ? metrics_end(r) : e;
}
