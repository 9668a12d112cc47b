#include "common/json/jwrite.h"
#include "tests/unit/unit.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static struct buf out;
static struct jwrite w;

static int setup(void **state) {
    (void)state;
    buf_init(&out, 1 << 20);
    jw_init(&w, &out);
    return 0;
}

static int teardown(void **state) {
    (void)state;
    buf_release(&out);
    return 0;
}

static void again(void) {
    buf_clear(&out, 0);
    jw_init(&w, &out);
}

static void document(void **state) {
    static const char *const list[] = {"x", "y", NULL};

    (void)state;
    jw_object(&w);
    jw_kstr(&w, "a", "b");
    jw_kint(&w, "i", -5);
    jw_knum(&w, "n", 1.50, 2);
    jw_kbool(&w, "t", true);
    jw_kbool(&w, "f", false);
    jw_knull(&w, "z");
    jw_kobject(&w, "o");
    jw_object_end(&w);
    jw_karray(&w, "l");
    jw_int(&w, 1);
    jw_object(&w);
    jw_kstr(&w, "q", NULL);
    jw_object_end(&w);
    jw_array(&w);
    jw_array_end(&w);
    jw_array_end(&w);
    jw_kstrs(&w, "s", list);
    jw_kstrs(&w, "e", NULL);
    jw_key(&w, "j");
    jw_jsonb(&w, "{\"k\": 1}");
    jw_key(&w, "jn");
    jw_jsonb(&w, NULL);
    jw_key(&w, "from");
    jw_object_from(&w, "{\"k\": 1}");
    jw_kint(&w, "m", 2);
    jw_object_end(&w);
    jw_key(&w, "bare");
    jw_object_from(&w, "{}");
    jw_kint(&w, "m", 3);
    jw_object_end(&w);
    assert_false(jw_done(&w));
    jw_object_end(&w);
    assert_true(jw_done(&w));
    assert_string_equal(out.data, "{\"a\":\"b\",\"i\":-5,\"n\":1.5,\"t\":true,\"f\":false,\"z\":null,\"o\":{},\"l\":[1,{\"q\":null},[]],"
                                  "\"s\":[\"x\",\"y\"],\"e\":[],\"j\":{\"k\": 1},\"jn\":null,"
                                  "\"from\":{\"k\": 1,\"m\":2},\"bare\":{\"m\":3}}");
}

static void strings(void **state) {
    static const struct {
        const char *text;
        size_t len;
        const char *want;
    } rows[] = {
        {"", 0, "\"\""},
        {"plain", 5, "\"plain\""},
        {"\"", 1, "\"\\\"\""},
        {"a\\b", 3, "\"a\\\\b\""},
        {"\n\r\t", 3, "\"\\n\\r\\t\""},
        {"\x01\x1f\b\f", 4, "\"\\u0001\\u001f\\u0008\\u000c\""},
        {"a\0b", 3, "\"a\\u0000b\""},
        {"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", 9, "\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\""},
        {"a\xff"
         "b",
         3,
         "\"a\xef\xbf\xbd"
         "b\""},
        {"\xc0\xaf", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xe2\x82", 2, "\"\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xed\xa0\x80", 3, "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
        {"cut here", 3, "\"cut\""},
        {"\xc3\xa4", 1, "\"\xef\xbf\xbd\""},
        {"</script>", 9, "\"</script>\""},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        again();
        jw_strn(&w, rows[i].text, rows[i].len);
        assert_true(jw_done(&w));
        assert_string_equal(out.data, rows[i].want);
    }
}

/* Strings are scanned eight bytes at a time: every byte value at every place of two steps. */
static void every_byte_at_every_place(void **state) {
    (void)state;
    for (int c = 0; c < 256; c++) {
        for (size_t at = 0; at < 16; at++) {
            char text[17] = "abcdefghijklmno~", want[32];
            bool plain = c >= 0x20 && c < 0x80 && c != '"' && c != '\\';

            text[at] = (char)c;
            again();
            jw_strn(&w, text, 16);
            assert_true(jw_done(&w));
            snprintf(want, sizeof(want), "\"%.16s\"", text);
            if (plain) {
                assert_string_equal(out.data, want);
            } else {
                assert_true(out.len > 18 && strncmp(out.data, want, at + 1) == 0);
            }
            if (at < 15) {
                assert_int_equal(out.data[out.len - 2], '~');
            }
        }
    }
}

static void integers(void **state) {
    static const struct {
        int64_t v;
        const char *want;
    } rows[] = {
        {0, "0"}, {9, "9"}, {10, "10"}, {-1, "-1"}, {INT64_MAX, "9223372036854775807"}, {INT64_MIN, "-9223372036854775808"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        again();
        jw_int(&w, rows[i].v);
        assert_string_equal(out.data, rows[i].want);
    }
}

static void numbers(void **state) {
    static const struct {
        double v;
        int decimals;
        const char *want;
    } rows[] = {
        {0, 2, "0"},
        {-0.0, 2, "0"},
        {-0.001, 2, "0"},
        {100, 2, "100"},
        {100, 0, "100"},
        {66.666666, 1, "66.7"},
        {0.5, 2, "0.5"},
        {-1.25, 2, "-1.25"},
        {1e15, 1, "1000000000000000"},
        {2.5, -1, "2"},
        {NAN, 2, "null"},
        {INFINITY, 2, "null"},
        {-INFINITY, 2, "null"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        again();
        jw_num(&w, rows[i].v, rows[i].decimals);
        assert_true(jw_done(&w));
        assert_string_equal(out.data, rows[i].want);
    }
    again();
    jw_num(&w, -1.7976931348623157e308, 99);
    assert_true(jw_done(&w));
    assert_int_equal(out.len, 310);
}

static void key_outside_object(void) {
    jw_key(&w, "a");
}
static void key_in_array(void) {
    jw_array(&w);
    jw_kint(&w, "a", 1);
    jw_array_end(&w);
}
static void value_without_key(void) {
    jw_object(&w);
    jw_int(&w, 1);
    jw_object_end(&w);
}
static void key_without_value(void) {
    jw_object(&w);
    jw_key(&w, "a");
    jw_object_end(&w);
}
static void two_keys(void) {
    jw_object(&w);
    jw_key(&w, "a");
    jw_key(&w, "b");
    jw_int(&w, 1);
    jw_object_end(&w);
}
static void wrong_end(void) {
    jw_object(&w);
    jw_array_end(&w);
}
static void wrong_end_inner(void) {
    jw_array(&w);
    jw_object(&w);
    jw_array_end(&w);
    jw_array_end(&w);
}
static void end_without_start(void) {
    jw_object_end(&w);
}
static void missing_end(void) {
    jw_object(&w);
}
static void two_documents(void) {
    jw_int(&w, 1);
    jw_int(&w, 2);
}
static void two_objects(void) {
    jw_object(&w);
    jw_object_end(&w);
    jw_object(&w);
    jw_object_end(&w);
}
static void nothing(void) {
}
static void empty_jsonb(void) {
    jw_jsonb(&w, "");
}
static void object_from_array(void) {
    jw_object_from(&w, "[1]");
    jw_object_end(&w);
}
static void object_from_nothing(void) {
    jw_object_from(&w, NULL);
    jw_object_end(&w);
}

static void misuse_is_sticky(void **state) {
    static void (*const rows[])(void) = {
        key_outside_object, key_in_array,    value_without_key, key_without_value, two_keys,
        wrong_end,          wrong_end_inner, end_without_start, missing_end,       two_documents,
        two_objects,        nothing,         empty_jsonb,       object_from_array, object_from_nothing,
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        again();
        rows[i]();
        if (jw_done(&w)) {
            fail_msg("row %zu", i);
        }
    }
    again();
    jw_array_end(&w);
    jw_array(&w);
    jw_array_end(&w);
    assert_false(jw_done(&w));
    assert_string_equal(out.data, "");
}

static bool nest(unsigned levels) {
    again();
    for (unsigned i = 0; i < levels; i++) {
        jw_array(&w);
    }
    for (unsigned i = 0; i < levels; i++) {
        jw_array_end(&w);
    }
    return jw_done(&w);
}

static void depth_is_limited(void **state) {
    (void)state;
    assert_true(nest(JW_MAX_DEPTH));
    assert_false(nest(JW_MAX_DEPTH + 1));
    assert_false(nest(JW_MAX_DEPTH * 3));
}

static void full_buffer_fails(void **state) {
    (void)state;
    buf_release(&out);
    for (size_t max = 0; max < 12; max++) {
        buf_init(&out, max);
        jw_init(&w, &out);
        jw_object(&w);
        jw_kstr(&w, "ab", "cde");
        jw_object_end(&w);
        assert_false(jw_done(&w));
        buf_release(&out);
    }
    buf_init(&out, 12);
    jw_init(&w, &out);
    jw_object(&w);
    jw_kstr(&w, "ab", "cde");
    jw_object_end(&w);
    assert_true(jw_done(&w));
    assert_string_equal(out.data, "{\"ab\":\"cde\"}");
    buf_putc(&out, 'x'); /* somebody else's failure spoils the document, too */
    assert_false(jw_done(&w));
}

static void keys_are_escaped(void **state) {
    (void)state;
    jw_object(&w);
    jw_kint(&w, "a\"b", 1);
    jw_object_end(&w);
    assert_string_equal(out.data, "{\"a\\\"b\":1}");
}

/* The reader refuses it (jread.h), so the writer does not make it: which of the two counts is up to whoever reads. */
static void a_key_is_there_once(void **state) {
    static const char *const twice[] = {"a", "", "a longer name than eight bytes", "\xc3\xa4", "with \"quotes\""};

    (void)state;
    for (size_t i = 0; i < ROWS(twice); i++) {
        again();
        jw_object(&w);
        jw_kint(&w, twice[i], 1);
        jw_kint(&w, "other", 1);
        jw_kobject(&w, "inner"); /* its keys are others */
        jw_kint(&w, twice[i], 1);
        jw_object_end(&w);
        jw_karray(&w, "list");
        for (int k = 0; k < 3; k++) {
            jw_object(&w);
            jw_kint(&w, twice[i], k);
            jw_object_end(&w);
        }
        jw_array_end(&w);
        assert_false(w.failed);
        jw_kint(&w, twice[i], 2);
        jw_object_end(&w);
        assert_false(jw_done(&w));
    }
}

static void similar_keys_are_others(void **state) {
    static const char *const names[] = {
        "a", "b", "aa", "ab", "ba", "a ", "abcdefgh", "abcdefgi", "abcdefghi", "abcdefghabcdefgh", "abcdefghabcdefgi", "A", "\x01"};
    char name[24];

    (void)state;
    jw_object(&w);
    for (size_t i = 0; i < ROWS(names); i++) {
        jw_kint(&w, names[i], 1);
    }
    for (int i = 0; i < 2000; i++) { /* more than are compared */
        snprintf(name, sizeof(name), "key number %d", i);
        jw_kint(&w, name, i);
    }
    jw_kobject(&w, "inner");
    jw_object_end(&w);
    jw_object_end(&w);
    assert_true(jw_done(&w));
}

/* Members that came as JSON count as well, those of the object itself alone. */
static void keys_of_json_count(void **state) {
    static const struct {
        const char *json, *key;
        bool fits;
    } rows[] = {
        {"{}", "a", true},
        {"{\"a\":1}", "a", false},
        {"{\"a\":1}", "b", true},
        {"{\"b\": {\"a\": 1}, \"c\": [{\"a\": 1}]}", "a", true},
        {"{\"b\": {\"a\": 1}, \"a\" : [{\"a\": 1}]}", "a", false},
        {"{\"b\": \"a\"}", "a", true},
        {"{\"b\": \"\\\"a\\\":1\"}", "a", true},
        {"{\"b\": \"}{\", \"a\": 2}", "a", false},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        again();
        jw_object_from(&w, rows[i].json);
        jw_kint(&w, rows[i].key, 1);
        jw_object_end(&w);
        if (jw_done(&w) != rows[i].fits) {
            fail_msg("%s %s", rows[i].json, rows[i].key);
        }
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(document, setup, teardown),
        cmocka_unit_test_setup_teardown(strings, setup, teardown),
        cmocka_unit_test_setup_teardown(every_byte_at_every_place, setup, teardown),
        cmocka_unit_test_setup_teardown(integers, setup, teardown),
        cmocka_unit_test_setup_teardown(numbers, setup, teardown),
        cmocka_unit_test_setup_teardown(misuse_is_sticky, setup, teardown),
        cmocka_unit_test_setup_teardown(depth_is_limited, setup, teardown),
        cmocka_unit_test_setup_teardown(full_buffer_fails, setup, teardown),
        cmocka_unit_test_setup_teardown(keys_are_escaped, setup, teardown),
        cmocka_unit_test_setup_teardown(a_key_is_there_once, setup, teardown),
        cmocka_unit_test_setup_teardown(similar_keys_are_others, setup, teardown),
        cmocka_unit_test_setup_teardown(keys_of_json_count, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
