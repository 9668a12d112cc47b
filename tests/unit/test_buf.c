#include "common/base/buf.h"
#include "tests/unit/unit.h"

#include <string.h>

static void starts_as_empty_text(void **state) {
    struct buf b;

    (void)state;
    buf_init(&b, 10);
    assert_string_equal(b.data, "");
    assert_int_equal(b.len, 0);
    assert_false(b.failed);
    buf_clear(&b, 0);
    buf_release(&b);
    assert_string_equal(b.data, "");
}

static void grows_and_stays_terminated(void **state) {
    struct buf b;

    (void)state;
    buf_init(&b, 100000);
    for (int i = 0; i < 9999; i++) {
        assert_true(buf_putc(&b, (char)('a' + i % 26)));
    }
    assert_int_equal(b.len, 9999);
    assert_int_equal(strlen(b.data), 9999);
    assert_int_equal(b.data[27], 'b');
    buf_release(&b);
}

static void maximum_is_exact_and_failure_sticky(void **state) {
    struct buf b;

    (void)state;
    buf_init(&b, 5);
    assert_true(buf_puts(&b, "12345"));
    assert_true(buf_append(&b, NULL, 0));
    assert_false(buf_putc(&b, '6'));
    assert_true(b.failed);
    assert_string_equal(b.data, "12345");
    buf_release(&b);
    buf_init(&b, 5);
    assert_false(buf_puts(&b, "123456"));
    assert_false(buf_puts(&b, "1")); /* would fit, but the text already has a hole */
    assert_false(buf_printf(&b, "x"));
    assert_null(buf_reserve(&b, 1));
    assert_int_equal(b.len, 0);
    buf_clear(&b, 0);
    assert_true(buf_puts(&b, "1"));
    buf_release(&b);
}

static void huge_lengths_do_not_wrap(void **state) {
    struct buf b;

    (void)state;
    buf_init(&b, SIZE_MAX);
    assert_true(buf_puts(&b, "abc"));
    assert_null(buf_reserve(&b, SIZE_MAX - 1));
    assert_true(b.failed);
    buf_release(&b);
}

static void clear_keeps_some_memory(void **state) {
    struct buf b;

    (void)state;
    buf_init(&b, 1 << 20);
    for (int i = 0; i < 1000; i++) {
        buf_puts(&b, "0123456789");
    }
    buf_clear(&b, 0);
    assert_true(b.cap > 10000);
    assert_string_equal(b.data, "");
    buf_clear(&b, 512);
    assert_int_equal(b.cap, 512);
    assert_true(buf_printf(&b, "%0600d", 1));
    assert_int_equal(b.len, 600);
    buf_release(&b);
}

static void printf_measures_first(void **state) {
    struct buf b;

    (void)state;
    buf_init(&b, 12);
    assert_true(buf_printf(&b, "%s-%d", "ab", 7));
    assert_false(buf_printf(&b, "%s", "123456789"));
    assert_string_equal(b.data, "ab-7");
    buf_clear(&b, 0);
    assert_true(buf_printf(&b, "%s", "123456789012"));
    assert_int_equal(b.len, 12);
    buf_release(&b);
}

static void printf_fits_however_full_it_is(void **state) {
    struct buf b;

    (void)state;
    for (int before = 0; before < 260; before++) {
        for (int length = 1; length < 260; length += 3) {
            buf_init(&b, 1000);
            assert_true(before == 0 || buf_printf(&b, "%0*d", before, 1));
            assert_true(buf_printf(&b, "%0*d", length, 2));
            assert_int_equal(b.len, before + length);
            assert_int_equal(strlen(b.data), b.len);
            assert_int_equal(b.data[b.len - 1], '2');
            buf_release(&b);
        }
    }
}

static void reserve_and_advance(void **state) {
    struct buf b;
    char *to;

    (void)state;
    buf_init(&b, 100);
    to = buf_reserve(&b, 20);
    assert_non_null(to);
    memcpy(to, "hello", 5);
    buf_advance(&b, 5);
    assert_string_equal(b.data, "hello");
    assert_true(buf_puts(&b, "!"));
    assert_string_equal(b.data, "hello!");
    buf_release(&b);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(starts_as_empty_text),
        cmocka_unit_test(grows_and_stays_terminated),
        cmocka_unit_test(maximum_is_exact_and_failure_sticky),
        cmocka_unit_test(huge_lengths_do_not_wrap),
        cmocka_unit_test(clear_keeps_some_memory),
        cmocka_unit_test(printf_measures_first),
        cmocka_unit_test(printf_fits_however_full_it_is),
        cmocka_unit_test(reserve_and_advance),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
