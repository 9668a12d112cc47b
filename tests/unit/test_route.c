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

/* ---- parameters of other types, and tables with a prefix ---- */

#define TYPED(m, p, ...)                                                                                                                   \
    {                                                                                                                                      \
        .method = m, .path = p, .handler = handler, .summary = "s", .params = { __VA_ARGS__ }                                              \
    }

static const struct route raw_rows[] = {
    TYPED(METHOD_GET, "/raw/n/{id}", PARAM_INT),
    TYPED(METHOD_GET, "/raw/n/{name}", PARAM_NAME),
    TYPED(METHOD_PATCH, "/raw/n/{name}", PARAM_NAME),
    TYPED(METHOD_GET, "/raw/u/{a}/{b}/c", PARAM_UUID, PARAM_INT),
    TYPED(METHOD_GET, "/raw/r/{rest}", PARAM_REST),
    TYPED(METHOD_GET, "/raw", PARAM_UUID),
    {0},
};
static const struct route plain_rows[] = {
    TYPED(METHOD_GET, "/plain/{id}", PARAM_INT), TYPED(METHOD_GET, "/plain/n/{name}", PARAM_NAME), {0}};
static const struct table typed_tables[] = {{.rows = plain_rows}, {.rows = raw_rows, .prefix = "/raw"}, {0}};
static const struct app typed_app = {.name = "typed", .tables = typed_tables};

/* target: as it was sent; path: as nginx understood it. */
static struct found find_typed(const char *method, const char *target, const char *path) {
    struct found f = {.q = {.arena = arena, .target = target, .path = path}};
    f.err = route_find(&typed_app, method, &f.q, &f.allow, &f.options);
    return f;
}

static void typed_parameters(void **state) {
    static const struct {
        const char *target;
        const struct route *row; /* NULL: there is none */
        const char *first, *second;
        int64_t number;
    } cases[] = {
        {"/raw/n/0", &raw_rows[0], "0", NULL, 0},
        {"/raw/n/9223372036854775807", &raw_rows[0], "9223372036854775807", NULL, INT64_MAX},
        {"/raw/n/9223372036854775808", &raw_rows[1], "9223372036854775808", NULL, 0},
        {"/raw/n/-1", &raw_rows[1], "-1", NULL, 0},
        {"/raw/n/+1", &raw_rows[1], "+1", NULL, 0},
        {"/raw/n/01", &raw_rows[1], "01", NULL, 0},
        {"/raw/n/%31", &raw_rows[1], "1", NULL, 0},
        {"/raw/n/1?x=/y", &raw_rows[0], "1", NULL, 1},
        {"/raw/n/a%2Fb%2f", &raw_rows[1], "a/b/", NULL, 0},
        {"/raw/n/a+b%20c", &raw_rows[1], "a+b c", NULL, 0},
        {"/raw/n/%2e%2e", &raw_rows[1], "..", NULL, 0},
        {"/raw/n/\xc3\xbc", &raw_rows[1], "\xc3\xbc", NULL, 0},
        {"/raw/n/%C3%BC", &raw_rows[1], "\xc3\xbc", NULL, 0},
        {"/raw/n/%25%32%35", &raw_rows[1], "%25", NULL, 0}, /* decoded once */
        {"/raw/n/%00", NULL, NULL, NULL, 0},
        {"/raw/n/%0a", NULL, NULL, NULL, 0},
        {"/raw/n/%7f", NULL, NULL, NULL, 0},
        {"/raw/n/%ff", NULL, NULL, NULL, 0},
        {"/raw/n/%c0%af", NULL, NULL, NULL, 0},
        {"/raw/n/%", NULL, NULL, NULL, 0},
        {"/raw/n/%4", NULL, NULL, NULL, 0},
        {"/raw/n/%zz", NULL, NULL, NULL, 0},
        {"/raw/n/", NULL, NULL, NULL, 0},
        {"/raw/n", NULL, NULL, NULL, 0},
        {"/raw/n/a/b", NULL, NULL, NULL, 0},
        {"/raw//n/a", NULL, NULL, NULL, 0},
        {"/raw/%6e/a", NULL, NULL, NULL, 0},
        {"/raw/u/" A "/5/c", &raw_rows[3], A, "5", 0},
        {"/raw/u/0D4BE1F2-93A7-4C58-8E20-6B1F7A9C3D45/5/c?", &raw_rows[3], A, "5", 0},
        {"/raw/u/" A "/x/c", NULL, NULL, NULL, 0},
        {"/raw/u/5/5/c", NULL, NULL, NULL, 0},
        {"/raw/r/a//b/../%2F%zz?x", &raw_rows[4], "a//b/../%2F%zz", NULL, 0},
        {"/raw/r//", &raw_rows[4], "/", NULL, 0},
        {"/raw/r/\n", NULL, NULL, NULL, 0},
        {"/raw/r/", NULL, NULL, NULL, 0},
        {"/raw", &raw_rows[5], NULL, NULL, 0},
        {"/raw?x", &raw_rows[5], NULL, NULL, 0},
        {"/raw/", NULL, NULL, NULL, 0},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(cases); i++) {
        struct found f = find_typed("GET", cases[i].target, "/plain/1"); /* what nginx made of it does not matter */
        if (f.q.route != cases[i].row || f.err != (cases[i].row ? OK : ERR_NOT_FOUND)) {
            fail_msg("%s: %s %s", cases[i].target, err_code(f.err), f.q.route ? f.q.route->path : "-");
        }
        if (!str_eq(f.q.params[0], cases[i].first) || !str_eq(f.q.params[1], cases[i].second) || f.q.numbers[0] != cases[i].number) {
            fail_msg("%s: %s %s", cases[i].target, f.q.params[0], f.q.params[1]);
        }
    }
    assert_int_equal(find_typed("GET", "/raw/u/" A "/77/c", "").q.numbers[1], 77);
}

/* Beside the prefix, and where nginx has decoded the path already. */
static void tables_without_a_prefix_take_what_nginx_made(void **state) {
    (void)state;
    assert_ptr_equal(find_typed("GET", "/plain/%31", "/plain/1").q.route, &plain_rows[0]);
    assert_string_equal(find_typed("GET", "/plain/n/%2531", "/plain/n/%31").q.params[0], "%31");
    assert_int_equal(find_typed("GET", "/x/../raw", "/raw").err, ERR_NOT_FOUND);
    assert_int_equal(find_typed("GET", "/rawer", "/raw").err, ERR_NOT_FOUND);
    assert_int_equal(find_typed("GET", "/raw/n", "/plain/1").err, ERR_NOT_FOUND);
}

static void methods_of_rows_that_overlap_are_told_once(void **state) {
    (void)state;
    struct found f = find_typed("PUT", "/raw/n/5", "");
    assert_int_equal(f.err, ERR_METHOD);
    assert_string_equal(f.allow, "GET, PATCH, OPTIONS");
    assert_null(f.q.params[0]);
    assert_ptr_equal(find_typed("PATCH", "/raw/n/5", "").q.route, &raw_rows[2]);
}

/* ---- hostile targets ---- */

static uint32_t dice(uint32_t *seed) {
    *seed = *seed * 1664525U + 1013904223U;
    return *seed >> 8;
}

/* A sound target with a few bytes replaced, doubled or cut off. */
static char *damage(uint32_t *seed) {
    static const char *const sound[] = {"/raw/n/12345", "/raw/n/a%2Fb", "/raw/u/" A "/17/c", "/raw/r/http:%2F%2Fx/y?z",
                                        "/raw?x",       "/plain/5"};
    static const char bytes[] = "/%?{}.0123456789abcdefF\x01\x7f\xc3\xbc\xff+-~ ";
    char *text = arena_printf(arena, "%s%s", sound[dice(seed) % ROWS(sound)], dice(seed) % 4 ? "" : sound[dice(seed) % ROWS(sound)]);
    for (uint32_t n = dice(seed) % 5; n > 0 && *text; n--) {
        size_t at = dice(seed) % strlen(text);
        if (dice(seed) % 8 == 0) {
            text[at] = '\0';
        } else {
            text[at] = bytes[dice(seed) % (sizeof(bytes) - 1)];
        }
    }
    return text;
}

/* What was found is what was sent: the path put together again from its row and its parameters. */
static void check_found(const struct found *f, const char *target) {
    struct buf again;
    int n = 0;
    buf_init(&again, 4096);
    for (const char *c = f->q.route->path; *c; c++) {
        if (*c != '{') {
            buf_putc(&again, *c);
            continue;
        }
        const char *value = f->q.params[n];
        assert_true(value && *value && (f->q.route->params[n] == PARAM_REST || str_is_utf8(value, strlen(value))));
        assert_true(f->q.route->params[n] != PARAM_UUID || str_is_uuid(value));
        if (f->q.route->params[n] == PARAM_INT) {
            value = arena_printf(arena, "%lld", (long long)f->q.numbers[n]);
        }
        buf_puts(&again, value);
        c += strcspn(c, "}");
        n++;
    }
    char *sent = arena_strndup(arena, target, strcspn(target, "?"));
    bool decoded = f->q.route == &raw_rows[1] || f->q.route == &raw_rows[2];
    assert_true(!decoded || str_percent_decode(sent));
    str_lower(sent);
    str_lower(again.data);
    assert_string_equal(again.data, sent);
    buf_release(&again);
}

static void hostile_targets_match_what_they_say_or_nothing(void **state) {
    uint32_t seed = 20261128;
    int found = 0;

    (void)state;
    for (int i = 0; i < 200000; i++) {
        char *target = damage(&seed);
        struct found f = find_typed("GET", target, "");
        bool raw = str_starts(target, "/raw") && strchr("/?", target[4]);
        if (f.err == OK) {
            assert_true(raw);
            check_found(&f, target);
            found++;
        } else {
            assert_null(f.q.route);
            assert_int_equal(f.err, f.allow ? ERR_METHOD : ERR_NOT_FOUND);
            assert_true(!f.q.params[0] && !f.q.params[1]);
        }
        if (i % 100 == 0) {
            arena_reset(arena);
        }
    }
    assert_in_range(found, 20000, 180000);
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
        {{.method = METHOD_GET, .path = "/p", .handler = handler, .summary = "s", .flags = ROUTE_WITHOUT_FACTOR}, "for a second factor"},
        {{.method = METHOD_GET, .path = "/p", .guard = GUARD_PLATFORM, .handler = handler, .summary = "s", .flags = ROUTE_WITHOUT_FACTOR},
         "for a second factor"},
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

static enum err credential(struct req *q, struct resp *r) {
    (void)q;
    (void)r;
    return OK;
}
static enum err known(struct req *q, struct resp *r, const struct db_rows *found) {
    (void)q;
    (void)r;
    (void)found;
    return OK;
}

static void unsound_prefixes_and_dialects_are_refused(void **state) {
    static const struct authenticator nobody = {.credential = credential}, somebody = {.credential = credential, .known = known};
    static const struct envelope error[] = {{.name = "e", .part = PART_TEXT}, {0}};
    static const struct dialect_error strange[] = {{ERR_METHOD, 299, NULL, NULL}, {OK, 0, NULL, NULL}};
    static const struct dialect empty = {.name = "d"},
                                unknown = {.name = "d", .content_type = "t", .error = error, .error_shape = "E", .authenticator = &nobody},
                                other = {.name = "d",
                                         .content_type = "t",
                                         .error = error,
                                         .error_shape = "E",
                                         .authenticator = &somebody,
                                         .errors = strange};
    static const struct {
        struct route row;
        const char *prefix;
        const struct dialect *dialect;
        const char *why;
    } cases[] = {
        {ROW(METHOD_GET, "/other/x"), "/raw", NULL, "prefix of its table"},
        {ROW(METHOD_GET, "/rawer"), "/raw", NULL, "prefix of its table"},
        {TYPED(METHOD_GET, "/raw/{rest}", PARAM_REST), NULL, NULL, "the rest of a path"},
        {TYPED(METHOD_GET, "/raw/{rest}/x", PARAM_REST), "/raw", NULL, "the rest of a path"},
        {TYPED(METHOD_GET, "/raw/{a}/{b}/{c}/{d}/{e}", PARAM_INT), "/raw", NULL, "too many parameters"},
        {TYPED(METHOD_GET, "/raw/{a}", PARAM_COUNT), "/raw", NULL, "unknown type"},
        {ROW(METHOD_GET, "/raw/x{a}"), "/raw", NULL, "whole segment"},
        {ROW(METHOD_GET, "/raw/{a}x"), "/raw", NULL, "whole segment"},
        {ROW(METHOD_GET, "/raw/{a"), "/raw", NULL, "whole segment"},
        {ROW(METHOD_GET, "/raw/{}"), "/raw", NULL, "whole segment"},
        {ROW(METHOD_OPTIONS, "/raw/x"), "/raw", NULL, "OPTIONS"},
        {{.method = METHOD_PUT, .path = "/raw/x", .handler = handler, .summary = "s", .flags = ROUTE_UPLOAD}, "/raw", NULL, "folder"},
        {{.method = METHOD_PUT,
          .path = "/raw/x",
          .handler = handler,
          .summary = "s",
          .body = sound_fields,
          .body_size = sizeof(struct body),
          .limits = {.body = 1 << 30}},
         "/raw",
         NULL,
         "too large for memory"},
        {ROW(METHOD_GET, "/raw/x"), "/raw", &empty, "a dialect needs"},
        {ROW(METHOD_GET, "/raw/x"), "/raw", &unknown, "a dialect needs"},
        {ROW(METHOD_GET, "/raw/x"), "/raw", &other, "without a phrase"},
    };
    char err[200] = "";

    (void)state;
    assert_true(route_selfcheck(&typed_app, err, sizeof(err)));
    for (size_t i = 0; i < ROWS(cases); i++) {
        const struct route rows_of[] = {cases[i].row, {0}};
        const struct table list[] = {{.rows = rows_of, .prefix = cases[i].prefix, .dialect = cases[i].dialect}, {0}};
        *err = '\0';
        if (route_selfcheck(&(struct app){.name = "t", .tables = list}, err, sizeof(err)) || !strstr(err, cases[i].why)) {
            fail_msg("case %zu: %s", i, err);
        }
    }
}

#define IN_ARENA(test) cmocka_unit_test_setup_teardown(test, setup, teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_ARENA(rows_are_found),
        IN_ARENA(nothing_else_is_found),
        IN_ARENA(wrong_methods_are_told_the_right_ones),
        IN_ARENA(sound_tables_pass),
        IN_ARENA(unsound_tables_are_refused),
        IN_ARENA(typed_parameters),
        IN_ARENA(tables_without_a_prefix_take_what_nginx_made),
        IN_ARENA(methods_of_rows_that_overlap_are_told_once),
        IN_ARENA(hostile_targets_match_what_they_say_or_nothing),
        IN_ARENA(unsound_prefixes_and_dialects_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
