/* The rules of play: option order, points, time, branches, slots, recipes. */
#include "common/base/str.h"
#include "common/content/play.h"
#include "tests/unit/themes.h"

static struct library *theme;
static struct arena *arena;

static int setup(void **state) {
    (void)state;
    theme = theme_load("ransomware");
    return 0;
}

static int teardown(void **state) {
    (void)state;
    library_free(theme);
    return 0;
}

static int arena_setup(void **state) {
    (void)state;
    arena = arena_new(4096);
    return 0;
}

static int arena_teardown(void **state) {
    (void)state;
    arena_free(arena);
    return 0;
}

/* ---- option order (rule C1: the key's place tells nothing) ---- */

static void order_is_a_permutation(void **state) {
    (void)state;
    for (int64_t seed = -500; seed < 500; seed++) {
        for (int n = 3; n <= LIB_OPTIONS; n++) {
            for (int q = 0; q < PLAY_MAX_QUESTIONS; q++) {
                int order[LIB_OPTIONS], again[LIB_OPTIONS], seen = 0;
                play_option_order(seed * 9223372036854775, q, n, order);
                play_option_order(seed * 9223372036854775, q, n, again);
                for (int i = 0; i < n; i++) {
                    assert_int_equal(order[i], again[i]);
                    seen |= 1 << order[i];
                }
                assert_int_equal(seen, (1 << n) - 1);
            }
        }
    }
}

/* Chi-square of `cells` counts that should be equal; the bounds below lie beyond p = 0.0001. */
static double chi_square(const int *counts, int cells, int total) {
    double want = (double)total / cells, sum = 0;

    for (int i = 0; i < cells; i++) {
        sum += ((double)counts[i] - want) * ((double)counts[i] - want) / want;
    }
    return sum;
}

static int code_of(const int *order) {
    return order[0] * 64 + order[1] * 16 + order[2] * 4 + order[3];
}

static void all_orders_are_as_likely(void **state) {
    int counts[256] = {0}, packed[24], n = 0;
    uint64_t random = 42;

    (void)state;
    for (int i = 0; i < 24000; i++) {
        int order[LIB_OPTIONS];
        play_option_order((int64_t)(play_random(&random) >> 1), i % PLAY_MAX_QUESTIONS, 4, order);
        counts[code_of(order)]++;
    }
    for (int i = 0; i < 256; i++) {
        if (counts[i]) {
            packed[n++] = counts[i];
        }
        assert_true(n <= 24);
    }
    assert_int_equal(n, 24);
    assert_true(chi_square(packed, 24, 24000) < 58);
}

/* Within one participant the key must not stay where it was in the question before. */
static void neighbours_do_not_follow_each_other(void **state) {
    int counts[16] = {0};

    (void)state;
    for (int64_t seed = 0; seed < 2000; seed++) {
        int before[LIB_OPTIONS], order[LIB_OPTIONS];
        play_option_order(seed, 0, 4, before);
        for (int q = 1; q <= 8; q++) {
            play_option_order(seed, q, 4, order);
            counts[before[0] * 4 + order[0]]++;
            memcpy(before, order, sizeof(before));
        }
    }
    assert_true(chi_square(counts, 16, 16000) < 46);
}

static void seeds_next_to_each_other_differ(void **state) {
    int same = 0;

    (void)state;
    for (int64_t seed = 0; seed < 2400; seed++) {
        int a[LIB_OPTIONS], b[LIB_OPTIONS];
        play_option_order(seed, 3, 4, a);
        play_option_order(seed + 1, 3, 4, b);
        same += memcmp(a, b, sizeof(a)) == 0;
    }
    assert_true(same > 50 && same < 160); /* one in 24: 100 */
}

/* ---- points, time, stages ---- */

static void points_are_rounded(void **state) {
    static const struct {
        int max, credit, want;
    } rows[] = {
        {100, 100, 100}, {100, 0, 0},    {150, 45, 68}, {150, 33, 50}, {150, 43, 65}, {200, 55, 110},
        {500, 1, 5},     {300, 70, 210}, {150, 1, 2},   {100, 50, 50}, {150, 0, 0},   {500, 99, 495},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct lib_question item = {.noptions = 1, .options = {{.credit = rows[i].credit}}};
        const struct play_question q = {.item = &item, .max_points = rows[i].max};
        if (play_points(&q, 0) != rows[i].want) {
            fail_msg("%d x %d %%: %d", rows[i].max, rows[i].credit, play_points(&q, 0));
        }
    }
}

static void time_is_reading_and_deciding(void **state) {
    /* 21 words: 6 s to read. */
    const struct lib_question plain = {
        .stem = "one two three four five six seven eight nine ten eleven twelve",
        .noptions = 3,
        .options = {{.text = "a b c"}, {.text = "d e f"}, {.text = "g h i"}, {.text = "not counted at all"}}};
    struct lib_question context = plain;
    static const struct {
        const char *difficulty, *timing;
        int plain, context;
    } rows[] = {
        {"BEGINNER", "off", 0, 0},      {"BEGINNER", "standard", 96, 98},     {"BEGINNER", "x1.5", 144, 147},
        {"BEGINNER", "x2", 192, 196},   {"INTERMEDIATE", "standard", 66, 68}, {"ADVANCED", "standard", 51, 53},
        {"EXPERT", "standard", 36, 38}, {"EXPERT", "x1.5", 54, 57},           {"EXPERT", "x2", 72, 76},
        {"EXPERT", "x3", 0, 0},
    };

    (void)state;
    context.context = "seven more words make two seconds more";
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct play p = {.difficulty = difficulty_find(rows[i].difficulty)};
        const struct play_question a = {.item = &plain, .stage_index = 1}, b = {.item = &context, .stage_index = 1};
        if ((int)play_seconds(&p, &a, rows[i].timing) != rows[i].plain || (int)play_seconds(&p, &b, rows[i].timing) != rows[i].context) {
            fail_msg("%s %s: %f %f", rows[i].difficulty, rows[i].timing, play_seconds(&p, &a, rows[i].timing),
                     play_seconds(&p, &b, rows[i].timing));
        }
    }
}

/* The first question of a stage waits for its story to be read, the very first one for the overview, too. */
static void time_covers_the_story(void **state) {
    static const struct lib_inject injects[] = {{.text = "one two three four"}, {.text = "five six seven"}};
    static const struct lib_alert alerts[] = {{.title = "one two", .description = "three four five six seven"}};
    const struct lib_stage stage = {.narrative = "seven words of what has happened here",
                                    .branch_low = "seven words of what your choices did",
                                    .injects = injects,
                                    .ninjects = 2,
                                    .alerts = alerts,
                                    .nalerts = 1};
    const struct library lib = {.overview = "fourteen words are read before anything else so four seconds are added for them"};
    const struct play p = {.lib = &lib, .difficulty = difficulty_find("EXPERT"), .stages = {{.stage = &stage}, {.stage = &stage}}};
    const struct lib_question item = {.stem = "one two three four five six seven"};
    const struct play_question very_first = {.item = &item}, second = {.item = &item, .index = 1, .stage_index = 1};
    const struct play_question next_stage = {.item = &item, .index = 2, .stage = 1};

    (void)state;
    assert_int_equal((int)play_seconds(&p, &very_first, "standard"), 30 + 2 + 6 + 4);
    assert_int_equal((int)play_seconds(&p, &second, "standard"), 30 + 2);
    assert_int_equal((int)play_seconds(&p, &next_stage, "standard"), 30 + 2 + 6 + 2); /* with the branch */
    assert_int_equal((int)play_seconds(&p, &next_stage, "x2"), 2 * (30 + 2 + 6 + 2));
    assert_int_equal((int)play_seconds(&p, &very_first, "off"), 0);
}

static void stages_follow_from_questions(void **state) {
    static const int want[] = {[3] = 3, [8] = 3, [9] = 3, [10] = 4, [12] = 4, [13] = 5, [15] = 5, [16] = 5, [30] = 5};

    (void)state;
    for (size_t n = 3; n < ROWS(want); n++) {
        if (want[n]) {
            assert_int_equal(stage_count_for((int)n), want[n]);
        }
    }
}

static void consequences_follow_credit(void **state) {
    struct lib_question q = {.best = "best",
                             .partial = "partial",
                             .worst = "worst",
                             .noptions = 4,
                             .options = {{.credit = 100}, {.credit = 40}, {.credit = 39}, {.credit = 0}}};

    (void)state;
    assert_string_equal(play_consequence(&q, 0), "best");
    assert_string_equal(play_consequence(&q, 1), "partial");
    assert_string_equal(play_consequence(&q, 2), "worst");
    assert_string_equal(play_consequence(&q, 3), "worst");
    q.partial = NULL;
    assert_string_equal(play_consequence(&q, 1), "worst");
}

static void branches_follow_choices(void **state) {
    /* Stage 1 has questions 0 and 1, stage 2 question 2; option 0 pushes variable 1 up, option 1 down. */
    const struct lib_question item = {.noptions = 3, .options = {{.effects = {9, 1}}, {.effects = {9, -1}}, {.effects = {9, 0}}}};
    const struct lib_stage first = {.branch_variable = -1}, second = {.branch_variable = 1, .branch_low = "low", .branch_high = "high"};
    const struct lib_stage opening = {.branch_variable = 1, .branch_low = "low", .branch_high = "high"};
    struct play p = {
        .nstages = 3,
        .nquestions = 3,
        .stages = {{.stage = &first, .first = 0, .last = 1}, {.stage = &second, .first = 2, .last = 2}, {.stage = &first, .first = 3}},
        .questions = {{.item = &item}, {.item = &item}, {.item = &item}}};
    static const struct {
        int selected[3];
        const char *want;
    } rows[] = {
        {{0, 0, -1}, "high"}, {{0, 2, -1}, "high"}, {{0, -1, -1}, "high"}, {{0, 1, -1}, "low"},
        {{2, 2, -1}, "low"},  {{1, 1, -1}, "low"},  {{-1, -1, -1}, "low"}, {{2, 2, 0}, "low"}, /* its own stage's answers do not count */
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_string_equal(play_branch(&p, 1, rows[i].selected), rows[i].want);
    }
    assert_null(play_branch(&p, 0, rows[0].selected));
    assert_null(play_branch(&p, 2, rows[0].selected));
    p.stages[0].stage = &opening; /* nothing has happened before the first stage */
    assert_null(play_branch(&p, 0, rows[0].selected));
}

/* ---- slots ---- */

static void slots_are_filled(void **state) {
    static const struct lib_slot defaults[] = {
        {"org", "the organisation", ""}, {"siem", "the SIEM", ""}, {"number", "4 sites", ""}, {"empty", "", ""}};
    const struct library lib = {.slots = defaults, .nslots = (int)ROWS(defaults)};
    const struct play p = {
        .lib = &lib, .arena = arena, .nslots = 3, .slots = {{"org", "Example & Sons"}, {"evil", "x {{org}} y"}, {"half", "{{"}}};
    static const struct {
        const char *text, *want;
    } rows[] = {
        {"plain", "plain"},
        {"", ""},
        {"{{org}}", "Example & Sons"},
        {"a {{org}}, b {{siem}}.", "a Example & Sons, b the SIEM."},
        {"{{siem}} and {{siem}}", "the SIEM and the SIEM"},
        {"{{Siem}} speaks", "The SIEM speaks"}, /* a capital at the start of a sentence */
        {"{{SIEM}} speaks", "The SIEM speaks"},
        {"{{Number}} closed", "4 sites closed"},
        {"{{Org}}", "Example & Sons"},
        {"{{Empty}}x", "x"},
        {"a {{nobody}} b", "a  b"},  /* the linter refuses unknown names; no braces reach a reader */
        {"{{evil}}", "x {{org}} y"}, /* a value is not filled again */
        {"{{half}}org}}", "{{org}}"},
        {"an open {{org", "an open {{org"},
        {"{ {org}} }}", "{ {org}} }}"},
        {"{{}}", ""},
        {"\xc3\xa4 {{org}} \xc3\xb6", "\xc3\xa4 Example & Sons \xc3\xb6"},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        assert_string_equal(play_fill(&p, rows[i].text), rows[i].want);
    }
    assert_null(play_fill(&p, NULL));
}

static void long_values_are_whole(void **state) {
    static const struct lib_slot defaults[] = {{"org", "x", ""}};
    const struct library lib = {.slots = defaults, .nslots = 1};
    const char *text = "{{org}}{{org}}{{org}}{{org}}{{org}}{{org}}{{org}}{{org}}{{org}}{{org}}";
    char value[5001];

    (void)state;
    memset(value, 'v', 5000);
    value[5000] = '\0';
    const struct play p = {.lib = &lib, .arena = arena, .nslots = 1, .slots = {{"org", value}}};
    assert_int_equal(strlen(play_fill(&p, text)), 50000);
}

/* ---- recipes ---- */

static struct play *load(const char *recipe) {
    return play_load(arena, theme, recipe, "BEGINNER");
}

#define STAGES3 "\"stages\":[0,2,4]"
#define QUESTIONS3 "\"questions\":[[\"ransomware-101\"],[\"ransomware-301\",\"ransomware-302\"],[\"ransomware-501\"]]"

static void recipe_is_loaded(void **state) {
    (void)state;
    struct play *p = load("{" STAGES3 "," QUESTIONS3 ",\"slots\":{\"org\":\"Example Ltd\"},\"briefing\":\"A {{org}} text\"}");
    assert_non_null(p);
    assert_int_equal(p->nstages, 3);
    assert_int_equal(p->nquestions, 4);
    assert_int_equal(p->stages[1].first, 1);
    assert_int_equal(p->stages[1].last, 2);
    assert_true(!p->stages[0].bridged && p->stages[1].bridged && p->stages[2].bridged);
    assert_int_equal(p->questions[2].index, 2);
    assert_int_equal(p->questions[2].stage, 1);
    assert_int_equal(p->questions[2].stage_index, 1);
    int points = 0;
    for (int i = 0; i < 4; i++) {
        assert_int_equal(p->questions[i].max_points, p->difficulty->points[p->questions[i].item->level]);
        points += p->questions[i].max_points;
    }
    assert_int_equal(p->total_points, points);
    assert_string_equal(play_fill(p, "{{org}}"), "Example Ltd");
    assert_string_equal(p->briefing, "A {{org}} text");
    p = load("{\"stages\":[0,1,2]," QUESTIONS3 "}");
    assert_non_null(p);
    assert_false(p->stages[1].bridged);
}

static void damaged_recipes_are_refused(void **state) {
    static const char *const rows[] = {
        "",
        "{",
        "[]",
        "null",
        "{}",
        "{" STAGES3 "}",
        "{" QUESTIONS3 "}",
        "{\"stages\":[0,2]," QUESTIONS3 "}",
        "{\"stages\":[0,2,4,1]," QUESTIONS3 "}",
        "{\"stages\":[0,2,2]," QUESTIONS3 "}",
        "{\"stages\":[2,0,4]," QUESTIONS3 "}",
        "{\"stages\":[0,2,5]," QUESTIONS3 "}",
        "{\"stages\":[-1,2,4]," QUESTIONS3 "}",
        "{\"stages\":[0,2,99999999999]," QUESTIONS3 "}",
        "{\"stages\":[0,1,2,3,4,5],\"questions\":[[],[],[],[],[],[]]}",
        "{\"stages\":{\"0\":1}," QUESTIONS3 "}",
        "{" STAGES3 ",\"questions\":[[\"ransomware-101\"],[\"ransomware-301\"],[\"nobody\"]]}",
        "{" STAGES3 ",\"questions\":[[\"ransomware-101\"],[],[\"ransomware-501\"]]}",
        "{" STAGES3 ",\"questions\":[[\"ransomware-101\"],[null],[\"ransomware-501\"]]}",
        "{" STAGES3 ",\"questions\":[[\"ransomware-101\"],\"ransomware-301\",[\"ransomware-501\"]]}",
        "{" STAGES3 ",\"questions\":[[\"ransomware-101\"],[\"ransomware-301\"]]}",
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        if (load(rows[i])) {
            fail_msg("%s", rows[i]);
        }
    }
}

static void more_than_fits_is_refused(void **state) {
    struct buf b;

    (void)state;
    buf_init(&b, 65536);
    buf_puts(&b, "{" STAGES3 ",\"questions\":[[\"ransomware-101\"],[");
    for (int i = 0; i < PLAY_MAX_QUESTIONS; i++) {
        buf_puts(&b, i ? ",\"ransomware-301\"" : "\"ransomware-301\"");
    }
    buf_puts(&b, "],[\"ransomware-501\"]]}");
    assert_null(load(b.data));
    buf_clear(&b, 0);
    buf_puts(&b, "{" STAGES3 "," QUESTIONS3 ",\"slots\":{\"org\":5,\"x\":null,\"y\":[1]");
    for (int i = 0; i < 200; i++) {
        buf_printf(&b, ",\"s%d\":\"v\"", i);
    }
    buf_puts(&b, "}}");
    assert_non_null(load(b.data)); /* what does not fit is left out; nothing is overrun */
    buf_clear(&b, 0);
    buf_puts(&b, "{" STAGES3 "," QUESTIONS3 ",\"slots\":[1,2]}");
    assert_non_null(load(b.data));
    buf_release(&b);
}

#define IN_ARENA(test) cmocka_unit_test_setup_teardown(test, arena_setup, arena_teardown)

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(order_is_a_permutation),
        cmocka_unit_test(all_orders_are_as_likely),
        cmocka_unit_test(neighbours_do_not_follow_each_other),
        cmocka_unit_test(seeds_next_to_each_other_differ),
        cmocka_unit_test(points_are_rounded),
        cmocka_unit_test(time_is_reading_and_deciding),
        cmocka_unit_test(time_covers_the_story),
        cmocka_unit_test(stages_follow_from_questions),
        cmocka_unit_test(consequences_follow_credit),
        cmocka_unit_test(branches_follow_choices),
        IN_ARENA(slots_are_filled),
        IN_ARENA(long_values_are_whole),
        IN_ARENA(recipe_is_loaded),
        IN_ARENA(damaged_recipes_are_refused),
        IN_ARENA(more_than_fits_is_refused),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
