#include "common/base/cfg.h"
#include "tests/unit/unit.h"

#include <stdlib.h>
#include <string.h>

static const char *text, *level;
static int64_t number;
static bool flag;
static const char *const levels[] = {"debug", "info", "warn", NULL};

static const struct cfg_row rows[] = {
    {.name = "T_TEXT", .type = CFG_STR, .out = &text, .min = 3, .max = 8, .secret = true, .help = "A text."},
    {.name = "T_NUMBER", .type = CFG_INT, .out = &number, .dflt = "7", .min = 1, .max = 100},
    {.name = "T_FLAG", .type = CFG_BOOL, .out = &flag, .dflt = "false"},
    {.name = "T_LEVEL", .type = CFG_ENUM, .out = &level, .dflt = "info", .values = levels},
    {.name = NULL},
};

static int clear(void **state) {
    (void)state;
    setenv("T_TEXT", "secret", 1);
    unsetenv("T_NUMBER");
    unsetenv("T_FLAG");
    unsetenv("T_LEVEL");
    return 0;
}

static void defaults_and_values(void **state) {
    char err[300] = "";

    (void)state;
    assert_true(cfg_load(rows, err, sizeof(err)));
    assert_string_equal(text, "secret");
    assert_int_equal(number, 7);
    assert_false(flag);
    assert_string_equal(level, "info");
    setenv("T_NUMBER", "100", 1);
    setenv("T_FLAG", "on", 1);
    setenv("T_LEVEL", "warn", 1);
    assert_true(cfg_load(rows, err, sizeof(err)));
    assert_int_equal(number, 100);
    assert_true(flag);
    assert_string_equal(level, "warn");
}

static void boolean_spellings(void **state) {
    static const struct {
        const char *value;
        int want; /* -1: refused */
    } spellings[] = {{"true", 1}, {"yes", 1}, {"on", 1}, {"1", 1}, {"false", 0}, {"no", 0}, {"off", 0}, {"0", 0}, {"2", -1}, {"TRUE", -1}};
    char err[300];

    (void)state;
    for (size_t i = 0; i < ROWS(spellings); i++) {
        setenv("T_FLAG", spellings[i].value, 1);
        assert_int_equal(cfg_load(rows, err, sizeof(err)) ? flag : -1, spellings[i].want);
    }
}

static void sentence_names_the_problem(void **state) {
    static const struct {
        const char *name, *value, *want;
    } problems[] = {
        {"T_NUMBER", "abc", "T_NUMBER must be an integer from 1 to 100, but is \"abc\""},
        {"T_NUMBER", "101", "T_NUMBER must be an integer from 1 to 100, but is \"101\""},
        {"T_NUMBER", "5s", "T_NUMBER must be an integer from 1 to 100, but is \"5s\""},
        {"T_FLAG", "maybe", "T_FLAG must be true or false, but is \"maybe\""},
        {"T_LEVEL", "loud", "T_LEVEL must be one of: debug, info, warn, but is \"loud\""},
    };
    char err[300];

    for (size_t i = 0; i < ROWS(problems); i++) {
        clear(state);
        setenv(problems[i].name, problems[i].value, 1);
        assert_false(cfg_load(rows, err, sizeof(err)));
        assert_string_equal(err, problems[i].want);
    }
}

static void missing_or_empty_is_required(void **state) {
    char err[300];

    (void)state;
    unsetenv("T_TEXT");
    assert_false(cfg_load(rows, err, sizeof(err)));
    assert_string_equal(err, "T_TEXT is required: A text.");
    setenv("T_TEXT", "", 1);
    assert_false(cfg_load(rows, err, sizeof(err)));
    assert_string_equal(err, "T_TEXT is required: A text.");
    setenv("T_TEXT", "okay", 1);
    setenv("T_NUMBER", "", 1);
    assert_true(cfg_load(rows, err, sizeof(err)));
    assert_int_equal(number, 7);
}

static void secrets_are_not_echoed(void **state) {
    char err[300];

    (void)state;
    setenv("T_TEXT", "hunter2hunter2", 1);
    assert_false(cfg_load(rows, err, sizeof(err)));
    assert_null(strstr(err, "hunter2"));
    assert_non_null(strstr(err, "T_TEXT must be a text of 3 to 8 bytes"));
    setenv("T_TEXT", "ab", 1);
    assert_false(cfg_load(rows, err, sizeof(err)));
    assert_null(strstr(err, "\"ab\""));
}

static void secret_integer_is_not_echoed(void **state) {
    static const struct cfg_row pin[] = {
        {.name = "T_NUMBER", .type = CFG_INT, .out = &number, .min = 1, .max = 9, .secret = true},
        {.name = NULL},
    };
    char err[300];

    (void)state;
    setenv("T_NUMBER", "12345", 1);
    assert_false(cfg_load(pin, err, sizeof(err)));
    assert_null(strstr(err, "12345"));
    assert_non_null(strstr(err, "T_NUMBER"));
}

static void empty_default_means_absent(void **state) {
    static const struct cfg_row optional[] = {
        {.name = "T_LEVEL", .type = CFG_STR, .out = &level, .dflt = "", .min = 8, .max = 20},
        {.name = NULL},
    };
    char err[300];

    (void)state;
    assert_true(cfg_load(optional, err, sizeof(err)));
    assert_string_equal(level, "");
    setenv("T_LEVEL", "short", 1);
    assert_false(cfg_load(optional, err, sizeof(err)));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(defaults_and_values, clear),
        cmocka_unit_test_setup(boolean_spellings, clear),
        cmocka_unit_test(sentence_names_the_problem),
        cmocka_unit_test_setup(missing_or_empty_is_required, clear),
        cmocka_unit_test_setup(secrets_are_not_echoed, clear),
        cmocka_unit_test_setup(secret_integer_is_not_echoed, clear),
        cmocka_unit_test_setup(empty_default_means_absent, clear),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
