/* internal.h - between the files of common/web; families do not include it. */
#ifndef MUSTER_WEB_INTERNAL_H
#define MUSTER_WEB_INTERNAL_H

#include "common/web/web.h"

/* How bytes come and go: fcgi.c for real, a memory version in tests. */
struct transport {
    const char *(*param)(void *ctx, const char *name); /* CGI variable or NULL */
    int (*read)(void *ctx, char *out, int len);        /* bytes read, 0 at the end, -1 on error */
    /* Sends a complete reply; a process that is killed meanwhile has sent all of it or nothing. */
    bool (*reply)(void *ctx, const struct buf *head, const char *body, size_t len);
    bool (*write)(void *ctx, const char *data, size_t len); /* sends a reply in parts */
    bool (*gone)(void *ctx);                                /* nobody waits for the reply any more; NULL: not known */
    void (*cut)(void *ctx);                                 /* ends the connection so that the peer sees that the reply is not whole */
    void *ctx;
};

/* Per-process memory that requests reuse. */
struct worker {
    const struct app *app;
    struct arena *arena;
    struct db *db;
    struct buf body_in, body_out, head, around;
};

/* Serves one request from start to end; never fails (a broken client is logged). */
void web_serve(struct worker *w, const struct transport *t);

/* Finds the row for a method and q->target or, in tables without a prefix, q->path; fills what q says of the row, its table, dialect and
 * parameters, and path and query of a table with a prefix. OK; ERR_NOT_FOUND; ERR_METHOD with the allowed methods in *allow. options:
 * true for an OPTIONS request that no row answers, which yields OK with q->route NULL and *allow. */
enum err route_find(const struct app *app, const char *method, struct req *q, const char **allow, bool *options);
/* What a row allows; row NULL: its table; table NULL: muster_dialect. */
struct limits route_limits(const struct table *table, const struct route *row);
/* Whether the target as it was sent is one of the table's prefix. */
bool table_owns(const struct table *table, const char *target);
const struct dialect *table_dialect(const struct table *table);
/* Walks the table at start: unique rows, sound descriptors, handlers present. */
bool route_selfcheck(const struct app *app, char *err, size_t size);
/* Goes through all rows of a family; its_table is the one that row is in. */
#define each_route(app, its_table, row)                                                                                                    \
    for (const struct table *its_table = (app)->tables; its_table->rows; its_table++)                                                      \
        for (const struct route *row = its_table->rows; row->path || row->handler; row++)
#define BODY_MEMORY (256 * 1024) /* of a body that is held in memory, unless a row takes more */
#define BODY_MEMORY_MOST (8 * 1024 * 1024)
/* False when the rows do not make one JSON value, here and below. */
bool route_print_json(const struct app *app);
/* The family's part of openapi.json: {"paths":{},"schemas":{},"errors":[]}. */
bool openapi_print(const struct app *app);
/* Parts of it: the member "responses" of an operation, and a dialect's error as a member of the schemas. */
void openapi_responses(struct jwrite *w, struct arena *a, const struct dialect *d, const struct route *row);
void openapi_error_shape(struct jwrite *w, const struct dialect *d);
/* The first row of a path, which several methods share. */
const struct route *path_first(const struct app *app, const char *path);
/* What nginx is told, see nginx.c. */
bool nginx_locations(const struct app *app);
bool nginx_targets(const struct app *app);
bool nginx_dialects(const struct app *app);
bool nginx_errors(const struct app *app);
bool nginx_line(const struct app *app);
bool nginx_pools(const struct app *app);
extern const char *const method_names[METHOD_COUNT];

/* Reads the body as JSON and validates it into q->body. What is wrong with the body as such is the error; wrong fields are named in
 * r->errors. */
enum err body_parse(struct worker *w, const struct transport *t, struct req *q, struct resp *r);
/* What is wrong with what the request's headers say of a body that goes into a file. */
enum err upload_declared(const struct transport *t, const struct req *q, struct resp *r);
/* Reads the body into a file, at most as long as the row allows. */
enum err upload_receive(struct worker *w, const struct transport *t, struct req *q, struct resp *r);
/* Whether so many bytes in so long a time are too few to keep a process for. */
bool upload_too_slow(int64_t us, int64_t size);
/* Removes what processes that were killed left in the folder. */
void upload_sweep(const char *folder);
/* True when the value of an Origin header is BASE_URL's or one of ORIGINS, however they write case and default port. */
bool origin_is_ours(struct arena *a, const char *origin);

/* Writes the envelope of a reply: what comes before it and behind it are parts of `around`. */
struct around {
    const char *before, *after;
    size_t nbefore, nafter;
};
struct around envelope_success(struct buf *out, const struct req *q, const struct resp *r);
/* An error in its dialect, as one object: its sentence, or the better one of r, in r's language; the fields that are wrong. */
void envelope_error(struct jwrite *w, const struct dialect *d, const char *id, enum err e, const struct resp *r);

/* Turns err into a JSON error body and its headers. */
void resp_error(struct resp *r, const struct req *q, enum err e);
void resp_init(struct resp *r, struct arena *a, struct buf *body);
/* Status line and headers as CGI wants them (RFC 3875), for a body of this length. */
void resp_head(const struct resp *r, const struct req *q, size_t length, struct buf *out);

/* Sends head and body as one complete FastCGI reply to request number `request` on fd; wire is memory to put it together in. False
 * when the peer went away or wire's maximum is too small. */
bool fcgi_reply(int fd, int request, struct buf *wire, const struct buf *head, const char *body, size_t len);

/* Takes what has come and was not read; does not wait. */
void fcgi_drain(int fd);

/* metrics.c: begins to count; the folder of the files; what became of a request that took us microseconds, in metrics and, when a rule of
 * security refused it, as a line of the log. */
void metrics_begin(const struct app *app);
const char *metrics_folder(struct arena *a);
void metrics_answered(const struct req *q, int status, enum err e, int64_t us);

/* FastCGI loop: calls serve for each request until SIGTERM. */
int fcgi_loop(struct worker *w);

#endif
