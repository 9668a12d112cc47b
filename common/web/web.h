/*
 * web.h - what a family sees: request, response, route, app.
 *
 * A family fills one struct app with its const route rows and calls app_run(). For each request serve.c
 * matches a row, authenticates, validates body and query into typed structs, and calls the row's handler, which runs
 * named statements and fills the response. Handlers never print a header, never touch FastCGI and never build JSON by
 * printf: reply_from(), reply_sets() and list.h write what the row's shape says of the rows that were read, and a writer of its own uses
 * r->json. Everything they allocate comes from q->arena and is gone after the request.
 *
 * Adding an endpoint touches three places: a named statement (sql/queries/<family>/<resource>.sql), a handler with its row at
 * the end of apps/<family>/<resource>.c, and a test (tests/http). The API's description is printed from the row, its fields and the
 * shape of its reply: their words are what others learn the API from, and tests/drift refuses a row or a field without. A new resource is
 * also named in apps/<family>/routes.c.
 */
#ifndef MUSTER_WEB_WEB_H
#define MUSTER_WEB_WEB_H

#include "common/auth/principal.h"
#include "common/base/arena.h"
#include "common/base/buf.h"
#include "common/base/cfg.h"
#include "common/base/err.h"
#include "common/base/status.h"
#include "common/db/db.h"
#include "common/json/jwrite.h"
#include "common/meta/shape.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum method { METHOD_GET, METHOD_POST, METHOD_PUT, METHOD_DELETE, METHOD_COUNT };

enum route_flags {
    ROUTE_HASHES = 1,     /* hashes passwords: served by the family's own small pool, so that nothing else waits for it */
    ROUTE_HTML = 2,       /* replies text/html instead of JSON */
    ROUTE_SLOW = 4,       /* may take minutes: nginx waits for it (nginx/fastcgi_slow.conf) */
    ROUTE_LIST = 8,       /* replies an array of the shape */
    ROUTE_PAGED = 16,     /* names the next page in a Link header (RFC 8288) */
    ROUTE_COOKIE = 32,    /* sets or clears the session cookie */
    ROUTE_FILE = 64,      /* may come as an attachment */
    ROUTE_CSV = 128,      /* text/csv as well */
    ROUTE_HTML_TOO = 256, /* text/html as well */
    ROUTE_WHO = 512       /* looks at who asks before its first statement, or may answer without one: that is found out before */
};

/* An error that a route has beside those that follow from its row, with the shape of its body where that says more than others. */
struct route_error {
    enum err err; /* OK: the end */
    const struct shape *shape;
};

#define ROUTE_MAX_PARAMS 4

struct req;
struct resp;

struct route {
    enum method method;
    const char *path; /* "/api/ttx/session/{id}": {x} matches one segment and must be a UUID */
    enum guard guard;
    const char *scope; /* for API keys; NULL: sessions only */
    enum err (*handler)(struct req *q, struct resp *r);
    /* Rules between fields, or against what is stored: runs after the fields were validated and also when some are wrong
     * (their members are NULL, 0 or empty then), names more with resp_field_error(), so that a client learns of all at
     * once. May leave what it looked up in q->checked for the handler. NULL: none. */
    enum err (*check)(struct req *q, struct resp *r);
    const struct field *body; /* NULL: no body is read */
    size_t body_size;
    const struct field *query; /* NULL: the query string is ignored */
    size_t query_size;
    /* Of rows that hash: takes the attempts and refuses whom the pool is not for, in a process of the family that hashes nothing, before
     * the request gets a place in the pool's queue. Sets q->known, or q->answered when there is a reply already. NULL: who asks is found
     * out, no more. */
    enum err (*admit)(struct req *q, struct resp *r);
    /* Gives back what admit took, since there was no place in the queue or no memory; the reply is 503. */
    void (*undo)(struct req *q);
    unsigned flags;
    const char *summary; /* half a sentence */
    /* What the description (openapi.json) says besides: */
    const char *name;                 /* operationId */
    const char *tag;                  /* under which heading */
    const char *help;                 /* what it does, its effects and limits, what to do about its own errors: who may call follows */
    const char *id_help;              /* what {id} of the path names; NULL without one */
    const char *reply_help;           /* of the reply that is no error: one sentence */
    const char *reply_text;           /* the beginning of a reply that is no JSON, as an example; NULL: it is JSON alone */
    int status;                       /* of that reply; 0: 200 */
    const struct shape *reply;        /* its JSON; NULL: none */
    const struct route_error *errors; /* NULL: none of its own */
};

/* For rows: what a body or a query string is read into. */
#define BODY(fields, type) .body = fields, .body_size = sizeof(type)
#define ERRORS(...) ((const struct route_error[]){__VA_ARGS__, {OK, NULL}})
#define QUERY(fields, type) .query = fields, .query_size = sizeof(type)

struct req {
    struct arena *arena;
    struct db *db;
    const struct app *app;
    const struct route *route;
    enum method method;
    char id[37]; /* request id: in the reply header, every log line and the error body */
    const char *path;
    const char *params[ROUTE_MAX_PARAMS]; /* path parameters in order, lower-case UUIDs */
    const char *address;                  /* of the client, as nginx knows it */
    const char *user_agent;
    struct credential credential;
    struct principal who; /* valid when authenticated */
    bool authenticated;
    int transactions;                  /* so far: each is a round trip */
    int admission;                     /* of them those of the process that admitted the request */
    const void *body;                  /* the row's body struct, filled */
    const void *query;                 /* the row's query struct, filled */
    void *checked;                     /* from the row's check to its handler */
    bool known;                        /* somebody who has been here before: the queue is the one that is kept for such people */
    bool answered;                     /* by the row's admit */
    bool handed_on;                    /* to the pool that hashes; no reply of this process goes to the client */
    const struct transport *transport; /* of common/web alone */
};

#define RESP_MAX_HEADERS 8

/*
 * A reply that is longer than memory should hold. The handler does what can fail with an error reply, sets r->stream (and
 * r->state, in q->arena), writes a beginning into the body or nothing, and returns OK. Then the headers go out, without a
 * length, and r->stream is called again and again; each call adds the next part to r->json or r->body, which are sent and emptied
 * behind it, until it sets *done. While it runs q->arena is a small one that is wiped after every part: what has to outlive the
 * part belongs into r->state. Each part reads with req_run() in a transaction of its own.
 *
 * The status is gone by then, so a reply that fails in the middle must not look whole: when a part returns an error, or the JSON
 * is not one complete value at the end, nginx is told that the reply is broken, and cuts off the client. A client that goes away ends it
 * after the part. HEAD gets the headers alone.
 */
struct resp {
    int status;
    const char *content_type;
    struct buf *body;
    struct jwrite json;
    struct {
        const char *name, *value;
    } headers[RESP_MAX_HEADERS];
    int nheaders;
    struct arena *arena;
    enum err (*stream)(struct req *q, struct resp *r, bool *done); /* NULL: the body is all there is */
    void *state;
    struct field_errors errors; /* filled by validation and by handlers for rules between fields */
    const char *message;        /* better sentence than the error table's */
    bool unsound;               /* a header was refused: the reply must not go out */
};

struct app {
    const char *name;                  /* family: "auth", "exercises", "portal" */
    const struct route *const *routes; /* the tables of its resources, NULL at the end; a table ends with {0} */
    const struct db_stmt *stmts;
    int nstmts;
    const struct cfg_row *cfg; /* the family's own settings, or NULL */
    /* What the family needs besides before it may serve: false with a sentence in err stops the process. NULL: nothing. */
    bool (*start)(char *err, size_t size);
};

/* Settings that every family has. */
struct web_config {
    const char *base_url; /* without a trailing slash; links in certificates and QR codes begin with it */
    const char *origins;  /* besides that of base_url, separated by spaces: what else people may type to reach this machine itself */
    const char *database_url;
    const char *log_level;
    const char *health_sockets; /* of families that ask others (HEALTH_SETTING of health.h); otherwise "" */
};
extern struct web_config web_config;

/* Serves until SIGTERM. argv may hold --routes (prints the rows as JSON), --openapi (the family's part of the description), --nginx
 * (the locations), --settings (the names of the settings) or --help (the settings). What else argv holds is for whoever looks at the
 * list of processes. */
int app_run(const struct app *app, int argc, char **argv);

/* Runs n statements for the request in one round trip and transaction: the first time behind the look-up of the
 * credential and the route's guard, later behind entering the tenant again. */
enum err req_run(struct req *q, const struct db_call *calls, size_t n);
/* {"success":true} */
extern const struct shape success_shape;
/* Writes it; returns OK. */
enum err reply_success(struct resp *r);
/* Runs a statement and writes the reply as the route's row says: status, and its shape of what was read: with ROUTE_LIST an array of all
 * rows, otherwise the object of the first row, or ERR_NOT_FOUND without one. Lists with pages: list.h. */
enum err reply_from(struct req *q, struct resp *r, struct db_call call);
/* The same of what was read already: one result, or as many as the shape's members name by .set. */
enum err reply_sets(struct req *q, struct resp *r, const struct db_rows *sets);
/* A cookie's value, or NULL. */
const char *req_cookie(const struct req *q, const char *name);
/* The session cookie's name: __Host- when the base URL is https (rule A10). */
const char *req_cookie_name(void);

/* The status of a reply that is no error and not 200: a number of the table in status.h, anything else does not compile. */
#define resp_status(r, number) ((r)->status = HTTP_##number)
/* Adds a header; name and value must outlive the request (literals or arena). A name that is no token and a value that is not printable
 * ASCII (line ends, other control bytes, letters beyond ASCII) are never sent: the reply becomes 500, and the log names the header. What
 * people typed is percent-encoded before, or given to resp_attachment(). */
void resp_header(struct resp *r, const char *name, const char *value);
/* The body is to be saved under this name, of whatever letters (RFC 6266). */
void resp_attachment(struct resp *r, const char *filename);
/* Sets the sentence of an error and returns the error: return resp_fail(r, ERR_X, "..."). */
enum err resp_fail(struct resp *r, enum err e, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* Retry-After and ERR_RATE_LIMITED. */
enum err resp_wait(struct resp *r, int64_t seconds);
/* Names a wrong field; return ERR_VALIDATION afterwards. */
#define resp_field_error(r, field, ...) field_errors_add(&(r)->errors, (r)->arena, field, __VA_ARGS__)
/* An HTML reply: type, its own strict CSP (style_hash: "sha256-..." of the one inline style sheet), and with filename an attachment. */
void resp_html(struct resp *r, const char *style_hash, const char *filename);
/* Sets or (value NULL) clears a cookie that no script sees; only what is below path gets it. */
void resp_put_cookie(struct resp *r, const char *name, const char *path, const char *value, int64_t max_age);
/* The same of the session cookie. */
void resp_cookie(struct resp *r, const char *value, int64_t max_age);

#endif
