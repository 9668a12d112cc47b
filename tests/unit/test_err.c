#include "common/base/err.h"
#include "common/base/str.h"
#include "common/words/words.h"
#include "tests/unit/unit.h"

#include <string.h>

static void every_row_is_complete(void **state) {
    (void)state;
    for (int e = 0; e < ERR_COUNT; e++) {
        const char *text = err_say((enum err)e, LANG_EN), *code = err_code((enum err)e), *remedy = err_remedy((enum err)e);
        assert_true(err_status((enum err)e) >= 400 || e == OK);
        assert_true(err_status((enum err)e) <= 503);
        assert_true(strlen(code) >= 2);
        assert_int_equal(strspn(code, "abcdefghijklmnopqrstuvwxyz_"), strlen(code));
        assert_int_equal(text[strlen(text) - 1], '.');
        assert_true(e == OK || remedy[strlen(remedy) - 1] == '.');
        for (int other = 0; other < e; other++) {
            assert_string_not_equal(code, err_code((enum err)other));
        }
    }
}

static void known_rows(void **state) {
    (void)state;
    assert_int_equal(OK, 0);
    assert_int_equal(err_status(OK), 200);
    assert_int_equal(err_status(ERR_NOT_FOUND), 404);
    assert_string_equal(err_code(ERR_VALIDATION), "validation_failed");
    assert_int_equal(err_status(ERR_UNAVAILABLE), 503);
}

static void values_outside_are_internal(void **state) {
    (void)state;
    assert_int_equal(err_status(ERR_COUNT), 500);
    assert_string_equal(err_code(ERR_COUNT), "internal");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_row_is_complete),
        cmocka_unit_test(known_rows),
        cmocka_unit_test(values_outside_are_internal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
