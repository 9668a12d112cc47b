/* The state of the families: each is named once and is as well as the worst of its pools. */
#include "common/base/arena.h"
#include "common/json/jread.h"
#include "common/web/health.h"
#include "common/web/internal.h"
#include "tests/unit/unit.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

static const struct app app = {.name = "portal"};
static struct arena *arena;
static char dir[] = "/tmp/muster-health-XXXXXX";
static pid_t servers[2];

/* Answers whoever asks at NAME.sock that it is well. */
static pid_t serve(const char *name) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    snprintf(address.sun_path, sizeof(address.sun_path), "%s/%s.sock", dir, name);
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    assert_int_equal(bind(fd, (const struct sockaddr *)&address, sizeof(address)), 0);
    assert_int_equal(listen(fd, 16), 0);
    pid_t child = fork();
    while (child == 0) {
        char got[512];
        int one = accept(fd, NULL, NULL);
        if (read(one, got, sizeof(got)) > 0) {
            (void)!write(one, "12345678Status: 200 OK\r\n\r\n", 26);
        }
        close(one);
    }
    close(fd);
    return child;
}

static int setup(void **state) {
    (void)state;
    arena = arena_new(4096);
    if (!mkdtemp(dir)) {
        return -1;
    }
    servers[0] = serve("auth");
    servers[1] = serve("jobs-hash");
    return 0;
}

static int teardown(void **state) {
    static const char *const names[] = {"auth", "jobs-hash"};
    (void)state;
    for (size_t i = 0; i < ROWS(names); i++) {
        kill(servers[i], SIGKILL);
        waitpid(servers[i], NULL, 0);
        unlink(arena_printf(arena, "%s/%s.sock", dir, names[i]));
    }
    rmdir(dir);
    arena_free(arena);
    return 0;
}

/* The families' object as text, and the verdict. */
static const char *families(const char *names, bool own, bool *well) {
    struct req q = {.arena = arena, .app = &app};
    struct buf out;
    struct jwrite w;
    const char *why, *sockets = "";
    char *list = arena_strdup(arena, names), *at = list;
    for (const char *name = strsep(&at, " "); name && *name; name = strsep(&at, " ")) {
        sockets = arena_printf(arena, "%s%s%s/%s.sock", sockets, *sockets ? ":" : "", dir, name);
    }
    web_config.health_sockets = sockets;
    buf_init(&out, 4096);
    jw_init(&w, &out);
    jw_object(&w);
    jw_key(&w, "families");
    *well = health_families(&q, &w, own);
    jw_object_end(&w);
    assert_true(jw_done(&w));
    assert_non_null(jr_parse(arena, out.data, out.len, &why)); /* which refuses a key that is there twice */
    const char *text = arena_strdup(arena, out.data);
    buf_release(&out);
    return text;
}

static void each_family_once(void **state) {
    static const struct {
        const char *sockets;
        bool own, well;
        const char *want;
    } rows[] = {
        {"", true, true, "\"portal\":\"ok\""},
        {"", false, false, "\"portal\":\"unavailable\""},
        {"auth", true, true, "\"portal\":\"ok\",\"auth\":\"ok\""},
        {"auth portal", false, false, "\"portal\":\"unavailable\",\"auth\":\"ok\""},
        {"auth auth-hash", true, false, "\"portal\":\"ok\",\"auth\":\"unavailable\""},
        {"auth-hash auth", true, false, "\"portal\":\"ok\",\"auth\":\"unavailable\""},
        {"jobs-hash jobs", true, false, "\"portal\":\"ok\",\"jobs\":\"unavailable\""},
        {"portal portal-hash", true, false, "\"portal\":\"unavailable\""},
        {"jobs-hash auth", true, true, "\"portal\":\"ok\",\"jobs\":\"ok\",\"auth\":\"ok\""},
        {"auth auth-hash jobs-hash auth", true, false, "\"portal\":\"ok\",\"auth\":\"unavailable\",\"jobs\":\"ok\""},
    };
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        bool well;
        const char *got = families(rows[i].sockets, rows[i].own, &well);
        if (strcmp(got, arena_printf(arena, "{\"families\":{%s}}", rows[i].want)) != 0 || well != rows[i].well) {
            fail_msg("%s: %s", rows[i].sockets, got);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(each_family_once)};
    return cmocka_run_group_tests(tests, setup, teardown);
}
