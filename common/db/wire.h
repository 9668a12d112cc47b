/* wire.h - waiting for the server, never longer than a deadline; between the files of common/db. */
#ifndef MUSTER_DB_WIRE_H
#define MUSTER_DB_WIRE_H

#include <libpq-fe.h>
#include <stdbool.h>
#include <stdint.h>

/* The connection must be non-blocking (PQsetnonblocking); deadline: of clock_mono_us(). */

/* PQgetResult() that does not wait beyond the deadline: false when it has passed or the connection is lost. Sends what is still to be
 * sent meanwhile. */
bool wire_result(PGconn *conn, int64_t deadline, PGresult **out);
/* Takes the result of one pipelined statement and the NULL behind it. NULL: the connection cannot be used any more. */
PGresult *wire_statement(PGconn *conn, int64_t deadline);
/* Takes the end of the pipeline. An error of the commit itself (a constraint that is checked then) comes before it and is left in
 * *error, for the caller to clear; NULL: none. False: the connection cannot be used any more. */
bool wire_sync(PGconn *conn, int64_t deadline, PGresult **error);

#endif
