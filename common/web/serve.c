/*
 * serve.c - the life of one request.
 *
 *   1 request id, log prefix          5 credential present, not cross-site
 *   2 caps on path and query          6 authenticate (before the body is read)
 *   3 row for method and path         7 body and query validated, all wrong fields at once
 *   4 OPTIONS, 405 from the table     8 handler; 9 reply; 10 access line, arena reset
 *
 * Reads authenticate in the same round trip as the handler's first statement (req_run), see may_join().
 */
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/crypto/crypto.h"
#include "common/json/jread.h"
#include "common/web/internal.h"
#include "queries_common.h"

#define MAX_PATH 1024
#define MAX_QUERY 4096
#define MAX_BODY (256 * 1024)
#define MAX_CALLS 16
#define PART_MEMORY (64 * 1024)

static const char *param_or(const struct transport *t, const char *name, const char *dflt) {
    const char *v = t->param(t->ctx, name);
    return v ? v : dflt;
}

static void set_request_id(struct req *q, const char *given) {
    size_t len = given ? strlen(given) : 0;
    bool sound = len >= 8 && len <= 36 && strspn(given, "0123456789abcdef-") == len;
    if (!sound || !str_copy(q->id, sizeof(q->id), given)) {
        crypto_uuid(q->id);
    }
    log_request(q->id);
}

enum err req_run(struct req *q, const struct db_call *calls, size_t n) {
    struct db_call all[MAX_CALLS + 1];
    struct db_rows principal = {0};
    bool first = !q->authenticated && q->route->guard != GUARD_PUBLIC;
    size_t at = 0;
    if (n > MAX_CALLS) {
        return ERR_INTERNAL;
    }
    if ((q->route->flags & ROUTE_HASHES) && q->transport->gone && q->transport->gone(q->transport->ctx)) {
        return ERR_UNAVAILABLE; /* its client gave up while it hashed: a session or password now would be one that nobody knows of */
    }
    if (first) {
        all[at++] = principal_call(q->arena, &q->credential, q->route->guard, q->route->scope, q->id, &principal);
    } else if (q->authenticated) {
        all[at++] = principal_enter(&q->who, q->id);
    } else if (q->method != METHOD_GET) {
        all[at++] = (struct db_call){.stmt = STMT_REQUEST, .args = {q->id}};
    }
    if (n > 0) {
        memcpy(all + at, calls, n * sizeof(*calls));
    }
    enum err e = db_run(q->db, q->arena, all, at + n);
    if (first && (e == OK || principal.n == 1)) {
        enum err who = principal_read(&principal, q->credential.is_key, &q->who);
        if (who != OK) {
            return who; /* what the statements behind it said of an unset tenant does not matter */
        }
        q->authenticated = true;
    }
    return e;
}

/* Rule A10: a write with a cookie must come from our own pages. Browsers say where a request comes from; scripts that
 * send neither header carry no ambient cookies that somebody else could ride on. */
static bool cross_site(const struct transport *t, const struct req *q) {
    const char *site = t->param(t->ctx, "HTTP_SEC_FETCH_SITE");
    const char *origin = t->param(t->ctx, "HTTP_ORIGIN");
    if (q->credential.is_key || q->method == METHOD_GET) {
        return false;
    }
    if (site && *site && !str_eq(site, "same-origin") && !str_eq(site, "none")) {
        return true;
    }
    if (!origin || !*origin) {
        return false;
    }
    const char *host = strstr(origin, "://");
    return !host || !str_eq(host + 3, t->param(t->ctx, "HTTP_HOST"));
}

static enum err read_body(struct worker *w, const struct transport *t, struct resp *r) {
    int64_t length = 0;
    const char *declared = t->param(t->ctx, "CONTENT_LENGTH");
    buf_clear(&w->body_in, 64 * 1024);
    if (!declared || !*declared) {
        return OK;
    }
    if (!str_to_i64(declared, 0, INT64_MAX, &length)) {
        return resp_fail(r, ERR_BAD_REQUEST, "Content-Length is not a number.");
    }
    if (length > MAX_BODY) {
        return ERR_TOO_LARGE;
    }
    char *room = buf_reserve(&w->body_in, (size_t)length);
    int got = 0;
    while (room && got < length) {
        int n = t->read(t->ctx, room + got, (int)length - got);
        if (n <= 0) {
            break;
        }
        got += n;
    }
    if (!room || got != length) {
        return resp_fail(r, ERR_BAD_REQUEST, "The body is shorter than Content-Length says.");
    }
    buf_advance(&w->body_in, (size_t)length);
    return OK;
}

static enum err parse_body(struct worker *w, const struct transport *t, struct req *q, struct resp *r) {
    enum err e = read_body(w, t, r);
    if (e != OK) {
        return e;
    }
    const char *type = param_or(t, "CONTENT_TYPE", "");
    if (*type && (strncasecmp(type, "application/json", 16) != 0 || !strchr("; \t", type[16]))) {
        return ERR_MEDIA_TYPE;
    }
    const char *why = "is empty; it must be a JSON object";
    struct json_object *json = w->body_in.len ? jr_parse(q->arena, w->body_in.data, w->body_in.len, &why) : NULL;
    if (!json) {
        return resp_fail(r, ERR_MALFORMED_JSON, "The body %s.", why);
    }
    if (!json_object_is_type(json, json_type_object)) {
        return ERR_MALFORMED_JSON;
    }
    void *body = arena_alloc(q->arena, q->route->body_size);
    field_read_json(q->route->body, json, body, q->arena, &r->errors);
    q->body = body;
    return OK;
}

static void parse_query(const struct transport *t, struct req *q, struct resp *r) {
    void *query = arena_alloc(q->arena, q->route->query_size);
    field_read_query(q->route->query, param_or(t, "QUERY_STRING", ""), query, q->arena, &r->errors);
    q->query = query;
}

/* Whether the handler's first statements may go out together with the look at the credential, to be run for whoever it is. Reads see
 * nothing without a tenant. Writes stumble over one that is missing, and what reads across tenants raises an error: both would be errors in
 * the logs that anybody can cause. */
static bool may_join(const struct route *row) {
    return row->method == METHOD_GET && row->guard != GUARD_PLATFORM && !row->body;
}

/* Steps 5 to 8 for a matched row. */
static enum err run_route(struct worker *w, const struct transport *t, struct req *q, struct resp *r) {
    const struct route *row = q->route;
    enum err e = OK;
    if ((row->flags & ROUTE_HASHES) && t->gone && t->gone(t->ctx)) {
        return ERR_UNAVAILABLE; /* it waited in the queue until its client gave up: those behind it must not pay for that */
    }
    if (row->guard != GUARD_PUBLIC && !q->credential.token) {
        return ERR_UNAUTHENTICATED;
    }
    if (cross_site(t, q)) {
        return ERR_CROSS_ORIGIN;
    }
    if (row->guard != GUARD_PUBLIC && !may_join(row)) {
        e = req_run(q, NULL, 0);
    }
    if (e == OK && row->query) {
        parse_query(t, q, r);
    }
    if (e == OK && row->body) {
        e = parse_body(w, t, q, r);
    }
    if (e == OK && row->check) {
        e = row->check(q, r);
    }
    if (e == OK && r->errors.count) {
        e = ERR_VALIDATION;
    }
    if (e == OK && (row->flags & ROUTE_HASHES) && !crypto_password_reserve()) {
        log_error("web: no memory for a password");
        e = ERR_UNAVAILABLE;
    }
    if (e == OK) {
        e = row->handler(q, r);
    }
    crypto_password_release();
    if (!q->authenticated && row->guard != GUARD_PUBLIC && e != ERR_UNAVAILABLE && e != ERR_INTERNAL) {
        /* Nothing was read under the guard yet (a wrong parameter, a reply without a statement): who asks comes first. */
        enum err who = req_run(q, NULL, 0);
        e = who != OK ? who : e;
    }
    return e;
}

static enum err route_request(struct worker *w, const struct transport *t, struct req *q, struct resp *r) {
    const char *path = param_or(t, "DOCUMENT_URI", param_or(t, "SCRIPT_NAME", ""));
    const char *allow = NULL;
    bool options = false;
    if (strlen(path) > MAX_PATH || strlen(param_or(t, "QUERY_STRING", "")) > MAX_QUERY) {
        return ERR_URI_TOO_LONG;
    }
    char *copy = arena_strdup(q->arena, path);
    q->path = copy;
    enum err e = route_find(w->app, param_or(t, "REQUEST_METHOD", ""), copy, q, &allow, &options);
    if (allow && (options || e == ERR_METHOD)) {
        resp_header(r, "Allow", allow);
    }
    if (options && e == OK) {
        resp_status(r, 204);
        return OK;
    }
    return e == OK ? run_route(w, t, q, r) : e;
}

/* Sends the parts of a reply as they are made (web.h). */
static void send_parts(struct req *q, struct resp *r, const struct transport *t) {
    struct arena *whole = q->arena;
    enum err e = OK;
    bool done = false, taken = t->write(t->ctx, r->body->data, r->body->len);
    q->arena = r->arena = arena_new(PART_MEMORY);
    while (e == OK && !done && taken && !(t->gone && t->gone(t->ctx))) {
        buf_clear(r->body, 0);
        e = r->stream(q, r, &done);
        if (e == OK && (r->body->failed || (done && str_eq(r->content_type, "application/json") && !jw_done(&r->json)))) {
            e = ERR_INTERNAL;
        }
        taken = e == OK && t->write(t->ctx, r->body->data, r->body->len);
        arena_wipe(q->arena);
    }
    arena_free(q->arena);
    q->arena = r->arena = whole;
    if (e != OK) {
        log_error("web: the reply was cut off: %s", err_code(e));
    } else if (!done || !taken) {
        log_warn("web: the client went away");
    }
    if (e != OK || !done || !taken) {
        t->cut(t->ctx);
    }
}

static void finish(struct worker *w, const struct transport *t, struct req *q, struct resp *r, enum err e) {
    if (e == OK && !r->stream && r->status != 204 && r->status != 304 && str_eq(r->content_type, "application/json") &&
        !jw_done(&r->json)) {
        log_error("web: the reply is not one complete JSON value");
        e = ERR_INTERNAL;
    }
    if (e == OK && r->body->failed) {
        log_error("web: the reply passes its maximum");
        e = ERR_INTERNAL;
    }
    if (e == OK && !http_phrase(r->status)) {
        log_error("web: %d is no status of ours", r->status);
        e = ERR_INTERNAL;
    }
    if (r->unsound) {
        e = ERR_INTERNAL;
        r->message = NULL;
    }
    if (e != OK) {
        resp_error(r, q, e);
    }
    buf_clear(&w->head, 0);
    resp_head(r, q, &w->head);
    bool body = r->status != 204 && r->status != 304;
    bool taken =
        r->stream ? t->write(t->ctx, w->head.data, w->head.len) : t->reply(t->ctx, &w->head, r->body->data, body ? r->body->len : 0);
    if (!taken) {
        log_warn("web: the client went away");
    } else if (r->stream && !str_eq(t->param(t->ctx, "REQUEST_METHOD"), "HEAD")) {
        send_parts(q, r, t);
    }
}

void web_serve(struct worker *w, const struct transport *t) {
    int64_t start = clock_mono_us();
    struct req q = {.arena = w->arena, .db = w->db, .app = w->app, .transport = t};
    struct resp r;
    set_request_id(&q, t->param(t->ctx, "REQUEST_ID"));
    resp_init(&r, w->arena, &w->body_out);
    q.address = param_or(t, "REMOTE_ADDR", "");
    q.user_agent = param_or(t, "HTTP_USER_AGENT", "");
    q.credential =
        credential_from_headers(w->arena, t->param(t->ctx, "HTTP_AUTHORIZATION"), t->param(t->ctx, "HTTP_COOKIE"), req_cookie_name());
    enum err e = route_request(w, t, &q, &r);
    finish(w, t, &q, &r, e);
    log_info("%s %s %d %lldus", param_or(t, "REQUEST_METHOD", "?"), q.route ? q.route->path : "-", r.status,
             (long long)(clock_mono_us() - start));
    log_request(NULL);
    arena_wipe(w->arena);
}
