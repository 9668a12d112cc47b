/* The route table: matching, what a wrong method is told, and what is refused at start. */
#include "common/base/str.h"
#include "common/web/internal.h"
#include "tests/unit/unit.h"

#define A "0d4be1f2-93a7-4c58-8e20-6b1f7a9c3d45"
#define B "c3a9d5e7-1f04-4b6a-a8d2-5e7390b1c264"

static enum err handler(struct req *q, struct resp *r) {
    (void)q;
    (void)r;
    return OK;
}

#define ROW(m, p)                                                                                                                          \
    { .method = m, .path = p, .handler = handler, .summary = "s" }

static const struct route rows[] = {
    ROW(METHOD_GET, "/api/x"),         ROW(METHOD_POST, "/api/x"),
    ROW(METHOD_GET, "/api/x/{id}"),    ROW(METHOD_DELETE, "/api/x/{id}"),
    ROW(METHOD_POST, "/api/x/{id}/y"), ROW(METHOD_GET, "/api/x/{id}/y/{other}"),
    ROW(METHOD_PUT, "/api/only"),      {0},
};
static const struct table tables[] = {{.rows = rows}, {0}};
static const struct app app = {.name = "test", .tables = tables};
static struct arena *arena;

static int setup(void **state) {
    (void)state;
    arena = arena_new(4096);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

struct found {
    enum err err;
    struct req q;
    const char *allow;
    bool options;
};

static struct found find(const char *method, const char *path) {
    struct found f = {.q = {.arena = arena, .target = path, .path = path}};
    f.err = route_find(&app, method, &f.q, &f.allow, &f.options);
    return f;
}

static void rows_are_found(void **state) {
    static const struct {
        const char *method, *path;
        size_t row;
        const char *first, *second;
    } cases[] = {
        {"GET", "/api/x", 0, NULL, NULL},
        {"HEAD", "/api/x", 0, NULL, NULL},
        {"POST", "/api/x", 1, NULL, NULL},
        {"GET", "/api/x/" A, 2, A, NULL},
        {"DELETE", "/api/x/" A, 3, A, NULL},
        {"POST", "/api/x/" A "/y", 4, A, NULL},
        {"GET", "/api/x/" A "/y/" B, 5, A, B},
        {"GET", "/api/x/0D4BE1F2-93A7-4C58-8E20-6B1F7A9C3D45", 2, A, NULL}, /* lower case from here on */
    };

    (void)state;
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct found f = find(cases[i].method, cases[i].path);
        assert_int_equal(f.err, OK);
        assert_ptr_equal(f.q.route, &rows[cases[i].row]);
        assert_int_equal(f.q.method, rows[cases[i].row].method);
        assert_true(str_eq(f.q.params[0], cases[i].first) || (!f.q.params[0] && !cases[i].first));
        assert_true(str_eq(f.q.params[1], cases[i].second) || (!f.q.params[1] && !cases[i].second));
        assert_false(f.options);
    }
}

static void nothing_else_is_found(void **state) {
    static const char *const paths[] = {
        "",
        "/",
        "/api",
        "/api/",
        "/api/x/",
        "/api/xx",
        "/api/X",
        "/api/x/1",
        "/api/x/{id}",
        "/api/x/" A "/",
        "/api/x/" A "/z",
        "/api/x/" A "1",
        "/api/x/" A "/y/",
        "/api/x//y",
        "/api/x/" A "%20",
        "/api/x/0d4be1f293a74c588e206b1f7a9c3d45",
        "//api/x",
        "/api/x?",
        "/api/x/" A "/y/" B "/",
        "/api/x/\xff",
        "/api/x/" A "\n",
    };
    static const char *const methods[] = {"GET", "POST", "OPTIONS", "BREW", ""};

    (void)state;
    for (size_t i = 0; i < ROWS(paths); i++) {
        for (size_t m = 0; m < ROWS(methods); m++) {
            struct found f = find(methods[m], paths[i]);
            if (f.err != ERR_NOT_FOUND || f.q.route || f.allow) {
                fail_msg("%s %s: %s", methods[m], paths[i], err_code(f.err));
            }
        }
    }
}

static void wrong_methods_are_told_the_right_ones(void **state) {
    static const struct {
        const char *method, *path, *allow;
    } cases[] = {
        {"DELETE", "/api/x", "GET, POST, OPTIONS"}, {"PUT", "/api/x/" A, "GET, DELETE, OPTIONS"},
        {"GET", "/api/x/" A "/y", "POST, OPTIONS"}, {"PATCH", "/api/only", "PUT, OPTIONS"},
        {"get", "/api/x", "GET, POST, OPTIONS"},    {"", "/api/only", "PUT, OPTIONS"},
        {"HEAD", "/api/only", "PUT, OPTIONS"},      {"TRACE", "/api/x", "GET, POST, OPTIONS"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct found f = find(cases[i].method, cases[i].path);
        assert_int_equal(f.err, ERR_METHOD);
        assert_null(f.q.route);
        assert_string_equal(f.allow, cases[i].allow);
        f = find("OPTIONS", cases[i].path);
        assert_int_equal(f.err, OK);
        assert_true(f.options);
        assert_null(f.q.route);
        assert_string_equal(f.allow, cases[i].allow);
    }
}

/* ---- what is refused at start ---- */

struct body {
    const char *a, *b;
};
static const struct field sound_fields[] = {FIELD_STR(struct body, a, "a", 0, 0, 5), FIELD_END};
static const struct field twice_fields[] = {FIELD_STR(struct body, a, "a", 0, 0, 5), FIELD_STR(struct body, b, "a", 0, 0, 5), FIELD_END};

static void sound_tables_pass(void **state) {
    char err[200] = "";
    const struct route one[] = {{.method = METHOD_POST,
                                 .path = "/p",
                                 .guard = GUARD_MEMBER,
                                 .scope = "results",
                                 .handler = handler,
                                 .summary = "s",
                                 .body = sound_fields,
                                 .body_size = sizeof(struct body),
                                 .query = sound_fields,
                                 .query_size = sizeof(struct body)},
                                {0}};

    (void)state;
    assert_true(route_selfcheck(&app, err, sizeof(err)));
    assert_true(route_selfcheck(&(struct app){.name = "t", .tables = (const struct table[]){{.rows = one}, {0}}}, err, sizeof(err)));
}

static void unsound_tables_are_refused(void **state) {
    static const struct route good = ROW(METHOD_GET, "/good");
    static const struct {
        struct route row;
        const char *why;
    } cases[] = {
        {ROW(METHOD_GET, "/good"), "GET /good appears twice"},
        {{.method = METHOD_GET, .path = NULL, .handler = handler, .summary = "s"}, "needs path"},
        {{.method = METHOD_GET, .path = "/p", .summary = "s"}, "/p: a row needs"},
        {{.method = METHOD_GET, .path = "/p", .handler = handler}, "/p: a row needs"},
        {{.method = METHOD_GET, .path = "/p", .handler = handler, .summary = "s", .scope = "everything"}, "unknown scope everything"},
        {{.method = METHOD_GET, .path = "/p", .handler = handler, .summary = "s", .scope = ""}, "unknown scope"},
        {{.method = METHOD_POST, .path = "/p", .handler = handler, .summary = "s", .body = sound_fields}, "size of the body"},
        {{.method = METHOD_GET, .path = "/p", .handler = handler, .summary = "s", .query = sound_fields}, "size of the body or query"},
        {{.method = METHOD_POST, .path = "/p", .handler = handler, .summary = "s", .body = twice_fields, .body_size = sizeof(struct body)},
         "a is there twice"},
        {{.method = METHOD_GET, .path = "/p", .handler = handler, .summary = "s", .query = twice_fields, .query_size = sizeof(struct body)},
         "a is there twice"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(cases); i++) {
        char err[200] = "";
        const struct route table[] = {good, {0}}, other[] = {cases[i].row, {0}};
        if (route_selfcheck(&(struct app){.name = "t", .tables = (const struct table[]){{.rows = table}, {.rows = other}, {0}}}, err,
                            sizeof(err))) {
            fail_msg("case %zu passed", i);
        }
        if (!strstr(err, cases[i].why)) {
            fail_msg("case %zu: %s", i, err);
        }
    }
}

#define IN_ARENA(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_ARENA(rows_are_found),    IN_ARENA(nothing_else_is_found),      IN_ARENA(wrong_methods_are_told_the_right_ones),
        IN_ARENA(sound_tables_pass), IN_ARENA(unsound_tables_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
