/* Parameters of mails wait sealed, each bound to its recipient (rules A6, B1). */
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/crypto/crypto.h"
#include "common/crypto/seal.h"
#include "common/mail/mail.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define KEY_A "first:AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE=\n"
#define KEY_B "second:AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI=\n"
#define TO "alex@example.com"

static char path[64];
static struct arena *arena;

static void use_keys(const char *text) {
    char err[300];
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && close(fd) == 0);
    assert_true(seal_load(path, err, sizeof(err)));
}

static int setup(void **state) {
    (void)state;
    snprintf(path, sizeof(path), "/tmp/muster-mail-params-%d", (int)getpid());
    arena = arena_new(4096);
    log_init("mail", LOG_ERROR);
    return crypto_init() ? 0 : -1;
}

static int teardown(void **state) {
    (void)state;
    unlink(path);
    arena_free(arena);
    return 0;
}

static void b1_parameters_come_back_as_they_were(void **state) {
    (void)state;
    struct mail_param p[MAIL_MAX_PARAMS];
    use_keys(KEY_A);
    const char *sealed = mail_params(arena, TO, "name", "Zo\xc3\xab \"Q\"\n", "url", "https://example.com/reset?token=abc", NULL);
    assert_non_null(sealed);
    assert_null(strstr(sealed, "token"));
    assert_int_equal(mail_params_open(arena, TO, sealed, p), 2);
    assert_string_equal(p[0].name, "name");
    assert_string_equal(p[0].value, "Zo\xc3\xab \"Q\"\n");
    assert_string_equal(p[1].value, "https://example.com/reset?token=abc");
    assert_int_equal(mail_params_open(arena, TO, mail_params(arena, TO, NULL), p), 0);
}

static void b1_parameters_are_bound_to_the_recipient(void **state) {
    (void)state;
    struct mail_param p[MAIL_MAX_PARAMS];
    use_keys(KEY_A);
    const char *sealed = mail_params(arena, TO, "url", "https://example.com/", NULL);
    assert_int_equal(mail_params_open(arena, "mallory@example.com", sealed, p), -1);
    char *changed = arena_strdup(arena, sealed);
    changed[strlen(changed) / 2] ^= 1;
    assert_int_equal(mail_params_open(arena, TO, changed, p), -1);
    assert_int_equal(mail_params_open(arena, TO, "", p), -1);
}

static void b1_parameters_follow_a_new_key(void **state) {
    (void)state;
    struct mail_param p[MAIL_MAX_PARAMS];
    use_keys(KEY_A);
    const char *sealed = mail_params(arena, TO, "url", "https://example.com/", NULL);
    use_keys(KEY_B KEY_A);
    assert_true(seal_outdated(sealed));
    const char *again = mail_params_reseal(arena, TO, sealed);
    assert_non_null(again);
    assert_false(seal_outdated(again));
    use_keys(KEY_B);
    assert_int_equal(mail_params_open(arena, TO, again, p), 1);
    assert_int_equal(mail_params_open(arena, TO, sealed, p), -1);
    assert_null(mail_params_reseal(arena, TO, sealed));
}

static void too_much_is_refused(void **state) {
    (void)state;
    char *big = arena_alloc(arena, SEAL_MAX_SECRET + 1);
    use_keys(KEY_A);
    memset(big, 'x', SEAL_MAX_SECRET);
    assert_null(mail_params(arena, TO, "name", big, NULL));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(b1_parameters_come_back_as_they_were),
        cmocka_unit_test(b1_parameters_are_bound_to_the_recipient),
        cmocka_unit_test(b1_parameters_follow_a_new_key),
        cmocka_unit_test(too_much_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
