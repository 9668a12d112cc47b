/* Rule A5: codes of RFC 6238, their window and their steps. */
#include "common/crypto/totp.h"
#include "common/html/qr.h"
#include "tests/unit/unit.h"

#include <string.h>

#define SECRET "12345678901234567890" /* of RFC 6238, appendix B */

static struct arena *arena;

static int setup(void **state) {
    (void)state;
    arena = arena_new(4096);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static void a5_vectors(void **state) {
    static const struct {
        int64_t now;
        const char *code;
    } rows[] = {{59, "287082"}, {1111111109, "081804"}, {1111111111, "050471"}, {1234567890, "005924"}, {20000000000, "353130"}};
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        int64_t step = 0;
        assert_true(totp_check(SECRET, 20, rows[i].now, rows[i].code, &step));
        assert_int_equal(step, rows[i].now / 30);
    }
}

static void a5_window(void **state) {
    int64_t step = 0;
    (void)state;
    for (int64_t now = 1234567890 - 120; now < 1234567890 + 120; now++) {
        int64_t away = now / 30 - 1234567890 / 30;
        assert_int_equal(totp_check(SECRET, 20, now, "005924", &step), away >= -1 && away <= 1);
    }
    assert_int_equal(step, 1234567890 / 30);
}

static void only_six_digits(void **state) {
    static const char *const wrong[] = {"", "005925", "05924", "0005924", "00592a", "5924", " 05924", "-05924", "005924 "};
    int64_t step = -1;
    (void)state;
    for (size_t i = 0; i < ROWS(wrong); i++) {
        assert_false(totp_check(SECRET, 20, 1234567890, wrong[i], &step));
    }
    assert_int_equal(step, -1);
}

static void base32(void **state) {
    static const struct {
        const char *text, *want; /* RFC 4648, section 10, without padding */
    } rows[] = {
        {"", ""}, {"f", "MY"}, {"fo", "MZXQ"}, {"foo", "MZXW6"}, {"foob", "MZXW6YQ"}, {"fooba", "MZXW6YTB"}, {"foobar", "MZXW6YTBOI"}};
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_string_equal(totp_base32(arena, rows[i].text, strlen(rows[i].text)), rows[i].want);
    }
}

static void address_of_the_code(void **state) {
    (void)state;
    assert_string_equal(totp_uri(arena, "Mu ster", "a+b&c@example.com", "MZXW6"),
                        "otpauth://totp/Mu%20ster:a%2Bb%26c@example.com?secret=MZXW6&issuer=Mu%20ster&algorithm=SHA1&digits=6&period=30");
}

static void qr_codes(void **state) {
    struct buf path;
    char longest[4000];
    (void)state;
    buf_init(&path, 256 * 1024);
    assert_int_equal(qr_path(&path, "x"), 21 + 8);
    assert_true(strncmp(path.data, "M4 4h7v1h-7z", 12) == 0);
    memset(longest, 'x', sizeof(longest) - 1);
    longest[sizeof(longest) - 1] = '\0';
    assert_int_equal(qr_path(&path, longest), 0);
    buf_release(&path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a5_vectors), cmocka_unit_test(a5_window),           cmocka_unit_test(only_six_digits),
        cmocka_unit_test(base32),     cmocka_unit_test(address_of_the_code), cmocka_unit_test(qr_codes),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
