/*
 * web.h - what a family sees: request, response, route, app.
 *
 * A family fills one struct app with tables of const route rows and calls app_run(). For each request serve.c
 * matches a row, authenticates, validates body and query into typed structs, and calls the row's handler, which runs
 * named statements and fills the response. A table may have a prefix and a dialect of its own (dialect.h). Handlers never print a header,
 * never touch FastCGI and never build JSON by printf: reply_from(), reply_sets() and list.h write what the row's shape says of the rows
 * that were read, and a writer of its own uses r->json. Everything they allocate comes from q->arena and is gone after the request.
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
#include "common/crypto/crypto.h"
#include "common/db/db.h"
#include "common/json/jwrite.h"
#include "common/meta/shape.h"
#include "common/web/dialect.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum method { METHOD_GET, METHOD_POST, METHOD_PUT, METHOD_PATCH, METHOD_DELETE, METHOD_OPTIONS, METHOD_COUNT };

/* What a parameter of a path, {x}, matches; the value is in q->params. */
enum param {
    PARAM_UUID, /* in lower case from here on */
    PARAM_INT,  /* 0 to 2^63 - 1, decimal without leading zeros; the number is in q->numbers too */
    PARAM_NAME, /* one segment, not empty; decoded: UTF-8 without control bytes, with slashes when they were sent as %2F */
    PARAM_REST, /* everything to the end of the path, not empty, as it was sent; the last one, in a table with a prefix */
    PARAM_COUNT
};

enum route_flags {
    ROUTE_HASHES = 1,     /* hashes passwords: served by a small pool of its own, so that nothing else waits for it */
    ROUTE_HTML = 2,       /* replies text/html instead of JSON */
    ROUTE_SLOW = 4,       /* may take minutes: nginx waits for it (nginx/fastcgi_slow.conf) */
    ROUTE_LIST = 8,       /* replies an array of the shape */
    ROUTE_PAGED = 16,     /* names the next page in a Link header (RFC 8288) */
    ROUTE_COOKIE = 32,    /* sets or clears the session cookie */
    ROUTE_FILE = 64,      /* may come as an attachment */
    ROUTE_CSV = 128,      /* text/csv as well */
    ROUTE_HTML_TOO = 256, /* text/html as well */
    ROUTE_WHO = 512,      /* looks at who asks before its first statement, or may answer without one: that is found out before */
    ROUTE_UPLOAD = 1024,  /* the body, of whatever type, goes into a file (q->upload); served by a pool of its own likewise */
    /* Cannot be undone, or makes credentials, factors or administrators: a session must have given a password or a code in the last
     * STEP_UP_SECONDS (rule A15). Keys are asked for their scope instead. */
    ROUTE_STEP_UP = 2048,
    ROUTE_STEP_UP_SOME = 4096, /* some of its requests are such: the handler asks req_is_proven() */
    /* Also for somebody without a second factor in an organisation that requires one: what it takes to set one up, to sign out, and what
     * is everybody's right. All other closed rows ask for it, and those of the platform in any case (rule A5). */
    ROUTE_WITHOUT_FACTOR = 8192,
    ROUTE_ENDING = 16384,  /* stays open to people whose organisation is going to be deleted (rule E2) */
    ROUTE_METRICS = 32768, /* replies in the format of metrics.h instead of JSON */
    ROUTE_BARE = 65536,    /* its reply has no envelope, whatever the dialect says */
    ROUTE_XML_TOO = 131072 /* application/xml as well */
};

/* An error that a route has beside those that follow from its row, with the shape of its body where that says more than others. */
struct route_error {
    enum err err; /* OK: the end */
    const struct shape *shape;
};

#define ROUTE_MAX_PARAMS 4
#define STEP_UP_SECONDS 900

struct req;
struct resp;

struct route {
    enum method method;
    const char *path; /* "/api/ttx/session/{id}": {x} is a parameter */
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
    const char *summary;                 /* half a sentence */
    enum param params[ROUTE_MAX_PARAMS]; /* what the parameters of the path are, in order: UUIDs unless it is said */
    struct limits limits;                /* where they differ from the table's */
    /* What the description (openapi.json) says besides: */
    const char *param_help[ROUTE_MAX_PARAMS]; /* what the parameters of the path name, in order: one sentence each */
    const char *name;                         /* operationId */
    const char *tag;                          /* under which heading */
    const char *help;                 /* what it does, its effects and limits, what to do about its own errors: who may call follows */
    const char *reply_help;           /* of the reply that is no error: one sentence */
    const char *reply_text;           /* the beginning of a reply that is no JSON, as an example; NULL: it is JSON alone */
    int status;                       /* of that reply; 0: 200 */
    const struct shape *reply;        /* its JSON; NULL: none */
    const struct route_error *errors; /* NULL: none of its own */
};

/* The rows of a resource, and what they have in common; a list of tables ends with {0}. */
struct table {
    const struct route *rows; /* ends with {0} */
    /* "/api/v3": the table owns every request target that is this or goes on with "/" or "?", as it was sent. Its paths, which begin
     * with the prefix, are matched against those very bytes, which nginx has neither decoded nor tidied; nothing of them is repeated by
     * nginx but reads. NULL: the rows are matched against the path as nginx understood it. */
    const char *prefix;
    const struct dialect *dialect; /* NULL: muster_dialect */
    struct limits limits;          /* where they differ from the dialect's */
};

/* For rows: what a body or a query string is read into. */
#define BODY(fields, type) .body = fields, .body_size = sizeof(type)
#define ERRORS(...) ((const struct route_error[]){__VA_ARGS__, {OK, NULL}})
#define QUERY(fields, type) .query = fields, .query_size = sizeof(type)

/* The body of a row with ROUTE_UPLOAD. The file is gone after the request unless upload_keep() gave it a name. */
struct upload {
    const char *path; /* in the app's folder; NULL once it was kept */
    int fd;           /* open for reading and writing, at its end */
    int64_t size;
    unsigned char sha256[CRYPTO_HASH_SIZE];
};

struct req {
    struct arena *arena;
    struct db *db;
    const struct app *app;
    const struct dialect *dialect;
    const struct route *route;
    enum method method;
    char id[37];                          /* request id: in the reply header, every log line and the error body */
    const char *target;                   /* path and query as they were sent: what a signature was made over */
    const char *path;                     /* of the target when the table has a prefix, otherwise as nginx understood it */
    const char *query_string;             /* behind the first question mark, as it was sent; or "" */
    const char *params[ROUTE_MAX_PARAMS]; /* path parameters in order */
    int64_t numbers[ROUTE_MAX_PARAMS];    /* of those that are numbers */
    const char *address;                  /* of the client, as nginx knows it */
    const char *user_agent;
    struct credential credential;
    struct principal who; /* valid when authenticated */
    bool authenticated;
    int transactions;                  /* so far: each is a round trip */
    int admission;                     /* of them those of the process that admitted the request */
    const void *body;                  /* the row's body struct, filled */
    const void *query;                 /* the row's query struct, filled */
    struct upload *upload;             /* the body in a file, for the handler; the row's check runs before it is read */
    void *checked;                     /* from the row's check to its handler */
    bool known;                        /* somebody who has been here before: the queue is the one that is kept for such people */
    bool answered;                     /* by the row's admit */
    int64_t queued_us;                 /* how long it waited for the pool that hashes; -1: it did not */
    bool undone;                       /* there was no place for it in the pool that hashes */
    bool handed_on;                    /* to the pool that hashes; no reply of this process goes to the client */
    void *proof;                       /* from one function of the authenticator to the next */
    const struct transport *transport; /* of common/web alone, here and below */
    const struct table *table;
    struct resp *resp;
};

#define RESP_MAX_HEADERS 12
#define RESP_MAX_FACTS 4

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
    struct {
        const char *name, *text; /* text NULL: the number */
        int64_t number;
    } facts[RESP_MAX_FACTS];
    int nfacts;
    struct arena *arena;
    enum err (*stream)(struct req *q, struct resp *r, bool *done); /* NULL: the body is all there is */
    void *state;
    struct field_errors errors;  /* filled by validation and by handlers for rules between fields */
    const struct words *message; /* better sentence than the error's own; NULL: none */
    enum lang lang;              /* of sentences: req_lang() */
    bool unsound;                /* a header was refused: the reply must not go out */
};

struct app {
    const char *name;           /* family: "auth", "exercises", "portal" */
    const struct table *tables; /* of its resources; {0} at the end */
    const struct db_stmt *stmts;
    int nstmts;
    const struct cfg_row *cfg;  /* the family's own settings, or NULL */
    const char *const *uploads; /* the setting with the folder for bodies in files; NULL: no row has one */
    /* What the family needs besides before it may serve: false with a sentence in err stops the process. NULL: nothing. */
    bool (*start)(char *err, size_t size);
};

/* Settings that every family has. */
struct web_config {
    const char *base_url; /* without a trailing slash; links in certificates and QR codes begin with it */
    const char *origins;  /* besides that of base_url, separated by spaces: what else people may type to reach this machine itself */
    const char *database_url;
    const char *log_level;
    int64_t session_idle_hours; /* that a session may rest; 0: no limit */
    const char *health_sockets; /* of families that ask others (HEALTH_SETTING of health.h); otherwise "" */
    const char *metrics_file;   /* where this service counts; beside it are the files of the others */
    const char *metrics_token;  /* SHA-256 of the token that lets somebody read them, in hexadecimal; "": nobody */
};
extern struct web_config web_config;

/* Serves until SIGTERM. argv may hold --routes (prints the rows as JSON), --openapi (the family's part of the description), --settings
 * (the names of the settings), --help (the settings) or what nginx needs (nginx.c): --nginx (locations), --nginx-targets,
 * --nginx-dialects, --nginx-errors, --nginx-line, --pools. What else argv holds is for whoever looks at the list of processes. */
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
/* A header of the request as CGI calls it ("HTTP_AUTHORIZATION"), or NULL. */
const char *req_header(const struct req *q, const char *name);
/* Rule A10: a write that carries the cookie and comes from another site's page. */
bool req_cross_site(const struct req *q);
/* Gives the file with the body a name in its folder, for good; what has the name already is replaced. */
enum err upload_keep(struct req *q, const char *name);
/* Whether what ROUTE_STEP_UP asks for is there; after the first req_run(). */
bool req_is_proven(const struct req *q);
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
/* What the envelope of a dialect says beside the reply (PART_FACT); name must outlive the request, here and below. One that no member
 * asks for is not sent. */
void resp_fact(struct resp *r, const char *name, const char *text);
void resp_fact_int(struct resp *r, const char *name, int64_t number);
/* Sets the sentence of an error and returns the error: return resp_fail(r, ERR_X, W_ERRORS_X(...)). Texts among its arguments are static
 * or in the request's arena. */
enum err resp_fail(struct resp *r, enum err e, struct words message);
/* The same of a message without arguments, for tables. */
enum err resp_fail_id(struct resp *r, enum err e, enum words_id message);
/* A sentence that a dialect's own specification words, in the one language that it speaks. */
enum err resp_fail_text(struct resp *r, enum err e, const char *fmt, ...) __attribute__((format(printf, 3, 4)));
/* In which language the caller reads: that of the person who asks, as soon as that is known, else what the browser asks for. */
enum lang req_lang(const struct req *q);
/* Says which language a reply with sentences is in. */
void resp_speaks(struct resp *r);
/* Retry-After and ERR_RATE_LIMITED. */
enum err resp_wait(struct resp *r, int64_t seconds);
/* Names a wrong field; return ERR_VALIDATION afterwards. */
#define resp_field_error(r, field, ...) field_errors_add(&(r)->errors, (r)->arena, field, (__VA_ARGS__))
/* An HTML reply: type, its own strict CSP (style_hash: "sha256-..." of the one inline style sheet), and with filename an attachment. */
void resp_html(struct resp *r, const char *style_hash, const char *filename);
/* Sets or (value NULL) clears a cookie that no script sees; only what is below path gets it. */
void resp_put_cookie(struct resp *r, const char *name, const char *path, const char *value, int64_t max_age);
/* The same of the session cookie. */
void resp_cookie(struct resp *r, const char *value, int64_t max_age);

#endif
