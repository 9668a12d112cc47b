/*
 * request.h - one request to the application of memory.h, and its reply taken apart.
 */
#ifndef MUSTER_TESTS_REQUEST_H
#define MUSTER_TESTS_REQUEST_H

#include "common/base/log.h"
#include "tests/unit/memory.h"
#include "tests/unit/unit.h"

#define ID "0d4be1f2-93a7-4c58-8e20-6b1f7a9c3d45"

static struct worker worker;
static struct arena *arena; /* for replies */

static inline int setup(void **state) {
    (void)state;
    log_init("test", LOG_ERROR);
    assert_true(crypto_init());
    memory_worker(&worker);
    return 0;
}

static inline int teardown(void **state) {
    (void)state;
    memory_worker_free(&worker);
    return 0;
}

static inline int arena_setup(void **state) {
    (void)state;
    arena = arena_new(4096);
    return 0;
}

static inline int arena_teardown(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

/* ---- one request, and its reply taken apart ---- */

struct reply {
    int status;
    const char *head, *body, *code;
    struct json_object *json;
};

static inline void set(struct memory *m, const char *name, const char *value) {
    size_t i = 0;
    while (m->params[i].name && strcmp(m->params[i].name, name) != 0) {
        i++;
    }
    assert_true(i + 1 < MEMORY_PARAMS);
    m->params[i].name = name;
    m->params[i].value = value;
}

static inline struct memory request(const char *method, const char *path) {
    struct memory m = {0};
    set(&m, "REQUEST_METHOD", method);
    set(&m, "DOCUMENT_URI", path);
    set(&m, "HTTP_HOST", "localhost:8080");
    return m;
}

static inline void with_body_of(struct memory *m, const char *body, size_t len) {
    m->body = body;
    m->len = (int)len;
    set(m, "CONTENT_TYPE", "application/json");
    set(m, "CONTENT_LENGTH", arena_printf(arena, "%zu", len));
}

static inline void with_body(struct memory *m, const char *body) {
    with_body_of(m, body, strlen(body));
}

static inline struct reply send(struct memory *m) {
    struct reply r = {0};
    const char *why = "";

    buf_init(&m->out, 2 * 1024 * 1024);
    m->at = 0;
    memory_serve(&worker, m);
    const char *end = strstr(m->out.data, "\r\n\r\n");
    assert_non_null(end);
    r.head = arena_strndup(arena, m->out.data, (size_t)(end + 2 - m->out.data));
    r.body = arena_strndup(arena, end + 4, m->out.len - (size_t)(end + 4 - m->out.data));
    buf_release(&m->out);
    assert_int_equal(sscanf(r.head, "Status: %d", &r.status), 1);
    r.json = *r.body ? jr_parse(arena, r.body, strlen(r.body), &why) : NULL;
    r.code = r.json ? jr_str(r.json, "code") : NULL;
    return r;
}

static inline const char *header(const struct reply *r, const char *name) {
    const char *line = strstr(r->head, arena_printf(arena, "\r\n%s: ", name));
    if (!line) {
        return NULL;
    }
    line = strchr(line + 2, ':') + 2;
    return arena_strndup(arena, line, strcspn(line, "\r"));
}

static inline void expect(const struct reply *r, int status, const char *code, const char *about) {
    if (r->status != status || !(str_eq(r->code, code) || (!r->code && !code))) {
        fail_msg("%s: %d %s instead of %d %s", about, r->status, r->code ? r->code : "-", status, code ? code : "-");
    }
}

#define IN_ARENA(test) cmocka_unit_test_setup_teardown(test, arena_setup, arena_teardown)

#endif
