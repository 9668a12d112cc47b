/* Which questions an exercise gets: every count and difficulty, on the real themes. */
#include "apps/exercises/exercises.h"
#include "common/base/str.h"
#include "tests/unit/themes.h"

static struct library *themes[THEMES];

static int setup(void **state) {
    (void)state;
    for (size_t i = 0; i < THEMES; i++) {
        themes[i] = theme_load(theme_names[i]);
    }
    return 0;
}

static int teardown(void **state) {
    (void)state;
    for (size_t i = 0; i < THEMES; i++) {
        library_free(themes[i]);
    }
    return 0;
}

static struct selection make(const struct library *lib, const struct difficulty *d, int count, uint64_t seed, const char *const *techniques,
                             const char *const *recent) {
    struct selection s;

    selection_make(
        &(struct selection_input){.lib = lib, .difficulty = d, .count = count, .seed = seed, .techniques = techniques, .recent = recent},
        &s);
    return s;
}

typedef void check(const struct library *lib, const struct difficulty *d, int count, const struct selection *s);

/* Every theme, difficulty and count, with a few seeds each. */
static void everywhere(check *fn) {
    for (size_t t = 0; t < THEMES; t++) {
        for (const struct difficulty *d = difficulties; d->name; d++) {
            for (int count = PLAY_MIN_QUESTIONS; count <= PLAY_MAX_QUESTIONS; count++) {
                for (uint64_t seed = 1; seed <= 3; seed++) {
                    struct selection s = make(themes[t], d, count, seed * 7919, NULL, NULL);
                    fn(themes[t], d, count, &s);
                }
            }
        }
    }
}

/* Largest remainder: the sum is exact, and no level is off by a whole question. */
static void mix(void **state) {
    static const struct {
        const char *difficulty;
        int count, mix[LEVEL_COUNT];
    } rows[] = {
        {"BEGINNER", 3, {2, 1, 0}},     {"BEGINNER", 12, {6, 4, 2}},     {"BEGINNER", 30, {15, 11, 4}},
        {"INTERMEDIATE", 3, {1, 1, 1}}, {"INTERMEDIATE", 12, {2, 6, 4}}, {"ADVANCED", 10, {1, 3, 6}},
        {"EXPERT", 3, {0, 1, 2}},       {"EXPERT", 20, {1, 5, 14}},      {"EXPERT", 30, {2, 7, 21}},
    };
    int got[LEVEL_COUNT];

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        selection_mix(difficulty_find(rows[i].difficulty), rows[i].count, got);
        if (memcmp(got, rows[i].mix, sizeof(got)) != 0) {
            fail_msg("%s %d: %d %d %d", rows[i].difficulty, rows[i].count, got[0], got[1], got[2]);
        }
    }
    for (const struct difficulty *d = difficulties; d->name; d++) {
        for (int count = PLAY_MIN_QUESTIONS; count <= PLAY_MAX_QUESTIONS; count++) {
            selection_mix(d, count, got);
            assert_int_equal(got[0] + got[1] + got[2], count);
            for (int l = 0; l < LEVEL_COUNT; l++) {
                assert_true(abs(got[l] * 100 - d->mix[l] * count) < 100);
            }
        }
    }
}

static void check_mix(const struct library *lib, const struct difficulty *d, int count, const struct selection *s) {
    int want[LEVEL_COUNT];
    int got[LEVEL_COUNT] = {0};

    selection_mix(d, count, want);
    for (int i = 0; i < s->ncount; i++) {
        got[s->questions[i]->level]++;
    }
    if (memcmp(want, got, sizeof(want)) != 0) {
        fail_msg("%s %s %d: %d/%d/%d instead of %d/%d/%d", lib->theme, d->name, count, got[0], got[1], got[2], want[0], want[1], want[2]);
    }
}

static void mix_is_exact(void **state) {
    (void)state;
    everywhere(check_mix);
}

/* The stages share the questions as evenly as possible, the earlier ones take the rest. */
static void check_stages(const struct library *lib, const struct difficulty *d, int count, const struct selection *s) {
    int at = 0;

    assert_int_equal(s->nstages, stage_count_for(count));
    assert_int_equal(s->ncount, count);
    for (int k = 0; k < s->nstages; k++) {
        if (s->per_stage[k] != count / s->nstages + (k < count % s->nstages)) {
            fail_msg("%s %s %d: stage %d has %d questions", lib->theme, d->name, count, k, s->per_stage[k]);
        }
        assert_int_equal(s->stages[k], lib->arcs[s->nstages][k]);
        for (int i = 0; i < s->per_stage[k]; i++) {
            assert_int_equal(s->questions[at++]->stage, s->stages[k]);
        }
    }
    assert_int_equal(at, count);
}

static void stages_share(void **state) {
    (void)state;
    everywhere(check_stages);
}

static void check_distinct(const struct library *lib, const struct difficulty *d, int count, const struct selection *s) {
    for (int i = 0; i < s->ncount; i++) {
        for (int k = 0; k < i; k++) {
            if (s->questions[i] == s->questions[k]) {
                fail_msg("%s %s %d: %s is there twice", lib->theme, d->name, count, s->questions[i]->id);
            }
        }
    }
}

static void no_question_twice(void **state) {
    (void)state;
    everywhere(check_distinct);
}

static void same_seed_same_selection(void **state) {
    static const char *const techniques[] = {"T1486", NULL};

    (void)state;
    for (uint64_t seed = 0; seed < 50; seed++) {
        struct selection a = make(themes[0], &difficulties[1], 12, seed, techniques, NULL);
        struct selection b = make(themes[0], &difficulties[1], 12, seed, techniques, NULL);
        assert_memory_equal(&a, &b, sizeof(a));
    }
}

/* Neighbouring seeds, and seeds that differ in their upper half only. */
static void other_seeds_other_selections(void **state) {
    int distinct = 0;

    (void)state;
    for (size_t t = 0; t < THEMES; t++) {
        struct selection s[200];
        for (uint64_t i = 0; i < ROWS(s); i++) {
            s[i] = make(themes[t], &difficulties[1], 12, i % 2 ? i : i << 40, NULL, NULL);
            uint64_t k = 0;
            while (k < i && memcmp(s[k].questions, s[i].questions, sizeof(s[i].questions)) != 0) {
                k++;
            }
            distinct += k == i;
        }
    }
    assert_true(distinct >= 580);
}

/* A report rates an objective from three questions on: an exercise of the usual size has one at least and between two and
 * three on average, and still two runs share only about half of their questions. */
static void a_report_has_something_to_rate(void **state) {
    (void)state;
    for (size_t t = 0; t < THEMES; t++) {
        int total = 0, shared = 0;
        struct selection before = make(themes[t], &difficulties[1], 12, 1000, NULL, NULL);
        for (uint64_t seed = 0; seed < 200; seed++) {
            struct selection s = make(themes[t], &difficulties[1], 12, seed, NULL, NULL);
            int asked[32] = {0}, rated = 0;
            for (int i = 0; i < s.ncount; i++) {
                rated += ++asked[s.questions[i]->objective] == 3;
                for (int k = 0; k < before.ncount; k++) {
                    shared += s.questions[i] == before.questions[k];
                }
            }
            if (rated < 1) {
                fail_msg("%s, seed %d: no objective", theme_names[t], (int)seed);
            }
            total += rated;
            before = s;
        }
        assert_in_range(total, 2 * 200 + 80, 6 * 200);
        assert_in_range(shared, 0, 200 * 12 * 58 / 100);
    }
}

/* Over many seeds every question of a played stage has its turn. */
static void every_question_has_its_turn(void **state) {
    (void)state;
    for (size_t t = 0; t < THEMES; t++) {
        const struct library *lib = themes[t];
        int seen[512] = {0};
        for (const struct difficulty *d = difficulties; d->name; d++) {
            for (uint64_t seed = 0; seed < 1400; seed++) {
                struct selection s = make(lib, d, PLAY_MIN_QUESTIONS + (int)(seed % 28), seed, NULL, NULL);
                for (int i = 0; i < s.ncount; i++) {
                    seen[s.questions[i] - lib->questions]++;
                }
            }
        }
        for (int i = 0; i < lib->nquestions; i++) {
            if (!seen[i]) {
                fail_msg("%s is never asked", lib->questions[i].id);
            }
        }
    }
}

static bool tagged(const struct lib_question *q, const char *const *wanted) {
    for (const char *const *tag = q->attack; *tag; tag++) {
        if (str_in(*tag, wanted)) {
            return true;
        }
    }
    return false;
}

static bool is_recent(const struct lib_question *q, const char *const *recent) {
    return str_in(q->id, recent);
}

/* In every cell of stage and level, as many as there are (or are wanted) of the questions for which `good` holds. */
static void check_preferred(const struct library *lib, const struct selection *s,
                            bool (*good)(const struct lib_question *, const char *const *), const char *const *list, bool want) {
    for (int k = 0; k < s->nstages; k++) {
        for (int level = 0; level < LEVEL_COUNT; level++) {
            int drawn = 0, drawn_good = 0, pool_good = 0;
            for (int i = 0; i < s->ncount; i++) {
                const struct lib_question *q = s->questions[i];
                bool here = q->stage == s->stages[k] && (int)q->level == level;
                drawn += here;
                drawn_good += here && good(q, list) == want;
            }
            for (int i = 0; i < lib->nquestions; i++) {
                const struct lib_question *q = &lib->questions[i];
                pool_good += q->stage == s->stages[k] && (int)q->level == level && good(q, list) == want;
            }
            assert_int_equal(drawn_good, drawn < pool_good ? drawn : pool_good);
        }
    }
}

static void recent_ones_are_avoided(void **state) {
    (void)state;
    for (size_t t = 0; t < THEMES; t++) {
        for (int count = PLAY_MIN_QUESTIONS; count <= PLAY_MAX_QUESTIONS; count += 3) {
            const char *recent[PLAY_MAX_QUESTIONS + 1] = {0};
            struct selection first = make(themes[t], &difficulties[1], count, 5, NULL, NULL);
            for (int i = 0; i < first.ncount; i++) {
                recent[i] = first.questions[i]->id;
            }
            struct selection again = make(themes[t], &difficulties[1], count, 5, NULL, recent);
            check_preferred(themes[t], &again, is_recent, recent, false);
            check_mix(themes[t], &difficulties[1], count, &again);
        }
    }
}

static void techniques_are_preferred(void **state) {
    (void)state;
    for (size_t t = 0; t < THEMES; t++) {
        int asked = 0;
        for (int i = 0; i < themes[t]->nquestions; i += 5) {
            const char *wanted[] = {themes[t]->questions[i].attack[0], NULL};
            if (wanted[0] == NULL) {
                continue;
            }
            struct selection s = make(themes[t], &difficulties[2], 15, (uint64_t)i, wanted, NULL);
            check_preferred(themes[t], &s, tagged, wanted, true);
            for (int k = 0; k < s.ncount; k++) {
                asked += tagged(s.questions[k], wanted);
            }
        }
        assert_true(asked > 0);
    }
}

/* A wanted technique counts more than a question being fresh. */
static void techniques_come_before_fresh_ones(void **state) {
    const char *wanted[] = {"T1486", NULL};
    const char *recent[512] = {0};
    int n = 0;

    (void)state;
    for (int i = 0; i < themes[0]->nquestions; i++) {
        if (tagged(&themes[0]->questions[i], wanted)) {
            recent[n++] = themes[0]->questions[i].id;
        }
    }
    assert_true(n > 0);
    struct selection s = make(themes[0], &difficulties[2], 30, 9, wanted, recent);
    check_preferred(themes[0], &s, tagged, wanted, true);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mix),
        cmocka_unit_test(mix_is_exact),
        cmocka_unit_test(stages_share),
        cmocka_unit_test(no_question_twice),
        cmocka_unit_test(same_seed_same_selection),
        cmocka_unit_test(other_seeds_other_selections),
        cmocka_unit_test(a_report_has_something_to_rate),
        cmocka_unit_test(every_question_has_its_turn),
        cmocka_unit_test(recent_ones_are_avoided),
        cmocka_unit_test(techniques_are_preferred),
        cmocka_unit_test(techniques_come_before_fresh_ones),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
