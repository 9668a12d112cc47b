/*
 * memory.h - requests from memory for web_serve(): a transport, and a small application without a database.
 */
#ifndef MUSTER_TESTS_MEMORY_H
#define MUSTER_TESTS_MEMORY_H

#include "common/base/str.h"
#include "common/crypto/crypto.h"
#include "common/json/jread.h"
#include "common/web/internal.h"
#include "tests/unit/speech.h"

#include <string.h>

#define MEMORY_PARAMS 24
/* A folder that is not there: whoever asks the database gets ERR_UNAVAILABLE. */
#define NO_DATABASE "host=/nonexistent/muster user=nobody dbname=none"

struct memory {
    struct {
        const char *name, *value;
    } params[MEMORY_PARAMS];
    const char *body;
    int len, at, chunk; /* chunk: most bytes that one read gives, 0 for all */
    bool gone;          /* the client does not take the reply */
    int takes;          /* so many writes, then it goes away; 0: all of them */
    bool cut;           /* the reply ended before it was whole */
    int looks;          /* so often somebody still waits for the reply, then nobody; 0: always */
    struct buf out;
};

static inline const char *memory_param(void *ctx, const char *name) {
    struct memory *m = ctx;
    for (size_t i = 0; i < MEMORY_PARAMS && m->params[i].name; i++) {
        if (strcmp(m->params[i].name, name) == 0) {
            return m->params[i].value;
        }
    }
    return NULL;
}

static inline int memory_read(void *ctx, char *out, int len) {
    struct memory *m = ctx;
    int n = m->len - m->at < len ? m->len - m->at : len;
    n = m->chunk && n > m->chunk ? m->chunk : n;
    if (n > 0) {
        memcpy(out, m->body + m->at, (size_t)n);
    }
    m->at += n > 0 ? n : 0;
    return n;
}

static inline bool memory_write(void *ctx, const char *data, size_t len) {
    struct memory *m = ctx;
    m->gone = m->gone || (m->takes && --m->takes == 0);
    return !m->gone && buf_append(&m->out, data, len);
}

static inline bool memory_reply(void *ctx, const struct buf *head, const char *body, size_t len) {
    return memory_write(ctx, head->data, head->len) && memory_write(ctx, body, len);
}

static inline void memory_cut(void *ctx) {
    struct memory *m = ctx;
    m->cut = true;
}

static inline bool memory_gone(void *ctx) {
    struct memory *m = ctx;
    return m->looks && --m->looks == 0;
}

/* ---- the application ---- */

struct memory_person {
    const char *name;
};
struct memory_body {
    const char *text, *password;
    int64_t number;
    struct field_strs list;
    struct field_objs people;
};
struct memory_query {
    const char *id;
    int64_t limit;
};
static const struct field memory_person_fields[] = {FIELD_STR(struct memory_person, name, "name", FIELD_REQUIRED, 1, 20), FIELD_END};
static const struct field memory_body_fields[] = {
    FIELD_STR(struct memory_body, text, "text", FIELD_REQUIRED, 1, 200000),
    FIELD_STR(struct memory_body, password, "password", FIELD_SECRET, 8, 20),
    FIELD_INT(struct memory_body, number, "number", 0, 1, 9, "5"),
    FIELD_STRS(struct memory_body, list, "list", 0, 0, 60, 5),
    FIELD_OBJS(struct memory_body, people, "people", 0, 0, 60, memory_person_fields, struct memory_person),
    FIELD_END,
};
static const struct field memory_query_fields[] = {
    FIELD_UUID(struct memory_query, id, "id", 0),
    FIELD_INT(struct memory_query, limit, "limit", 0, 1, 200, "50"),
    FIELD_END,
};

static inline enum err memory_echo(struct req *q, struct resp *r) {
    const struct memory_body *body = q->body;
    const struct memory_query *query = q->query;
    jw_object(&r->json);
    jw_kstr(&r->json, "param", q->params[0]);
    if (body) {
        jw_kstr(&r->json, "text", body->text);
        jw_kint(&r->json, "number", body->number);
        jw_kint(&r->json, "people", (int64_t)body->people.count);
    }
    if (query) {
        jw_kint(&r->json, "limit", query->limit);
    }
    jw_object_end(&r->json);
    return OK;
}

/* Work that takes long, between two looks into the database. */
static inline enum err memory_hash(struct req *q, struct resp *r) {
    const enum err e = req_run(q, NULL, 0);
    return e == OK ? memory_echo(q, r) : e;
}

static inline enum err memory_unfinished(struct req *q, struct resp *r) {
    (void)q;
    jw_object(&r->json);
    jw_kstr(&r->json, "secret", "half a reply");
    return OK;
}

static inline enum err memory_endless(struct req *q, struct resp *r) {
    (void)q;
    jw_array(&r->json);
    for (int i = 0; i < 100000; i++) {
        jw_str(&r->json, "more and more");
    }
    jw_array_end(&r->json);
    return OK;
}

static inline enum err memory_html(struct req *q, struct resp *r) {
    (void)q;
    resp_html(r, "sha256-x", "report.html");
    buf_puts(r->body, "<!doctype html>");
    return OK;
}

/* What a test wants to be sent. */
static const char *memory_header_name = "X-Other", *memory_header_value = "1";
static int memory_status = 200;

static inline enum err memory_header(struct req *q, struct resp *r) {
    resp_header(r, "X-Before", "1");
    resp_header(r, memory_header_name, memory_header_value);
    r->status = memory_status;
    return memory_echo(q, r);
}

/* Parts of 300 strings each; what happens after the third says the path. */
struct memory_stream {
    int64_t parts, sent;
    const char *path;
};

static inline enum err memory_part(struct req *q, struct resp *r, bool *done) {
    struct memory_stream *s = r->state;
    for (int i = 0; i < 300; i++) {
        jw_str(&r->json, arena_printf(q->arena, "part %d", (int)s->sent));
    }
    *done = ++s->sent >= s->parts;
    if (s->sent == 3 && str_eq(s->path, "/stream/broken")) {
        return ERR_UNAVAILABLE;
    }
    if (s->sent == 3 && str_eq(s->path, "/stream/large")) {
        return memory_endless(q, r);
    }
    if (*done && !str_eq(s->path, "/stream/open")) {
        jw_array_end(&r->json);
    }
    return OK;
}

static inline enum err memory_stream(struct req *q, struct resp *r) {
    const struct memory_query *query = q->query;
    struct memory_stream *s = arena_alloc(q->arena, sizeof(*s));
    *s = (struct memory_stream){.parts = query->limit, .path = q->path};
    r->stream = memory_part;
    r->state = s;
    if (str_eq(q->path, "/stream/refused")) {
        return ERR_RATE_LIMITED;
    }
    jw_array(&r->json);
    return OK;
}

#define MEMORY_BODY .body = memory_body_fields, .body_size = sizeof(struct memory_body)
#define MEMORY_QUERY .query = memory_query_fields, .query_size = sizeof(struct memory_query)
#define MEMORY_ROW(m, p, g, fn) .method = m, .path = p, .guard = g, .scope = "results", .handler = fn, .summary = "s"

static const struct route memory_routes[] = {
    {MEMORY_ROW(METHOD_GET, "/public", GUARD_PUBLIC, memory_echo)},
    {MEMORY_ROW(METHOD_POST, "/public", GUARD_PUBLIC, memory_echo), MEMORY_BODY, MEMORY_QUERY},
    {MEMORY_ROW(METHOD_GET, "/query", GUARD_PUBLIC, memory_echo), MEMORY_QUERY},
    {MEMORY_ROW(METHOD_GET, "/public/{id}", GUARD_PUBLIC, memory_echo)},
    {MEMORY_ROW(METHOD_GET, "/member", GUARD_MEMBER, memory_echo), MEMORY_QUERY, .flags = ROUTE_WHO},
    {MEMORY_ROW(METHOD_POST, "/member", GUARD_MEMBER, memory_echo), MEMORY_BODY, .flags = ROUTE_WHO},
    {MEMORY_ROW(METHOD_DELETE, "/player/{id}", GUARD_PLAYER, memory_echo), .flags = ROUTE_WHO},
    {MEMORY_ROW(METHOD_PUT, "/admin", GUARD_ADMIN, memory_echo), MEMORY_BODY, .flags = ROUTE_WHO},
    {MEMORY_ROW(METHOD_GET, "/platform", GUARD_PLATFORM, memory_echo), .flags = ROUTE_WHO},
    {MEMORY_ROW(METHOD_GET, "/unfinished", GUARD_PUBLIC, memory_unfinished)},
    {MEMORY_ROW(METHOD_GET, "/endless", GUARD_PUBLIC, memory_endless)},
    {MEMORY_ROW(METHOD_GET, "/stream", GUARD_PUBLIC, memory_stream), MEMORY_QUERY},
    {MEMORY_ROW(METHOD_GET, "/stream/open", GUARD_PUBLIC, memory_stream), MEMORY_QUERY},
    {MEMORY_ROW(METHOD_GET, "/stream/broken", GUARD_PUBLIC, memory_stream), MEMORY_QUERY},
    {MEMORY_ROW(METHOD_GET, "/stream/large", GUARD_PUBLIC, memory_stream), MEMORY_QUERY},
    {MEMORY_ROW(METHOD_GET, "/stream/refused", GUARD_PUBLIC, memory_stream), MEMORY_QUERY},
    {MEMORY_ROW(METHOD_POST, "/hash", GUARD_PUBLIC, memory_hash), .flags = ROUTE_HASHES},
    {MEMORY_ROW(METHOD_GET, "/header", GUARD_PUBLIC, memory_header)},
    {MEMORY_ROW(METHOD_PUT, "/upload", GUARD_MEMBER, memory_echo), .flags = ROUTE_UPLOAD, .limits = {.body = 1 << 20}},
    {MEMORY_ROW(METHOD_GET, "/html", GUARD_PUBLIC, memory_html), .flags = ROUTE_HTML},
    {0},
};
static const struct table memory_tables[] = {
    {.rows = memory_routes}, {.rows = speech_routes, .prefix = "/api/t9", .dialect = &speech}, {0}};
static const char *memory_uploads = "/nonexistent/muster";
static const struct app memory_app = {.name = "memory", .tables = memory_tables, .uploads = &memory_uploads};

static inline void memory_worker(struct worker *w) {
    *w = (struct worker){.app = &memory_app, .arena = arena_new(4096), .db = db_new(NO_DATABASE, "memory", NULL, 0)};
    buf_init(&w->body_in, 256 * 1024);
    buf_init(&w->body_out, 512 * 1024);
    buf_init(&w->head, 16 * 1024);
    buf_init(&w->around, 16 * 1024);
    web_config.base_url = "http://localhost:8080";
}

static inline void memory_worker_free(struct worker *w) {
    db_free(w->db);
    buf_release(&w->body_in);
    buf_release(&w->body_out);
    buf_release(&w->head);
    buf_release(&w->around);
    arena_free(w->arena);
}

static inline void memory_serve(struct worker *w, struct memory *m) {
    const struct transport t = {.param = memory_param,
                                .read = memory_read,
                                .reply = memory_reply,
                                .write = memory_write,
                                .cut = memory_cut,
                                .gone = m->looks ? memory_gone : NULL,
                                .ctx = m};
    web_serve(w, &t);
}

#endif
