/* One form of what can be written in several, and what of a text is seen. */
#include "common/base/email.h"
#include "common/base/str.h"
#include "common/base/unicode.h"
#include "tests/unit/unit.h"

#include <stdio.h>
#include <string.h>

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

static void addresses(void **state) {
    static const struct {
        const char *typed, *want; /* NULL: none */
    } rows[] = {
        {"a@example.com", "a@example.com"},
        {"A.B@EXAMPLE.com", "a.b@example.com"},
        {"eva@b\u00fccher.example", "eva@xn--bcher-kva.example"},
        {"eva@bu\u0308cher.example", "eva@xn--bcher-kva.example"},
        {"eva@B\u00dcCHER.example", "eva@xn--bcher-kva.example"},
        {"eva@XN--BCHER-KVA.example", "eva@xn--bcher-kva.example"},
        {"j\u00fcrgen@example.com", "j\u00fcrgen@example.com"},
        {"ju\u0308rgen@example.com", "j\u00fcrgen@example.com"},
        {"J\u00dcRGEN@example.com", "j\u00fcrgen@example.com"},
        {"\uff45\uff56\uff41\uff20\uff45\uff58\uff41\uff4d\uff50\uff4c\uff45\uff0e\uff43\uff4f\uff4d", "eva@example.com"},
        {"eva@\u4f8b\u3048\u3002example", "eva@xn--r8jz45g.example"},
        {"a@ab--cd.example", "a@ab--cd.example"},
        {"a@stra\u00dfe.example", "a@xn--strae-oqa.example"},
        /* Nothing of these shows. */
        {"a\u00adb@example.com", NULL},
        {"a\u034fb@example.com", NULL},
        {"a\ufe0fb@example.com", NULL},
        {"a\u115fb@example.com", NULL},
        {"a\u3164b@example.com", NULL},
        {"a\u2800b@example.com", NULL},
        {"a\u180eb@example.com", NULL},
        {"a\U000e0041b@example.com", NULL},
        {"a\u200bb@example.com", NULL},
        {"a\u2060b@example.com", NULL},
        {"a\u202eb@example.com", NULL},
        {"a\u00a0b@example.com", NULL},
        {"a\ue000b@example.com", NULL},
        {"a@b\u200bc.example", NULL},
        /* No domains. */
        {"a@x-.example", NULL},
        {"a@-x.example", NULL},
        {"a@a.-b.example", NULL},
        {"a@1.2.3.4", NULL},
        {"a@example.c", NULL},
        {"a@example", NULL},
        {"a@example..com", NULL},
        {"a@ex_ample.com", NULL},
        {"a@xn--.example", NULL},
        {"a@xn--\u00fc.example", NULL},
        {"a@xn--0.example", NULL},
        /* No addresses; signs in another width are signs all the same. */
        {"", NULL},
        {"@example.com", NULL},
        {"a b@example.com", NULL},
        {"a@b@example.com", NULL},
        {"a\uff1cb@example.com", NULL},
        {"a\uff0cb@example.com", NULL},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *got = email_normal(arena, rows[i].typed);
        if (!str_eq(got, rows[i].want)) {
            fail_msg("%s became %s", rows[i].typed, got == NULL ? "nothing" : got);
        }
        if (got != NULL) {
            assert_string_equal(email_normal(arena, got), got);
            assert_true(str_is_email(got));
        }
    }
}

/* Whatever letter is in it: the form of a form is the form, and the database's lower case. */
static void forms_are_final(void **state) {
    char text[64], lower[130];

    (void)state;
    for (uint32_t c = 0x80; c < 0x20000; c++) {
        struct arena *a = arena_new(2048);
        if (c < 0xd800 || c > 0xdfff) {
            char letter[5] = {0};
            size_t n = c < 0x800 ? 2 : c < 0x10000 ? 3 : 4;
            letter[0] = (char)(n == 2 ? 0xc0 | c >> 6 : n == 3 ? 0xe0 | c >> 12 : 0xf0 | c >> 18);
            for (size_t i = 1; i < n; i++) {
                letter[i] = (char)(0x80 | (c >> 6 * (n - 1 - i) & 0x3f));
            }
            snprintf(text, sizeof(text), "%s\u0307x@example.com", letter);
            const char *form = email_normal(a, text), *again = form == NULL ? NULL : email_normal(a, form);
            if (!str_eq(form, again)) {
                fail_msg("U+%04X: %s, then %s", c, form, again == NULL ? "nothing" : again);
            }
            if (form != NULL) {
                str_lower_utf8(lower, form);
                assert_string_equal(lower, form);
            }
        }
        arena_free(a);
    }
}

static void spellings(void **state) {
    static const struct {
        const char *typed, *want;
    } rows[] = {
        {"A@example.com", "a@example.com"},
        {"eva@xn--bcher-kva.example", "eva@xn--bcher-kva.example eva@b\u00fccher.example eva@bu\u0308cher.example"},
        {"Eva@bu\u0308cher.example", "eva@bu\u0308cher.example eva@xn--bcher-kva.example eva@b\u00fccher.example"},
        {"j\u00fcrgen@example.com", "j\u00fcrgen@example.com ju\u0308rgen@example.com"},
        {"a\u00adb@x-.example", "a\u00adb@x-.example"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *list[EMAIL_SPELLINGS], *all = "";
        size_t n = email_spellings(arena, rows[i].typed, list);
        for (size_t j = 0; j < n; j++) {
            all = arena_printf(arena, "%s%s%s", all, j ? " " : "", list[j]);
        }
        assert_string_equal(all, rows[i].want);
    }
    assert_string_equal(mailbox_key(arena, "E.v.a+some+.thing@B\u00fccher.example"), "eva@xn--bcher-kva.example");
    assert_string_equal(mailbox_key(arena, "No address"), "no address");
    assert_string_equal(email_key(arena, "Eva@b\u00fccher.example"), "eva@xn--bcher-kva.example");
    assert_string_equal(email_key(arena, "A@x-.example"), "a@x-.example");
}

static void what_shows(void **state) {
    static const char *const nothing[] = {
        "",       " ",      "\u200b", "\u00a0",     "\u3164", "\u2800", "\u200e\u200f", "\u00ad",       "\u2060",
        "\ufeff", "\u180e", "\u115f", "\U000e0020", "\u202e", "\u0301", "\u3000",       "\u1160\uffa0", "\t\n",
    };
    static const char *const something[] = {"a", "\u200ba", "\u65e5", "\U0001f600", "-", "7", "\u0645", "\u202eb"};

    (void)state;
    for (size_t i = 0; i < ROWS(nothing); i++) {
        if (unicode_shows(nothing[i])) {
            fail_msg("row %zu shows", i);
        }
    }
    for (size_t i = 0; i < ROWS(something); i++) {
        assert_true(unicode_shows(something[i]));
    }
}

static void trimming(void **state) {
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"a", "a"},       {" a b ", "a b"}, {"\u00a0\u3000a\u2003", "a"},       {"", ""},
        {" \u2009 ", ""}, {"\ta\r\n", "a"}, {"\u00fc \u00fc", "\u00fc \u00fc"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_string_equal(unicode_trim(arena, rows[i].text, strlen(rows[i].text)), rows[i].want);
    }
}

static void codes(void **state) {
    static const struct {
        const char *typed, *want;
    } rows[] = {
        {"123 456", "123456"},
        {"\uff11\uff12\uff13\uff14\uff15\uff16", "123456"},
        {"\u0661\u0662\u0663\u0664\u0665\u0666", "123456"},
        {"ABCD\u2013EFGH\u2014IJKL\u2212MNOP", "ABCDEFGHIJKLMNOP"},
        {"ab-cd\u2011ef\u00a0gh", "abcdefgh"},
        {"12\u200b34", "1234"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_string_equal(unicode_code(arena, rows[i].typed), rows[i].want);
    }
}

static void marks_of_direction(void **state) {
    static const struct {
        const char *text, *balanced, *isolated;
    } rows[] = {
        {"Acme", "Acme", "Acme"},
        {"M\u00fcller", "M\u00fcller", "M\u00fcller"},
        {"Acme\u202e evil", "Acme\u202e evil", "Acme evil"},
        {"a\u2069b", "ab", "ab"},
        {"a\u2067b", "a\u2067b\u2069", "ab"},
        {"\u2066a\u2069\u2069b", "\u2066a\u2069b", "ab"},
        {"\u2066a\nb\u2069", "\u2066a\u2069\nb", "a\nb"},
        {"\u0645\u200f 12", "\u0645\u200f 12", "\u2068\u0645 12\u2069"},
        {"\u05d0", "\u05d0", "\u2068\u05d0\u2069"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_string_equal(unicode_balanced(arena, rows[i].text), rows[i].balanced);
        assert_string_equal(unicode_isolated(arena, rows[i].text), rows[i].isolated);
    }
    assert_null(unicode_balanced(arena, NULL));
    assert_null(unicode_isolated(arena, NULL));
}

static void widths(void **state) {
    (void)state;
    assert_int_equal(unicode_width(""), 0);
    assert_int_equal(unicode_width("ab"), 132);
    assert_int_equal(unicode_width("W"), 105);
    assert_int_equal(unicode_width("\u6f22"), 100);
    assert_int_equal(unicode_width("e\u0301"), 66);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(addresses, setup, teardown),
        cmocka_unit_test_setup_teardown(forms_are_final, setup, teardown),
        cmocka_unit_test_setup_teardown(spellings, setup, teardown),
        cmocka_unit_test_setup_teardown(what_shows, setup, teardown),
        cmocka_unit_test_setup_teardown(trimming, setup, teardown),
        cmocka_unit_test_setup_teardown(codes, setup, teardown),
        cmocka_unit_test_setup_teardown(marks_of_direction, setup, teardown),
        cmocka_unit_test_setup_teardown(widths, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
