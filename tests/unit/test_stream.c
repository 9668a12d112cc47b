/* Replies in parts: sent as they are made, in memory that does not grow, and never taken for whole when they are not. */
#include "tests/unit/request.h"

static struct memory stream_request(const char *path, const char *parts) {
    struct memory m = request("GET", path);
    set(&m, "QUERY_STRING", arena_printf(arena, "limit=%s", parts));
    return m;
}

static void parts_make_one_document(void **state) {
    static const struct {
        const char *parts;
        size_t strings;
    } rows[] = {{"1", 300}, {"2", 600}, {"200", 60000}};

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct memory m = stream_request("/stream", rows[i].parts);
        struct reply r = send(&m);
        expect(&r, 200, NULL, "/stream");
        assert_int_equal(jr_len(r.json), rows[i].strings);
        assert_false(m.cut);
        assert_string_equal(header(&r, "Content-Type"), "application/json");
        assert_null(header(&r, "Content-Length"));
        assert_non_null(header(&r, "X-Request-Id"));
    }
}

/* 200 parts are 600 KB; what is kept between them is one part. */
static void memory_does_not_grow(void **state) {
    (void)state;
    struct memory m = stream_request("/stream", "3");
    send(&m);
    size_t room = worker.body_out.cap;
    m = stream_request("/stream", "200");
    struct reply r = send(&m);
    assert_true(strlen(r.body) > 600000);
    assert_int_equal(worker.body_out.cap, room);
    assert_true(room < 16 * 1024);
}

/* The headers said 200 by then: the connection has to tell. */
static void half_replies_are_cut(void **state) {
    static const char *const paths[] = {"/stream/broken", "/stream/large", "/stream/open"};

    (void)state;
    log_init("test", LOG_ERROR + 1);
    for (size_t i = 0; i < ROWS(paths); i++) {
        struct memory m = stream_request(paths[i], "4");
        struct reply r = send(&m);
        assert_int_equal(r.status, 200);
        assert_true(m.cut);
        assert_null(r.json);
        m = stream_request("/stream", "4");
        r = send(&m);
        assert_int_equal(jr_len(r.json), 1200);
        assert_false(m.cut);
    }
    log_init("test", LOG_ERROR);
}

static void a_client_that_goes_away_ends_it(void **state) {
    (void)state;
    /* Headers, beginning, three parts. */
    struct memory m = stream_request("/stream", "200");
    m.takes = 6;
    struct reply r = send(&m);
    assert_true(m.cut && m.gone);
    assert_true(strlen(r.body) < 4 * 300 * 16);
    m = stream_request("/stream", "2");
    r = send(&m);
    assert_int_equal(jr_len(r.json), 600);
}

static void errors_before_the_first_part_are_errors(void **state) {
    (void)state;
    struct memory m = stream_request("/stream/refused", "2");
    struct reply r = send(&m);
    expect(&r, 429, "rate_limited", "/stream/refused");
    assert_non_null(header(&r, "Content-Length"));
    assert_false(m.cut);
}

static void head_gets_the_headers_alone(void **state) {
    (void)state;
    struct memory m = stream_request("/stream", "200");
    m.params[0].value = "HEAD";
    struct reply r = send(&m);
    assert_int_equal(r.status, 200);
    assert_string_equal(r.body, "");
    assert_false(m.cut);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_ARENA(parts_make_one_document),
        IN_ARENA(memory_does_not_grow),
        IN_ARENA(half_replies_are_cut),
        IN_ARENA(a_client_that_goes_away_ends_it),
        IN_ARENA(errors_before_the_first_part_are_errors),
        IN_ARENA(head_gets_the_headers_alone),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
