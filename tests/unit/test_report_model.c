/* The report's figures and page, without a database. The sources under test are included: tests link the archive of common/ only. */
/* NOLINTBEGIN(bugprone-suspicious-include) */
#include "apps/portal/chart.c"
#include "apps/portal/report_advice.c"
#include "apps/portal/report_findings.c"
#include "apps/portal/report_html.c"
#include "apps/portal/report_model.c"
#include "apps/portal/report_sections.c"
#include "apps/portal/style.c"
#include "apps/portal/style_report.c"
/* NOLINTEND(bugprone-suspicious-include) */
#include "common/crypto/crypto.h"
#include "tests/unit/unit.h"

enum { BEST, PART, POOR, CRITICAL, LATE = -1 };
#define QUESTIONS 12

/* Twelve questions in three stages of four: O1 (critical) has 0 to 4, O2 5 to 9, O3 10 and 11. */
struct fixture {
    struct library lib;
    struct lib_objective objectives[3];
    struct lib_question questions[QUESTIONS];
    struct play play;
    struct report_answer answers[QUESTIONS * 4];
    struct report_run run;
    struct report report;
};

static const char *const no_ids[] = {"RS.MA-01", NULL};

static void make_questions(struct fixture *f) {
    static const char *const activities[] = {"prepare", "detect", "analyse", "contain", "eradicate", "recover", "communicate", "improve"};
    static const char *const people[] = {"soc-analyst", "ciso", "legal"};

    for (int i = 0; i < QUESTIONS; i++) {
        struct lib_question *q = &f->questions[i];
        *q = (struct lib_question){.id = "q",
                                   .role = people[i % 3],
                                   .activity = activities[i % 8],
                                   .stem = "?",
                                   .explanation = "!",
                                   .best = "It went well.",
                                   .partial = "It went half well.",
                                   .worst = "It went <b>badly</b>.",
                                   .csf = no_ids,
                                   .stage = i / 4,
                                   .objective = i < 5    ? 0
                                                : i < 10 ? 1
                                                         : 2,
                                   .level = (enum lib_level)(i % 3),
                                   .noptions = 4};
        q->options[BEST] = (struct lib_option){.text = "best & first", .credit = 100};
        q->options[PART] = (struct lib_option){.text = "part", .credit = 50};
        q->options[POOR] = (struct lib_option){.text = "poor", .credit = 10};
        q->options[CRITICAL] = (struct lib_option){.text = "<script>", .credit = 0, .critical = true};
    }
}

static void make_play(struct fixture *f) {
    struct play *p = &f->play;

    *p = (struct play){
        .lib = &f->lib, .difficulty = difficulty_find("BEGINNER"), .arena = arena_new(4096), .nstages = 3, .nquestions = QUESTIONS};
    for (int i = 0; i < 3; i++) {
        p->stages[i] = (struct play_stage){.stage = &f->lib.stages[i], .first = i * 4, .last = i * 4 + 3};
    }
    for (int i = 0; i < QUESTIONS; i++) {
        p->questions[i] =
            (struct play_question){.item = &f->questions[i], .index = i, .stage = i / 4, .stage_index = i % 4, .max_points = 100};
        p->total_points += 100;
    }
    p->slots[p->nslots++] = (struct play_slot){"org", "<i>Example</i>"};
}

static struct fixture *fixture_new(void) {
    struct fixture *f = calloc(1, sizeof(*f));

    assert_non_null(f);
    f->objectives[0] = (struct lib_objective){.id = "O1", .text = "Decide", .capability = "Containment", .csf = no_ids, .critical = true};
    f->objectives[1] = (struct lib_objective){.id = "O2", .text = "Tell {{org}}", .capability = "Analysis", .csf = no_ids};
    f->objectives[2] = (struct lib_objective){.id = "O3", .text = "Learn", .capability = "Recovery", .csf = no_ids};
    f->lib = (struct library){.theme = "bec",
                              .language = "en",
                              .title = "Theme",
                              .version = "v",
                              .attack_version = "15.1",
                              .blueprint_title = "Story",
                              .objectives = f->objectives,
                              .nobjectives = 3,
                              .questions = f->questions,
                              .nquestions = QUESTIONS};
    for (int i = 0; i < 3; i++) {
        f->lib.stages[i] = (struct lib_stage){.key = "k",
                                              .title = i == 0   ? "First"
                                                       : i == 1 ? "Second"
                                                                : "Third",
                                              .clock_scenario = "Day 1",
                                              .clock_regulatory = "The clock of {{org}} runs."};
    }
    make_questions(f);
    make_play(f);
    f->run = (struct report_run){.play = &f->play,
                                 .org = "<img src=x>",
                                 .accent_rules = "",
                                 .footer = "<img src=x>",
                                 .title = "\"Title\" & <u>",
                                 .theme = "bec",
                                 .difficulty = "BEGINNER",
                                 .mode = "INDIVIDUAL",
                                 .timing = "standard",
                                 .started_at = "2026-11-20T10:00:00.000Z",
                                 .completed_at = "2026-11-20T10:30:00.000Z",
                                 .now = "2026-11-21T10:00:00.000Z",
                                 .data_hash = "0123456789ab",
                                 .participants = 1,
                                 .completed_participants = 1,
                                 .answers = f->answers};
    return f;
}

static void fixture_free(struct fixture *f) {
    arena_free(f->play.arena);
    free(f);
}

static struct report_answer *answer(struct fixture *f, int question, int option) {
    struct report_answer *a = &f->answers[f->run.nanswers++];
    int credit = option == LATE ? 0 : f->questions[question].options[option].credit;

    *a = (struct report_answer){.question = question,
                                .selected = option,
                                .credit = credit,
                                .points = credit,
                                .max_points = 100,
                                .correct = option == BEST,
                                .expired = option == LATE,
                                .seconds = 10 + question};
    return a;
}

/* One letter a question: b best, d defensible, p poor, c critical, l late, - not answered. */
static void play_run(struct fixture *f, const char *choices) {
    static const char letters[] = "bdpc";

    for (int i = 0; i < QUESTIONS; i++) {
        if (choices[i] != '-') {
            answer(f, i, choices[i] == 'l' ? LATE : (int)(strchr(letters, choices[i]) - letters));
        }
    }
}

static const struct report *built(struct fixture *f, const char *choices) {
    f->run.nanswers = 0;
    play_run(f, choices);
    report_build(&f->report, &f->run);
    return &f->report;
}

static void rating_boundaries(void **state) {
    static const struct {
        int served, missed;
        int64_t weight, earned;
        enum rating want;
    } rows[] = {
        {3, 0, 300, 30000, RATING_P},   {20, 0, 2000, 170000, RATING_P}, {20, 0, 2000, 169999, RATING_S}, {10, 0, 1000, 70000, RATING_S},
        {10, 0, 1000, 69999, RATING_M}, {4, 0, 400, 20000, RATING_M},    {4, 0, 400, 19999, RATING_U},    {4, 0, 400, 0, RATING_U},
        {3, 1, 300, 30000, RATING_M},   {3, 2, 300, 30000, RATING_U},    {3, 1, 300, 14999, RATING_U},    {2, 0, 200, 20000, RATING_NONE},
        {2, 0, 200, 0, RATING_NONE},    {2, 2, 200, 0, RATING_NONE},     {0, 0, 0, 0, RATING_NONE},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct tally t = {.served = rows[i].served, .weight = rows[i].weight, .earned = rows[i].earned};
        if (rating_of(&t, rows[i].missed) != rows[i].want) {
            fail_msg("row %zu: %s", i, rating_letters[rating_of(&t, rows[i].missed)]);
        }
    }
}

static void wilson_known_values(void **state) {
    static const struct {
        int hits, n;
        double low, high;
    } rows[] = {{8, 10, 0.490162, 0.943318},
                {0, 10, 0, 0.277533},
                {10, 10, 0.722467, 1},
                {7, 12, 0.319511, 0.806740},
                {45, 100, 0.356145, 0.547554}};

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        double low, high;
        wilson_interval(rows[i].hits, rows[i].n, &low, &high);
        assert_true(fabs(low - rows[i].low) < 1e-5 && fabs(high - rows[i].high) < 1e-5);
    }
}

static void medians(void **state) {
    double odd[] = {9, 1, 5}, even[] = {4, 1, 10, 2}, one[] = {7};

    (void)state;
    assert_true(median_of(odd, 3) == 5);
    assert_true(median_of(even, 4) == 3);
    assert_true(median_of(one, 1) == 7);
    assert_true(median_of(NULL, 0) == 0);
}

/* C6, C8: every figure of one mixed run. */
static void figures(void **state) {
    struct fixture *f = fixture_new();
    const struct report *m = built(f, "bbdblbbpbcb-");

    (void)state;
    assert_int_equal(m->total.served, 12);
    assert_int_equal(m->total.best, 7);
    assert_int_equal(m->total.defensible, 1);
    assert_int_equal(m->total.poor, 2);
    assert_int_equal(m->total.late, 1);
    assert_int_equal(tally_missing(&m->total), 1);
    assert_true(fabs(tally_accuracy(&m->total) - 7.0 / 12) < 1e-9);
    assert_true(fabs(tally_score(&m->total) - 760.0 / 1200) < 1e-9);
    assert_true(fabs(m->low - 0.319511) < 1e-5 && fabs(m->high - 0.806740) < 1e-5);
    /* Shown to answered: 10 to 20 s without the late one at 14 s. */
    assert_int_equal(m->timed, 10);
    assert_true(m->median_seconds == 15.5);
    assert_int_equal(m->stages[0].tally.best, 3);
    assert_int_equal(m->stages[1].tally.best, 2);
    assert_int_equal(m->stages[2].tally.best, 2);
    for (int i = 0; i < 3; i++) {
        assert_int_equal(m->stages[i].tally.served, 4);
        assert_int_equal(m->levels[i].tally.served, 4);
        assert_int_equal(m->roles[i].tally.served, 4);
    }
    assert_int_equal(m->levels[0].tally.best, 3); /* questions 0, 3, 6 of 0, 3, 6, 9 */
    assert_string_equal(m->roles[1].name, "legal");
    assert_int_equal(m->roles[1].tally.best, 2); /* 5 and 8 of 2, 5, 8, 11 */
    /* O1: 350 of 500 and one critical decision missed (late); O2: 310 of 500; O3: two items. */
    assert_int_equal(m->objectives[0].rating, RATING_M);
    assert_int_equal(m->objectives[0].missed, 1);
    assert_int_equal(m->objectives[1].rating, RATING_M);
    assert_int_equal(m->objectives[1].missed, 0);
    assert_int_equal(m->objectives[2].rating, RATING_NONE);
    assert_int_equal(m->nobserved, 2);
    assert_int_equal(m->overall, RATING_M);
    assert_ptr_equal(m->decisive, &m->objectives[0]);
    fixture_free(f);
}

static void critical_decisions(void **state) {
    static const struct {
        const char *choices;
        int missed;
        enum rating objective, overall;
    } rows[] = {
        {"bbbbbbbbbbbb", 0, RATING_P, RATING_P}, {"bbbbcbbbbbbb", 1, RATING_M, RATING_M}, {"bbbclbbbbbbb", 2, RATING_U, RATING_U},
        {"bbbb-bbbbbbb", 1, RATING_M, RATING_M}, {"bbbbdbbbbbbb", 0, RATING_P, RATING_P}, {"bbbbpbbbbbbb", 0, RATING_S, RATING_S},
        {"bbbbbcccccbb", 0, RATING_P, RATING_P}, /* a dangerous choice in an objective that is not critical */
    };
    struct fixture *f = fixture_new();

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const struct report *m = built(f, rows[i].choices);
        assert_int_equal(m->objectives[0].missed, rows[i].missed);
        assert_int_equal(m->objectives[0].rating, rows[i].objective);
        assert_int_equal(m->overall, rows[i].overall);
    }
    /* Without a dangerous option a question is no critical decision. */
    f->questions[4].options[CRITICAL].critical = false;
    assert_int_equal(built(f, "bbbblbbbbbbb")->objectives[0].missed, 0);
    assert_int_equal(f->report.objectives[0].decisions, 4);
    fixture_free(f);
}

static void overall_without_critical(void **state) {
    struct fixture *f = fixture_new();
    const struct report *m;

    (void)state;
    f->objectives[0].critical = false;
    m = built(f, "bbbbbcccccbb");
    assert_null(m->decisive);
    assert_int_equal(m->overall, RATING_U); /* P and U weigh the same: a tie goes to the worse */
    f->questions[9].objective = 2;
    m = built(f, "bbbbbccccbbb");
    assert_int_equal(m->overall, RATING_P); /* P 500 and 300, U 400 */
    for (int i = 0; i < QUESTIONS; i++) {
        f->questions[i].objective = -1;
    }
    m = built(f, "bbbbbccccbbb");
    assert_int_equal(m->overall, RATING_NONE);
    fixture_free(f);
}

static void trends(void **state) {
    static const struct {
        int correct, served;
        enum trend want;
        bool clear;
    } rows[] = {{6, 12, TREND_LEVEL, false}, {5, 12, TREND_UP, false}, {7, 12, TREND_DOWN, false}, {0, 30, TREND_UP, true},
                {30, 30, TREND_DOWN, true},  {9, 20, TREND_UP, false}, {0, 9, TREND_UP, false},    {0, 0, TREND_FIRST, false}};
    struct fixture *f = fixture_new();

    (void)state;
    assert_int_equal(built(f, "bbbbbbcccccc")->trend, TREND_FIRST);
    f->run.npast = 1;
    for (size_t i = 0; i < ROWS(rows); i++) {
        f->run.past[0] = (struct report_past){.correct = rows[i].correct, .served = rows[i].served};
        const struct report *m = built(f, "bbbbbbcccccc");
        assert_int_equal(m->trend, rows[i].want);
        assert_int_equal(m->change_is_clear, rows[i].clear);
    }
    fixture_free(f);
}

static void perfect_run(void **state) {
    struct fixture *f = fixture_new();
    const struct report *m = built(f, "bbbbbbbbbbbb");

    (void)state;
    assert_int_equal(m->nfindings, 0);
    assert_int_equal(m->nactions, 0);
    assert_int_equal(m->ncostly, 0);
    assert_int_equal(m->overall, RATING_P);
    assert_true(m->next.harder);
    assert_string_equal(m->next.difficulty, "INTERMEDIATE");
    assert_int_equal(m->nstrengths, 2); /* O1 and O2; O3 and the stages have fewer than five */
    f->play.difficulty = difficulty_find("EXPERT");
    m = built(f, "bbbbbbbbbbbb");
    assert_false(m->next.harder);
    assert_string_equal(m->next.difficulty, "EXPERT");
    fixture_free(f);
}

static void all_wrong(void **state) {
    struct fixture *f = fixture_new();
    const struct report *m = built(f, "cccccccccccc");

    (void)state;
    assert_int_equal(m->overall, RATING_U);
    assert_int_equal(m->nfindings, 12);
    assert_int_equal(m->nactions, REPORT_ACTIONS);
    assert_int_equal(m->ncostly, REPORT_COSTLY);
    assert_int_equal(m->nstrengths, 0);
    assert_int_equal(m->largest_group, 5);
    assert_false(m->next.harder);
    assert_ptr_equal(m->next.weakest, &m->objectives[0]);
    fixture_free(f);
}

/* Findings stand by objective, the one that lost most first; every action names the findings it follows from (D2). */
static void findings_and_actions(void **state) {
    struct fixture *f = fixture_new();
    const struct report *m = built(f, "bbbdbpbcbblb");
    static const int order[] = {7, 5, 10, 3};

    (void)state;
    assert_int_equal(m->nfindings, 4);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(m->findings[i].id, i + 1);
        assert_int_equal(m->findings[i].question->index, order[i]);
    }
    assert_int_equal(m->ncostly, 3); /* not the late one: nothing was chosen */
    assert_int_equal(m->costly[0]->question->index, 7);
    assert_int_equal(m->costly[1]->question->index, 5);
    assert_int_equal(m->costly[2]->question->index, 3);
    assert_string_equal(play_consequence(m->costly[2]->question->item, m->costly[2]->chosen), "It went half well.");
    assert_int_equal(m->nactions, 4);
    for (int i = 0; i < m->nactions; i++) {
        assert_true(m->actions[i].nfindings > 0);
        const struct lib_question *q = m->actions[i].findings[0]->question->item;
        assert_int_equal(m->actions[i].text, advice_for(q->activity, q->role));
    }
    enum words_id first = m->actions[0].text;
    m = built(f, "pbbbbbbbbbbb");
    assert_int_equal(m->nactions, 1); /* fewer findings, fewer actions, and others */
    assert_int_not_equal(m->actions[0].text, first);
    fixture_free(f);
}

static void same_advice_is_one_action(void **state) {
    struct fixture *f = fixture_new();

    (void)state;
    f->questions[1].activity = f->questions[0].activity;
    f->questions[1].role = f->questions[0].role;
    const struct report *m = built(f, "ccbbbbbbbbbb");
    assert_int_equal(m->nactions, 1);
    assert_int_equal(m->actions[0].nfindings, 2);
    fixture_free(f);
}

static void strengths_need_numbers(void **state) {
    struct fixture *f = fixture_new();
    const struct report *m = built(f, "bbbbbbbbbcbb");

    (void)state;
    assert_int_equal(m->nstrengths, 1); /* O1; O2 has 4 of 5 */
    assert_string_equal(m->strengths[0].name, "Containment");
    f->play.nquestions = 3;
    m = built(f, "bbb---------");
    assert_int_equal(m->nstrengths, 0);
    assert_int_equal(m->largest_group, 3);
    fixture_free(f);
}

static void confidence_gap(void **state) {
    struct fixture *f = fixture_new();

    (void)state;
    assert_int_equal(built(f, "bbbbbbbbbbbb")->confidence.n, 0);
    f->run.nanswers = 0;
    answer(f, 0, BEST)->confidence = 5;
    answer(f, 1, POOR)->confidence = 4;
    answer(f, 2, POOR)->confidence = 1;
    answer(f, 3, LATE)->confidence = 5; /* no answer, no confidence */
    answer(f, 4, BEST);
    report_build(&f->report, &f->run);
    assert_int_equal(f->report.confidence.n, 3);
    assert_true(fabs(f->report.confidence.mean - (1 + 0.75 + 0) / 3) < 1e-9);
    assert_true(fabs(f->report.confidence.gap - 0.25) < 1e-9);
    assert_int_equal(f->report.confidence.wrong, 2);
    assert_int_equal(f->report.confidence.confidently_wrong, 1);
    fixture_free(f);
}

/* In a group a critical decision is missed when at least half missed it; who did not answer counts as served. */
static void groups(void **state) {
    struct fixture *f = fixture_new();

    (void)state;
    f->run.participants = 4;
    answer(f, 0, CRITICAL);
    answer(f, 0, BEST);
    answer(f, 0, BEST);
    answer(f, 0, BEST);
    answer(f, 1, CRITICAL);
    answer(f, 1, CRITICAL);
    answer(f, 1, POOR);
    answer(f, 1, BEST);
    f->play.nquestions = 2;
    report_build(&f->report, &f->run);
    assert_int_equal(f->report.total.served, 8);
    assert_int_equal(f->report.objectives[0].missed, 1);
    assert_int_equal(f->report.findings[0].chosen, CRITICAL);
    assert_int_equal(f->report.findings[0].chosen_by, 2);
    f->run.nanswers = 4;
    report_build(&f->report, &f->run);
    assert_int_equal(tally_missing(&f->report.total), 4);
    assert_int_equal(f->report.objectives[0].missed, 1);
    fixture_free(f);
}

/* D1: without times of display nothing is measured. */
static void time_not_measured(void **state) {
    struct fixture *f = fixture_new();

    (void)state;
    play_run(f, "bbbbbbbbbbbb");
    for (int i = 0; i < f->run.nanswers; i++) {
        f->answers[i].seconds = 0;
    }
    report_build(&f->report, &f->run);
    assert_int_equal(f->report.timed, 0);
    fixture_free(f);
}

/* Each kind of work and role has its own: nothing falls back on another one, in no language. */
static void advice_is_complete(void **state) {
    static const char *const activities[] = {"prepare", "detect", "analyse", "contain", "eradicate", "recover", "communicate", "improve"};
    static const char *const people[] = {"ciso",      "soc-analyst", "it-ops",         "legal",   "communications", "business-owner",
                                         "executive", "hr",          "vendor-manager", "finance", "cloud-ops"};
    struct arena *arena = arena_new(4096);

    (void)state;
    for (size_t a = 0; a < ROWS(activities); a++) {
        const char *want = arena_printf(arena, "report.advice.%s.", activities[a]);
        for (size_t p = 0; p < ROWS(people); p++) {
            assert_true(str_starts(words_key(advice_for(activities[a], people[p])), want));
        }
    }
    for (size_t p = 0; p < ROWS(people); p++) {
        assert_string_not_equal(say(arena, LANG_EN, W_REPORT_ROLE(people[p])), people[p]);
    }
    assert_true(str_starts(words_key(advice_for("unheard-of", "unheard-of")), "report.advice.prepare.leadership"));
    arena_free(arena);
}

static char *page(struct fixture *f, const char *choices) {
    struct buf out;
    struct hwrite w;

    built(f, choices);
    buf_init(&out, 1 << 20);
    hw_init(&w, &out);
    report_write(&w, &f->report);
    assert_true(hw_done(&w));
    return out.data;
}

/* D5: titles, names and scenario texts full of markup are text. D6: nothing that the page's policy forbids. */
static void page_escapes(void **state) {
    static const char *const runs[] = {"bbbbbbbbbbbb", "cccccccccccc", "lldlpbbb-bbc", "------------"};
    static const char *const banned[] = {"<script", "<img", "<i>", "<u>", "style=\"", " onload", "{{", "javascript:", ">nan", "inf%"};
    struct fixture *f = fixture_new();

    (void)state;
    for (size_t i = 0; i < ROWS(runs); i++) {
        char *html = page(f, runs[i]);
        for (size_t b = 0; b < ROWS(banned); b++) {
            if (strstr(html, banned[b])) {
                fail_msg("%s: %s", runs[i], banned[b]);
            }
        }
        assert_non_null(strstr(html, "&lt;img src=x&gt;"));
        free(html);
    }
    fixture_free(f);
}

static void style_is_named(void **state) {
    (void)state;
    struct arena *a = arena_new(4096);
    const char *hash = style_hash(a, &report_style, "");
    assert_int_equal(strlen(hash), 7 + 44);
    assert_memory_equal(hash, "sha256-", 7);
    assert_null(strstr(report_style.css, "</"));
    /* D5: an accent is printed from its numbers, anything else says nothing. */
    assert_non_null(strstr(style_accent(a, "#7A0019"), "--accent:#7a0019"));
    assert_string_equal(style_accent(a, "#7a0019}"), "");
    assert_string_equal(style_accent(a, "red"), "");
    assert_string_equal(style_accent(a, NULL), "");
    assert_string_not_equal(style_hash(a, &report_style, style_accent(a, "#7a0019")), hash);
    assert_string_equal(style_hash(a, &report_style, ""), hash);
    arena_free(a);
}

static void numbers_of_charts(void **state) {
    char want[32];

    (void)state;
    for (int i = -5000; i <= 5000; i++) {
        snprintf(want, sizeof(want), "%.2f", i / 4.0);
        assert_string_equal(number(i / 4.0).text, want);
    }
    assert_string_equal(number(98.4 / 3).text, "32.80");
    assert_string_equal(number(100.0 / 3).text, "33.33");
    assert_string_equal(number(-0.001).text, "0.00");
    assert_string_equal(number(1e300).text, "1000000.00");
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rating_boundaries),
        cmocka_unit_test(wilson_known_values),
        cmocka_unit_test(medians),
        cmocka_unit_test(figures),
        cmocka_unit_test(critical_decisions),
        cmocka_unit_test(overall_without_critical),
        cmocka_unit_test(trends),
        cmocka_unit_test(perfect_run),
        cmocka_unit_test(all_wrong),
        cmocka_unit_test(findings_and_actions),
        cmocka_unit_test(same_advice_is_one_action),
        cmocka_unit_test(strengths_need_numbers),
        cmocka_unit_test(confidence_gap),
        cmocka_unit_test(groups),
        cmocka_unit_test(time_not_measured),
        cmocka_unit_test(advice_is_complete),
        cmocka_unit_test(page_escapes),
        cmocka_unit_test(style_is_named),
        cmocka_unit_test(numbers_of_charts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
