/* Calls to real servers on loopback (tests/lib/peer.py): what they may do to us, and where names may lead us.
 *
 * This program's getaddrinfo() stands before the C library's, for libcurl too: names that end with ".test" have the addresses of a
 * table. */
#include "common/base/clock.h"
#include "common/base/str.h"
#include "common/net/http.h"
#include "common/net/smtp.h"
#include "tests/unit/unit.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <netdb.h>
#include <semaphore.h>
#include <stdatomic.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define LIMIT_US 8000000 /* much more than any call here may take, much less than the hanging ones would */

static struct {
    pid_t pid;
    int in;
    unsigned plain, tls, old, babble, closed;
    char ca[500];
} peer;

#define format(...) arena_printf(arena, __VA_ARGS__)

static struct arena *arena;
static struct net_reply reply;
static atomic_int lookups;
static sem_t resolver_may_end, resolver_has_ended;

/* ---- names ---- */

/* first: what the first lookup of a test says; then: all others (NULL: the same). */
static const struct {
    const char *name, *first, *then;
} names[] = {
    {"metadata.test", "169.254.169.254", NULL},
    {"inside.test", "10.0.0.1 127.0.0.1 ::1 fd00:ec2::254", NULL},
    {"mapped.test", "::ffff:127.0.0.1 64:ff9b::7f00:1 2002:7f00:1::1", NULL},
    {"refused-first.test", "127.0.0.2 127.0.0.1", NULL},
    {"refused-second.test", "127.0.0.2 127.0.0.1", NULL},
    {"rebinding.test", "127.0.0.2", "127.0.0.1"},
    {"named.test", "127.0.0.1", NULL},
};

static int hang(void) {
    sem_wait(&resolver_may_end);
    sem_post(&resolver_has_ended);
    return EAI_AGAIN;
}

typedef int lookup_fn(const char *, const char *, const struct addrinfo *, struct addrinfo **);

/* The C library makes the list, from an address. */
static int add_address(const char *text, const char *service, const struct addrinfo *hints, struct addrinfo **end) {
    static lookup_fn *real;
    struct addrinfo numeric = *hints;
    if (!real) {
        *(void **)&real = dlsym(RTLD_NEXT, "getaddrinfo");
    }
    numeric.ai_family = AF_UNSPEC;
    numeric.ai_flags = AI_NUMERICHOST;
    return real(text, service, &numeric, end);
}

int getaddrinfo(const char *name, const char *service, const struct addrinfo *hints, struct addrinfo **out) {
    int before = atomic_fetch_add(&lookups, 1);
    const char *list = "";
    char one[64];
    *out = NULL;
    if (str_eq(name, "hang.test")) {
        return hang();
    }
    for (size_t i = 0; i < ROWS(names); i++) {
        if (str_eq(names[i].name, name)) {
            list = before > 0 && names[i].then ? names[i].then : names[i].first;
        }
    }
    for (struct addrinfo **end = out; *list; end = &(*end)->ai_next) {
        size_t len = strcspn(list, " ");
        snprintf(one, sizeof(one), "%.*s", (int)len, list);
        assert_int_equal(add_address(one, service, hints, end), 0);
        list += len + strspn(list + len, " ");
    }
    return *out ? 0 : EAI_NONAME;
}

/* ---- calls ---- */

static struct net_config config(const char *allow) {
    struct net_config c = {.ca_file = peer.ca};
    char err[400] = "";
    if (!net_allow_parse(arena, allow, &c.allow, err, sizeof(err))) {
        fail_msg("%s", err);
    }
    return c;
}

/* Makes the call and sees that it took no longer than it may and said what it must. */
static enum net_error call(const struct net_config *c, const struct net_request *request) {
    int64_t begin = clock_mono_us();
    enum net_error e = net_call(c, arena, request, &reply);
    assert_true(clock_mono_us() - begin < LIMIT_US);
    assert_int_equal(e == NET_OK, reply.why == NULL);
    assert_int_equal(e == NET_OK, reply.status != 0);
    assert_true(reply.body != NULL && (e == NET_OK || reply.len == 0));
    return e;
}

/* To the peer without encryption, which is allowed. */
static enum net_error get(const char *path) {
    struct net_config c = config(format("127.0.0.1:%u", peer.plain));
    return call(&c, &(struct net_request){.url = format("http://127.0.0.1:%u%s", peer.plain, path), .wanted = {"Location"}});
}

static int hits(void) {
    int64_t n = -1;
    assert_int_equal(get("/hits"), NET_OK);
    assert_true(str_to_i64(reply.body, 0, 1000000, &n));
    return (int)n;
}

static int begin_test(void **state) {
    (void)state;
    arena_reset(arena);
    atomic_store(&lookups, 0);
    return 0;
}

/* ---- replies ---- */

static void a_reply(void **state) {
    struct net_config c = config(format("127.0.0.1:%u", peer.plain));
    struct net_request r = {.url = format("http://127.0.0.1:%u/ok", peer.plain), .wanted = {"content-type", "X-Twice", "X-None"}};
    (void)state;
    assert_int_equal(call(&c, &r), NET_OK);
    assert_int_equal(reply.status, 200);
    assert_int_equal(reply.len, 13);
    assert_memory_equal(reply.body, "fine\0and more", 14);
    assert_string_equal(reply.headers[0], "text/plain");
    assert_null(reply.headers[1]);
    assert_null(reply.headers[2]);
    assert_int_equal(get("/fault"), NET_OK);
    assert_int_equal(reply.status, 500);
    assert_int_equal(get("/interim-reply"), NET_OK);
    assert_int_equal(reply.status, 200);
    assert_string_equal(reply.body, "after it");
    assert_null(reply.headers[0]);
}

/* What the server gets is what the caller gave and nothing from elsewhere: no cookie that it set before, no login, no encodings. */
static void a_request(void **state) {
    struct net_config c = config(format("127.0.0.1:%u", peer.plain));
    struct net_request r = {.url = format("http://127.0.0.1:%u/echo", peer.plain),
                            .body = "{\"a\":1}\0x",
                            .body_len = 9,
                            .headers = {{"Content-Type", "application/json"}, {"Authorization", "Bearer k"}, {"X-Empty", ""}}};
    (void)state;
    assert_int_equal(get("/ok"), NET_OK);
    assert_int_equal(call(&c, &r), NET_OK);
    assert_string_equal(reply.body, format("POST /echo HTTP/1.1\r\nHost: 127.0.0.1:%u\r\nUser-Agent: Muster/1\r\nAccept: */*\r\n"
                                           "Content-Type: application/json\r\nAuthorization: Bearer k\r\nX-Empty:\r\n"
                                           "Content-Length: 9\r\n\r\n{\"a\":1}",
                                           peer.plain));
    assert_memory_equal(reply.body + reply.len - 3, "}\0x", 3);
    assert_int_equal(get("/echo"), NET_OK);
    assert_true(str_starts(reply.body, "GET /echo HTTP/1.1\r\n"));
    assert_null(strcasestr(reply.body, "cookie"));
    assert_null(strcasestr(reply.body, "encoding"));
}

static void headers_that_are_not_the_callers(void **state) {
    static const struct net_header bad[] = {{"Host", "a"},
                                            {"content-LENGTH", "1"},
                                            {"Transfer-Encoding", "chunked"},
                                            {"X Y", "a"},
                                            {"", "a"},
                                            {"X:", "a"},
                                            {"X\r\nY", "a"},
                                            {"X", "a\r\nY: b"},
                                            {"X", "a\nY: b"},
                                            {"Accept-Encoding", "gzip"},
                                            {"X", "a\x7f"},
                                            {"Connection", "keep-alive"}};
    struct net_config c = config(format("127.0.0.1:%u", peer.plain));
    int before = hits();
    (void)state;
    for (size_t i = 0; i < ROWS(bad); i++) {
        struct net_request r = {.url = format("http://127.0.0.1:%u/ok", peer.plain), .headers = {bad[i]}};
        assert_int_equal(call(&c, &r), NET_REFUSED);
    }
    assert_int_equal(hits(), before + 1);
}

static void redirects_are_not_followed(void **state) {
    int before = hits();
    (void)state;
    assert_int_equal(get("/redirect"), NET_OK);
    assert_int_equal(reply.status, 302);
    assert_string_equal(reply.headers[0], "/ok");
    assert_int_equal(hits(), before + 2);
}

static void the_environment_changes_nothing(void **state) {
    const char *closed = format("http://127.0.0.1:%u", peer.closed);
    const char *place = getenv("MUSTER_TESTS_TMP");
    char *folder = format("%s/home-XXXXXX", place ? place : "/tmp"), *file;
    FILE *netrc;
    (void)state;
    assert_non_null(mkdtemp(folder));
    file = format("%s/.netrc", folder);
    assert_non_null(netrc = fopen(file, "we"));
    fputs("machine 127.0.0.1 login name password secret\n", netrc);
    fclose(netrc);
    setenv("HOME", folder, 1);
    setenv("http_proxy", closed, 1);
    setenv("all_proxy", closed, 1);
    setenv("ALL_PROXY", closed, 1);
    assert_int_equal(get("/echo"), NET_OK);
    assert_null(strcasestr(reply.body, "authorization"));
    unsetenv("http_proxy");
    unsetenv("all_proxy");
    unsetenv("ALL_PROXY");
    unlink(file);
    rmdir(folder);
}

/* ---- servers that do harm ---- */

static void servers_that_do_harm(void **state) {
    static const struct {
        const char *path;
        enum net_error error;
    } rows[] = {
        {"/drip", NET_TIME},
        {"/silent", NET_TIME},
        {"/endless", NET_TOO_LARGE},
        {"/chunks", NET_TOO_LARGE},
        {"/headers", NET_TOO_LARGE},
        {"/line", NET_TOO_LARGE},
        {"/interim", NET_TOO_LARGE},
        {"/trailers", NET_TOO_LARGE},
        {"/huge", NET_TOO_LARGE},
        {"/packed", NET_PROTOCOL},
        {"/packed-transfer", NET_TOO_LARGE},
        {"/short", NET_PROTOCOL},
        {"/half-head", NET_PROTOCOL},
        {"/half-after-interim", NET_PROTOCOL},
        {"/nothing", NET_PROTOCOL},
        {"/junk", NET_PROTOCOL},
    };
    struct net_config c = config(format("127.0.0.1:%u", peer.plain));
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct net_request r = {.url = format("http://127.0.0.1:%u%s", peer.plain, rows[i].path),
                                .total_ms = rows[i].error == NET_TIME ? 300 : 0};
        enum net_error e = call(&c, &r);
        if (e != rows[i].error) {
            fail_msg("%s: %d %s", rows[i].path, (int)e, reply.why);
        }
    }
}

static void caps_are_the_callers(void **state) {
    struct net_config c = config(format("127.0.0.1:%u", peer.plain));
    struct net_request r = {.url = format("http://127.0.0.1:%u/ok", peer.plain), .max_body = 13};
    (void)state;
    assert_int_equal(call(&c, &r), NET_OK);
    r.max_body = 12;
    assert_int_equal(call(&c, &r), NET_TOO_LARGE);
    r.max_body = 0, r.max_header = 20;
    assert_int_equal(call(&c, &r), NET_TOO_LARGE);
}

static int asked;

static bool second_time(void) {
    return ++asked > 1;
}

static void a_call_can_be_ended(void **state) {
    struct net_config c = config(format("127.0.0.1:%u", peer.plain));
    struct net_request r = {.url = format("http://127.0.0.1:%u/silent", peer.plain), .total_ms = 60000};
    (void)state;
    c.give_up = second_time;
    assert_int_equal(call(&c, &r), NET_ENDED);
}

/* ---- TLS ---- */

static void encrypted_and_verified(void **state) {
    struct {
        const char *url;
        bool known;
        enum net_error error;
    } rows[] = {
        {format("https://localhost:%u/ok", peer.tls), true, NET_OK},
        {format("https://localhost:%u/ok", peer.tls), false, NET_TLS}, /* by an authority that the system does not know */
        {format("https://127.0.0.1:%u/ok", peer.tls), true, NET_TLS},  /* the certificate is of localhost */
        {format("https://named.test:%u/ok", peer.tls), true, NET_TLS},
        {format("https://localhost:%u/ok", peer.old), true, NET_TLS},   /* TLS 1.1 */
        {format("https://localhost:%u/ok", peer.plain), true, NET_TLS}, /* none at all */
        {format("http://localhost:%u/ok", peer.tls), true, NET_PROTOCOL},
    };
    struct net_config c = config(format("127.0.0.1:%u 127.0.0.1:%u 127.0.0.1:%u", peer.tls, peer.old, peer.plain));
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        c.ca_file = rows[i].known ? peer.ca : NULL;
        enum net_error e = call(&c, &(struct net_request){.url = rows[i].url});
        if (e != rows[i].error) {
            fail_msg("%s: %d %s", rows[i].url, (int)e, reply.why);
        }
    }
}

/* ---- where names lead ---- */

static void refused_before_anybody_is_asked(void **state) {
    struct {
        const char *allow, *url;
    } rows[] = {
        {"", "https://localhost:8443/"}, {"", "http://public.test/"},
        {"", "https://public.test:80/"}, {"other.test:8080", "http://public.test:8080/"},
        {"", "https://2130706433/"},     {"", "https://user@metadata.test/"},
        {"", "file:///etc/passwd"},      {"", format("http://127.0.0.1:%u/ok", peer.plain)},
    };
    int before = hits();
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct net_config c = config(rows[i].allow);
        assert_int_equal(call(&c, &(struct net_request){.url = rows[i].url}), NET_REFUSED);
    }
    assert_int_equal(atomic_load(&lookups), 0);
    assert_int_equal(hits(), before + 1);
}

static void names_that_lead_inside(void **state) {
    static const char *const urls[] = {"https://metadata.test/", "https://inside.test/",     "https://mapped.test/",
                                       "https://localhost/",     "https://127.0.0.1/",       "https://[::1]/",
                                       "https://10.0.0.1/",      "https://169.254.169.254/", "https://[::ffff:127.0.0.1]/"};
    struct net_config c = config("");
    (void)state;
    for (size_t i = 0; i < ROWS(urls); i++) {
        enum net_error e = call(&c, &(struct net_request){.url = urls[i]});
        if (e != NET_REFUSED) {
            fail_msg("%s: %d %s", urls[i], (int)e, reply.why);
        }
    }
}

/* Of several addresses only those that are allowed are tried, wherever they stand: the server listens on the other one. */
static void names_with_several_addresses(void **state) {
    struct net_config first = config(format("127.0.0.1:%u", peer.plain)), second = config(format("127.0.0.2:%u", peer.plain));
    int before = hits();
    (void)state;
    assert_int_equal(call(&first, &(struct net_request){.url = format("http://refused-first.test:%u/ok", peer.plain)}), NET_OK);
    assert_int_equal(call(&second, &(struct net_request){.url = format("http://refused-second.test:%u/ok", peer.plain)}), NET_CONNECT);
    assert_int_equal(hits(), before + 2);
    assert_int_equal(atomic_load(&lookups), 2);
}

/* The name's second address is never asked for while the first one counts. */
static void names_that_change_their_mind(void **state) {
    struct net_config c = config(format("127.0.0.2:%u", peer.plain));
    struct net_request r = {.url = format("http://rebinding.test:%u/ok", peer.plain)};
    int before = hits();
    (void)state;
    assert_int_equal(call(&c, &r), NET_CONNECT);
    assert_int_equal(atomic_load(&lookups), 1);
    assert_int_equal(call(&c, &r), NET_REFUSED);
    assert_int_equal(atomic_load(&lookups), 2);
    assert_int_equal(hits(), before + 1);
}

static void nobody_there(void **state) {
    struct net_config c = config(format("127.0.0.1:%u", peer.closed));
    (void)state;
    assert_int_equal(call(&c, &(struct net_request){.url = format("http://127.0.0.1:%u/", peer.closed)}), NET_CONNECT);
    assert_int_equal(call(&c, &(struct net_request){.url = "https://nobody.test/"}), NET_NAME);
}

/* The resolver says nothing until the call is over: its deadline holds all the same. */
static void name_servers_that_hang(void **state) {
    struct net_config c = config("");
    (void)state;
    assert_int_equal(call(&c, &(struct net_request){.url = "https://hang.test/", .connect_ms = 300, .total_ms = 60000}), NET_TIME);
    assert_int_equal(atomic_load(&lookups), 1);
    sem_post(&resolver_may_end);
    sem_wait(&resolver_has_ended);
}

/* ---- mail ---- */

static enum smtp_outcome mail(const char *url) {
    struct smtp_config c = {
        .url = url, .hello = "localhost", .user = "", .password_file = "", .ca_file = "", .tls = SMTP_TLS_OFF, .timeout = 1};
    char why[SMTP_WHY_SIZE] = "";
    int64_t begin = clock_mono_us();
    struct smtp *s = smtp_new(&c);
    assert_non_null(s);
    enum smtp_outcome outcome = smtp_send(s, "a@example.com", "b@example.com", "x\r\n", 3, why);
    smtp_free(s);
    assert_true(clock_mono_us() - begin < LIMIT_US);
    assert_true(*why != '\0');
    return outcome;
}

static void mail_servers_that_do_harm(void **state) {
    (void)state;
    assert_int_equal(mail(format("smtp://127.0.0.1:%u", peer.babble)), SMTP_DOWN);
    assert_int_equal(mail("smtp://hang.test"), SMTP_DOWN);
    sem_post(&resolver_may_end);
    sem_wait(&resolver_has_ended);
}

/* ---- the peer ---- */

static int start_peer(void **state) {
    int in[2], out[2];
    char line[600] = "";
    (void)state;
    assert_int_equal(pipe2(in, O_CLOEXEC), 0);
    assert_int_equal(pipe2(out, O_CLOEXEC), 0);
    peer.pid = fork();
    if (peer.pid == 0) {
        dup2(in[0], 0);
        dup2(out[1], 1);
        execl("/usr/bin/python3", "/usr/bin/python3", "-Wignore::DeprecationWarning", "tests/lib/peer.py", NULL);
        _exit(127);
    }
    close(in[0]);
    close(out[1]);
    peer.in = in[1];
    FILE *said = fdopen(out[0], "r");
    assert_non_null(said);
    assert_non_null(fgets(line, sizeof(line), said));
    fclose(said);
    return sscanf(line, "%u %u %u %u %u %499s", &peer.plain, &peer.tls, &peer.old, &peer.babble, &peer.closed, peer.ca) == 6 ? 0 : -1;
}

static int stop_peer(void **state) {
    int status = -1;
    (void)state;
    close(peer.in);
    return waitpid(peer.pid, &status, 0) == peer.pid && status == 0 ? 0 : -1;
}

#define TEST(function) cmocka_unit_test_setup(function, begin_test)

int main(void) {
    const struct CMUnitTest tests[] = {
        TEST(a_reply),
        TEST(a_request),
        TEST(headers_that_are_not_the_callers),
        TEST(redirects_are_not_followed),
        TEST(the_environment_changes_nothing),
        TEST(servers_that_do_harm),
        TEST(caps_are_the_callers),
        TEST(a_call_can_be_ended),
        TEST(encrypted_and_verified),
        TEST(refused_before_anybody_is_asked),
        TEST(names_that_lead_inside),
        TEST(names_with_several_addresses),
        TEST(names_that_change_their_mind),
        TEST(nobody_there),
        TEST(name_servers_that_hang),
        TEST(mail_servers_that_do_harm),
    };
    arena = arena_new(64 * 1024);
    sem_init(&resolver_may_end, 0, 0);
    sem_init(&resolver_has_ended, 0, 0);
    int rc = cmocka_run_group_tests(tests, start_peer, stop_peer);
    arena_free(arena);
    return rc;
}
