/*
 * wire.c - waiting for the server, never longer than a deadline.
 *
 * statement_timeout and lock_timeout are kept by the server. One that is frozen, or behind a network that drops everything, keeps
 * neither, and libpq waits for it for ever.
 */
#include "common/db/wire.h"

#include "common/base/clock.h"

#include <errno.h>
#include <poll.h>

/* Waits until there is something to read, or room for what is to be sent. */
static bool wire_wait(PGconn *conn, int64_t deadline) {
    int unsent = PQflush(conn);
    int64_t left = (deadline - clock_mono_us() + 999) / 1000;
    struct pollfd p = {.fd = PQsocket(conn), .events = (short)(POLLIN | (unsent > 0 ? POLLOUT : 0))};
    if (unsent < 0 || left <= 0) {
        return false;
    }
    int n = poll(&p, 1, left < INT32_MAX ? (int)left : INT32_MAX);
    if (n < 0 && errno == EINTR) {
        return true;
    }
    return n > 0 && (!(p.revents & ~POLLOUT) || PQconsumeInput(conn));
}

bool wire_result(PGconn *conn, int64_t deadline, PGresult **out) {
    while (PQisBusy(conn)) {
        if (!wire_wait(conn, deadline)) {
            return false;
        }
    }
    *out = PQgetResult(conn);
    return true;
}

PGresult *wire_statement(PGconn *conn, int64_t deadline) {
    PGresult *res = NULL, *more;
    if (!wire_result(conn, deadline, &res) || !res || PQresultStatus(res) == PGRES_PIPELINE_SYNC) {
        PQclear(res);
        return NULL;
    }
    bool well = wire_result(conn, deadline, &more);
    while (well && more) {
        PQclear(more);
        well = wire_result(conn, deadline, &more);
    }
    if (!well) {
        PQclear(res);
        return NULL;
    }
    return res;
}

bool wire_sync(PGconn *conn, int64_t deadline, PGresult **error) {
    PGresult *res = NULL;
    *error = NULL;
    while (wire_result(conn, deadline, &res)) {
        ExecStatusType status = PQresultStatus(res);
        if (status == PGRES_FATAL_ERROR && !*error) {
            *error = res;
            continue;
        }
        PQclear(res);
        if (status == PGRES_PIPELINE_SYNC) {
            return PQstatus(conn) == CONNECTION_OK;
        }
        if (PQstatus(conn) != CONNECTION_OK) {
            return false;
        }
    }
    return false;
}
