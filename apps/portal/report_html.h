/* report_html.h - the executive report as a page: two A4 sheets on paper, one column on a phone. */
#ifndef MUSTER_APPS_PORTAL_REPORT_HTML_H
#define MUSTER_APPS_PORTAL_REPORT_HTML_H

#include "apps/portal/report_model.h"
#include "common/html/hwrite.h"

/* Version of the rules and the layout, printed on the report. */
#define REPORT_VERSION "executive-1"

void report_write(struct hwrite *w, const struct report *m);

/* Between report_html.c (first sheet) and report_sections.c (second sheet). */
void report_second_sheet(struct hwrite *w, const struct report *m);
/* <section class="..."><h2>title</h2>, closed by hw_close(w, "section"). */
void report_section(struct hwrite *w, const char *klass, const char *title);
/* Scenario text with its slots filled, in an element that names its language. */
void report_scenario(struct hwrite *w, const struct report *m, const char *tag, const char *klass, const char *text);
/* "2026-11-21 14:05" of an ISO time; "unknown" for NULL. */
const char *report_time(const struct report *m, const char *iso);
/* A share in percent with one digit, cut and not rounded, so that 84.96 never looks like the 85 that it is not. */
const char *report_percent(const struct report *m, const struct tally *t);
/* "Intermediate" of "INTERMEDIATE". */
const char *report_word(const struct report *m, const char *name);

#endif
