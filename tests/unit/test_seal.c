/* Rule B1: sealed secrets open in their own place with their own key, and nowhere else. */
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/crypto/crypto.h"
#include "common/crypto/seal.h"
#include "tests/unit/unit.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define KEY_A "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE="
#define KEY_B "AgICAgICAgICAgICAgICAgICAgICAgICAgICAgICAgI="
#define ZERO "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="
#define SECRET "12345678901234567890"

static char path[64];
static struct arena *arena;
static const struct seal_place place = {.org_id = "org-1", .user_id = "person-1", .purpose = "totp"};

static int setup(void **state) {
    (void)state;
    snprintf(path, sizeof(path), "/tmp/muster-seal-%d", (int)getpid());
    arena = arena_new(4096);
    log_init("seal", LOG_ERROR);
    return crypto_init() ? 0 : -1;
}

static int teardown(void **state) {
    (void)state;
    unlink(path);
    arena_free(arena);
    return 0;
}

/* By renaming, as instance.sh does. */
static void write_file(const char *text, mode_t mode) {
    char fresh[80];
    snprintf(fresh, sizeof(fresh), "%s.new", path);
    unlink(fresh);
    int fd = open(fresh, O_WRONLY | O_CREAT | O_EXCL, 0600);
    assert_true(fd >= 0 && write(fd, text, strlen(text)) == (ssize_t)strlen(text) && fchmod(fd, mode) == 0 && close(fd) == 0);
    assert_int_equal(rename(fresh, path), 0);
}

static bool opens(const struct seal_place *where, const char *sealed) {
    size_t len = 0;
    const char *secret = seal_open(arena, where, sealed, &len);
    return secret && len == strlen(SECRET) && memcmp(secret, SECRET, len) == 0;
}

static void b1_no_start_without_a_real_key(void **state) {
    static const struct {
        const char *text;
        mode_t mode;
        const char *why;
    } rows[] = {
        {"", 0600, "empty"},
        {"k1:" KEY_A "\n", 0640, "0600"},
        {"k1:" KEY_A "\n", 0604, "0600"},
        {"k1:" KEY_A, 0600, "not complete"},
        {KEY_A "\n", 0600, "malformed"},
        {"K1:" KEY_A "\n", 0600, "malformed"},
        {":" KEY_A "\n", 0600, "malformed"},
        {"\n", 0600, "malformed"},
        {"k1:AQEB\n", 0600, "32 bytes"},
        {"k1:" KEY_A "AAAA\n", 0600, "32 bytes"},
        {"k1:not base64!\n", 0600, "32 bytes"},
        {"k1:" ZERO "\n", 0600, "zeros"},
        {"k1:" KEY_A "\nk2:" ZERO "\n", 0600, "zeros"},
        {"k1:" KEY_A "\nk1:" KEY_B "\n", 0600, "alike"},
        {"m1:" KEY_A "\nm1:" KEY_B "\n", 0600, "alike"},
        {"mailto.m1:" KEY_A "\nmailto.m1:" KEY_B "\n", 0600, "alike"},
        {"letters.m1:" KEY_A "\n", 0600, "malformed"},
        {"old.k1:" KEY_A "\n", 0600, "malformed"},
    };
    char err[600] = "";
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        write_file(rows[i].text, rows[i].mode);
        assert_false(seal_load(path, err, sizeof(err)));
        assert_non_null(strstr(err, rows[i].why));
        assert_non_null(strstr(err, path));
        assert_null(strstr(err, "AQEB"));
    }
    unlink(path);
    assert_false(seal_load(path, err, sizeof(err)));
    assert_non_null(strstr(err, "missing"));
    assert_false(seal_load("/tmp", err, sizeof(err)));
    assert_non_null(strstr(err, "regular file"));
}

static void load(const char *text) {
    char err[600];
    write_file(text, 0600);
    assert_true(seal_load(path, err, sizeof(err)));
}

static void sealed_and_opened(void **state) {
    (void)state;
    load("k1:" KEY_A "\n");
    const char *one = seal_close(arena, &place, SECRET, strlen(SECRET)), *two = seal_close(arena, &place, SECRET, strlen(SECRET));
    assert_true(str_starts(one, "k1:") && opens(&place, one) && opens(&place, two));
    assert_string_not_equal(one, two);
    assert_null(strstr(one, SECRET));
    size_t len = 1;
    assert_non_null(seal_open(arena, &place, seal_close(arena, &place, "", 0), &len));
    assert_int_equal(len, 0);
    static const char big[SEAL_MAX_SECRET + 1];
    assert_non_null(seal_close(arena, &place, big, SEAL_MAX_SECRET));
    assert_null(seal_close(arena, &place, big, SEAL_MAX_SECRET + 1));
}

static void b1_bound_to_its_row(void **state) {
    static const struct seal_place others[] = {
        {"org-2", "person-1", "totp"},   {"org-1", "person-2", "totp"}, {"org-1", "person-1", "mail"},
        {"org-1\nperson-1", "", "totp"}, {"person-1", "org-1", "totp"},
    };
    (void)state;
    load("k1:" KEY_A "\n");
    const char *sealed = seal_close(arena, &place, SECRET, strlen(SECRET));
    for (size_t i = 0; i < ROWS(others); i++) {
        assert_false(opens(&others[i], sealed));
    }
}

static void b1_tampering_is_noticed(void **state) {
    (void)state;
    load("k1:" KEY_A "\nk2:" KEY_B "\n");
    const char *sealed = seal_close(arena, &place, SECRET, strlen(SECRET));
    for (size_t i = 3; sealed[i]; i++) {
        char *changed = arena_strdup(arena, sealed);
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        assert_false(opens(&place, changed));
    }
    for (size_t n = 0; n < strlen(sealed); n += 5) {
        assert_false(opens(&place, arena_strndup(arena, sealed, n)));
    }
    assert_false(opens(&place, arena_printf(arena, "k2%s", sealed + 2)));
    assert_false(opens(&place, arena_printf(arena, "k9%s", sealed + 2)));
    assert_false(opens(&place, arena_printf(arena, "%sAAAA", sealed)));
    assert_false(opens(&place, ""));
    assert_false(opens(&place, "k1:"));
    assert_false(opens(&place, "k1"));
}

static void b1_rotation(void **state) {
    (void)state;
    load("k1:" KEY_A "\n");
    const char *old = seal_close(arena, &place, SECRET, strlen(SECRET));
    assert_string_equal(seal_key_id(), "k1");
    assert_false(seal_outdated(old));
    write_file("k2:" KEY_B "\nk1:" KEY_A "\n", 0600); /* noticed without loading it again */
    assert_string_equal(seal_key_id(), "k2");
    assert_true(seal_outdated(old) && opens(&place, old));
    const char *fresh = seal_close(arena, &place, SECRET, strlen(SECRET));
    assert_true(str_starts(fresh, "k2:") && !seal_outdated(fresh) && opens(&place, fresh));
    write_file("broken\n", 0600); /* the keys in use stay */
    assert_true(opens(&place, fresh) && opens(&place, old));
    assert_true(str_starts(seal_close(arena, &place, SECRET, strlen(SECRET)), "k2:"));
    load("k2:" KEY_B "\n");
    assert_false(opens(&place, old));
    seal_wipe();
    load("k1:" KEY_A "\n"); /* a process that has not seen the newer key yet finds it when it needs it */
    write_file("k2:" KEY_B "\nk1:" KEY_A "\n", 0600);
    assert_true(opens(&place, fresh));
}

/* The file that a program with these uses is given; what was loaded before is loaded again behind it. */
static const char *ring_of(const char *const *uses) {
    char out[80];
    snprintf(out, sizeof(out), "%s.ring", path);
    fflush(stdout);
    int kept = dup(STDOUT_FILENO), fd = open(out, O_RDWR | O_CREAT | O_TRUNC, 0600);
    assert_true(kept >= 0 && fd >= 0 && dup2(fd, STDOUT_FILENO) >= 0);
    seal_print(uses);
    fflush(stdout);
    assert_true(dup2(kept, STDOUT_FILENO) >= 0 && close(kept) == 0);
    char *text = arena_alloc(arena, 4096);
    assert_true(pread(fd, text, 4095, 0) > 0 && close(fd) == 0 && unlink(out) == 0);
    return text;
}

#define RING(...) ring_of((const char *const[]){__VA_ARGS__, NULL})

static void b1_each_purpose_has_its_keys(void **state) {
    static const struct seal_place mail = {.org_id = "", .user_id = "alex@example.com", .purpose = "mail"},
                                   other = {.org_id = "", .user_id = "robin@example.com", .purpose = "mail"};
    (void)state;
    load("old1:" KEY_B "\n");
    const char *before = seal_close(arena, &place, SECRET, strlen(SECRET)), *mail_before = seal_close(arena, &mail, SECRET, strlen(SECRET));
    load("m2:" KEY_A "\nold1:" KEY_B "\n");
    const char *people = RING("people", "old", "mailto"), *sender = RING("mailto"), *worker = RING("mailbox");
    const char *secret = seal_close(arena, &place, SECRET, strlen(SECRET)), *letter = seal_close(arena, &mail, SECRET, strlen(SECRET));
    assert_true(str_starts(secret, "m2:") && str_starts(letter, "m2:"));
    assert_true(opens(&place, secret) && opens(&mail, letter) && opens(&place, before) && opens(&mail, mail_before));
    assert_false(opens(&other, letter) || opens(&place, letter) || opens(&mail, secret));
    assert_null(strstr(people, KEY_A));
    load(people);
    assert_true(opens(&place, secret) && opens(&place, before) && str_eq(seal_key_id(), "m2"));
    assert_false(opens(&mail, letter));
    load(sender);
    assert_string_equal(seal_key_id(), "m2");
    const char *posted = seal_close(arena, &mail, SECRET, strlen(SECRET));
    assert_false(opens(&mail, posted) || opens(&mail, letter) || opens(&place, secret));
    assert_null(seal_close(arena, &place, SECRET, strlen(SECRET)));
    load(worker);
    assert_true(opens(&mail, posted) && opens(&mail, letter));
    assert_false(opens(&place, secret) || opens(&place, before) || opens(&mail, mail_before) || opens(&other, posted));
    assert_null(seal_close(arena, &mail, SECRET, strlen(SECRET)));
    for (size_t i = 3; posted[i]; i++) {
        char *changed = arena_strdup(arena, posted);
        changed[i] = changed[i] == 'A' ? 'B' : 'A';
        assert_false(opens(&mail, changed));
    }
    assert_false(opens(&mail, "m2:") || opens(&mail, "m2:AAAA"));
    static const char big[SEAL_MAX_SECRET + 1];
    size_t len = 0;
    load("m2:" KEY_A "\n");
    assert_non_null(seal_open(arena, &mail, seal_close(arena, &mail, big, SEAL_MAX_SECRET), &len));
    assert_int_equal(len, SEAL_MAX_SECRET);
    assert_null(seal_close(arena, &mail, big, SEAL_MAX_SECRET + 1));
    assert_non_null(seal_open(arena, &mail, seal_close(arena, &mail, "", 0), &len));
    assert_int_equal(len, 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(b1_no_start_without_a_real_key),
        cmocka_unit_test(sealed_and_opened),
        cmocka_unit_test(b1_bound_to_its_row),
        cmocka_unit_test(b1_tampering_is_noticed),
        cmocka_unit_test(b1_rotation),
        cmocka_unit_test(b1_each_purpose_has_its_keys),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
