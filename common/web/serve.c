/*
 * serve.c - the life of one request.
 *
 * A request gets its id, its row and with it its dialect (route.c), then walks through the phases of the table below, and ends with a reply
 * and a line in the log. One whose row hashes does so twice: first it is admitted (is_stage()), then a process of the pool does what the
 * row is for. Who asks is found out in the round trip of the first statements, whichever phase has them: a caller who is refused ends the
 * pipeline in the database (principal_enter()), so nothing of it was done. What is wrong with the request is told after who asks is known:
 * 401 and 403 come before 400.
 */
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/crypto/crypto.h"
#include "common/web/internal.h"
#include "queries_common.h"

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

const char *req_header(const struct req *q, const char *name) {
    return q->transport->param(q->transport->ctx, name);
}

/* Who asks becomes known by what the statement of its authenticator found. */
static enum err become_known(struct req *q, const struct db_rows *principal) {
    enum err e = q->dialect->authenticator->known(q, q->resp, principal);
    q->authenticated = e == OK;
    return e;
}

/* Until when an organisation that is going to be deleted can be restored is what people need to know. */
static enum err say_end(struct req *q, enum err e) {
    int64_t end = 0;
    if (e != ERR_ENDING || !clock_parse(db_said(q->db), &end)) {
        return e;
    }
    return resp_fail(q->resp, e, W_ERRORS_ENDING_ON(end));
}

/* Where the authenticator decides by what was found, nothing else may have run by then. */
static enum err authenticate_apart(struct req *q) {
    const struct authenticator *a = q->dialect->authenticator;
    struct db_rows principal = {0};
    enum err e = OK;
    if (a->call) {
        struct db_call call = a->call(q, &principal);
        q->transactions++;
        e = say_end(q, db_run(q->db, q->arena, &call, 1));
    }
    return e == OK ? become_known(q, &principal) : e;
}

static bool is_apart(const struct req *q) {
    const struct authenticator *a = q->dialect->authenticator;
    return a->apart || !a->call;
}

bool req_is_proven(const struct req *q) {
    return q->who.is_key || q->who.age_seconds <= STEP_UP_SECONDS;
}

enum err req_run(struct req *q, const struct db_call *calls, size_t n) {
    const struct authenticator *a = q->dialect->authenticator;
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
    if (first && is_apart(q)) {
        enum err refused = authenticate_apart(q);
        if (refused != OK || n == 0) {
            return refused;
        }
        first = false;
    }
    if (first) {
        all[at++] = a->call(q, &principal);
    } else if (q->authenticated) {
        if (a->enter) {
            all[at++] = a->enter(q);
        }
    } else if (q->method != METHOD_GET) {
        all[at++] = (struct db_call){SQL_REQUEST(q->id)};
    }
    if (n > 0) {
        memcpy(all + at, calls, n * sizeof(*calls));
    }
    q->transactions++;
    enum err e = say_end(q, db_run(q->db, q->arena, all, at + n));
    if (first && (e == OK || principal.n > 0)) {
        enum err refused = become_known(q, &principal);
        e = e == OK ? refused : e;
    }
    return e;
}

const char *req_cookie(const struct req *q, const char *name) {
    return cookie_value(q->arena, req_header(q, "HTTP_COOKIE"), name);
}

static void parse_query(struct req *q, struct resp *r) {
    void *query = arena_alloc(q->arena, q->route->query_size);
    field_read_query(q->route->query, q->query_string, query, q->arena, &r->errors);
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
 * request on through nginx (nginx.c, print_stages()), which says how far it is: "hash" in the pool; "undo" when the pool did not take
 * it; nothing at the beginning. */
static bool is_stage(const struct transport *t, const struct req *q, const char *stage) {
    return (q->route->flags & ROUTE_HASHES) && str_eq(param_or(t, "MUSTER_STAGE", ""), stage);
}

/* It waited in the queue until its client gave up: those behind it must not pay for that. */
static enum err phase_awaited(struct life *l) {
    return (l->q->route->flags & ROUTE_HASHES) && l->t->gone && l->t->gone(l->t->ctx) ? ERR_UNAVAILABLE : OK;
}

static enum err phase_credential(struct life *l) {
    return l->q->dialect->authenticator->credential(l->q, l->r);
}

/* Where finding out who asks shares no round trip with anything else, or the body may be large: before anything of the body is read. */
static enum err phase_known(struct life *l) {
    bool before = l->q->route->guard != GUARD_PUBLIC && ((l->q->route->flags & ROUTE_UPLOAD) || is_apart(l->q));
    return before ? req_run(l->q, NULL, 0) : OK;
}

/* nginx has the whole body and has bounded it, so reading it costs less than a round trip to find out who sends it. */
static enum err phase_parse(struct life *l) {
    if (l->q->route->query) {
        parse_query(l->q, l->r);
    }
    if (l->q->route->flags & ROUTE_UPLOAD) {
        l->parsed = upload_declared(l->t, l->q, l->r);
    } else {
        l->parsed = l->q->route->body ? body_parse(l->w, l->t, l->q, l->r) : OK;
    }
    return OK;
}

static bool is_unknown(const struct req *q) {
    return !q->authenticated && q->route->guard != GUARD_PUBLIC;
}

/* Alone where nothing else is asked of the database before an answer is known: a body that is none, a handler without statements. */
static enum err phase_authenticate(struct life *l) {
    bool admits = is_stage(l->t, l->q, "") && !l->q->route->admit;
    bool alone = l->parsed != OK || admits || (l->q->route->flags & ROUTE_WHO) || (l->r->errors.count && !l->q->route->check);
    enum err e = alone && is_unknown(l->q) ? req_run(l->q, NULL, 0) : OK;
    return e != OK ? e : l->parsed;
}

static enum err phase_check(struct life *l) {
    return l->q->route->check ? l->q->route->check(l->q, l->r) : OK;
}

static enum err phase_validate(struct life *l) {
    if (!l->r->errors.count) {
        return OK;
    }
    enum err e = is_unknown(l->q) ? req_run(l->q, NULL, 0) : OK;
    return e != OK ? e : ERR_VALIDATION;
}

static enum err phase_receive(struct life *l) {
    return l->q->route->flags & ROUTE_UPLOAD ? upload_receive(l->w, l->t, l->q, l->r) : OK;
}

static enum err undo(struct req *q) {
    q->undone = true;
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
    if (l->q->transactions > l->q->admission || !is_unknown(l->q)) {
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
static enum err (*const phases[])(struct life *l) = {phase_awaited,      phase_credential, phase_known,    phase_parse,
                                                     phase_authenticate, phase_check,      phase_validate, phase_receive,
                                                     phase_admit,        phase_reserve,    phase_handle};

static enum err run_route(struct worker *w, const struct transport *t, struct req *q, struct resp *r) {
    struct life l = {.w = w, .t = t, .q = q, .r = r};
    enum err e = OK;
    for (size_t i = 0; e == OK && !q->handed_on && !q->answered && i < sizeof(phases) / sizeof(phases[0]); i++) {
        e = phases[i](&l);
    }
    crypto_password_release();
    return e;
}

static bool is_too_long(const struct req *q) {
    const struct limits limits = route_limits(q->table, q->route);
    return strlen(q->path) > (size_t)limits.path || strlen(q->query_string) > (size_t)limits.query;
}

/* OPTIONS that no row answers: what a path can do is in the header alone, or also in an envelope. */
static enum err say_options(const struct req *q, struct resp *r) {
    if (!q->dialect->options) {
        resp_status(r, 204);
    }
    return OK;
}

static enum err route_request(struct worker *w, const struct transport *t, struct req *q, struct resp *r) {
    const char *allow = NULL;
    bool options = false;
    q->path = param_or(t, "DOCUMENT_URI", param_or(t, "SCRIPT_NAME", ""));
    q->query_string = param_or(t, "QUERY_STRING", "");
    q->target = param_or(t, "REQUEST_URI", q->path);
    enum err e = route_find(w->app, param_or(t, "REQUEST_METHOD", ""), q, &allow, &options);
    r->content_type = q->dialect->content_type;
    if (is_too_long(q)) {
        q->route = NULL;
        return ERR_URI_TOO_LONG;
    }
    if (allow && (options || e == ERR_METHOD)) {
        resp_header(r, "Allow", allow);
    }
    if (options && e == OK) {
        return say_options(q, r);
    }
    return e == OK ? run_route(w, t, q, r) : e;
}

static bool is_json(const struct req *q, const struct resp *r) {
    return str_eq(r->content_type, q->dialect->content_type);
}

/* Sends the parts of a reply as they are made (web.h). */
static void send_parts(struct req *q, struct resp *r, const struct transport *t, const struct around *around) {
    struct arena *whole = q->arena;
    enum err e = OK;
    bool done = false, taken = t->write(t->ctx, r->body->data, r->body->len);
    q->arena = r->arena = arena_new(PART_MEMORY);
    while (e == OK && !done && taken && !(t->gone && t->gone(t->ctx))) {
        buf_clear(r->body, 0);
        e = r->stream(q, r, &done);
        if (e == OK && (r->body->failed || (done && is_json(q, r) && !jw_done(&r->json)))) {
            e = ERR_INTERNAL;
        }
        taken = e == OK && t->write(t->ctx, r->body->data, r->body->len);
        arena_wipe(q->arena);
    }
    arena_free(q->arena);
    q->arena = r->arena = whole;
    taken = taken && (e != OK || !done || !around->nafter || t->write(t->ctx, around->after, around->nafter));
    if (e != OK) {
        log_error("web: the reply was cut off: %s", err_code(e));
    } else if (!done || !taken) {
        log_warn("web: the client went away");
    }
    if (e != OK || !done || !taken) {
        t->cut(t->ctx);
    }
}

static bool has_body(const struct resp *r) {
    return r->status != 204 && r->status != 304;
}

/* In an envelope there may be nothing but the envelope. */
static bool is_whole(const struct req *q, const struct resp *r) {
    return r->stream || !has_body(r) || !is_json(q, r) || (q->dialect->success && r->body->len == 0) || jw_done(&r->json);
}

/* What the handler left behind must be a reply. */
static enum err judge(const struct req *q, struct resp *r, enum err e) {
    if (e == OK && !is_whole(q, r)) {
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
    return e;
}

/* The envelope's beginning goes out behind the headers, its end behind the reply. */
static struct around wrap(struct worker *w, const struct req *q, struct resp *r, enum err e) {
    struct around around = {0};
    if (e != OK || !q->dialect->success || !has_body(r) || !is_json(q, r) || (q->route && q->route->flags & ROUTE_BARE)) {
        return around;
    }
    around = envelope_success(&w->around, q, r);
    if (!r->stream && around.nafter) {
        buf_append(r->body, around.after, around.nafter);
    }
    return around;
}

static void finish(struct worker *w, const struct transport *t, struct req *q, struct resp *r, enum err e) {
    e = judge(q, r, e);
    struct around around = wrap(w, q, r, e);
    if (e == OK && (w->around.failed || r->body->failed)) {
        log_error("web: the reply in its envelope passes its maximum");
        around = (struct around){0};
        e = ERR_INTERNAL;
    }
    if (e != OK) {
        resp_error(r, q, e);
    }
    buf_clear(&w->head, 0);
    resp_head(r, q, around.nbefore + r->body->len, &w->head);
    buf_append(&w->head, around.before, around.nbefore);
    bool taken =
        r->stream ? t->write(t->ctx, w->head.data, w->head.len) : t->reply(t->ctx, &w->head, r->body->data, has_body(r) ? r->body->len : 0);
    if (!taken) {
        log_warn("web: the client went away");
    } else if (r->stream && !str_eq(t->param(t->ctx, "REQUEST_METHOD"), "HEAD")) {
        send_parts(q, r, t, &around);
    }
}

/* What nginx needs to go on with the request (nginx.c, print_stages()): where, how many round trips it took so far, and when it began to
 * wait. */
static void hand_on(struct worker *w, const struct transport *t, const struct req *q) {
    buf_clear(&w->head, 0);
    buf_printf(&w->head, "Status: 200 OK\r\nX-Accel-Redirect: @%s_%s\r\nX-Transactions: %d\r\nX-Queued: %lld\r\n\r\n", w->app->name,
               q->known ? "known" : "hash", q->transactions, (long long)clock_mono_us());
    t->reply(t->ctx, &w->head, "", 0);
    log_debug("web: %s is handed on", q->route->path);
}

static void answer(struct worker *w, const struct transport *t, struct req *q, struct resp *r, enum err e, int64_t start) {
    finish(w, t, q, r, e);
    metrics_answered(q, r->status, e, clock_mono_us() - start);
    log_info("%s %s %d %lldus %dtx", param_or(t, "REQUEST_METHOD", "?"), q->route ? q->route->path : "-", r->status,
             (long long)(clock_mono_us() - start), q->transactions);
}

void web_serve(struct worker *w, const struct transport *t) {
    int64_t start = clock_mono_us(), before = 0, queued = 0;
    struct resp r;
    struct req q = {.arena = w->arena, .db = w->db, .app = w->app, .dialect = &muster_dialect, .transport = t, .resp = &r, .queued_us = -1};
    set_request_id(&q, t->param(t->ctx, "REQUEST_ID"));
    resp_init(&r, w->arena, &w->body_out);
    r.lang = lang_accepted(t->param(t->ctx, "HTTP_ACCEPT_LANGUAGE"));
    q.address = param_or(t, "REMOTE_ADDR", "");
    q.user_agent = param_or(t, "HTTP_USER_AGENT", "");
    if (str_to_i64(param_or(t, "MUSTER_TRANSACTIONS", "0"), 0, 100, &before)) {
        q.transactions = q.admission = (int)before;
    }
    if (str_to_i64(param_or(t, "MUSTER_QUEUED", ""), 0, start, &queued)) {
        q.queued_us = start - queued;
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
