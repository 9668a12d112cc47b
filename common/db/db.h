/*
 * db.h - one PostgreSQL connection per process, prepared statements, pipelines.
 *
 * Statements come from sql/queries/<family>/ (sqlgen turns them into a table) and are prepared on connect and
 * again after a reconnect. db_run() sends any number of them with a single Sync: one round trip, one transaction.
 * A lost connection makes db_run() return ERR_UNAVAILABLE; the next call reconnects, with back-off. So does a server that does not
 * answer within the time that the role's statements have (statement_timeout) and five seconds: whether what was sent took effect is
 * not known then, as with every connection that is lost.
 */
#ifndef MUSTER_DB_DB_H
#define MUSTER_DB_DB_H

#include "common/base/arena.h"
#include "common/base/err.h"
#include "queries_columns.h"

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define DB_MAX_ARGS 20

struct db;

struct db_stmt {
    const char *name;
    const char *text;
    int nparams;
    const unsigned char *columns; /* by enum db_column: number of the column in the result and 1; 0: it has none of that name */
};

/* A result; its strings live until the request's arena is reset. */
struct db_rows {
    const void *res; /* PGresult */
    int n;           /* rows; for statements without rows, those affected */
    const struct db_stmt *stmt;
};

/* One statement of a pipeline, written {SQL_SESSION_GET(id), .rows = &rows}: the generated macro asks for all its arguments. These are
 * text, NULL is SQL NULL; rows may be NULL when nobody looks. */
struct db_call {
    int stmt;
    const char *args[DB_MAX_ARGS];
    struct db_rows *rows;
    int seconds; /* how long the pipeline may take altogether when the role's statement_timeout is not the measure; 0: it is */
};

/* Of a pipeline that begins with the statement "patience", which gives the others 290 s: a little more, and less than nginx waits. */
#define DB_PATIENCE 295

/* dsn: libpq connection string without secrets (PGPASSFILE holds those). Does not connect yet. Never NULL. */
struct db *db_new(const char *dsn, const char *application, const struct db_stmt *stmts, int nstmts);
void db_free(struct db *db);
/* Whether the connection string names a server that is reached over TCP. */
bool db_over_network(const char *dsn);

/* Connects and prepares when that is needed. ERR_UNAVAILABLE when the server cannot be reached (or still backing off),
 * ERR_INTERNAL when a statement does not prepare: a process that sees this at start must not serve. */
enum err db_ready(struct db *db);

/* Runs n calls in one round trip and one transaction. On an error none of them took effect. What failed because another transaction was
 * in the way (40001, 40P01) is run again, a few times. */
enum err db_run(struct db *db, struct arena *a, const struct db_call *calls, size_t n);
/* What the function of ours that refused the last pipeline said of it, at most 63 bytes: of ERR_ENDING the time. Until the next db_run().
 */
const char *db_said(const struct db *db);

/* Sleeps until a notification comes (LISTEN is a statement like others), the server closes the connection, one of the signals in
 * wake arrives, which the caller has blocked, or ms milliseconds are over. For programs that are not asked but look for work. */
void db_wait(struct db *db, int ms, const sigset_t *wake);

/* Values of a row by column: COL_<NAME>, generated for the columns that statements have. One that this statement does not have is a bug
 * and aborts. NULL becomes NULL, 0 or false. */
const char *db_str(const struct db_rows *rows, int row, enum db_column column);
int64_t db_int(const struct db_rows *rows, int row, enum db_column column);
double db_num(const struct db_rows *rows, int row, enum db_column column);
bool db_bool(const struct db_rows *rows, int row, enum db_column column);
bool db_null(const struct db_rows *rows, int row, enum db_column column);
/* "created_at" of COL_CREATED_AT: for messages, and where a column's name is also what it is called outside. */
const char *db_column_name(enum db_column column);

/* The number of a column in this result, and values by number. */
int db_col(const struct db_rows *rows, enum db_column column);
const char *db_at(const struct db_rows *rows, int row, int col);

/* "2026-11-21 08:15:30.123456+00" as "2026-11-21T08:15:30.123Z", in the arena; NULL stays NULL. */
const char *db_iso(struct arena *a, const char *timestamptz);
/* Elements of a one-dimensional text[] in its output form, NULL-terminated, in the arena. */
const char **db_texts(struct arena *a, const char *array);
/* The other way: a text[] literal from n strings. */
const char *db_text_array(struct arena *a, const char *const *items, size_t n);
/* An integer argument, in the arena. */
const char *db_number(struct arena *a, int64_t v);
/* A bytea literal. */
const char *db_bytes(struct arena *a, const void *data, size_t len);

#endif
