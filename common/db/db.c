/* db.c - connection, preparing, pipelines, and the one place where SQLSTATE becomes enum err. */
#include "common/db/db.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/str.h"

#include <libpq-fe.h>
#include <poll.h>

#define BACKOFF_FIRST_US 100000
#define BACKOFF_MAX_US 500000 /* an attempt on a local socket is cheap, and people wait for the first one that succeeds */

struct db {
    const char *dsn;
    const char *application;
    const struct db_stmt *stmts;
    int nstmts;
    PGconn *conn;
    int64_t retry_at_us; /* monotonic; no attempt to connect before */
    int64_t backoff_us;
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

/* SQLSTATE (PostgreSQL manual, appendix A) to our table. Codes beginning with MU are raised by our own functions. */
static const struct {
    const char *prefix;
    enum err err;
} sqlstates[] = {
    {"MU001", ERR_SEATS},    {"MU002", ERR_SUSPENDED},   {"MU040", ERR_CONFLICT},    {"23505", ERR_CONFLICT},
    {"23", ERR_CONFLICT},    {"40", ERR_UNAVAILABLE},    {"57", ERR_UNAVAILABLE},    {"53", ERR_UNAVAILABLE},
    {"08", ERR_UNAVAILABLE}, {"25006", ERR_UNAVAILABLE}, {"55P03", ERR_UNAVAILABLE}, /* a lock that somebody holds for longer than
                                                                                        lock_timeout */
};

static enum err sqlstate_err(const char *state) {
    for (size_t i = 0; state && i < sizeof(sqlstates) / sizeof(sqlstates[0]); i++) {
        if (str_starts(state, sqlstates[i].prefix)) {
            return sqlstates[i].err;
        }
    }
    return ERR_INTERNAL;
}

/* The detail line of PostgreSQL may quote values, so only message, state and constraint are logged. */
static enum err result_err(const PGresult *res, const char *what) {
    const char *state = PQresultErrorField(res, PG_DIAG_SQLSTATE);
    enum err e = sqlstate_err(state);
    const char *text = PQresultErrorField(res, PG_DIAG_MESSAGE_PRIMARY);
    const char *constraint = PQresultErrorField(res, PG_DIAG_CONSTRAINT_NAME);
    log_at(e == ERR_INTERNAL ? LOG_ERROR : LOG_WARN, "db: %s: %s %s %s", what, state ? state : "?", text ? text : "?",
           constraint ? constraint : "");
    return e;
}

static enum err db_lost(struct db *db, const char *what) {
    log_warn("db: %s: connection lost", what);
    db_close(db);
    return ERR_UNAVAILABLE;
}

static void discard_results(PGconn *conn) {
    PGresult *res = PQgetResult(conn);
    while (res) {
        PQclear(res);
        res = PQgetResult(conn);
    }
}

/* Takes the result of one pipelined statement and the NULL behind it. */
static PGresult *take_result(PGconn *conn) {
    PGresult *res = PQgetResult(conn);
    if (res && PQresultStatus(res) != PGRES_PIPELINE_SYNC) {
        discard_results(conn);
    }
    return res;
}

static enum err db_prepare(struct db *db) {
    enum err e = OK;
    if (!PQenterPipelineMode(db->conn)) {
        return ERR_UNAVAILABLE;
    }
    for (int i = 0; i < db->nstmts; i++) {
        PQsendPrepare(db->conn, db->stmts[i].name, db->stmts[i].text, 0, NULL);
    }
    PQpipelineSync(db->conn);
    for (int i = 0; i < db->nstmts; i++) {
        PGresult *res = take_result(db->conn);
        if (PQresultStatus(res) == PGRES_FATAL_ERROR) {
            e = result_err(res, db->stmts[i].name);
        }
        PQclear(res);
        if (!res) {
            return ERR_UNAVAILABLE;
        }
    }
    PQclear(PQgetResult(db->conn));
    return e;
}

static enum err db_connect(struct db *db) {
    const char *keys[] = {"dbname", "application_name", "connect_timeout", "options", NULL};
    /* Generic plans: planning a statement costs more than running it, and every one is written so that one plan fits all. */
    const char *values[] = {db->dsn, db->application, "3",
                            "-c search_path=muster,pg_temp -c timezone=UTC -c datestyle=ISO -c client_min_messages=warning"
                            " -c lock_timeout=10s -c jit=off -c plan_cache_mode=force_generic_plan",
                            NULL};
    db->conn = PQconnectdbParams(keys, values, 1);
    if (PQstatus(db->conn) != CONNECTION_OK) {
        log_warn("db: cannot connect: %s", PQerrorMessage(db->conn));
        db_close(db);
        return ERR_UNAVAILABLE;
    }
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

static enum err db_send(struct db *db, const struct db_call *calls, size_t n) {
    for (size_t i = 0; i < n; i++) {
        const struct db_stmt *s = &db->stmts[calls[i].stmt];
        if (!PQsendQueryPrepared(db->conn, s->name, s->nparams, calls[i].args, NULL, NULL, 0)) {
            return db_lost(db, s->name);
        }
    }
    return PQpipelineSync(db->conn) ? OK : db_lost(db, "sync");
}

enum err db_run(struct db *db, struct arena *a, const struct db_call *calls, size_t n) {
    enum err e = db_ready(db);
    if (e == OK) {
        e = db_send(db, calls, n);
    }
    if (e != OK) {
        return e;
    }
    for (size_t i = 0; i < n; i++) {
        PGresult *res = take_result(db->conn);
        if (!res) {
            return db_lost(db, db->stmts[calls[i].stmt].name);
        }
        arena_cleanup(a, clear_result, res);
        ExecStatusType status = PQresultStatus(res);
        if (status == PGRES_FATAL_ERROR && e == OK) {
            e = result_err(res, db->stmts[calls[i].stmt].name);
        }
        if (calls[i].rows) {
            int64_t affected = 0;
            if (status == PGRES_COMMAND_OK) {
                str_to_i64(PQcmdTuples(res), 0, INT32_MAX, &affected);
            }
            *calls[i].rows = (struct db_rows){.res = res, .n = status == PGRES_TUPLES_OK ? PQntuples(res) : (int)affected};
        }
    }
    PGresult *sync = PQgetResult(db->conn);
    PQclear(sync);
    if (!sync || PQstatus(db->conn) != CONNECTION_OK) {
        return db_lost(db, "sync");
    }
    return e;
}
