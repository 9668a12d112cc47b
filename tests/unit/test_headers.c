/* What becomes of header values that must not go out as they are, and of statuses. */
#include "common/base/status.h"
#include "tests/unit/request.h"

static void values_are_checked_where_they_are_set(void **state) {
    static const char *const hostile[] = {
        "a\r\nSet-Cookie: x=y", "a\nb", "a\rb", "\r\n\r\n<script>", "\x01", "a\tb", "\x7f", "caf\xc3\xa9", "\xe2\x80\xa8", "\xff", NULL,
    };
    static const char *const names[] = {"Location", "Content-Disposition", "Link", "Set-Cookie", "ETag", "X-Other"};

    (void)state;
    for (size_t i = 0; i < ROWS(hostile); i++) {
        for (size_t n = 0; n < ROWS(names); n++) {
            memory_header_name = names[n];
            memory_header_value = hostile[i];
            struct memory m = request("GET", "/header");
            struct reply r = send(&m);
            expect(&r, 500, "internal", names[n]);
            assert_null(header(&r, names[n]));
            assert_null(header(&r, "X-Before")); /* nothing of a reply that does not go out */
            assert_null(strstr(r.head, "x=y"));
            assert_null(strstr(r.body, "<script>"));
            assert_string_equal(header(&r, "Content-Type"), "application/json");
        }
    }
}

static void names_are_checked_too(void **state) {
    static const char *const hostile[] = {"", "X Y", "X:", "X\r\nY", "X\xc3\xa4", "X\"", NULL};

    (void)state;
    memory_header_value = "sound";
    for (size_t i = 0; i < ROWS(hostile); i++) {
        memory_header_name = hostile[i];
        struct memory m = request("GET", "/header");
        struct reply r = send(&m);
        expect(&r, 500, "internal", "a name");
    }
}

static void sound_values_go_out(void **state) {
    static const char *const rows[] = {"", "x", "</api?cursor=a%20b>; rel=\"next\"", "W/\"~!@#$^&*()\"", "a  b "};

    (void)state;
    memory_header_name = "X-Other";
    for (size_t i = 0; i < ROWS(rows); i++) {
        memory_header_value = rows[i];
        struct memory m = request("GET", "/header");
        struct reply r = send(&m);
        expect(&r, 200, NULL, rows[i]);
        assert_string_equal(header(&r, "X-Other"), rows[i]);
        assert_string_equal(header(&r, "X-Before"), "1");
    }
}

static struct resp fresh(struct buf *body) {
    struct resp r;
    buf_init(body, 4096);
    resp_init(&r, arena, body);
    return r;
}

static void file_names(void **state) {
    static const struct {
        const char *name, *want;
    } rows[] = {
        {"report-1.html", "attachment; filename=\"report-1.html\""},
        {"a b.html", "attachment; filename=\"a_b.html\"; filename*=UTF-8''a%20b.html"},
        {"a\"b\r\nX: y", "attachment; filename=\"a_b__X__y\"; filename*=UTF-8''a%22b%0D%0AX%3A%20y"},
        {"\xc3\xbc%.csv", "attachment; filename=\"___.csv\"; filename*=UTF-8''%C3%BC%25.csv"},
        {"../x/y", "attachment; filename=\".._x_y\"; filename*=UTF-8''..%2Fx%2Fy"},
        {"", "attachment; filename=\"\""},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct buf body;
        struct resp r = fresh(&body);
        resp_attachment(&r, rows[i].name);
        assert_false(r.unsound);
        assert_string_equal(r.headers[0].name, "Content-Disposition");
        assert_string_equal(r.headers[0].value, rows[i].want);
        buf_release(&body);
    }
}

static void cookies(void **state) {
    static const char *const hostile[] = {"a; Domain=example.com", "a b", "a,b", "a\"", "a\\", "a\r\nX: y", "\xc3\xa4"};

    (void)state;
    for (size_t i = 0; i < ROWS(hostile); i++) {
        struct buf body;
        struct resp r = fresh(&body);
        resp_cookie(&r, hostile[i], 60);
        assert_true(r.unsound);
        assert_int_equal(r.nheaders, 0);
        buf_release(&body);
    }
}

/* A header that is left out without a word could be the cookie. */
static void one_too_many(void **state) {
    struct buf body;
    (void)state;
    struct resp r = fresh(&body);
    for (int i = 0; i < RESP_MAX_HEADERS; i++) {
        resp_header(&r, "X-Other", "1");
        assert_false(r.unsound);
    }
    resp_header(&r, "X-Other", "1");
    assert_true(r.unsound);
    buf_release(&body);
}

static void every_error_has_a_phrase(void **state) {
    (void)state;
    for (int e = 0; e < ERR_COUNT; e++) {
        struct buf body, head;
        struct req q = {.arena = arena, .dialect = &muster_dialect};
        struct resp r = fresh(&body);
        buf_init(&head, 4096);
        resp_error(&r, &q, (enum err)e);
        resp_head(&r, &q, body.len, &head);
        assert_true(str_starts(head.data, arena_printf(arena, "Status: %d %s\r\n", err_status((enum err)e), http_phrase(r.status))));
        assert_true(strlen(http_phrase(r.status)) >= 2);
        buf_release(&head);
        buf_release(&body);
    }
}

static void a_status_without_a_phrase_does_not_go_out(void **state) {
    static const int rows[] = {0, -1, 199, 299, 418, 600, 1000};

    (void)state;
    memory_header_name = "X-Other";
    memory_header_value = "1";
    for (size_t i = 0; i < ROWS(rows); i++) {
        memory_status = rows[i];
        struct memory m = request("GET", "/header");
        struct reply r = send(&m);
        expect(&r, 500, "internal", "a status");
        assert_true(str_starts(r.head, "Status: 500 Internal Server Error\r\n"));
    }
    memory_status = 303;
    struct memory m = request("GET", "/header");
    struct reply r = send(&m);
    assert_true(str_starts(r.head, "Status: 303 See Other\r\n"));
    memory_status = 200;
}

static int quiet_setup(void **state) {
    setup(state);
    log_init("test", LOG_ERROR + 1);
    return 0;
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_ARENA(values_are_checked_where_they_are_set),
        IN_ARENA(names_are_checked_too),
        IN_ARENA(sound_values_go_out),
        IN_ARENA(file_names),
        IN_ARENA(cookies),
        IN_ARENA(one_too_many),
        IN_ARENA(every_error_has_a_phrase),
        IN_ARENA(a_status_without_a_phrase_does_not_go_out),
    };
    return cmocka_run_group_tests(tests, quiet_setup, teardown);
}
