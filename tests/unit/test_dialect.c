/* A dialect of its own, from memory: envelopes, the order of phases, bodies in files (tests/unit/speech.h). */
#include "tests/unit/request.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

static struct memory spoken(const char *method, const char *target) {
    unsigned char hash[CRYPTO_HASH_SIZE];
    char hex[2 * CRYPTO_HASH_SIZE + 1];
    const char *said = arena_printf(arena, "secret %s %s", method, target);
    struct memory m = request(method, "/api/_/place");
    crypto_sha256(said, strlen(said), hash);
    crypto_hex(hash, sizeof(hash), hex);
    set(&m, "REQUEST_URI", target);
    set(&m, "HTTP_AUTHORIZATION", arena_printf(arena, "Sign %s", hex));
    return m;
}

static void expect_body(struct memory *m, int status, const char *body) {
    struct reply r = send(m);
    assert_string_equal(r.body, body);
    assert_int_equal(r.status, status);
    if (header(&r, "Content-Length")) {
        assert_int_equal(strtoul(header(&r, "Content-Length"), NULL, 10), strlen(body));
    }
}

/* ---- envelopes ---- */

static void replies_stand_in_their_envelope(void **state) {
    (void)state;
    struct memory m = spoken("GET", "/api/t9/things?tql=a%20b");
    expect_body(&m, 200, "{\"data\":[\"a b\"],\"count\":1,\"status\":\"Success\"}");
    m = spoken("DELETE", "/api/t9/things/5");
    expect_body(&m, 200, "{\"message\":\"Deleted\",\"status\":\"Success\"}");
    m = spoken("GET", "/api/t9/stream");
    expect_body(&m, 200, "{\"data\":[0,1,2],\"status\":\"Success\"}");
    assert_false(m.cut);
    m = spoken("OPTIONS", "/api/t9/things/5");
    expect_body(&m, 200, "{\"status\":\"Success\"}");
}

/* A part that cannot be sent: the client sees that, and no end of the envelope. */
static void a_broken_stream_has_no_end(void **state) {
    (void)state;
    struct memory m = spoken("GET", "/api/t9/stream");
    buf_init(&m.out, 4096);
    m.takes = 3;
    memory_serve(&worker, &m);
    assert_null(strstr(m.out.data, "Success"));
    assert_true(m.cut);
    buf_release(&m.out);
}

static void errors_have_their_own(void **state) {
    (void)state;
    struct memory m = spoken("GET", "/api/t9/nothing");
    expect_body(&m, 404, "{\"errCode\":\"0x1007\",\"message\":\"It isn't here: \\\"nothing\\\" \\\\ at all.\",\"status\":\"Failure\"}");
    m = spoken("PATCH", "/api/t9/things/5");
    with_body(&m, "{\"text\":7}");
    struct reply r = send(&m);
    assert_int_equal(r.status, 400);
    assert_true(str_starts(jr_str(r.json, "message"), "text: "));
    m = spoken("GET", "/api/t9/things/5");
    set(&m, "HTTP_AUTHORIZATION", NULL);
    expect_body(&m, 403, "{\"errCode\":\"0x1002\",\"message\":\"A signature is missing.\",\"status\":\"Failure\"}");
    m = request("GET", "/nothing"); /* and the others theirs */
    r = send(&m);
    expect(&r, 404, "not_found", "/nothing");
}

/* ---- who asks ---- */

static struct db_call asked_call(struct req *q, struct db_rows *rows) {
    (void)q;
    return (struct db_call){.stmt = 0, .rows = rows};
}

/* An authenticator that asks the database (which is not there) and decides by what it finds. */
static void who_asks_comes_first_where_it_is_decided_apart(void **state) {
    static const struct authenticator asks = {.credential = speech_credential, .call = asked_call, .known = speech_known, .apart = true};
    struct dialect dialect = speech;
    const struct table tables[] = {{.rows = speech_routes, .prefix = "/api/t9", .dialect = &dialect}, {0}};
    const struct app app = {.name = "memory", .tables = tables, .uploads = &memory_uploads};

    (void)state;
    dialect.authenticator = &asks;
    worker.app = &app;
    struct memory m = spoken("PATCH", "/api/t9/things/5");
    with_body(&m, "{");
    struct reply r = send(&m);
    assert_int_equal(r.status, 503);
    assert_int_equal(m.at, 0); /* nothing of the body was read */
    worker.app = &memory_app;
    m = spoken("PATCH", "/api/t9/things/5");
    with_body(&m, "{");
    r = send(&m);
    assert_int_equal(r.status, 400);
}

/* ---- limits ---- */

static void rows_have_their_limits(void **state) {
    static const struct {
        const char *method, *path;
        int pad, query, body, status;
    } rows[] = {
        {"GET", "/api/t9/things", 0, 15000, 0, 200},  {"GET", "/api/t9/things", 0, 15001, 0, 414},
        {"GET", "/api/t9/things/", 2033, 0, 0, 200},  {"GET", "/api/t9/things/", 2034, 0, 0, 414},
        {"GET", "/api/t9/things/", 1, 2048, 0, 200},  {"GET", "/api/t9/things/", 1, 2049, 0, 414},
        {"GET", "/api/t9/raw/", 4084, 0, 0, 200},     {"GET", "/api/t9/raw/", 4085, 0, 0, 414},
        {"GET", "/api/t9/nothing/", 4000, 0, 0, 414}, {"POST", "/api/t9/small", 0, 0, 1000, 200},
        {"POST", "/api/t9/small", 0, 0, 1001, 413},   {"GET", "/public", 0, 4096, 0, 200},
        {"GET", "/public", 0, 4097, 0, 414},
    };
    char *long_text = arena_alloc(arena, 20001), *body = arena_alloc(arena, 1002);

    (void)state;
    memset(long_text, 'a', 20000);
    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *path = arena_printf(arena, "%s%.*s", rows[i].path, rows[i].pad, long_text);
        const char *query = arena_printf(arena, "%.*s", rows[i].query, long_text);
        struct memory m = spoken(rows[i].method, arena_printf(arena, "%s%s%s", path, *query ? "?" : "", query));
        set(&m, "DOCUMENT_URI", path);
        set(&m, "QUERY_STRING", query);
        memset(body, ' ', 1001);
        memcpy(body, "{\"text\":\"x\"}", 12);
        if (rows[i].body) {
            with_body_of(&m, body, (size_t)rows[i].body);
        }
        struct reply r = send(&m);
        if (r.status != rows[i].status) {
            fail_msg("case %zu: %d", i, r.status);
        }
    }
}

/* ---- bodies in files ---- */

static char folder[64];

static int folder_setup(void **state) {
    arena_setup(state);
    snprintf(folder, sizeof(folder), "/tmp/muster-unit-XXXXXX");
    assert_non_null(mkdtemp(folder));
    memory_uploads = folder;
    return 0;
}

static int in_folder(const char *only) {
    int n = 0;
    DIR *dir = opendir(folder);
    assert_non_null(dir);
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        n += *entry->d_name != '.' && (!only || str_eq(entry->d_name, only));
    }
    closedir(dir);
    return n;
}

static int folder_teardown(void **state) {
    DIR *dir = opendir(folder);
    for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
        unlinkat(dirfd(dir), entry->d_name, 0);
    }
    closedir(dir);
    rmdir(folder);
    memory_uploads = "/nonexistent/muster";
    return arena_teardown(state);
}

static void bodies_go_into_files(void **state) {
    static const int sizes[] = {0, 1, 1000, 65536, 65537, 300000}, chunks[] = {0, 1, 4096};
    char *body = arena_alloc(arena, 300000), hex[2 * CRYPTO_HASH_SIZE + 1];
    unsigned char hash[CRYPTO_HASH_SIZE];

    (void)state;
    memset(body, 'x', 300000);
    for (size_t i = 0; i < ROWS(sizes) * ROWS(chunks); i++) {
        int size = sizes[i / ROWS(chunks)];
        struct memory m = spoken("PUT", "/api/t9/files/2");
        with_body_of(&m, body, (size_t)size);
        m.chunk = chunks[i % ROWS(chunks)];
        set(&m, "CONTENT_TYPE", i % 2 ? "text/x-anything" : NULL);
        set(&m, "CONTENT_LENGTH", i % 2 ? arena_printf(arena, "%d", size) : "");
        crypto_sha256(body, (size_t)size, hash);
        crypto_hex(hash, sizeof(hash), hex);
        expect_body(&m, 200, arena_printf(arena, "{\"data\":{\"size\":%d,\"sha256\":\"%s\"},\"status\":\"Success\"}", size, hex));
        assert_int_equal(in_folder(NULL), 0);
    }
}

/* A body that is coded or a part would be stored as what it is not. */
static void bodies_in_files_are_whole_and_plain(void **state) {
    static const struct {
        const char *name, *value;
        int status;
    } rows[] = {{"HTTP_CONTENT_ENCODING", "gzip", 415},
                {"HTTP_CONTENT_ENCODING", "identity, br", 415},
                {"HTTP_CONTENT_ENCODING", "Identity", 200},
                {"HTTP_CONTENT_RANGE", "bytes 0-1/2", 400}};

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct memory m = spoken("PUT", "/api/t9/files/2");
        with_body(&m, "xx");
        set(&m, rows[i].name, rows[i].value);
        struct reply r = send(&m);
        assert_int_equal(r.status, rows[i].status);
        assert_int_equal(m.at, rows[i].status == 200 ? 2 : 0);
        assert_int_equal(in_folder(NULL), 0);
    }
}

static void what_is_kept_stays(void **state) {
    struct stat st;

    (void)state;
    for (int i = 0; i < 2; i++) {
        struct memory m = spoken("PUT", "/api/t9/files/1");
        with_body(&m, i ? "later" : "first, and longer");
        struct reply r = send(&m);
        assert_int_equal(r.status, 200);
        assert_int_equal(in_folder(NULL), 1);
        assert_int_equal(in_folder("kept"), 1);
        assert_int_equal(stat(arena_printf(arena, "%s/kept", folder), &st), 0);
        assert_int_equal(st.st_size, i ? 5 : 17);
        assert_int_equal(st.st_mode & 0777, 0600);
    }
}

static void refused_before_anything_is_read(void **state) {
    static const struct {
        const char *target, *authorization, *length;
        int status;
    } rows[] = {
        {"/api/t9/files/2", "Sign x", "1000", 403},     {"/api/t9/files/2", NULL, "67108865", 413},
        {"/api/t9/files/2", "Sign x", "67108865", 403}, {"/api/t9/files/2", NULL, "9223372036854775808", 400},
        {"/api/t9/files/2", NULL, "-1", 400},           {"/api/t9/files/507", NULL, "1000", 403},
        {"/api/t9/files/507", NULL, "", 403},
    };
    char *body = arena_alloc(arena, 1000);

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct memory m = spoken("PUT", rows[i].target);
        with_body_of(&m, body, 1000);
        set(&m, "CONTENT_LENGTH", rows[i].length);
        if (rows[i].authorization) {
            set(&m, "HTTP_AUTHORIZATION", rows[i].authorization);
        }
        struct reply r = send(&m);
        if (r.status != rows[i].status || m.at != 0) {
            fail_msg("case %zu: %d, %d bytes read", i, r.status, m.at);
        }
        assert_int_equal(in_folder(NULL), 0);
    }
}

/* Also where the database says who asks: it is not there, so 503 says that it was asked, before the body. */
static void the_usual_dialect_asks_first_too(void **state) {
    static const struct {
        const char *cookie, *length;
        int status;
    } rows[] = {{NULL, "5", 401}, {"muster_session=x", "5", 503}, {"muster_session=x", "9999999", 503}};

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct memory m = request("PUT", "/upload");
        with_body(&m, "12345");
        set(&m, "HTTP_COOKIE", rows[i].cookie);
        set(&m, "CONTENT_LENGTH", rows[i].length);
        log_init("test", LOG_ERROR + 1);
        struct reply r = send(&m);
        log_init("test", LOG_ERROR);
        assert_int_equal(r.status, rows[i].status);
        assert_int_equal(m.at, 0);
        assert_int_equal(in_folder(NULL), 0);
    }
}

static void bodies_that_end_early_leave_nothing(void **state) {
    (void)state;
    struct memory m = spoken("PUT", "/api/t9/files/1");
    with_body(&m, "half");
    set(&m, "CONTENT_LENGTH", "8");
    struct reply r = send(&m);
    assert_int_equal(r.status, 400);
    assert_int_equal(in_folder(NULL), 0);
    memory_uploads = "/nonexistent/muster";
    m = spoken("PUT", "/api/t9/files/1");
    with_body(&m, "no folder");
    log_init("test", LOG_ERROR + 1);
    r = send(&m);
    log_init("test", LOG_ERROR);
    assert_int_equal(r.status, 503);
}

static void a_rate_that_is_too_low(void **state) {
    static const struct {
        int64_t seconds, size;
        bool slow;
    } rows[] = {{0, 0, false},
                {15, 1, false},
                {16, 1, true},
                {16, 16 * 65536 - 1, true},
                {16, 16 * 65536, false},
                {1000, 1000 * 65536, false},
                {1000, 999 * 65536, true}};

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_int_equal(upload_too_slow(rows[i].seconds * 1000000, rows[i].size), rows[i].slow);
    }
}

static void make_file(const char *name, time_t age) {
    const struct timespec times[2] = {{.tv_sec = time(NULL) - age}, {.tv_sec = time(NULL) - age}};
    int fd = open(arena_printf(arena, "%s/%s", folder, name), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
    assert_true(fd >= 0 && futimens(fd, times) == 0);
    close(fd);
}

static void leftovers_are_swept(void **state) {
    (void)state;
    make_file("old.part", 100000);
    make_file("young.part", 100);
    make_file("old", 100000);
    make_file(".part", 100000);
    upload_sweep(folder);
    assert_int_equal(in_folder("old.part"), 0);
    assert_int_equal(in_folder("young.part") + in_folder("old"), 2);
    upload_sweep("/nonexistent/muster");
}

#define IN_FOLDER(test) cmocka_unit_test_setup_teardown(test, folder_setup, folder_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_ARENA(replies_stand_in_their_envelope),
        IN_ARENA(a_broken_stream_has_no_end),
        IN_ARENA(errors_have_their_own),
        IN_ARENA(who_asks_comes_first_where_it_is_decided_apart),
        IN_ARENA(rows_have_their_limits),
        IN_FOLDER(bodies_go_into_files),
        IN_FOLDER(bodies_in_files_are_whole_and_plain),
        IN_FOLDER(what_is_kept_stays),
        IN_FOLDER(refused_before_anything_is_read),
        IN_FOLDER(the_usual_dialect_asks_first_too),
        IN_FOLDER(bodies_that_end_early_leave_nothing),
        IN_FOLDER(leftovers_are_swept),
        IN_ARENA(a_rate_that_is_too_low),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
