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
    struct buf body_in, body_out, head;
};

/* Serves one request from start to end; never fails (a broken client is logged). */
void web_serve(struct worker *w, const struct transport *t);

/* Finds the row for method and path. OK; ERR_NOT_FOUND; ERR_METHOD with the allowed methods in *allow. options: true for an OPTIONS
 * request, which yields OK with *out NULL and *allow. */
enum err route_find(const struct app *app, const char *method, char *path, struct req *q, const char **allow, bool *options);
/* Walks the table at start: unique rows, sound descriptors, handlers present. */
bool route_selfcheck(const struct app *app, char *err, size_t size);
/* Goes through all rows of a family; a table ends with a row of zeros. */
#define each_route(app, row)                                                                                                               \
    for (const struct route *const *row##_table = (app)->routes; *row##_table; row##_table++)                                              \
        for (const struct route *row = *row##_table; row->path || row->handler; row++)
/* False when the rows do not make one JSON value, here and below. */
bool route_print_json(const struct app *app);
/* The family's part of openapi.json: {"paths":{},"schemas":{},"errors":[]}. */
bool openapi_print(const struct app *app);
/* The first row of a path, which several methods share. */
const struct route *path_first(const struct app *app, const char *path);
bool route_print_nginx(const struct app *app);
extern const char *const method_names[METHOD_COUNT];

/* Reads the body of a request and validates it into q->body. What is wrong with the body as such is the error; wrong fields are named in
 * r->errors. */
enum err body_parse(struct worker *w, const struct transport *t, struct req *q, struct resp *r);
/* True when the value of an Origin header is BASE_URL's or one of ORIGINS, however they write case and default port. */
bool origin_is_ours(struct arena *a, const char *origin);

/* Turns err into a JSON error body and its headers. */
void resp_error(struct resp *r, const struct req *q, enum err e);
void resp_init(struct resp *r, struct arena *a, struct buf *body);
/* Status line and headers as CGI wants them (RFC 3875). */
void resp_head(const struct resp *r, const struct req *q, struct buf *out);

/* Sends head and body as one complete FastCGI reply to request number `request` on fd; wire is memory to put it together in. False
 * when the peer went away or wire's maximum is too small. */
bool fcgi_reply(int fd, int request, struct buf *wire, const struct buf *head, const char *body, size_t len);

/* FastCGI loop: calls serve for each request until SIGTERM. */
int fcgi_loop(struct worker *w);

#endif
