/* The life of a request, from memory: what is refused before a handler sees it, and what every reply has. */
#include "tests/unit/request.h"

/* ---- what every reply has ---- */

static void replies_have_their_headers(void **state) {
    (void)state;
    struct memory m = request("GET", "/public");
    struct reply r = send(&m);
    expect(&r, 200, NULL, "GET /public");
    assert_string_equal(r.body, "{\"param\":null}");
    assert_string_equal(header(&r, "Content-Type"), "application/json");
    assert_string_equal(header(&r, "Content-Length"), "14");
    assert_string_equal(header(&r, "Cache-Control"), "no-store");
    assert_true(str_is_uuid(header(&r, "X-Request-Id")));
    m = request("GET", "/html");
    r = send(&m);
    assert_string_equal(header(&r, "Content-Type"), "text/html; charset=utf-8");
    assert_true(str_starts(header(&r, "Content-Security-Policy"), "default-src 'none'; style-src 'sha256-x'; "));
    assert_string_equal(header(&r, "Content-Disposition"), "attachment; filename=\"report.html\"");
    assert_string_equal(r.body, "<!doctype html>");
}

static void request_ids(void **state) {
    static const struct {
        const char *given;
        bool kept;
    } rows[] = {
        {"0123456789abcdef0123456789abcdef", true},
        {ID, true},
        {"01234567", true},
        {"0123456", false},
        {"", false},
        {NULL, false},
        {"0123456789ABCDEF", false},
        {"01234567\r\nX: y", false},
        {"01234567 ", false},
        {"0123456789abcdef0123456789abcdef01234", false},
        {"../../etc/passwd", false},
        {"\xff\xff\xff\xff\xff\xff\xff\xff", false},
        {"01234567%0a", false},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct memory m = request("GET", "/nothing");
        if (rows[i].given) {
            set(&m, "REQUEST_ID", rows[i].given);
        }
        struct reply r = send(&m);
        const char *id = header(&r, "X-Request-Id");
        expect(&r, 404, "not_found", "GET /nothing");
        assert_string_equal(jr_str(r.json, "requestId"), id);
        if (rows[i].kept ? !str_eq(id, rows[i].given) : !str_is_uuid(id)) {
            fail_msg("%s became %s", rows[i].given ? rows[i].given : "none", id);
        }
    }
}

static void errors_are_one_shape(void **state) {
    (void)state;
    struct memory m = request("GET", "/nothing");
    struct reply r = send(&m);
    assert_int_equal(json_object_object_length(r.json), 3);
    assert_non_null(jr_str(r.json, "error"));
    assert_string_equal(header(&r, "Content-Type"), "application/json");
    assert_string_equal(header(&r, "Cache-Control"), "no-store");
}

/* A handler's mistake: the client gets an id and a sentence, and nothing of the half reply (rule B6). */
static void mistakes_of_handlers_are_500(void **state) {
    static const char *const paths[] = {"/unfinished", "/endless"};

    (void)state;
    log_init("test", LOG_ERROR + 1);
    for (size_t i = 0; i < ROWS(paths); i++) {
        struct memory m = request("GET", paths[i]);
        struct reply r = send(&m);
        expect(&r, 500, "internal", paths[i]);
        assert_null(strstr(r.body, "half a reply"));
        assert_null(strstr(r.body, "more and more"));
        assert_int_equal(strtoul(header(&r, "Content-Length"), NULL, 10), strlen(r.body));
    }
    struct memory m = request("GET", "/public");
    struct reply r = send(&m);
    expect(&r, 200, NULL, "the request after it");
}

static void methods(void **state) {
    static const struct {
        const char *method, *path, *allow;
        int status;
    } rows[] = {
        {"PUT", "/public", "GET, POST, OPTIONS", 405},
        {"OPTIONS", "/public", "GET, POST, OPTIONS", 204},
        {"HEAD", "/public", NULL, 200},
        {"OPTIONS", "/player/" ID, "DELETE, OPTIONS", 204},
        {"GET", "/player/" ID, "DELETE, OPTIONS", 405},
        {"OPTIONS", "/nothing", NULL, 404},
        {"GET", "/player/1", NULL, 404},
        {"GET", "/public/" ID, NULL, 200},
        {"", "/public", "GET, POST, OPTIONS", 405},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct memory m = request(rows[i].method, rows[i].path);
        struct reply r = send(&m);
        const char *allow = header(&r, "Allow");
        if (r.status != rows[i].status || (allow ? !str_eq(allow, rows[i].allow) : rows[i].allow != NULL)) {
            fail_msg("%s %s: %d %s", rows[i].method, rows[i].path, r.status, allow ? allow : "-");
        }
        if (r.status == 204) {
            assert_true(*r.body == '\0' && !header(&r, "Content-Type") && !header(&r, "Content-Length"));
        }
    }
}

static void long_addresses(void **state) {
    char path[1100], query[4200];

    (void)state;
    memset(path, 'a', sizeof(path));
    path[0] = '/';
    memset(query, 'a', sizeof(query));
    path[1025] = '\0';
    struct memory m = request("GET", path);
    struct reply r = send(&m);
    expect(&r, 414, "uri_too_long", "a path of 1025");
    path[1024] = '\0';
    m = request("GET", path);
    r = send(&m);
    expect(&r, 404, "not_found", "a path of 1024");
    query[4097] = '\0';
    m = request("GET", "/query");
    set(&m, "QUERY_STRING", query);
    r = send(&m);
    expect(&r, 414, "uri_too_long", "a query of 4097");
    query[4096] = '\0';
    r = send(&m);
    expect(&r, 200, NULL, "a query of 4096");
}

/* ---- bodies ---- */

static void bodies(void **state) {
    static const struct {
        const char *body;
        int status;
        const char *code;
    } rows[] = {
        {"{\"text\":\"x\"}", 200, NULL},
        {" {\"text\":\"x\",\"new\":{\"a\":[1]}}\n", 200, NULL},
        {"", 400, "malformed_json"},
        {" ", 400, "malformed_json"},
        {"{", 400, "malformed_json"},
        {"{}", 400, "validation_failed"},
        {"[]", 400, "malformed_json"},
        {"null", 400, "malformed_json"},
        {"\"text\"", 400, "malformed_json"},
        {"{\"text\":\"x\"}}", 400, "malformed_json"},
        {"{\"text\":\"x\",}", 400, "malformed_json"},
        {"{'text':'x'}", 400, "malformed_json"},
        {"{\"text\":\"x\",\"text\":\"y\"}", 400, "malformed_json"},
        {"{\"text\":\"x\",\"te\\u0078t\":\"y\"}", 400, "malformed_json"},
        {"{\"text\":\"\xff\"}", 400, "malformed_json"},
        {"{\"text\":\"a\\u0000b\"}", 400, "malformed_json"},
        {"{\"text\":NaN}", 400, "malformed_json"},
        {"{\"text\":\"x\"/**/}", 400, "malformed_json"},
        {"\xef\xbb\xbf{\"text\":\"x\"}", 400, "malformed_json"},
        {"\xef\xbb\xbf", 400, "malformed_json"},
        {"\xef\xbb\xbf\xef\xbb\xbf{\"text\":\"x\"}", 400, "malformed_json"},
        {"{\"text\":\"x\",\"number\":2.0}", 200, NULL},
        {"{\"text\":\"x\",\"number\":1.5}", 400, "validation_failed"},
        {"{\"text\":\"x\",\"number\":99999999999999999999}", 400, "validation_failed"},
        {"{\"text\":\"x\",\"n\":[[[[[[[[[[[[[[1]]]]]]]]]]]]]]}", 200, NULL},
        {"{\"text\":\"x\",\"n\":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]}", 400, "malformed_json"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct memory m = request("POST", "/public");
        with_body(&m, rows[i].body);
        struct reply r = send(&m);
        expect(&r, rows[i].status, rows[i].code, rows[i].body);
        m.chunk = 1; /* the same, one byte at a time */
        r = send(&m);
        expect(&r, rows[i].status, rows[i].code, rows[i].body);
    }
}

static void content_lengths(void **state) {
    static const struct {
        const char *length;
        int status;
        const char *code;
    } rows[] = {
        {"12", 200, NULL},
        {"13", 400, "bad_request"}, /* one byte more than comes */
        {"262144", 400, "bad_request"},
        {"11", 400, "malformed_json"}, /* one less: the rest is not read */
        {"0", 400, "malformed_json"},
        {"", 400, "malformed_json"},
        {NULL, 400, "malformed_json"},
        {"262145", 413, "too_large"},
        {"9223372036854775807", 413, "too_large"},
        {"9223372036854775808", 400, "bad_request"},
        {"-1", 400, "bad_request"},
        {"12x", 400, "bad_request"},
        {"1e1", 400, "bad_request"},
        {" 12", 400, "bad_request"},
        {"0x0c", 400, "bad_request"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct memory m = request("POST", "/public");
        with_body(&m, "{\"text\":\"x\"}");
        set(&m, "CONTENT_LENGTH", rows[i].length);
        struct reply r = send(&m);
        expect(&r, rows[i].status, rows[i].code, rows[i].length ? rows[i].length : "none");
    }
}

/* The largest body that is allowed is taken; what one request sent is not there for the next. */
static void large_bodies(void **state) {
    size_t room = 256 * 1024;
    char *body = arena_alloc(arena, room + 1);

    (void)state;
    memset(body, ' ', room);
    memcpy(body, "{\"text\":\"x\"}", 12);
    struct memory m = request("POST", "/public");
    with_body_of(&m, body, room);
    struct reply r = send(&m);
    expect(&r, 200, NULL, "256 KiB");
    m = request("POST", "/public");
    r = send(&m);
    expect(&r, 400, "malformed_json", "no body after a large one");
}

static void content_types(void **state) {
    static const struct {
        const char *type;
        int status;
    } rows[] = {
        {"application/json", 200},
        {"application/json; charset=utf-8", 200},
        {"Application/JSON", 200},
        {"application/json;charset=utf-8", 200},
        {"", 200},
        {NULL, 200},
        {"text/plain", 415},
        {"application/x-www-form-urlencoded", 415},
        {"multipart/form-data; boundary=x", 415},
        {"application/jsonx", 415},
        {"application/json-patch+json", 415},
        {"application/jso", 415},
        {"application/json; charset=\"UTF-8\"", 200},
        {"application/json; charset=us-ascii", 200},
        {"application/json; version=1; charset=utf-8", 200},
        {"application/json; charset=iso-8859-1", 415},
        {"application/json;charset=utf-16", 415},
        {"application/json; Charset=UTF-16LE", 415},
        {"application/json; charset=", 415},
        {"application/json; charset=utf-8; charset=utf-7", 415},
        {"text/plain; application/json", 415},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct memory m = request("POST", "/public");
        with_body(&m, "{\"text\":\"x\"}");
        set(&m, "CONTENT_TYPE", rows[i].type);
        struct reply r = send(&m);
        expect(&r, rows[i].status, rows[i].status == 415 ? "unsupported_media_type" : NULL, rows[i].type ? rows[i].type : "none");
    }
}

static void codings(void **state) {
    static const struct {
        const char *coding;
        int status;
    } rows[] = {{"gzip", 415}, {"br", 415}, {"identity, gzip", 415}, {"x", 415}, {"identity", 200}, {"Identity", 200}, {"", 200}};

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct memory m = request("POST", "/public");
        with_body(&m, "{\"text\":\"x\"}");
        set(&m, "HTTP_CONTENT_ENCODING", rows[i].coding);
        struct reply r = send(&m);
        expect(&r, rows[i].status, rows[i].status == 415 ? "unsupported_media_type" : NULL, rows[i].coding);
        if (rows[i].status == 415) {
            assert_string_equal(header(&r, "Accept-Encoding"), "identity");
        }
    }
    struct memory m = request("POST", "/public");
    with_body(&m, "{\"text\":\"x\"}");
    set(&m, "HTTP_CONTENT_RANGE", "bytes 0-11/24");
    struct reply r = send(&m);
    expect(&r, 400, "bad_request", "a part");
}

static bool names(const struct reply *r, const char *field) {
    struct json_object *fields = jr_get(r->json, "fields");
    for (size_t i = 0; i < jr_len(fields); i++) {
        if (str_eq(jr_str(jr_at(fields, i), "field"), field)) {
            return true;
        }
    }
    return false;
}

static void every_wrong_field_is_named(void **state) {
    (void)state;
    struct memory m = request("POST", "/public");
    set(&m, "QUERY_STRING", "limit=0&id=x");
    with_body(&m, "{\"number\":10,\"list\":[\"ok\",7],\"people\":[{},{\"name\":\"\"},{\"name\":\"ok\"}],\"password\":\"secret7\"}");
    struct reply r = send(&m);
    expect(&r, 400, "validation_failed", "many wrong fields");
    static const char *const wrong[] = {"limit", "id", "text", "number", "list[1]", "people[0].name", "people[1].name", "password"};
    for (size_t i = 0; i < ROWS(wrong); i++) {
        if (!names(&r, wrong[i])) {
            fail_msg("%s is not named: %s", wrong[i], r.body);
        }
    }
    assert_int_equal(jr_len(jr_get(r.json, "fields")), ROWS(wrong));
    assert_null(strstr(r.body, "secret7"));
}

static void very_many_wrong_fields(void **state) {
    struct buf b;

    (void)state;
    buf_init(&b, 65536);
    buf_puts(&b, "{\"text\":\"x\",\"people\":[");
    for (int i = 0; i < 60; i++) {
        buf_puts(&b, i ? ",{}" : "{}");
    }
    buf_puts(&b, "]}");
    struct memory m = request("POST", "/public");
    with_body(&m, b.data);
    struct reply r = send(&m);
    expect(&r, 400, "validation_failed", "60 wrong fields");
    assert_int_equal(jr_len(jr_get(r.json, "fields")), FIELD_MAX_ERRORS);
    buf_release(&b);
}

static void parameters_of_paths_and_queries(void **state) {
    (void)state;
    struct memory m = request("GET", "/public/0D4BE1F2-93A7-4C58-8E20-6B1F7A9C3D45");
    struct reply r = send(&m);
    assert_string_equal(r.body, "{\"param\":\"" ID "\"}");
    m = request("GET", "/query");
    set(&m, "QUERY_STRING", "limit=7&x=1&x=2");
    r = send(&m);
    assert_string_equal(r.body, "{\"param\":null,\"limit\":7}");
    set(&m, "QUERY_STRING", "limit=7&limit=8");
    r = send(&m);
    expect(&r, 400, "validation_failed", "limit twice");
    set(&m, "QUERY_STRING", "limit=%zz");
    r = send(&m);
    expect(&r, 400, "validation_failed", "a bad escape");
}

/* A client that goes away, and then one that does not. */
static void clients_may_go_away(void **state) {
    (void)state;
    for (int i = 0; i < 3; i++) {
        struct memory m = request("POST", "/public");
        with_body(&m, "{\"text\":\"x\"}");
        buf_init(&m.out, 1024);
        m.gone = true;
        memory_serve(&worker, &m);
        assert_int_equal(m.out.len, 0);
        buf_release(&m.out);
        m.gone = false;
        struct reply r = send(&m);
        expect(&r, 200, NULL, "the next client");
        assert_string_equal(r.body, "{\"param\":null,\"text\":\"x\",\"number\":5,\"people\":0,\"limit\":50}");
    }
}

/* Hashing takes long. Whoever gave up before or while it ran gets nothing written: no session or password that nobody knows of. The
 * database cannot be reached here: its error has another log line than a client that is gone. */
static void nothing_is_written_for_who_gave_up(void **state) {
    (void)state;
    for (int looks = 1; looks <= 3; looks++) {
        struct memory m = request("POST", "/hash");
        set(&m, "MUSTER_STAGE", "hash");
        m.looks = looks;
        struct reply r = send(&m);
        expect(&r, 503, "unavailable", "gone, or no database");
        /* Looked at once before the handler and once before its statements; a third look would be one too many. */
        assert_int_equal(m.looks, looks <= 2 ? 0 : 1);
    }
    struct memory m = request("POST", "/public");
    m.looks = 1;
    with_body(&m, "{\"text\":\"x\"}");
    struct reply r = send(&m);
    expect(&r, 200, NULL, "other rows do not look");
}

/* A place where passwords are hashed is given out by who hashes nothing: nginx takes the request on from there, and counts on. */
static void passwords_are_admitted_first(void **state) {
    struct memory m = request("POST", "/hash");
    (void)state;
    buf_init(&m.out, 1024);
    memory_serve(&worker, &m);
    static const char head[] = "Status: 200 OK\r\nX-Accel-Redirect: @memory_hash\r\nX-Transactions: 0\r\nX-Queued: ";
    assert_memory_equal(m.out.data, head, strlen(head));
    char *end; /* since when it waits */
    assert_true(strtoll(m.out.data + strlen(head), &end, 10) > 0);
    assert_string_equal(end, "\r\n\r\n");
    buf_release(&m.out);
    set(&m, "MUSTER_STAGE", "undo");
    struct reply r = send(&m);
    expect(&r, 503, "unavailable", "the pool has no place");
    m = request("POST", "/public");
    with_body(&m, "{\"text\":\"x\"}");
    set(&m, "MUSTER_STAGE", "undo");
    r = send(&m);
    expect(&r, 200, NULL, "other rows have no stages");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_ARENA(replies_have_their_headers),
        IN_ARENA(request_ids),
        IN_ARENA(errors_are_one_shape),
        IN_ARENA(mistakes_of_handlers_are_500),
        IN_ARENA(methods),
        IN_ARENA(long_addresses),
        IN_ARENA(bodies),
        IN_ARENA(content_lengths),
        IN_ARENA(large_bodies),
        IN_ARENA(content_types),
        IN_ARENA(codings),
        IN_ARENA(every_wrong_field_is_named),
        IN_ARENA(very_many_wrong_fields),
        IN_ARENA(parameters_of_paths_and_queries),
        IN_ARENA(clients_may_go_away),
        IN_ARENA(nothing_is_written_for_who_gave_up),
        IN_ARENA(passwords_are_admitted_first),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
