/* Sentences of the catalogue: placeholders, choices, plurals, numbers and days in each language; which language somebody reads. */
#include "common/base/clock.h"
#include "common/words/words_internal.h"
#include "tests/unit/unit.h"

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

static void sentences(void **state) {
    static const char days[] = "{0,plural,=0{no day}one{{0,number} day}other{{0,number} days}}";
    static const char jours[] = "{0,plural,one{{0,number} jour}other{{0,number} jours}}";
    static const char arabic[] = "{0,plural,zero{0}one{1}two{2}few{3}many{11}other{100}}";
    static const char roles[] = "{0,select,ADMIN{an '{'admin'}'}MEMBER{a member}other{{0}}} of {1}";
    static const struct {
        enum lang lang;
        const char *text;
        union words_arg args[2];
        const char *want;
    } rows[] = {
        {LANG_EN, "It's here", {{0}}, "It's here"},
        {LANG_EN, days, {{.number = 0}}, "no day"},
        {LANG_EN, days, {{.number = 1}}, "1 day"},
        {LANG_EN, days, {{.number = 1234}}, "1,234 days"},
        {LANG_DE, days, {{.number = 1234567}}, "1.234.567 days"},
        {LANG_FR, jours, {{.number = 0}}, "0 jour"},
        {LANG_FR, jours, {{.number = 2}}, "2 jours"},
        {LANG_AR, arabic, {{.number = 0}}, "0"},
        {LANG_AR, arabic, {{.number = 2}}, "2"},
        {LANG_AR, arabic, {{.number = 105}}, "3"},
        {LANG_AR, arabic, {{.number = 99}}, "11"},
        {LANG_AR, arabic, {{.number = 100}}, "100"},
        {LANG_EN, roles, {{.text = "ADMIN"}, {.text = "O'Neil {x}"}}, "an {admin} of O'Neil {x}"},
        {LANG_EN, roles, {{.text = "other thing"}, {.text = ""}}, "other thing of "},
        {LANG_EN, roles, {{.text = NULL}, {.text = NULL}}, " of "},
        {LANG_EN, "{0,number,.0}%", {{.number = 29.65}}, "29.6%"},
        {LANG_DE, "{0,number,.00}", {{.number = -1234.5}}, "\u22121.234,50"},
        {LANG_EN, "{0,number,percent}", {{.number = 0.295}}, "30%"},
        {LANG_DE, "{0,number,percent}", {{.number = 0.004}}, "0\u00a0%"},
        {LANG_EN, "{0,date} {0,time}", {{.date = 1764340920000000}}, "28 Nov 2025 14:42"},
        {LANG_DE, "{0,date} {0,date,long}", {{.date = 1764340920000000}}, "28.11.2025 28. November 2025"},
        {LANG_FR, "{0,date,long}", {{.date = 1764340920000000}}, "28 novembre 2025"},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_string_equal(say_text(arena, rows[i].lang, rows[i].text, rows[i].args), rows[i].want);
    }
}

static void readers(void **state) {
    static const struct {
        const char *header;
        enum lang want;
    } rows[] = {
        {NULL, LANG_EN},
        {"", LANG_EN},
        {"en-GB,en;q=0.9", LANG_EN},
        {"es, en;q=0.5", LANG_EN},
        {",,,;q=,", LANG_EN},
        {"en;q=0", LANG_EN},
        {"ar", LANG_EN}, /* known, but not offered */
        {"de-AT, en;q=0.9", LANG_DE},
        {"en;q=0.5, fr;q=0.51", LANG_FR},
        {"DE;q=1.000", LANG_DE},
        {"de ; q=0.3,fr; q=0.2", LANG_DE},
        {"*, fr;q=0.1", LANG_FR},
        {"fr;q=0.0001, de;q=0.001", LANG_DE},
        /* No weights: nobody wants these. */
        {"de;q=9, en;q=0.1", LANG_EN},
        {"de;q=nan", LANG_EN},
        {"de;q=1.5", LANG_EN},
        {"de;q=", LANG_EN},
        {"de;q=-1", LANG_EN},
        {"de;q=0x1p4", LANG_EN},
        {"de;level=1", LANG_EN},
        {"deutsch", LANG_EN},
        {"d", LANG_EN},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
        assert_int_equal(lang_accepted(rows[i].header), rows[i].want);
    }
    assert_int_equal(lang_of(NULL), LANG_EN);
    assert_int_equal(lang_of("xx"), LANG_EN);
    for (int i = 0; i < LANG_COUNT; i++) {
        const char *tag = lang_tag((enum lang)i);
        const char *one = arena_printf(arena, "xx;q=0.9, %s;q=0.8,en;q=0.1", tag);
        assert_int_equal(lang_accepted(one), lang_is_offered((enum lang)i) ? i : LANG_EN);
        assert_int_equal(lang_of(arena_printf(arena, "%s-ZZ", tag)), lang_is_offered((enum lang)i) ? i : LANG_EN);
    }
}

/* Every message of every language can be said: no argument of another kind, no brace that is open. */
static void all_of_them(void **state) {
    static const union words_arg none[16];
    (void)state;
    for (int lang = 0; lang < LANG_COUNT; lang++) {
        for (int id = 0; id < WORDS_COUNT; id++) {
            const char *said = say_text(arena, (enum lang)lang, words_plain((enum lang)lang, (enum words_id)id), none);
            assert_non_null(said);
            assert_null(strchr(said, '}'));
        }
        arena_reset(arena);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(sentences, setup, teardown),
        cmocka_unit_test_setup_teardown(readers, setup, teardown),
        cmocka_unit_test_setup_teardown(all_of_them, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
