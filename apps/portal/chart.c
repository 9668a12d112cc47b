/* chart.c - see chart.h. */
#include "apps/portal/chart.h"

#include "apps/portal/report_html.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BLOCKS 30 /* above, neighbours of one kind melt into one block */

/* A number for an attribute; as a temporary it lives until the end of the call that it is written into (C11 6.2.4). */
struct number {
    char text[24];
};

/* Two decimals, by hand: a report has a hundred of them. With a unit behind it, '%', or '\0' for none. */
static struct number number_in(double v, char unit) {
    struct number n = {""};
    long hundredths = lround(fmin(fmax(v, -1e6), 1e6) * 100);
    char *p = n.text + sizeof(n.text) - 1;
    if (unit) {
        *--p = unit;
    }
    unsigned long rest = (unsigned long)labs(hundredths);
    for (int digits = 0; digits < 3 || rest > 0; digits++, rest /= 10) {
        if (digits == 2) {
            *--p = '.';
        }
        *--p = (char)('0' + rest % 10);
    }
    if (hundredths < 0) {
        *--p = '-';
    }
    memmove(n.text, p, strlen(p) + 1);
    return n;
}

static struct number number(double v) {
    return number_in(v, '\0');
}

/* Fills are told apart in grey, too: best dark, defensible middle with dots, poor light with strokes, late and unanswered bare with an
 * edge. Widths are in percent and not drawn by a view box, which would pull the patterns out of shape. */
static const struct fill {
    const char *klass, *pattern;
} fills[] = {{"c-best", NULL}, {"c-part", "url(#dots)"}, {"c-poor", "url(#strokes)"}, {"c-late", NULL}, {"c-none", NULL}};
enum { FILL_BEST, FILL_PART, FILL_POOR, FILL_LATE, FILL_NONE };

static void pattern_open(struct hwrite *w, const char *id, const char *size, const char *back) {
    hw_open(w, "pattern", "id", id, "patternUnits", "userSpaceOnUse", "width", size, "height", size, NULL);
    hw_void(w, "rect", "class", back, "width", size, "height", size, NULL);
}

void chart_patterns(struct hwrite *w) {
    hw_open(w, "svg", "class", "patterns", "width", "0", "height", "0", "aria-hidden", "true", NULL);
    pattern_open(w, "dots", "5", "c-part");
    hw_void(w, "circle", "class", "c-dots", "cx", "1.25", "cy", "1.25", "r", "0.8", NULL);
    hw_void(w, "circle", "class", "c-dots", "cx", "3.75", "cy", "3.75", "r", "0.8", NULL);
    hw_close(w, "pattern");
    pattern_open(w, "strokes", "5", "c-poor");
    hw_void(w, "path", "class", "c-strokes", "d", "M-1 1L1 -1M0 5L5 0M4 6L6 4", NULL);
    hw_close(w, "pattern");
    hw_close(w, "svg");
}

static void block(struct hwrite *w, const struct fill *fill, double x, double width) {
    hw_void(w, "rect", "class", fill->klass, "fill", fill->pattern, "x", number_in(x, '%').text, "width", number_in(width, '%').text,
            "height", "100%", NULL);
}

/* n decisions of one kind from position x; returns the position behind them. */
static double blocks(struct hwrite *w, const struct fill *fill, double x, int n, double unit, bool melt) {
    double gap = melt ? 0 : unit * 0.06 < 0.9 ? unit * 0.06 : 0.9;
    if (melt && n > 0) {
        block(w, fill, x, unit * n);
    }
    for (int i = 0; !melt && i < n; i++) {
        block(w, fill, x + i * unit, unit - gap);
    }
    return x + n * unit;
}

void chart_outcomes(struct hwrite *w, const struct report *m, const struct tally *t, int widest, const char *name) {
    const int counts[] = {t->best, t->defensible, t->poor, t->late, tally_missing(t)};
    double unit = 100.0 / (widest > 0 ? widest : 1), x = 0;
    hw_open(w, "svg", "class", "bar", "role", "img", NULL);
    hw_elem(w, "title", REPORT_SAY(m, W_REPORT_CHART_NAME(name, t->best, t->served)));
    hw_elem(w, "desc", REPORT_SAY(m, W_REPORT_CHART_PARTS(t->best, t->defensible, t->poor, t->late, tally_missing(t))));
    for (size_t i = 0; i < sizeof(fills) / sizeof(fills[0]); i++) {
        x = blocks(w, &fills[i], x, counts[i], unit, widest > MAX_BLOCKS);
    }
    hw_close(w, "svg");
}

static void key(struct hwrite *w, const struct fill *fill, const char *text) {
    hw_open(w, "li", NULL);
    hw_open(w, "svg", "class", "key", "aria-hidden", "true", NULL);
    block(w, fill, 0, 100);
    hw_close(w, "svg");
    hw_text(w, text);
    hw_close(w, "li");
}

void chart_legend(struct hwrite *w, const struct report *m) {
    hw_open(w, "ul", "class", "legend", NULL);
    key(w, &fills[FILL_BEST], REPORT_SAY(m, W_REPORT_OUTCOME_BEST));
    key(w, &fills[FILL_PART], REPORT_SAY(m, W_REPORT_OUTCOME_DEFENSIBLE));
    key(w, &fills[FILL_POOR], REPORT_SAY(m, W_REPORT_OUTCOME_POOR));
    key(w, &fills[FILL_LATE], REPORT_SAY(m, W_REPORT_OUTCOME_LATE));
    key(w, &fills[FILL_NONE], REPORT_SAY(m, W_REPORT_OUTCOME("none")));
    hw_close(w, "ul");
}

void chart_interval(struct hwrite *w, const struct report *m) {
    hw_open(w, "svg", "class", "interval", "viewBox", "0 0 100 8", "preserveAspectRatio", "none", "role", "img", NULL);
    hw_elem(w, "title", REPORT_SAY(m, W_REPORT_ACCURACY_RANGE(m->low, m->high)));
    hw_void(w, "rect", "class", "c-axis", "x", "0", "y", "3", "width", "100", "height", "2", NULL);
    hw_void(w, "rect", "class", "c-range", "x", number(m->low * 100).text, "y", "2", "width", number((m->high - m->low) * 100).text,
            "height", "4", NULL);
    hw_void(w, "rect", "class", "c-point", "x", number(tally_accuracy(&m->total) * 98.4).text, "y", "0", "width", "1.6", "height", "8",
            NULL);
    hw_close(w, "svg");
}

struct point {
    double x, y, accuracy;
    int n;
};

static void trend_text(struct hwrite *w, const char *klass, const char *x, const char *y, const char *anchor, const char *text) {
    hw_open(w, "text", "class", klass, "x", x, "y", y, "text-anchor", anchor, NULL);
    hw_text(w, text);
    hw_close(w, "text");
}

static void trend_axis(struct hwrite *w, const struct report *m) {
    static const struct {
        const char *y, *text_y;
        double share;
    } lines[] = {{"12", "15.5", 1}, {"40", "43.5", 0.5}, {"68", "71.5", 0}};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        hw_void(w, "line", "class", "c-grid", "x1", "48", "x2", "266", "y1", lines[i].y, "y2", lines[i].y, NULL);
        trend_text(w, "c-label", "44", lines[i].text_y, "end", say_percent(m->run->play->arena, m->run->lang, lines[i].share));
    }
}

static void trend_point(struct hwrite *w, const struct report *m, const struct point *p, bool last) {
    struct number x = number(p->x), y = number(p->y), above = number(p->y < 28 ? p->y + 17 : p->y - 8);
    hw_void(w, "circle", "class", last ? "c-now" : "c-dot", "cx", x.text, "cy", y.text, "r", last ? "4.5" : "3.2", NULL);
    trend_text(w, last ? "c-value c-strong" : "c-value", x.text, above.text, "middle",
               say_percent(m->run->play->arena, m->run->lang, p->accuracy));
    trend_text(w, last ? "c-label c-strong" : "c-label", x.text, "86", "middle", REPORT_SAY(m, W_REPORT_CHART_N(p->n)));
}

static int trend_points(const struct report *m, struct point *out) {
    int n = m->run->npast + 1;
    double step = n > 1 ? 182.0 / (n - 1) : 0;
    for (int i = 0; i < n; i++) {
        const struct report_past *past = i < n - 1 ? &m->run->past[n - 2 - i] : NULL;
        int served = past ? past->served : m->total.served;
        int best = past ? past->correct : m->total.best;
        double accuracy = served ? (double)best / served : 0;
        out[i] = (struct point){.x = 66 + i * step, .y = 68 - 56 * accuracy, .accuracy = accuracy, .n = served};
    }
    return n;
}

void chart_trend(struct hwrite *w, const struct report *m) {
    struct point points[REPORT_PAST + 1];
    int n = trend_points(m, points);
    hw_open(w, "svg", "class", "trend", "viewBox", "0 0 270 92", "role", "img", NULL);
    hw_elem(w, "title", REPORT_SAY(m, W_REPORT_CHART_TREND));
    hw_open(w, "desc", NULL);
    for (int i = 0; i < n; i++) {
        hw_textf(w, "%s%s", i ? ", " : "", REPORT_SAY(m, W_REPORT_CHART_POINT(points[i].accuracy, points[i].n)));
    }
    hw_close(w, "desc");
    trend_axis(w, m);
    for (int i = 1; i < n; i++) {
        hw_void(w, "line", "class", "c-line", "x1", number(points[i - 1].x).text, "y1", number(points[i - 1].y).text, "x2",
                number(points[i].x).text, "y2", number(points[i].y).text, NULL);
    }
    for (int i = 0; i < n; i++) {
        trend_point(w, m, &points[i], i == n - 1);
    }
    hw_close(w, "svg");
}

void chart_logo(struct hwrite *w) {
    static const char *const dots[][2] = {{"16", "6.7"}, {"25.3", "13.5"}, {"21.8", "24.4"}, {"10.2", "24.4"}, {"6.7", "13.5"}};
    hw_open(w, "svg", "class", "logo", "viewBox", "0 0 32 32", "aria-hidden", "true", NULL);
    hw_void(w, "rect", "class", "l-tile", "width", "32", "height", "32", "rx", "8", NULL);
    hw_void(w, "circle", "class", "l-ring", "cx", "16", "cy", "16.5", "r", "4.5", NULL);
    for (size_t i = 0; i < sizeof(dots) / sizeof(dots[0]); i++) {
        hw_void(w, "circle", "class", "l-dot", "cx", dots[i][0], "cy", dots[i][1], "r", "2.1", NULL);
    }
    hw_close(w, "svg");
}
