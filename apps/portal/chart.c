/* chart.c - see chart.h. */
#include "apps/portal/chart.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define MAX_BLOCKS 30 /* above, neighbours of one kind melt into one block */

/* A number for an attribute; as a temporary it lives until the end of the call that it is written into (C11 6.2.4). */
struct number {
    char text[24];
};

/* Two decimals, by hand: a report has a hundred of them. */
static struct number number(double v) {
    struct number n = {""};
    long hundredths = lround(fmin(fmax(v, -1e6), 1e6) * 100);
    char *p = n.text + sizeof(n.text) - 1;
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

static void block(struct hwrite *w, const char *klass, double x, double width) {
    hw_void(w, "rect", "class", klass, "x", number(x).text, "y", "0", "width", number(width).text, "height", "10", NULL);
}

/* n decisions of one kind from position x; returns the position behind them. */
static double blocks(struct hwrite *w, const char *klass, double x, int n, double unit, bool melt) {
    double gap = melt ? 0 : unit * 0.06 < 0.9 ? unit * 0.06 : 0.9;
    if (melt && n > 0) {
        block(w, klass, x, unit * n);
    }
    for (int i = 0; !melt && i < n; i++) {
        block(w, klass, x + i * unit, unit - gap);
    }
    return x + n * unit;
}

static void outcome_title(struct hwrite *w, const struct tally *t, const char *name) {
    hw_open(w, "title", NULL);
    hw_textf(w, "%s: %d of %d best options", name, t->best, t->served);
    hw_close(w, "title");
    hw_open(w, "desc", NULL);
    hw_textf(w, "%d best, %d defensible, %d poor or dangerous, %d too late, %d not answered", t->best, t->defensible, t->poor, t->late,
             tally_missing(t));
    hw_close(w, "desc");
}

void chart_outcomes(struct hwrite *w, const struct tally *t, int widest, const char *name) {
    double unit = 100.0 / (widest > 0 ? widest : 1);
    bool melt = widest > MAX_BLOCKS;
    double x = 0;
    hw_open(w, "svg", "class", "bar", "viewBox", "0 0 100 10", "preserveAspectRatio", "none", "role", "img", NULL);
    outcome_title(w, t, name);
    x = blocks(w, "c-best", x, t->best, unit, melt);
    x = blocks(w, "c-part", x, t->defensible, unit, melt);
    x = blocks(w, "c-poor", x, t->poor, unit, melt);
    x = blocks(w, "c-late", x, t->late, unit, melt);
    blocks(w, "c-none", x, tally_missing(t), unit, melt);
    hw_close(w, "svg");
}

void chart_legend(struct hwrite *w) {
    static const struct {
        const char *klass, *text;
    } keys[] = {{"c-best", "best option"}, {"c-part", "defensible"}, {"c-poor", "poor or dangerous"}, {"c-late", "too late"}};
    hw_open(w, "ul", "class", "legend", NULL);
    for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
        hw_open(w, "li", NULL);
        hw_open(w, "svg", "class", "key", "viewBox", "0 0 10 10", "aria-hidden", "true", NULL);
        block(w, keys[i].klass, 0, 10);
        hw_close(w, "svg");
        hw_text(w, keys[i].text);
        hw_close(w, "li");
    }
    hw_close(w, "ul");
}

void chart_interval(struct hwrite *w, double value, double low, double high) {
    hw_open(w, "svg", "class", "interval", "viewBox", "0 0 100 8", "preserveAspectRatio", "none", "role", "img", NULL);
    hw_open(w, "title", NULL);
    hw_textf(w, "95 %% interval from %.0f to %.0f\u00a0%%", low * 100, high * 100);
    hw_close(w, "title");
    hw_void(w, "rect", "class", "c-axis", "x", "0", "y", "3", "width", "100", "height", "2", NULL);
    hw_void(w, "rect", "class", "c-range", "x", number(low * 100).text, "y", "2", "width", number((high - low) * 100).text, "height", "4",
            NULL);
    hw_void(w, "rect", "class", "c-point", "x", number(value * 98.4).text, "y", "0", "width", "1.6", "height", "8", NULL);
    hw_close(w, "svg");
}

struct point {
    double x, y, accuracy;
    int n;
};

static void trend_axis(struct hwrite *w) {
    static const struct {
        const char *y, *text_y, *label;
    } lines[] = {{"12", "15.5", "100 %"}, {"40", "43.5", "50 %"}, {"68", "71.5", "0 %"}};
    for (size_t i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
        hw_void(w, "line", "class", "c-grid", "x1", "38", "x2", "266", "y1", lines[i].y, "y2", lines[i].y, NULL);
        hw_open(w, "text", "class", "c-label", "x", "33", "y", lines[i].text_y, "text-anchor", "end", NULL);
        hw_text(w, lines[i].label);
        hw_close(w, "text");
    }
}

static void trend_point(struct hwrite *w, const struct point *p, bool last) {
    hw_void(w, "circle", "class", last ? "c-now" : "c-dot", "cx", number(p->x).text, "cy", number(p->y).text, "r", last ? "4.5" : "3.2",
            NULL);
    hw_open(w, "text", "class", last ? "c-value c-strong" : "c-value", "x", number(p->x).text, "y",
            number(p->y < 28 ? p->y + 17 : p->y - 8).text, "text-anchor", "middle", NULL);
    hw_textf(w, "%.0f\u00a0%%", p->accuracy * 100);
    hw_close(w, "text");
    hw_open(w, "text", "class", last ? "c-label c-strong" : "c-label", "x", number(p->x).text, "y", "86", "text-anchor", "middle", NULL);
    hw_textf(w, "n\u00a0=\u00a0%d", p->n);
    hw_close(w, "text");
}

static int trend_points(const struct report *m, struct point *out) {
    int n = m->run->npast + 1;
    double step = n > 1 ? 176.0 / (n - 1) : 0;
    for (int i = 0; i < n; i++) {
        const struct report_past *past = i < n - 1 ? &m->run->past[n - 2 - i] : NULL;
        int served = past ? past->served : m->total.served;
        int best = past ? past->correct : m->total.best;
        double accuracy = served ? (double)best / served : 0;
        out[i] = (struct point){.x = 64 + i * step, .y = 68 - 56 * accuracy, .accuracy = accuracy, .n = served};
    }
    return n;
}

void chart_trend(struct hwrite *w, const struct report *m) {
    struct point points[REPORT_PAST + 1];
    int n = trend_points(m, points);
    hw_open(w, "svg", "class", "trend", "viewBox", "0 0 270 92", "role", "img", NULL);
    hw_elem(w, "title", "Accuracy of comparable runs");
    hw_open(w, "desc", NULL);
    for (int i = 0; i < n; i++) {
        hw_textf(w, "%s%.0f\u00a0%% of %d decisions", i ? ", then " : "", points[i].accuracy * 100, points[i].n);
    }
    hw_close(w, "desc");
    trend_axis(w);
    for (int i = 1; i < n; i++) {
        hw_void(w, "line", "class", "c-line", "x1", number(points[i - 1].x).text, "y1", number(points[i - 1].y).text, "x2",
                number(points[i].x).text, "y2", number(points[i].y).text, NULL);
    }
    for (int i = 0; i < n; i++) {
        trend_point(w, &points[i], i == n - 1);
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
