/* Who may get past the guard of a route, and what is refused before the database is asked. */
#include "tests/unit/request.h"

/* ---- who asks (rules A1, A2) ---- */

static const struct {
    const char *method, *path;
} guarded[] = {{"GET", "/member"}, {"POST", "/member"}, {"DELETE", "/player/" ID}, {"PUT", "/admin"}, {"GET", "/platform"}};

static struct memory guarded_request(size_t i) {
    struct memory m = request(guarded[i].method, guarded[i].path);
    if (i == 1 || i == 3) {
        with_body(&m, "{\"text\":\"x\"}");
    }
    return m;
}

/* The database cannot be reached: 401 means that nobody tried, 503 that somebody did. */
static void no_credential_is_401_without_a_database(void **state) {
    static const struct {
        const char *name, *value;
    } tricks[] = {
        {"HTTP_ACCEPT", "*/*"},
        {"HTTP_X_USER_ID", ID},
        {"HTTP_X_ORG", ID},
        {"HTTP_X_FORWARDED_USER", "admin"},
        {"REMOTE_USER", "admin"},
        {"QUERY_STRING", "userId=" ID "&org=" ID},
        {"HTTP_HOST", "admin.localhost"},
        {"HTTP_COOKIE", "session=x; muster_sessio=x; xmuster_session=x"},
        {"HTTP_COOKIE", "; ;"},
        {"HTTP_COOKIE", "__Host-muster_session=x"},
        {"HTTP_AUTHORIZATION", ""},
        {"HTTP_AUTHORIZATION", "Basic dXNlcjpwYXNz"},
        {"HTTP_AUTHORIZATION", "Digest username=\"x\""},
        {"HTTP_AUTHORIZATION", "Negotiate abc"},
        {"HTTP_AUTHORIZATION", "Bearerx abc"},
        {"QUERY_STRING", "limit=900"},
        {"CONTENT_TYPE", "text/plain"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(guarded); i++) {
        for (size_t k = 0; k < ROWS(tricks); k++) {
            struct memory m = guarded_request(i);
            set(&m, tricks[k].name, tricks[k].value);
            struct reply r = send(&m);
            expect(&r, 401, "unauthenticated", tricks[k].value);
            assert_string_equal(header(&r, "WWW-Authenticate"), "Bearer");
        }
    }
}

static void a_credential_is_looked_up(void **state) {
    static const char *const credentials[][2] = {
        {"HTTP_COOKIE", "muster_session=abc"},    {"HTTP_COOKIE", "a=b; muster_session=abc; c=d"},
        {"HTTP_AUTHORIZATION", "Bearer tc_abc"},  {"HTTP_AUTHORIZATION", "bearer   tc_abc"},
        {"HTTP_AUTHORIZATION", "Bearer\ttc_abc"}, {"HTTP_AUTHORIZATION", "tc_abc"},
        {"HTTP_AUTHORIZATION", "Token tc_abc"},   {"HTTP_AUTHORIZATION", "Bearer"},
        {"HTTP_COOKIE", "muster_session="},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(guarded); i++) {
        for (size_t k = 0; k < ROWS(credentials); k++) {
            struct memory m = guarded_request(i);
            set(&m, credentials[k][0], credentials[k][1]);
            m.at = 0;
            struct reply r = send(&m);
            expect(&r, 503, "unavailable", credentials[k][1]);
            assert_string_equal(header(&r, "Retry-After"), "2");
        }
    }
}

/* Schemes that are meant for what stands in front take nothing from a cookie, and do not make it a key either. */
static void other_schemes_leave_the_cookie(void **state) {
    static const char *const schemes[] = {"Basic dTpw", "Digest username=\"u\"", "Negotiate abc", "NTLM abc", "basic"};

    (void)state;
    for (size_t i = 0; i < ROWS(schemes); i++) {
        struct memory m = request("POST", "/member");
        with_body(&m, "{\"text\":\"x\"}");
        set(&m, "HTTP_AUTHORIZATION", schemes[i]);
        set(&m, "HTTP_COOKIE", "muster_session=abc");
        struct reply r = send(&m);
        expect(&r, 503, "unavailable", schemes[i]);
        set(&m, "HTTP_ORIGIN", "http://evil.example");
        r = send(&m);
        expect(&r, 403, "cross_origin", schemes[i]);
    }
}

/* Without a credential nobody's body is read; with one it is, and what is wrong with it waits for who asks. */
static void bodies_wait_for_the_guard(void **state) {
    (void)state;
    struct memory m = guarded_request(1);
    struct reply r = send(&m);
    expect(&r, 401, "unauthenticated", "no credential");
    assert_int_equal(m.at, 0);
    set(&m, "HTTP_COOKIE", "muster_session=abc");
    set(&m, "CONTENT_LENGTH", "999999999");
    r = send(&m);
    expect(&r, 503, "unavailable", "too large, but first who asks");
    m = guarded_request(1);
    with_body(&m, "no JSON");
    set(&m, "HTTP_COOKIE", "muster_session=abc");
    r = send(&m);
    expect(&r, 503, "unavailable", "no JSON, but first who asks");
    set(&m, "CONTENT_TYPE", "text/plain");
    m.at = 0;
    r = send(&m);
    expect(&r, 503, "unavailable", "another type, but first who asks");
}

static void cookie_has_its_name_under_tls(void **state) {
    (void)state;
    web_config.base_url = "https://muster.example.com";
    struct memory m = request("GET", "/member");
    set(&m, "HTTP_COOKIE", "muster_session=abc");
    struct reply r = send(&m);
    expect(&r, 401, "unauthenticated", "the plain name");
    set(&m, "HTTP_COOKIE", "__Host-muster_session=abc");
    r = send(&m);
    expect(&r, 503, "unavailable", "the __Host- name");
    web_config.base_url = "http://localhost:8080";
}

/* ---- rule A10: writes that ride on a cookie ---- */

static void cross_site(void **state) {
    static const struct {
        const char *site, *origin, *host;
        bool refused;
    } rows[] = {
        {NULL, NULL, "localhost:8080", false},
        {"same-origin", NULL, "localhost:8080", false},
        {"none", NULL, "localhost:8080", false},
        {"", "", "localhost:8080", false},
        {"same-site", NULL, "localhost:8080", true},
        {"cross-site", NULL, "localhost:8080", true},
        {"Same-Origin", NULL, "localhost:8080", true},
        {NULL, "http://localhost:8080", "localhost:8080", false},
        {NULL, "https://muster.example.com", "muster.example.com", true},
        {NULL, "http://localhost:8080", "127.0.0.1:8080", false},
        {NULL, "http://localhost:8080", "localhost", false},
        {NULL, "http://evil.example", "evil.example", true},
        {NULL, "http://127.0.0.1:8080", "127.0.0.1:8080", true},
        {NULL, "HTTP://LOCALHOST:8080", "x", false},
        {NULL, "https://localhost:8080", "localhost:8080", true},
        {"same-origin", "http://localhost:8080", "localhost:8080", false},
        {"same-origin", "http://evil.example", "localhost:8080", true},
        {"cross-site", "http://localhost:8080", "localhost:8080", true},
        {NULL, "null", "localhost:8080", true},
        {NULL, "localhost:8080", "localhost:8080", true},
        {NULL, "http://localhost", "localhost:8080", true},
        {NULL, "http://localhost:8081", "localhost:8080", true},
        {NULL, "http://localhost:8080.evil.example", "localhost:8080", true},
        {NULL, "http://evil.example/://localhost:8080", "localhost:8080", true},
        {NULL, "http://localhost:8080", NULL, false},
        {NULL, "http://x", "", true},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct memory m = request("POST", "/public");
        with_body(&m, "{\"text\":\"x\"}");
        set(&m, "HTTP_SEC_FETCH_SITE", rows[i].site);
        set(&m, "HTTP_ORIGIN", rows[i].origin);
        set(&m, "HTTP_HOST", rows[i].host);
        set(&m, "HTTP_COOKIE", "muster_session=abc");
        const char *about = arena_printf(arena, "%s / %s", rows[i].site ? rows[i].site : "-", rows[i].origin ? rows[i].origin : "-");
        struct reply r = send(&m);
        expect(&r, rows[i].refused ? 403 : 200, rows[i].refused ? "cross_origin" : NULL, about);
        set(&m, "DOCUMENT_URI", "/member"); /* before the database */
        r = send(&m);
        expect(&r, rows[i].refused ? 403 : 503, rows[i].refused ? "cross_origin" : "unavailable", about);
        set(&m, "HTTP_AUTHORIZATION", "Bearer tc_abc"); /* a key is no cookie */
        r = send(&m);
        expect(&r, 503, "unavailable", about);
        m = request("GET", "/member"); /* nor is reading writing */
        set(&m, "HTTP_SEC_FETCH_SITE", rows[i].site);
        set(&m, "HTTP_ORIGIN", rows[i].origin);
        set(&m, "HTTP_COOKIE", "muster_session=abc");
        r = send(&m);
        expect(&r, 503, "unavailable", about);
    }
}

static void origins(void **state) {
    static const struct {
        const char *base, *more, *origin;
        bool ours;
    } rows[] = {
        {"https://muster.example", "", "https://muster.example", true},
        {"https://muster.example", "", "https://muster.example:443", true},
        {"https://Muster.Example:443", "", "https://muster.example", true},
        {"http://muster.example:80", "", "http://muster.example", true},
        {"http://muster.example:443", "", "http://muster.example", false},
        {"https://muster.example", "", "http://muster.example", false},
        {"https://muster.example", "", "https://muster.example:80", false},
        {"https://muster.example", "", "https://muster.example.evil.example", false},
        {"https://muster.example", "", "https://evil.example/https://muster.example", false},
        {"https://muster.example", "", "null", false},
        {"https://muster.example", "", "", false},
        {"https://muster.example", "", "https://", false},
        {"http://localhost:8080", "http://localhost:8080 http://127.0.0.1:8080 http://[::1]:8080", "http://127.0.0.1:8080", true},
        {"http://localhost:8080", "http://localhost:8080 http://127.0.0.1:8080 http://[::1]:8080", "http://[::1]:8080", true},
        {"http://localhost:8080", "http://localhost:8080 http://127.0.0.1:8080 http://[::1]:8080", "http://127.0.0.1:8081", false},
        {"http://localhost:8080", "http://localhost:8080 http://127.0.0.1:8080", "http://localhost:8080 http://127.0.0.1:8080", false},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        web_config.base_url = rows[i].base;
        web_config.origins = rows[i].more;
        if (origin_is_ours(arena, rows[i].origin) != rows[i].ours) {
            fail_msg("%s with %s", rows[i].origin, rows[i].base);
        }
    }
    web_config.base_url = "http://localhost:8080";
    web_config.origins = "";
}

int main(void) {
    const struct CMUnitTest tests[] = {
        IN_ARENA(no_credential_is_401_without_a_database),
        IN_ARENA(a_credential_is_looked_up),
        IN_ARENA(other_schemes_leave_the_cookie),
        IN_ARENA(bodies_wait_for_the_guard),
        IN_ARENA(cookie_has_its_name_under_tls),
        IN_ARENA(cross_site),
        IN_ARENA(origins),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
