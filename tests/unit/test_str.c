#include "common/base/str.h"
#include "tests/unit/unit.h"

#include <string.h>

static void integers(void **state) {
    static const struct {
        const char *text;
        int64_t min, max, want;
        bool good;
    } rows[] = {
        {"0", 0, 0, 0, true},
        {"-0", 0, 0, 0, true},
        {"007", 0, 9, 7, true},
        {"30", 3, 30, 30, true},
        {"31", 3, 30, 0, false},
        {"2", 3, 30, 0, false},
        {"-5", -5, 5, -5, true},
        {"9223372036854775807", INT64_MIN, INT64_MAX, INT64_MAX, true},
        {"9223372036854775808", INT64_MIN, INT64_MAX, 0, false},
        {"-9223372036854775808", INT64_MIN, INT64_MAX, INT64_MIN, true},
        {"-9223372036854775809", INT64_MIN, INT64_MAX, 0, false},
        {"18446744073709551617", INT64_MIN, INT64_MAX, 0, false},
        {"", INT64_MIN, INT64_MAX, 0, false},
        {"-", INT64_MIN, INT64_MAX, 0, false},
        {"+1", INT64_MIN, INT64_MAX, 0, false},
        {" 1", INT64_MIN, INT64_MAX, 0, false},
        {"1 ", INT64_MIN, INT64_MAX, 0, false},
        {"1.0", INT64_MIN, INT64_MAX, 0, false},
        {"0x10", INT64_MIN, INT64_MAX, 0, false},
        {"1e3", INT64_MIN, INT64_MAX, 0, false},
        {"--1", INT64_MIN, INT64_MAX, 0, false},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        int64_t v = 4711;
        if (str_to_i64(rows[i].text, rows[i].min, rows[i].max, &v) != rows[i].good) {
            fail_msg("%s", rows[i].text);
        }
        assert_int_equal(v, rows[i].good ? rows[i].want : 4711);
    }
}

static void uuids(void **state) {
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        {"0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b", true},  {"0190A1B2-C3D4-7E5F-8A9B-0C1D2E3F4A5B", true},
        {"0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5", false},  {"0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b0", false},
        {"0190a1b2c-3d4-7e5f-8a9b-0c1d2e3f4a5b", false}, {"0190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5g", false},
        {"{190a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5}", false}, {"", false},
        {"0190a1b2_c3d4_7e5f_8a9b_0c1d2e3f4a5b", false},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        if (str_is_uuid(rows[i].text) != rows[i].good) {
            fail_msg("%s", rows[i].text);
        }
    }
}

static void emails(void **state) {
    static const struct {
        const char *text;
        bool good;
    } rows[] = {
        {"a@b.de", true},
        {"first.last+tag@sub.example.com", true},
        {"o'brien@example.ie", true},
        {"j\xc3\xbcrgen@b\xc3\xbc"
         "cher.example",
         true},
        {"", false},
        {"a", false},
        {"@b.de", false},
        {"a@", false},
        {"a@b", false},
        {"a@b@c.de", false},
        {"a@.de", false},
        {"a@b.", false},
        {"a@b..de", false},
        {"a@-b.de", false},
        {"a b@c.de", false},
        {"a@b.de ", false},
        {"a@b.de\n", false},
        {"a\r\nBcc:x@b.de", false},
        {"a,b@c.de", false},
        {"<a@b.de>", false},
        {"a@b.de,c", false},
        {"a\x7f@b.de", false},
        {"a\xc2\xa0@b.de", false},     /* no-break space */
        {"a\xe2\x80\xae@b.de", false}, /* right-to-left override */
        {"a\xff@b.de", false},
    };
    char text[300];

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        if (str_is_email(rows[i].text) != rows[i].good) {
            fail_msg("%s", rows[i].text);
        }
    }
    memset(text, 'a', sizeof(text));
    memcpy(text + 248, "@bc.de", 7);
    assert_true(str_is_email(text)); /* 254 bytes */
    text[248] = 'a';
    memcpy(text + 249, "@bc.de", 7);
    assert_false(str_is_email(text));
}

static void utf8(void **state) {
    static const struct {
        const char *text;
        size_t len;
        bool good;
    } rows[] = {
        {"", 0, true},
        {"abc", 3, true},
        {"\xc3\xa4", 2, true},
        {"\xe2\x82\xac", 3, true},
        {"\xf0\x9f\x98\x80", 4, true},
        {"\xf4\x8f\xbf\xbf", 4, true},  /* U+10FFFF */
        {"\xf4\x90\x80\x80", 4, false}, /* beyond */
        {"\xed\x9f\xbf", 3, true},      /* U+D7FF */
        {"\xed\xa0\x80", 3, false},     /* surrogate */
        {"\xc0\xaf", 2, false},         /* overlong '/' */
        {"\xc1\xbf", 2, false},
        {"\xe0\x80\xaf", 3, false},
        {"\xe0\x9f\xbf", 3, false},
        {"\xf0\x80\x80\xaf", 4, false},
        {"\xf0\x8f\xbf\xbf", 4, false},
        {"\x80", 1, false},
        {"\xc3", 1, false},
        {"\xe2\x82", 2, false},
        {"\xf0\x9f\x98", 3, false},
        {"\xc3"
         "a",
         2, false},
        {"\xe2\x82"
         "a",
         3, false},
        {"\xf5\x80\x80\x80", 4, false},
        {"\xff", 1, false},
        {"a\0b", 3, false},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        if (str_is_utf8(rows[i].text, rows[i].len) != rows[i].good) {
            fail_msg("row %zu", i);
        }
    }
    assert_int_equal(str_utf8_len(""), 0);
    assert_int_equal(str_utf8_len("a\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80"), 4);
    assert_int_equal(str_utf8_seq("\xe2\x82\xac", 3), 3);
    assert_int_equal(str_utf8_seq("\xe2\x82\xac", 2), 0);
}

static void url_decoding(void **state) {
    static const struct {
        const char *text, *want; /* NULL: refused */
    } rows[] = {
        {"", ""},      {"a+b", "a b"}, {"a%20b%2B", "a b+"}, {"%c3%A4", "\xc3\xa4"}, {"%00", NULL},    {"a%", NULL},
        {"a%4", NULL}, {"a%4g", NULL}, {"%g4", NULL},        {"%%41", NULL},         {"%2541", "%41"}, {"%41%42%43", "ABC"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        char text[32];
        bool good;

        assert_true(str_copy(text, sizeof(text), rows[i].text));
        good = str_url_decode(text);
        if (good != (rows[i].want != NULL)) {
            fail_msg("%s", rows[i].text);
        }
        if (good) {
            assert_string_equal(text, rows[i].want);
        }
    }
}

static void url_encoding(void **state) {
    char out[64];
    (void)state;
    str_url_encode(out, "", "");
    assert_string_equal(out, "");
    str_url_encode(out, "aZ09-._~", "");
    assert_string_equal(out, "aZ09-._~");
    str_url_encode(out, "a b+\xc3\xa4@/?&=%", "@");
    assert_string_equal(out, "a%20b%2B%C3%A4@%2F%3F%26%3D%25");
}

static void words(void **state) {
    static const struct {
        const char *text;
        size_t want;
    } rows[] = {{"", 0}, {"   \n", 0}, {"one", 1}, {" one\ttwo \n three ", 3}, {"a-b c", 2}};

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_int_equal(str_words(rows[i].text), rows[i].want);
    }
}

static void copying(void **state) {
    char out[4] = "zzz";

    (void)state;
    assert_true(str_copy(out, sizeof(out), "abc"));
    assert_string_equal(out, "abc");
    assert_false(str_copy(out, sizeof(out), "wxyz"));
    assert_string_equal(out, "wxy");
    assert_false(str_copy(out, 0, "q"));
    assert_string_equal(out, "wxy");
    assert_false(str_copy(out, 1, "q"));
    assert_string_equal(out, "");
}

static void comparing(void **state) {
    static const char *const list[] = {"a", "b", NULL};
    char text[] = "AbZ\xc3\x84[@";

    (void)state;
    assert_true(str_in("b", list));
    assert_false(str_in("c", list));
    assert_false(str_in(NULL, list));
    assert_true(str_eq(NULL, NULL));
    assert_false(str_eq(NULL, ""));
    assert_false(str_eq("a", "A"));
    assert_true(str_eq("a", "a"));
    assert_true(str_starts("/api/x", "/api/"));
    assert_false(str_starts("/ap", "/api/"));
    str_lower(text);
    assert_string_equal(text, "abz\xc3\x84[@");
}

static void lower_case_beyond_ascii(void **state) {
    static const char *const rows[][2] = {{"", ""},
                                          {"Robin@Example.com", "robin@example.com"},
                                          {"\xc3\x84NNE", "\xc3\xa4nne"},
                                          {"\xce\xa3\xd0\x96", "\xcf\x83\xd0\xb6"},
                                          {"\xc8\xba", "\xe2\xb1\xa5"},
                                          {"\xc3\x9f\xe4\xb8\xad\xf0\x9f\x98\x80", "\xc3\x9f\xe4\xb8\xad\xf0\x9f\x98\x80"},
                                          {"\xf0\x90\x90\x80", "\xf0\x90\x90\xa8"}};
    char out[64];

    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        str_lower_utf8(out, rows[i][0]);
        assert_string_equal(out, rows[i][1]);
    }
}

static void cutting_between_characters(void **state) {
    static const char text[] = "a\xc3\xa9\xf0\x9f\x98\x80";
    static const size_t want[] = {0, 1, 1, 3, 3, 3, 3, 7, 7};

    (void)state;
    for (size_t max = 0; max < sizeof(want) / sizeof(want[0]); max++) {
        assert_int_equal(str_utf8_cut(text, max), want[max]);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(integers),
        cmocka_unit_test(uuids),
        cmocka_unit_test(emails),
        cmocka_unit_test(utf8),
        cmocka_unit_test(url_decoding),
        cmocka_unit_test(url_encoding),
        cmocka_unit_test(words),
        cmocka_unit_test(copying),
        cmocka_unit_test(comparing),
        cmocka_unit_test(lower_case_beyond_ascii),
        cmocka_unit_test(cutting_between_characters),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
