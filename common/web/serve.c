/*
 * serve.c - the life of one request.
 *
 * A request gets its id, its row (route.c), then walks through the phases of the table below, and ends with a reply and a line in the
 * log. One whose row hashes does so twice: first it is admitted (is_stage()), then a process of the pool does what the row is for. Who asks
 * is found out in the round trip of the first statements, whichever phase has them: a caller who is refused ends the pipeline in the
 * database (principal_enter()), so nothing of it was done. What is wrong with the request is told after who asks is known: 401 and 403 come
 * before 400.
 */
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/crypto/crypto.h"
#include "common/web/internal.h"
#include "queries_common.h"

#define MAX_PATH 1024
#define MAX_QUERY 4096
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
        all[at++] = (struct db_call){SQL_REQUEST(q->id)};
    }
    if (n > 0) {
        memcpy(all + at, calls, n * sizeof(*calls));
    }
    q->transactions++;
    enum err e = db_run(q->db, q->arena, all, at + n);
    if (first && principal.n == 1) {
        principal_read(&principal, q->credential.is_key, &q->who);
        q->authenticated = true;
    }
    return e;
}

const char *req_cookie(const struct req *q, const char *name) {
    return cookie_value(q->arena, q->transport->param(q->transport->ctx, "HTTP_COOKIE"), name);
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
    return origin && *origin && !origin_is_ours(q->arena, origin);
}

static void parse_query(const struct transport *t, struct req *q, struct resp *r) {
    void *query = arena_alloc(q->arena, q->route->query_size);
    field_read_query(q->route->query, param_or(t, "QUERY_STRING", ""), query, q->arena, &r->errors);
    q->query = query;
}

/* What the phases hand on. */
struct life {
    struct worker *w;
    const struct transport *t;
    struct req *q;
    struct resp *r;
    enum err parsed; /* what was wrong with the body as such: told when it is known who asks */
};

/* Where passwords are hashed a place in the queue is scarce, so a process that hashes nothing decides first who gets one, and hands the
 * request on through nginx (print_stages() in route.c), which says how far it is: "hash" in the pool; "undo" when the pool did not take
 * it; nothing at the beginning. */
static bool is_stage(const struct transport *t, const struct req *q, const char *stage) {
    return (q->route->flags & ROUTE_HASHES) && str_eq(param_or(t, "MUSTER_STAGE", ""), stage);
}

/* It waited in the queue until its client gave up: those behind it must not pay for that. */
static enum err phase_awaited(struct life *l) {
    return (l->q->route->flags & ROUTE_HASHES) && l->t->gone && l->t->gone(l->t->ctx) ? ERR_UNAVAILABLE : OK;
}

static enum err phase_credential(struct life *l) {
    if (l->q->route->guard != GUARD_PUBLIC && !l->q->credential.token) {
        return ERR_UNAUTHENTICATED;
    }
    return cross_site(l->t, l->q) ? ERR_CROSS_ORIGIN : OK;
}

/* nginx has the whole body and has bounded it, so reading it costs less than a round trip to find out who sends it. */
static enum err phase_parse(struct life *l) {
    if (l->q->route->query) {
        parse_query(l->t, l->q, l->r);
    }
    l->parsed = l->q->route->body ? body_parse(l->w, l->t, l->q, l->r) : OK;
    return OK;
}

/* Alone where nothing else is asked of the database before an answer is known: a body that is none, a handler without statements. */
static enum err phase_authenticate(struct life *l) {
    bool admits = is_stage(l->t, l->q, "") && !l->q->route->admit;
    bool alone = l->parsed != OK || admits || (l->q->route->flags & ROUTE_WHO) || (l->r->errors.count && !l->q->route->check);
    enum err e = alone && l->q->route->guard != GUARD_PUBLIC ? req_run(l->q, NULL, 0) : OK;
    return e != OK ? e : l->parsed;
}

static enum err phase_check(struct life *l) {
    return l->q->route->check ? l->q->route->check(l->q, l->r) : OK;
}

static enum err phase_validate(struct life *l) {
    if (!l->r->errors.count) {
        return OK;
    }
    enum err e = !l->q->authenticated && l->q->route->guard != GUARD_PUBLIC ? req_run(l->q, NULL, 0) : OK;
    return e != OK ? e : ERR_VALIDATION;
}

static enum err undo(struct req *q) {
    if (q->route->undo) {
        q->route->undo(q);
    }
    return ERR_UNAVAILABLE;
}

static enum err phase_admit(struct life *l) {
    l->q->known = str_eq(param_or(l->t, "MUSTER_KNOWN", ""), "1");
    if (is_stage(l->t, l->q, "undo")) {
        return undo(l->q);
    }
    if (!is_stage(l->t, l->q, "")) {
        return OK;
    }
    enum err e = l->q->route->admit ? l->q->route->admit(l->q, l->r) : OK;
    l->q->handed_on = e == OK && !l->q->answered;
    return e;
}

/* Before anything else is written: a password that cannot be hashed is no wrong password. */
static enum err phase_reserve(struct life *l) {
    if (!(l->q->route->flags & ROUTE_HASHES) || crypto_password_reserve()) {
        return OK;
    }
    log_error("web: no memory for a password");
    return undo(l->q);
}

static enum err phase_handle(struct life *l) {
    enum err e = l->q->route->handler(l->q, l->r);
    if (l->q->transactions > l->q->admission || l->q->route->guard == GUARD_PUBLIC) {
        return e;
    }
    if (e == OK) {
        log_error("web: %s answers before it is known who asks; its row must say ROUTE_WHO", l->q->route->path);
        return ERR_INTERNAL;
    }
    enum err who = req_run(l->q, NULL, 0);
    return who != OK ? who : e;
}

/* In this order; the first that fails is the answer. */
static enum err (*const phases[])(struct life *l) = {phase_awaited,  phase_credential, phase_parse,   phase_authenticate, phase_check,
                                                     phase_validate, phase_admit,      phase_reserve, phase_handle};

static enum err run_route(struct worker *w, const struct transport *t, struct req *q, struct resp *r) {
    struct life l = {.w = w, .t = t, .q = q, .r = r};
    enum err e = OK;
    for (size_t i = 0; e == OK && !q->handed_on && !q->answered && i < sizeof(phases) / sizeof(phases[0]); i++) {
        e = phases[i](&l);
    }
    crypto_password_release();
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

/* What nginx needs to go on with the request (route.c, print_stages()): where, and how many round trips it took so far. */
static void hand_on(struct worker *w, const struct transport *t, const struct req *q) {
    buf_clear(&w->head, 0);
    buf_printf(&w->head, "Status: 200 OK\r\nX-Accel-Redirect: @%s_%s\r\nX-Transactions: %d\r\n\r\n", w->app->name,
               q->known ? "known" : "hash", q->transactions);
    t->reply(t->ctx, &w->head, "", 0);
    log_debug("web: %s is handed on", q->route->path);
}

static void answer(struct worker *w, const struct transport *t, struct req *q, struct resp *r, enum err e, int64_t start) {
    finish(w, t, q, r, e);
    log_info("%s %s %d %lldus %dtx", param_or(t, "REQUEST_METHOD", "?"), q->route ? q->route->path : "-", r->status,
             (long long)(clock_mono_us() - start), q->transactions);
}

void web_serve(struct worker *w, const struct transport *t) {
    int64_t start = clock_mono_us(), before = 0;
    struct req q = {.arena = w->arena, .db = w->db, .app = w->app, .transport = t};
    struct resp r;
    set_request_id(&q, t->param(t->ctx, "REQUEST_ID"));
    resp_init(&r, w->arena, &w->body_out);
    q.address = param_or(t, "REMOTE_ADDR", "");
    q.user_agent = param_or(t, "HTTP_USER_AGENT", "");
    q.credential =
        credential_from_headers(w->arena, t->param(t->ctx, "HTTP_AUTHORIZATION"), t->param(t->ctx, "HTTP_COOKIE"), req_cookie_name());
    if (str_to_i64(param_or(t, "MUSTER_TRANSACTIONS", "0"), 0, 100, &before)) {
        q.transactions = q.admission = (int)before;
    }
    enum err e = route_request(w, t, &q, &r);
    if (e == OK && q.handed_on) {
        hand_on(w, t, &q);
    } else {
        answer(w, t, &q, &r, e, start);
    }
    log_request(NULL);
    arena_wipe(w->arena);
}
