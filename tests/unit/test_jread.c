#include "common/json/jread.h"
#include "tests/unit/unit.h"

#include <stdbool.h>
#include <string.h>

static struct arena *arena;

static int setup(void **state) {
    (void)state;
    arena = arena_new(1024);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

static struct json_object *parse(const char *text, const char **why) {
    return jr_parse(arena, text, strlen(text), why);
}

static void accepted(void **state) {
    static const char *const rows[] = {
        "{}",
        " \t\r\n{ } \n",
        "[]",
        "[1,2,[3]]",
        "0",
        "-0",
        "123",
        "1.5E+3",
        "\"x\"",
        "true",
        "{\"a\":{\"a\":1},\"b\":[{\"a\":1},{\"a\":2}]}",
        "{\"a\":\"x:y\\\":\"}",
        "{\"\":null}",
        "\"\\u00e4\\ud83d\\ude00\"",
        "\"\\\\u0000\"",
        "{\"a\":\"\\\\\"}",
        "{\"\xc3\xa4\":\"\xe2\x82\xac \xf0\x9f\x98\x80\"}",
        "[\",\",[] , {}]\r\n",
        "1 \n",
        "[true,false,null]",
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *why = "unset";
        if (parse(rows[i], &why) == NULL) {
            fail_msg("%s: %s", rows[i], why);
        }
        assert_null(why);
    }
}

static void refused(void **state) {
    static const struct {
        const char *text, *why;
    } rows[] = {
        {"", "is empty"},
        {"   ", "ends too early"},
        {"{", "ends too early"},
        {"[1", "ends too early"},
        {"\"abc", "ends within a string"},
        {"\"abc\\\"", "ends within a string"},
        {"null", "is null"},
        {"{} x", "is not valid JSON"},
        {"{} {}", "is not valid JSON"},
        {"{}]", "is not valid JSON"},
        {"x {}", "is not valid JSON"},
        {"1 2", "is not valid JSON"},
        {"\xef\xbb\xbf{}", "is not valid JSON"},
        {"[1,]", "is not valid JSON"},
        {"[1, \n]", "is not valid JSON"},
        {"[1,,2]", "is not valid JSON"},
        {"{,}", "is not valid JSON"},
        {"{}}", "is not valid JSON"},
        {"[] []", "is not valid JSON"},
        {"{\"a\":1,}", "is not valid JSON"},
        {"[,1]", "is not valid JSON"},
        {"[1 2]", "is not valid JSON"},
        {"{\"a\" 1}", "is not valid JSON"},
        {"{\"a\"}", "is not valid JSON"},
        {"{a:1}", "is not valid JSON"},
        {"{'a':1}", "is not valid JSON"},
        {"'a'", "is not valid JSON"},
        {"/* c */ {}", "is not valid JSON"},
        {"{} // c", "is not valid JSON"},
        {"NaN", "is not valid JSON"},
        {"[nan]", "is not valid JSON"},
        {"[Infinity]", "is not valid JSON"},
        {"[-Infinity]", "contains a malformed number"},
        {"[TRUE]", "is not valid JSON"},
        {"[truex]", "is not valid JSON"},
        {"[01]", "contains a malformed number"},
        {"[-01]", "contains a malformed number"},
        {"[1.]", "contains a malformed number"},
        {"[.5]", "is not valid JSON"},
        {"[+1]", "is not valid JSON"},
        {"[1e]", "contains a malformed number"},
        {"[-]", "contains a malformed number"},
        {"0x10", "is not valid JSON"},
        {"[\"a\tb\"]", "contains a control character in a string"},
        {"[\"a\nb\"]", "contains a control character in a string"},
        {"[\"\\u0000\"]", "contains \\u0000"},
        {"{\"a\\u0000b\":1}", "contains \\u0000"},
        {"[\"\\x41\"]", "is not valid JSON"},
        {"[\"\\u12g4\"]", "is not valid JSON"},
        {"[\"\xc0\xaf\"]", "is not valid UTF-8"},
        {"[\"\xe0\x80\xaf\"]", "is not valid UTF-8"},
        {"[\"\xed\xa0\x80\"]", "is not valid UTF-8"},
        {"[\"\xff\"]", "is not valid UTF-8"},
        {"{\"a\":1,\"a\":2}", "contains the same key twice"},
        {"{\"a\":1,\"\\u0061\":2}", "contains the same key twice"},
        {"[{\"x\":{\"a\":1,\"b\":2,\"a\":1}}]", "contains the same key twice"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *why = NULL;
        if (parse(rows[i].text, &why) != NULL) {
            fail_msg("accepted: %s", rows[i].text);
        }
        if (strcmp(why, rows[i].why) != 0) {
            fail_msg("%s: %s", rows[i].text, why);
        }
    }
}

static void nul_bytes_are_refused(void **state) {
    const char *why = NULL;

    (void)state;
    assert_null(jr_parse(arena, "{}\0", 3, &why));
    assert_non_null(why);
    assert_null(jr_parse(arena, "\"a\0b\"", 5, &why));
}

/* What is wrong with `depth` arrays around a number; NULL: nothing. */
static const char *nested(int depth, int limit) {
    char text[256];
    const char *why;

    memset(text, '[', (size_t)depth);
    text[depth] = '1';
    memset(text + depth + 1, ']', (size_t)depth);
    jr_parse_depth(arena, text, (size_t)depth * 2 + 1, limit, &why);
    return why;
}

static void depth_is_limited_exactly(void **state) {
    (void)state;
    assert_null(nested(JR_MAX_DEPTH, JR_MAX_DEPTH));
    assert_string_equal(nested(JR_MAX_DEPTH + 1, JR_MAX_DEPTH), "is nested too deeply");
    assert_null(nested(40, 40));
    assert_string_equal(nested(41, 40), "is nested too deeply");
    assert_string_equal(nested(120, JR_MAX_DEPTH), "is nested too deeply");
}

static void only_len_bytes_are_read(void **state) {
    const char *why;
    struct json_object *o = jr_parse(arena, "12345", 3, &why);

    (void)state;
    assert_int_equal(json_object_get_int64(o), 123);
    assert_null(jr_parse(arena, "{}", 1, &why));
}

static void every_truncation_is_refused(void **state) {
    static const char text[] = "{\"a\":[1,true,{\"b\":\"x\\u00e4\\n\"}],\"c\":-1.5e3,\"d\":null}";
    const char *why;

    (void)state;
    for (size_t len = 0; len < sizeof(text) - 1; len++) {
        /* An exact copy lets ASan see a read beyond the end. */
        char *copy = test_malloc(len + 1);
        memcpy(copy, text, len);
        why = NULL;
        assert_null(jr_parse(arena, copy, len, &why));
        assert_non_null(why);
        test_free(copy);
    }
    assert_non_null(jr_parse(arena, text, sizeof(text) - 1, &why));
}

static void lookups_need_the_right_type(void **state) {
    const char *why;
    struct json_object *o = parse("{\"s\":\"x\",\"i\":7,\"big\":9999999999,\"t\":true,\"n\":null,\"l\":[1,\"b\"],\"f\":1.5}", &why);

    (void)state;
    assert_string_equal(jr_str(o, "s"), "x");
    assert_null(jr_str(o, "i"));
    assert_null(jr_str(o, "none"));
    assert_int_equal(jr_int(o, "i"), 7);
    assert_int_equal(jr_int(o, "big"), 0);
    assert_int_equal(jr_int(o, "s"), 0);
    assert_int_equal(jr_int(o, "f"), 0);
    assert_true(jr_bool(o, "t"));
    assert_false(jr_bool(o, "i"));
    assert_null(jr_get(o, "n"));
    assert_int_equal(jr_len(jr_get(o, "l")), 2);
    assert_int_equal(json_object_get_int(jr_at(jr_get(o, "l"), 0)), 1);
    assert_null(jr_at(jr_get(o, "l"), 2));
    assert_int_equal(jr_len(o), 0);
    assert_int_equal(jr_len(NULL), 0);
    assert_null(jr_get(NULL, "a"));
    assert_null(jr_get(jr_get(o, "l"), "a"));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(accepted, setup, teardown),
        cmocka_unit_test_setup_teardown(refused, setup, teardown),
        cmocka_unit_test_setup_teardown(nul_bytes_are_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(depth_is_limited_exactly, setup, teardown),
        cmocka_unit_test_setup_teardown(only_len_bytes_are_read, setup, teardown),
        cmocka_unit_test_setup_teardown(every_truncation_is_refused, setup, teardown),
        cmocka_unit_test_setup_teardown(lookups_need_the_right_type, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
