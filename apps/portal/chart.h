/*
 * chart.h - small inline SVG drawings. They carry classes instead of style attributes, because the page's policy allows one
 * style sheet and nothing else, and a title and description for those who do not see them.
 */
#ifndef MUSTER_APPS_PORTAL_CHART_H
#define MUSTER_APPS_PORTAL_CHART_H

#include "apps/portal/report_model.h"
#include "common/html/hwrite.h"

/* What the bars below are filled with: once on a page, before them. */
void chart_patterns(struct hwrite *w);
/* A bar of one block a decision, in the order best, defensible, poor, late, unanswered. The whole width stands for `widest` decisions, so
 * that the length of bars can be compared. */
void chart_outcomes(struct hwrite *w, const struct report *m, const struct tally *t, int widest, const char *name);
/* What the fills of chart_outcomes mean. */
void chart_legend(struct hwrite *w, const struct report *m);
/* The accuracy with its interval on a scale from 0 to 1. */
void chart_interval(struct hwrite *w, const struct report *m);
/* Accuracy of this run and the comparable ones before it, oldest first. */
void chart_trend(struct hwrite *w, const struct report *m);
/* The product's sign. */
void chart_logo(struct hwrite *w);

#endif
