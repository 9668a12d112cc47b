/* certificate_html.c - see certificate_html.h. The page states stored facts and claims nothing else. */
#include "apps/portal/certificate_html.h"

#include "apps/portal/chart.h"
#include "apps/portal/style.h"
#include "common/base/clock.h"
#include "common/base/str.h"
#include "common/base/unicode.h"
#include "common/content/grade.h"

#include <ctype.h>

#define SAY(c, words) say(a, (c)->lang, words)

static const char *day(struct arena *a, const struct certificate *c, const char *iso) {
    int64_t us;
    return iso && clock_parse(iso, &us) ? say_day(a, c->lang, us, true) : SAY(c, W_CERTIFICATE_UNKNOWN);
}

/* Rotated ellipses make the woven pattern of old bonds. */
static void rosette(struct hwrite *w, struct arena *a, const char *klass, const char *rx, const char *ry, int n) {
    hw_open(w, "svg", "class", klass, "viewBox", "-100 -100 200 200", "aria-hidden", "true", NULL);
    for (int i = 0; i < n; i++) {
        hw_void(w, "ellipse", "rx", rx, "ry", ry, "transform", arena_printf(a, "rotate(%.2f)", 180.0 * i / n), NULL);
    }
    hw_close(w, "svg");
}

static void seal(struct hwrite *w, struct arena *a, const struct certificate *c) {
    const char *grade = SAY(c, W_CERTIFICATE_GRADE_NAME(c->grade));
    hw_open(w, "div", "class", arena_printf(a, "seal g-%c", tolower((unsigned char)c->grade[0])), NULL);
    hw_open(w, "svg", "viewBox", "-100 -100 200 232", "role", "img", NULL);
    hw_elem(w, "title", SAY(c, W_CERTIFICATE_GRADE_TITLE(grade)));
    hw_void(w, "path", "class", "ribbon", "d", "M-42 60L-58 128L-30 112L-8 130L6 66zM42 60L58 128L30 112L8 130L-6 66z", NULL);
    for (int i = 0; i < 3; i++) {
        hw_void(w, "rect", "class", "burst", "x", "-66", "y", "-66", "width", "132", "height", "132", "rx", "10", "transform",
                arena_printf(a, "rotate(%d)", i * 30), NULL);
    }
    hw_void(w, "circle", "class", "disc", "r", "74", NULL);
    hw_void(w, "circle", "class", "beads", "r", "68", NULL);
    for (int i = 0; i < 12; i++) {
        hw_void(w, "ellipse", "class", "weave", "rx", "62", "ry", "24", "transform", arena_printf(a, "rotate(%d)", i * 15), NULL);
    }
    hw_void(w, "rect", "class", "plate", "x", "-72", "y", "-17", "width", "144", "height", "34", "rx", "4", NULL);
    hw_open(w, "text", "class", "grade", "text-anchor", "middle", "y", "8", NULL);
    hw_text(w, SAY(c, W_CERTIFICATE_GRADE_SEAL(c->grade)));
    hw_close(w, "text");
    hw_close(w, "svg");
    hw_close(w, "div");
}

static void fact(struct hwrite *w, const char *term, const char *text) {
    hw_open(w, "div", NULL);
    hw_elem(w, "dt", term);
    hw_elem(w, "dd", text);
    hw_close(w, "div");
}

static void frame(struct hwrite *w, struct arena *a) {
    static const char *const corners[] = {"corner tl", "corner tr", "corner bl", "corner br"};
    rosette(w, a, "water", "96", "34", 30);
    for (size_t i = 0; i < sizeof(corners) / sizeof(corners[0]); i++) {
        rosette(w, a, corners[i], "92", "40", 9);
    }
}

/* How large a text is written whose length people chose, so that the sheet holds the longest one: by its width, in hundredths of the
 * letters' size; the last step holds what is wider than all others. Sizes are in style_certificate.c. */
static const struct step {
    const char *part;
    size_t upto[3];
} steps[] = {
    {"holder", {3000, 6000, 11000}},        {"of", {6000, SIZE_MAX, SIZE_MAX}},    {"exercise", {5000, 11000, SIZE_MAX}},
    {"limit", {15000, SIZE_MAX, SIZE_MAX}}, {"check", {6000, SIZE_MAX, SIZE_MAX}},
};

static int step_of(const char *part, const char *text) {
    size_t width = unicode_width(text);
    int n = 0;
    for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
        while (str_eq(steps[i].part, part) && n < 3 && width > steps[i].upto[n]) {
            n++;
        }
    }
    return n;
}

/* "holder", "holder s1" and so on. */
static const char *sized(struct arena *a, const char *klass, const char *part, const char *text) {
    int step = step_of(part, text);
    return step ? arena_printf(a, "%s s%d", klass, step) : klass;
}

/* Where one of them is long, all else makes room. */
static bool is_dense(const struct certificate *c) {
    return step_of("holder", c->holder) || step_of("of", c->organization) || step_of("exercise", c->exercise) ||
           step_of("check", c->verify_url) || (c->footer && step_of("limit", c->footer));
}

static void statement(struct hwrite *w, struct arena *a, const struct certificate *c) {
    const struct hw_slot organization = {.text = c->organization};
    hw_open(w, "div", "class", "statement", NULL);
    hw_elem(w, "h1", SAY(c, W_CERTIFICATE_HEADING));
    hw_elem_class(w, "p", "lead", SAY(c, W_CERTIFICATE_RECORDS));
    hw_bdi_class(w, "p", sized(a, "holder", "holder", c->holder), c->holder);
    hw_sentence_in(w, "p", sized(a, "lead", "of", c->organization), SAY(c, W_CERTIFICATE_OF(HW_SLOT_1)), &organization);
    hw_bdi_class(w, "p", sized(a, "exercise", "exercise", c->exercise), c->exercise);
    hw_sentence_in(w, "p", "lead",
                   SAY(c, W_CERTIFICATE_RESULT(day(a, c, c->completed_at), SAY(c, W_LABELS_DIFFICULTY(c->difficulty)), c->correct,
                                               c->questions, c->questions ? (double)c->correct / c->questions : 0)),
                   NULL);
    hw_close(w, "div");
}

static void proof(struct hwrite *w, struct arena *a, const struct certificate *c) {
    const struct hw_slot number = {.tag = "span", .klass = "id", .text = c->id};
    const struct hw_slot address = {.tag = "a", .href = c->verify_url, .text = c->verify_url};
    hw_open(w, "div", "class", "proof", NULL);
    hw_sentence_in(w, "p", NULL, SAY(c, W_CERTIFICATE_NUMBER(HW_SLOT_1)), &number);
    hw_sentence_in(w, "p", sized(a, "check", "check", c->verify_url), SAY(c, W_CERTIFICATE_CHECK(HW_SLOT_1)), &address);
    hw_elem_class(w, "p", "limit",
                  SAY(c, W_CERTIFICATE_LIMIT(grade_percent("BRONZE") / 100.0, grade_percent("SILVER") / 100.0,
                                             grade_percent("GOLD") / 100.0, grade_percent("PLATINUM") / 100.0)));
    if (c->footer) {
        hw_bdi_class(w, "p", sized(a, "limit", "limit", c->footer), c->footer);
    }
    hw_close(w, "div");
}

static void foot(struct hwrite *w, struct arena *a, const struct certificate *c) {
    hw_open(w, "footer", NULL);
    hw_open(w, "dl", NULL);
    fact(w, SAY(c, W_CERTIFICATE_DIFFICULTY), SAY(c, W_LABELS_DIFFICULTY(c->difficulty)));
    fact(w, SAY(c, W_CERTIFICATE_GRADE), SAY(c, W_CERTIFICATE_GRADE_NAME(c->grade)));
    fact(w, SAY(c, W_CERTIFICATE_ISSUED), day(a, c, c->issued_at));
    fact(w, SAY(c, W_CERTIFICATE_UNTIL), day(a, c, c->valid_until));
    hw_close(w, "dl");
    proof(w, a, c);
    qr_write(w, a, c->verify_url);
    hw_close(w, "footer");
}

static void head(struct hwrite *w, struct arena *a, const struct certificate *c) {
    hw_open(w, "head", NULL);
    hw_void(w, "meta", "charset", "utf-8", NULL);
    hw_void(w, "meta", "name", "viewport", "content", "width=device-width, initial-scale=1", NULL);
    hw_void(w, "meta", "name", "robots", "content", "noindex", NULL);
    hw_elem(w, "title", SAY(c, W_CERTIFICATE_TITLE(unicode_isolated(a, c->holder), unicode_isolated(a, c->exercise))));
    hw_open(w, "style", NULL);
    hw_constant(w, certificate_style.css);
    hw_constant(w, c->accent_rules);
    hw_close(w, "style");
    hw_close(w, "head");
}

void certificate_write(struct hwrite *w, struct arena *a, const struct certificate *c) {
    hw_constant(w, "<!doctype html>\n");
    hw_open(w, "html", "lang", lang_tag(c->lang), "dir", lang_dir(c->lang), NULL);
    head(w, a, c);
    hw_open(w, "body", NULL);
    hw_open(w, "main", "class", is_dense(c) ? "cert dense" : "cert", NULL);
    frame(w, a);
    hw_open(w, "div", "class", "inner", NULL);
    hw_open(w, "header", NULL);
    chart_logo(w);
    hw_elem_class(w, "span", "issuer", "Muster");
    hw_elem_class(w, "span", "kind", SAY(c, W_CERTIFICATE_KIND));
    hw_close(w, "header");
    if (!str_eq(c->status, "valid")) {
        hw_elem_class(w, "p", "void", str_eq(c->status, "revoked") ? SAY(c, W_CERTIFICATE_REVOKED) : SAY(c, W_CERTIFICATE_EXPIRED));
    }
    hw_open(w, "div", "class", "centre", NULL);
    statement(w, a, c);
    seal(w, a, c);
    hw_close(w, "div");
    foot(w, a, c);
    hw_close(w, "div");
    hw_close(w, "main");
    hw_close(w, "body");
    hw_close(w, "html");
}
