/* Grades, conditions and the page of the certificate. */
/* NOLINTBEGIN(bugprone-suspicious-include) */
#include "apps/portal/certificate_html.c"
#include "apps/portal/certificate_qr.c"
#include "apps/portal/style.c"
#include "apps/portal/style_certificate.c"
/* NOLINTEND(bugprone-suspicious-include) */
#include "common/content/grade.h"
#include "tests/unit/unit.h"

#include <qrencode.h>

void chart_logo(struct hwrite *w) {
    (void)w;
}

static void grades(void **state) {
    static const struct {
        int correct, questions;
        const char *want;
    } rows[] = {
        {10, 10, "PLATINUM"}, {9, 10, "PLATINUM"}, {27, 30, "PLATINUM"}, {26, 30, "GOLD"}, {3, 4, "GOLD"},
        {22, 30, "SILVER"},   {6, 10, "SILVER"},   {17, 30, "BRONZE"},   {1, 2, "BRONZE"}, {15, 30, "BRONZE"},
        {14, 30, NULL},       {1, 3, NULL},        {0, 10, NULL},        {0, 0, NULL},
    };

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        const char *got = grade_for(rows[i].correct, rows[i].questions);
        if (!str_eq(got, rows[i].want)) {
            fail_msg("%d of %d: %s", rows[i].correct, rows[i].questions, got ? got : "none");
        }
    }
}

/* C6: a completed run, a minimum share answered in time, a minimum accuracy over the questions served. */
static void conditions(void **state) {
    static const struct {
        int correct, questions, expired;
        bool completed;
        const char *reason; /* part of it; NULL: eligible */
    } rows[] = {
        {10, 10, 0, true, NULL},
        {8, 10, 2, true, NULL},
        {5, 10, 0, true, NULL},
        {5, 10, 2, true, NULL},
        {10, 10, 0, false, "not completed"},
        {7, 10, 3, true, "80%"},
        {23, 30, 7, true, "80%"},
        {24, 30, 6, true, NULL},
        {4, 10, 0, true, "below 50%"},
        {0, 10, 10, true, "80%"},
        {0, 0, 0, true, "below 50%"},
    };

    struct arena *arena = arena_new(4096);

    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        static const struct words untouched;
        const struct words *reason = &untouched;
        bool ok = certificate_eligible(rows[i].correct, rows[i].questions, rows[i].expired, rows[i].completed, &reason);
        if (rows[i].reason) {
            assert_false(ok);
            assert_non_null(reason);
            assert_non_null(strstr(say(arena, LANG_EN, *reason), rows[i].reason));
        } else {
            assert_true(ok);
            assert_null(reason);
        }
        assert_int_equal(certificate_eligible(rows[i].correct, rows[i].questions, rows[i].expired, rows[i].completed, NULL), ok);
    }
    arena_free(arena);
}

static char *page(const char *status) {
    const struct certificate c = {.id = "3f0c8a52-7d4e-4c1a-9b60-51f1f0a9e8b2",
                                  .holder = "<script>alert(1)</script>",
                                  .organization = "A & \"B\"",
                                  .exercise = "<img src=x onerror=y>",
                                  .theme = "bec",
                                  .difficulty = "EXPERT",
                                  .grade = "GOLD",
                                  .status = status,
                                  .completed_at = "2026-11-20T10:00:00.000Z",
                                  .issued_at = "2026-11-21T10:00:00.000Z",
                                  .valid_until = "2027-11-21T10:00:00.000Z",
                                  .accent_rules = "",
                                  .footer = "<img src=y>",
                                  .verify_url = "http://localhost:8080/verify/3f0c8a52",
                                  .correct = 9,
                                  .questions = 12};
    struct arena *a = arena_new(4096);
    struct buf out;
    struct hwrite w;

    buf_init(&out, 1 << 20);
    hw_init(&w, &out);
    certificate_write(&w, a, &c);
    assert_true(hw_done(&w));
    arena_free(a);
    return out.data;
}

/* D5, and the facts are on the page. */
static void page_states_facts(void **state) {
    static const char *const wanted[] = {"&lt;script&gt;",
                                         "A &amp; &quot;B&quot;",
                                         "9 of 12",
                                         "75",
                                         "21 November 2027",
                                         "3f0c8a52-7d4e-4c1a-9b60-51f1f0a9e8b2",
                                         "http://localhost:8080/verify/3f0c8a52",
                                         "class=\"qr\"",
                                         "Expert"};
    static const char *const banned[] = {"<script", "<img", "style=\"", "Revoked", "Expired"};
    char *html = page("valid");

    (void)state;
    for (size_t i = 0; i < ROWS(wanted); i++) {
        if (!strstr(html, wanted[i])) {
            fail_msg("missing: %s", wanted[i]);
        }
    }
    for (size_t i = 0; i < ROWS(banned); i++) {
        if (strstr(html, banned[i])) {
            fail_msg("unwanted: %s", banned[i]);
        }
    }
    free(html);
}

/* D4: a withdrawn or outdated certificate says so. */
static void page_states_status(void **state) {
    char *revoked = page("revoked"), *expired = page("expired");

    (void)state;
    assert_non_null(strstr(revoked, "Revoked"));
    assert_non_null(strstr(expired, "Expired"));
    free(revoked);
    free(expired);
}

/* What the path draws are the code's dark modules, no more and no fewer. */
static void qr_draws_every_module(void **state) {
    const char *text = "http://localhost:8080/verify/3f0c8a52-7d4e-4c1a-9b60-51f1f0a9e8b2";
    QRcode *code = QRcode_encodeString(text, 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    struct buf path;
    int drawn = 0, dark = 0;

    (void)state;
    assert_non_null(code);
    buf_init(&path, 1 << 20);
    assert_int_equal(qr_path(&path, text), code->width + 8);
    for (const char *p = path.data; (p = strstr(p, "v1h-")) != NULL;) {
        p += 4;
        drawn += (int)strtol(p, NULL, 10);
    }
    for (int i = 0; i < code->width * code->width; i++) {
        dark += code->data[i] & 1;
    }
    assert_int_equal(drawn, dark);
    QRcode_free(code);
    buf_release(&path);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(grades),
        cmocka_unit_test(conditions),
        cmocka_unit_test(page_states_facts),
        cmocka_unit_test(page_states_status),
        cmocka_unit_test(qr_draws_every_module),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
