#include "common/base/log.h"
#include "common/base/str.h"
#include "tests/unit/unit.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static int saved_stderr, capture[2];
static char seen[8192];

static void start(void) {
    assert_int_equal(pipe(capture), 0);
    saved_stderr = dup(STDERR_FILENO);
    dup2(capture[1], STDERR_FILENO);
}

/* What was logged since start(). */
static const char *stop(void) {
    ssize_t n;

    dup2(saved_stderr, STDERR_FILENO);
    close(saved_stderr);
    close(capture[1]);
    n = read(capture[0], seen, sizeof(seen) - 1);
    close(capture[0]);
    seen[n < 0 ? 0 : n] = '\0';
    return seen;
}

static void line_has_time_level_family_and_text(void **state) {
    const char *line;

    (void)state;
    log_init("testfam", LOG_INFO);
    log_request(NULL);
    start();
    log_warn("disk %d%% full", 93);
    line = stop();
    assert_int_equal(line[4], '-');
    assert_int_equal(line[23], 'Z');
    assert_string_equal(line + 24, " warn testfam - disk 93% full\n");
}

static void request_id_is_carried(void **state) {
    (void)state;
    log_init("f", LOG_INFO);
    log_request("0123456789012345678901234567890123456789");
    start();
    log_info("x");
    assert_string_equal(stop() + 24, " info f 012345678901234567890123456789012345 x\n");
    log_request("id\nforged");
    start();
    log_info("x");
    assert_string_equal(stop() + 24, " info f id?forged x\n");
    log_request(NULL);
}

static void levels_below_are_dropped(void **state) {
    (void)state;
    log_init("f", LOG_WARN);
    start();
    log_debug("a");
    log_info("b");
    assert_string_equal(stop(), "");
    start();
    log_error("c");
    assert_string_equal(stop() + 24, " error f - c\n");
}

static void control_bytes_cannot_forge_a_line(void **state) {
    (void)state;
    log_init("f", LOG_INFO);
    start();
    log_info("%s", "a\nb\rc\x1b[31md\x7f"
                   "e\xc2\x9b"
                   "f\xc3\xa4");
    assert_string_equal(stop() + 24, " info f - a?b?c?[31md?e??f\xc3\xa4\n");
}

static void long_text_is_cut_but_ends_the_line(void **state) {
    char text[5000];
    const char *line;

    (void)state;
    memset(text, 'x', sizeof(text) - 1);
    text[sizeof(text) - 1] = '\0';
    log_init("f", LOG_INFO);
    start();
    log_info("%s", text);
    line = stop();
    assert_int_equal(strlen(line), 2047);
    assert_int_equal(line[2046], '\n');
}

static void errno_survives(void **state) {
    (void)state;
    log_init("f", LOG_INFO);
    start();
    errno = ENOENT;
    log_info("%m");
    assert_int_equal(errno, ENOENT);
    assert_string_equal(stop() + 24, " info f - No such file or directory\n");
}

static void json_is_json_whatever_is_logged(void **state) {
    char longest[3000];
    (void)state;
    setenv("LOG_FORMAT", "json", 1);
    log_init("testfam", LOG_INFO);
    log_request("id\"1");
    start();
    log_warn("say \"%s\" \\ %s", "\xc3\xa4", "\x1b[2J");
    const char *line = stop();
    assert_memory_equal(line, "{\"time\":\"", 9);
    assert_string_equal(
        line + 33,
        "\",\"level\":\"warn\",\"service\":\"testfam\",\"requestId\":\"id\\\"1\",\"message\":\"say \\\"\xc3\xa4\\\" \\\\ ?[2J\"}\n");
    start();
    log_warn("%s", "broken \xff\xc3");
    assert_non_null(strstr(stop(), "\"message\":\"broken ??\"}\n"));
    for (size_t i = 0; i + 2 < sizeof(longest); i += 2) {
        memcpy(longest + i, i % 4 ? "\xc3\xa4" : "\"x", 2);
        longest[i + 2] = '\0';
    }
    start();
    log_warn("%s", longest);
    line = stop();
    assert_true(strlen(line) < 2048 && str_is_utf8(line, strlen(line)) && strcmp(line + strlen(line) - 3, "\"}\n") == 0);
    log_request(NULL);
    unsetenv("LOG_FORMAT");
    log_init("testfam", LOG_INFO);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line_has_time_level_family_and_text),
        cmocka_unit_test(request_id_is_carried),
        cmocka_unit_test(levels_below_are_dropped),
        cmocka_unit_test(control_bytes_cannot_forge_a_line),
        cmocka_unit_test(long_text_is_cut_but_ends_the_line),
        cmocka_unit_test(errno_survives),
        cmocka_unit_test(json_is_json_whatever_is_logged),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
