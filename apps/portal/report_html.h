/* report_html.h - the executive report as a page: two A4 sheets on paper, one column on a phone. */
#ifndef MUSTER_APPS_PORTAL_REPORT_HTML_H
#define MUSTER_APPS_PORTAL_REPORT_HTML_H

#include "apps/portal/report_model.h"
#include "common/html/hwrite.h"

/* Version of the rules and the layout, printed on the report. */
#define REPORT_VERSION "executive-2"

void report_write(struct hwrite *w, const struct report *m);

/* Between report_html.c (first sheet), report_sections.c (second sheet) and chart.c. */
void report_second_sheet(struct hwrite *w, const struct report *m);
/* <section class="..."><h2>title</h2>, closed by hw_close(w, "section"). */
void report_section(struct hwrite *w, const char *klass, const char *title);
/* A table's head; heads ends with NULL. */
void report_table(struct hwrite *w, const char *const *heads);
/* A sentence of the catalogue in the report's language. */
#define REPORT_SAY(m, words) say((m)->run->play->arena, (m)->run->lang, words)
/* Scenario text with its slots filled, for a sentence; its element names its language when that is not the report's. */
struct hw_slot report_scenario(const struct report *m, const char *text);
/* The same as an element of its own. */
void report_scenario_in(struct hwrite *w, const struct report *m, const char *tag, const char *klass, const char *text);
/* "2026-11-21 14:05" of an ISO time. */
const char *report_time(const struct report *m, const char *iso);
/* A share of points in percent with one digit, cut and not rounded, so that 84.96 never looks like the 85 that it is not. */
const char *report_score(const struct report *m, const struct tally *t);

#endif
