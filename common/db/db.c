/* db.c - connection, preparing, pipelines, and the one place where SQLSTATE becomes enum err. */
#include "common/db/db.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/metrics.h"
#include "common/base/str.h"
#include "common/db/wire.h"

#include <poll.h>

#define BACKOFF_FIRST_US 100000
#define BACKOFF_MAX_US 500000 /* an attempt on a local socket is cheap, and people wait for the first one that succeeds */
#define PREPARE_US 20000000
#define MARGIN_US 5000000 /* what the client waits longer than the server lets a statement run */
#define TRIES_MOST 4      /* of a pipeline that another transaction was in the way of */
#define PAUSE_MOST_US 40000

struct db {
    const char *dsn;
    const char *application;
    const struct db_stmt *stmts;
    int nstmts;
    PGconn *conn;
    int64_t retry_at_us; /* monotonic; no attempt to connect before */
    int64_t backoff_us;
    int64_t limit_us; /* for a pipeline that names none: what the role's statements have, and the margin */
    char said[64];    /* db_said() */
};

struct db *db_new(const char *dsn, const char *application, const struct db_stmt *stmts, int nstmts) {
    struct db *db = calloc(1, sizeof(*db));
    if (!db) {
        abort();
    }
    *db = (struct db){.dsn = dsn, .application = application, .stmts = stmts, .nstmts = nstmts, .backoff_us = BACKOFF_FIRST_US};
    return db;
}

static void db_close(struct db *db) {
    PQfinish(db->conn);
    db->conn = NULL;
}

void db_free(struct db *db) {
    if (db) {
        db_close(db);
        free(db);
    }
}

/* SQLSTATE (PostgreSQL manual, appendix A) to our table, the first prefix that fits. Codes beginning with MU are raised by our own
 * functions; what anybody can cause as often as they like is not worth a line. All others are mistakes of ours: a value that is missing
 * or breaks a rule (23502, 23514, 22xxx), a right we do not have (42501). */
static const struct {
    const char *prefix;
    enum err err;
    enum log_level level;
} sqlstates[] = {
    {"MU001", ERR_SEATS, LOG_WARN},
    {"MU002", ERR_SUSPENDED, LOG_WARN},
    {"MU005", ERR_BUDGET, LOG_DEBUG}, /* audit_budget() */
    {"MU040", ERR_CONFLICT, LOG_WARN},
    {"MU101", ERR_UNAUTHENTICATED, LOG_DEBUG}, /* principal_enter() */
    {"MU102", ERR_FORBIDDEN, LOG_DEBUG},
    {"MU103", ERR_SCOPE, LOG_DEBUG},
    {"MU104", ERR_PLAN, LOG_DEBUG},
    {"MU105", ERR_RECENT_SIGN_IN, LOG_DEBUG},
    {"MU106", ERR_SECOND_FACTOR, LOG_DEBUG},
    {"MU107", ERR_ENDING, LOG_DEBUG},  /* org_ending_refuse() */
    {"23505", ERR_CONFLICT, LOG_WARN}, /* somebody was faster: it is there already, */
    {"23503", ERR_CONFLICT, LOG_WARN}, /* or what it names is gone */
    {"40", ERR_UNAVAILABLE, LOG_WARN},
    {"57", ERR_UNAVAILABLE, LOG_WARN},
    {"53", ERR_UNAVAILABLE, LOG_WARN},
    {"08", ERR_UNAVAILABLE, LOG_WARN},
    {"25006", ERR_UNAVAILABLE, LOG_WARN},
    {"55P03", ERR_UNAVAILABLE, LOG_WARN}, /* a lock that somebody holds for longer than lock_timeout */
    {"", ERR_INTERNAL, LOG_ERROR},
};

static size_t sqlstate_row(const char *state) {
    size_t i = 0;
    while (!str_starts(state ? state : "", sqlstates[i].prefix)) {
        i++;
    }
    return i;
}

/* The detail line of PostgreSQL may quote values, so only message, state and constraint are logged. */
static enum err result_err(const PGresult *res, const char *what) {
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
    const char *constraint = PQresultErrorField(res, PG_DIAG_CONSTRAINT_NAME);
    size_t row = sqlstate_row(state);
    log_at(sqlstates[row].level, "db: %s: %s %s %s", what, state ? state : "?", text ? text : "?", constraint ? constraint : "");
    return sqlstates[row].err;
}

/* Also when the server did not answer in time: nobody knows what such a connection does next. */
static enum err db_lost(struct db *db, const char *what) {
    log_warn("db: %s: %s", what, PQstatus(db->conn) == CONNECTION_OK ? "no answer in time" : "connection lost");
    db_close(db);
    return ERR_UNAVAILABLE;
}

/* Whether the server calls the columns of a statement what the code was built with. */
static bool columns_fit(const struct db_stmt *s, const PGresult *described) {
    bool fit = true;
    for (int c = COL_NONE + 1; c < COL_COUNT; c++) {
        int col = s->columns[c] - 1;
        if (col >= 0 && !str_eq(PQfname(described, col), db_column_name((enum db_column)c))) {
            log_error("db: %s: column %d is not %s", s->name, col + 1, db_column_name((enum db_column)c));
            fit = false;
        }
    }
    return fit;
}

static bool send_statements(struct db *db) {
    bool sent = PQsetnonblocking(db->conn, 1) == 0 && PQenterPipelineMode(db->conn);
    for (int i = 0; i < db->nstmts && sent; i++) {
        const struct db_stmt *s = &db->stmts[i];
        sent = PQsendPrepare(db->conn, s->name, s->text, 0, NULL) && PQsendDescribePrepared(db->conn, s->name);
    }
    return sent &&
           PQsendQueryParams(db->conn, "SELECT (extract(epoch FROM current_setting('statement_timeout')::interval) * 1000)::bigint", 0,
                             NULL, NULL, NULL, NULL, 0) &&
           PQpipelineSync(db->conn);
}

/* Takes the next result; *e becomes what is wrong with it. Nothing more may be expected when *lost becomes true. */
static PGresult *take_result(struct db *db, const char *what, int64_t deadline, enum err *e, bool *lost) {
    PGresult *res = wire_statement(db->conn, deadline);
    if (!res) {
        log_warn("db: %s: the server does not answer", what);
        *lost = true;
    } else if (PQresultStatus(res) == PGRES_FATAL_ERROR) {
        *e = result_err(res, what);
    }
    return res;
}

static enum err db_prepare(struct db *db) {
    enum err e = OK;
    bool lost = false;
    int64_t deadline = clock_mono_us() + PREPARE_US, ms = 0;
    if (!send_statements(db)) {
        return ERR_UNAVAILABLE;
    }
    for (int i = 0; i < 2 * db->nstmts && !lost; i++) {
        const struct db_stmt *s = &db->stmts[i / 2];
        PGresult *res = take_result(db, s->name, deadline, &e, &lost);
        if (i % 2 && PQresultStatus(res) == PGRES_COMMAND_OK && !columns_fit(s, res)) {
            e = ERR_INTERNAL;
        }
        PQclear(res);
    }
    PGresult *res = lost ? NULL : take_result(db, "statement_timeout", deadline, &e, &lost);
    if (res && PQntuples(res) == 1 && str_to_i64(PQgetvalue(res, 0, 0), 0, INT32_MAX, &ms)) {
        db->limit_us = ms ? ms * 1000 + MARGIN_US : INT64_MAX / 2;
    }
    PQclear(res);
    PGresult *error = NULL;
    bool whole = !lost && wire_sync(db->conn, deadline, &error);
    PQclear(error);
    return whole ? e : ERR_UNAVAILABLE;
}

static enum err db_connect(struct db *db) {
    /* For a server on another machine that vanished: the connection string, which comes behind them, may say something else. */
    const char *keys[] = {"keepalives_idle",
                          "keepalives_interval",
                          "keepalives_count",
                          "tcp_user_timeout",
                          "dbname",
                          "application_name",
                          "connect_timeout",
                          "options",
                          NULL};
    /* Generic plans: planning a statement costs more than running it, and every one is written so that one plan fits all. */
    const char *values[] = {"30",
                            "5",
                            "3",
                            "15000",
                            db->dsn,
                            db->application,
                            "3",
                            "-c search_path=muster,pg_temp -c timezone=UTC -c datestyle=ISO -c client_min_messages=warning"
                            " -c lock_timeout=10s -c jit=off -c plan_cache_mode=force_generic_plan",
                            NULL};
    db->conn = PQconnectdbParams(keys, values, 1);
    if (PQstatus(db->conn) != CONNECTION_OK) {
        log_warn("db: cannot connect: %s", PQerrorMessage(db->conn));
        db_close(db);
        return ERR_UNAVAILABLE;
    }
    metric_count(METRIC_CONNECTS);
    enum err e = db_prepare(db);
    if (e != OK) {
        db_close(db);
    }
    return e;
}

/* A server that went away while we were idle has closed the socket: seen here, before a request is spent on it. */
static bool db_stale(const struct db *db) {
    struct pollfd p = {.fd = PQsocket(db->conn), .events = POLLIN};
    if (poll(&p, 1, 0) == 0) {
        return false;
    }
    return !PQconsumeInput(db->conn) || PQstatus(db->conn) != CONNECTION_OK || (p.revents & (POLLHUP | POLLERR));
}

enum err db_ready(struct db *db) {
    if (db->conn && db_stale(db)) {
        log_info("db: the server closed the connection");
        db_close(db);
    }
    if (db->conn) {
        return OK;
    }
    int64_t now = clock_mono_us();
    if (now < db->retry_at_us) {
        return ERR_UNAVAILABLE;
    }
    enum err e = db_connect(db);
    if (e == OK) {
        db->backoff_us = BACKOFF_FIRST_US;
        db->retry_at_us = 0;
        return OK;
    }
    db->retry_at_us = now + db->backoff_us;
    db->backoff_us = db->backoff_us * 2 > BACKOFF_MAX_US ? BACKOFF_MAX_US : db->backoff_us * 2;
    return e;
}

/* Forgets the notifications that came; true when there were some. */
static bool take_notifications(PGconn *conn) {
    bool any = false;
    for (PGnotify *n = PQnotifies(conn); n; n = PQnotifies(conn)) {
        PQfreemem(n);
        any = true;
    }
    return any;
}

void db_wait(struct db *db, int ms, const sigset_t *wake) {
    struct pollfd p = {.fd = db->conn ? PQsocket(db->conn) : -1, .events = POLLIN};
    struct timespec patience = {.tv_sec = ms / 1000, .tv_nsec = ms % 1000 * 1000000L};
    sigset_t during;
    if (db->conn && take_notifications(db->conn)) {
        return;
    }
    sigprocmask(SIG_BLOCK, NULL, &during);
    for (int sig = 1; sig < NSIG; sig++) {
        if (sigismember(wake, sig) == 1) {
            sigdelset(&during, sig);
        }
    }
    if (ppoll(&p, 1, &patience, &during) > 0 && PQconsumeInput(db->conn)) {
        take_notifications(db->conn);
    }
}

static void clear_result(void *res) {
    PQclear(res);
}

/* One that the statement does not have would be dropped without a word; one that is missing is NULL. */
static bool arguments_fit(const struct db *db, const struct db_call *call) {
    const struct db_stmt *s = &db->stmts[call->stmt];
    for (int i = s->nparams; i < DB_MAX_ARGS; i++) {
        if (call->args[i]) {
            log_error("db: %s: it has %d parameters, and was given more", s->name, s->nparams);
            return false;
        }
    }
    return true;
}

static enum err db_send(struct db *db, const struct db_call *calls, size_t n) {
    for (size_t i = 0; i < n; i++) {
        if (!arguments_fit(db, &calls[i])) {
            return ERR_INTERNAL; /* before anything is on its way */
        }
    }
    for (size_t i = 0; i < n; i++) {
        const struct db_stmt *s = &db->stmts[calls[i].stmt];
        if (!PQsendQueryPrepared(db->conn, s->name, s->nparams, calls[i].args, NULL, NULL, 0)) {
            return db_lost(db, s->name);
        }
    }
    return PQpipelineSync(db->conn) ? OK : db_lost(db, "sync");
}

static int64_t limit_of(const struct db *db, const struct db_call *calls, size_t n) {
    int64_t seconds = 0;
    for (size_t i = 0; i < n; i++) {
        seconds = calls[i].seconds > seconds ? calls[i].seconds : seconds;
    }
    return seconds ? seconds * 1000000 : db->limit_us;
}

static void hand_over(const struct db_call *call, const struct db_stmt *stmt, const PGresult *res) {
    ExecStatusType status = PQresultStatus(res);
    int64_t affected = 0;
    if (status == PGRES_COMMAND_OK) {
        str_to_i64(PQcmdTuples((PGresult *)res), 0, INT32_MAX, &affected);
    }
    *call->rows = (struct db_rows){.res = res, .n = status == PGRES_TUPLES_OK ? PQntuples(res) : (int)affected, .stmt = stmt};
}

/* Whether the pipeline lost against another transaction and can win the next time. The code is all that is looked at: whatever it was,
 * nothing of the pipeline took effect. */
static bool may_repeat(const PGresult *res) {
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    return str_eq(state, "40001") || str_eq(state, "40P01");
}

/* Of a refusal of our own functions what they say of it. */
static const char *said_by(const PGresult *res) {
    const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    return text && state && str_starts(state, "MU") ? text : "";
}

const char *db_said(const struct db *db) {
    return db->said;
}

static enum err run_once(struct db *db, struct arena *a, const struct db_call *calls, size_t n, bool *repeat) {
    int64_t deadline = clock_mono_us() + limit_of(db, calls, n);
    enum err e = db_send(db, calls, n);
    if (e != OK) {
        return e;
    }
    for (size_t i = 0; i < n; i++) {
        const char *name = db->stmts[calls[i].stmt].name;
        PGresult *res = wire_statement(db->conn, deadline);
        if (!res) {
            return db_lost(db, name);
        }
        arena_cleanup(a, clear_result, res);
        if (PQresultStatus(res) == PGRES_FATAL_ERROR && e == OK) {
            e = result_err(res, name);
            *repeat = may_repeat(res);
            str_copy(db->said, sizeof(db->said), said_by(res));
        }
        if (calls[i].rows) {
            hand_over(&calls[i], &db->stmts[calls[i].stmt], res);
        }
    }
    PGresult *late;
    bool whole = wire_sync(db->conn, deadline, &late);
    if (late && e == OK) {
        e = result_err(late, "commit");
        *repeat = may_repeat(late);
    }
    PQclear(late);
    return whole ? e : db_lost(db, "sync");
}

/* Two that were in each other's way would meet again if both came back at once. */
static void pause_a_little(int tries) {
    struct timespec t = {.tv_nsec = (long)arc4random_uniform(PAUSE_MOST_US * (uint32_t)tries) * 1000};
    nanosleep(&t, NULL);
}

/* What became of one try. Others than these are answers, not trouble. */
static void count(enum err e, bool repeat) {
    metric_count(METRIC_TRIPS);
    if (repeat) {
        metric_count(METRIC_DB_CONFLICT);
    } else if (e == ERR_UNAVAILABLE || e == ERR_INTERNAL) {
        metric_count(e == ERR_UNAVAILABLE ? METRIC_DB_LOST : METRIC_DB_REFUSED);
    }
}

/* A pipeline is one transaction and nothing but data: what the server undid can be sent again as it is. */
enum err db_run(struct db *db, struct arena *a, const struct db_call *calls, size_t n) {
    bool repeat = true;
    enum err e = OK;
    for (int tries = 1; repeat && tries <= TRIES_MOST; tries++) {
        if (tries > 1) {
            pause_a_little(tries);
        }
        repeat = false;
        e = db_ready(db);
        if (e == OK) {
            e = run_once(db, a, calls, n, &repeat);
        }
        count(e, repeat);
    }
    return e;
}
