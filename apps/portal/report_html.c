/* report_html.c - page frame and first sheet: what was played, how it went, rating by objective, decisions by group. */
#include "apps/portal/report_html.h"

#include "apps/portal/chart.h"
#include "apps/portal/style.h"
#include "common/base/clock.h"
#include "common/base/str.h"
#include "common/base/unicode.h"

static const char *const rating_codes[RATING_COUNT] = {"none", "U", "M", "S", "P"}; /* of the messages */

void report_section(struct hwrite *w, const char *klass, const char *title) {
    hw_open(w, "section", "class", klass, NULL);
    hw_elem(w, "h2", title);
}

void report_table(struct hwrite *w, const char *const *heads) {
    hw_open(w, "table", NULL);
    hw_open(w, "thead", NULL);
    hw_open(w, "tr", NULL);
    for (; *heads; heads++) {
        hw_open(w, "th", "scope", "col", NULL);
        hw_text(w, *heads);
        hw_close(w, "th");
    }
    hw_close(w, "tr");
    hw_close(w, "thead");
}

/* A library of a language without words of ours is reported on in English. */
static const char *scenario_lang(const struct report *m) {
    const char *language = m->run->play->lib->language;
    return str_eq(language, lang_tag(m->run->lang)) ? NULL : language;
}

struct hw_slot report_scenario(const struct report *m, const char *text) {
    return (struct hw_slot){.tag = "span", .lang = scenario_lang(m), .text = play_fill(m->run->play, text)};
}

void report_scenario_in(struct hwrite *w, const struct report *m, const char *tag, const char *klass, const char *text) {
    hw_open(w, tag, "class", klass, "lang", scenario_lang(m), NULL);
    hw_text(w, play_fill(m->run->play, text));
    hw_close(w, tag);
}

const char *report_time(const struct report *m, const char *iso) {
    return iso && strlen(iso) >= 16 ? arena_printf(m->run->play->arena, "%.10s %.5s", iso, iso + 11) : REPORT_SAY(m, W_REPORT_UNKNOWN);
}

const char *report_score(const struct report *m, const struct tally *t) {
    int64_t tenths = t->weight ? t->earned * 10 / t->weight : 0;
    return say_share(m->run->play->arena, m->run->lang, (double)tenths / 10, 1);
}

static void fact(struct hwrite *w, const char *term, const char *text) {
    hw_open(w, "div", NULL);
    hw_elem(w, "dt", term);
    hw_elem(w, "dd", text);
    hw_close(w, "div");
}

static const char *length(const struct report *m, int64_t minutes) {
    return minutes < 1     ? REPORT_SAY(m, W_REPORT_LENGTH_MOMENT)
           : minutes < 120 ? REPORT_SAY(m, W_REPORT_LENGTH_MINUTES((double)minutes))
                           : REPORT_SAY(m, W_REPORT_LENGTH_HOURS((double)(minutes / 60)));
}

static const char *played(const struct report *m) {
    int64_t from, to;
    const char *start = report_time(m, m->run->started_at);
    const char *end = report_time(m, m->run->completed_at);
    if (!m->run->started_at || !m->run->completed_at || !clock_parse(m->run->started_at, &from) ||
        !clock_parse(m->run->completed_at, &to)) {
        return end;
    }
    bool same_day = strncmp(start, end, 10) == 0;
    return REPORT_SAY(m, W_REPORT_PLAYED(start, same_day ? end + 11 : end, length(m, (to - from) / 60000000)));
}

static void purpose(struct hwrite *w, const struct report *m) {
    const struct play *play = m->run->play;
    const struct hw_slot slots[] = {{.text = m->run->org}, report_scenario(m, play->lib->blueprint_title)};
    hw_sentence_in(w, "p", "purpose", REPORT_SAY(m, W_REPORT_PURPOSE(HW_SLOT_1, play->nquestions, HW_SLOT_2, m->nobjectives)), slots);
}

static void masthead(struct hwrite *w, const struct report *m) {
    const struct report_run *run = m->run;
    hw_open(w, "header", "class", "mast", NULL);
    hw_open(w, "div", "class", "brand", NULL);
    chart_logo(w);
    hw_elem_class(w, "span", "kind", REPORT_SAY(m, W_REPORT_KIND));
    hw_bdi_class(w, "span", "org", run->org);
    hw_close(w, "div");
    hw_bdi_class(w, "h1", NULL, run->title);
    hw_open(w, "dl", "class", "facts", NULL);
    fact(w, REPORT_SAY(m, W_REPORT_FACT_THEME), run->play->lib->title);
    fact(w, REPORT_SAY(m, W_REPORT_FACT_DIFFICULTY), REPORT_SAY(m, W_LABELS_DIFFICULTY(run->difficulty)));
    fact(w, REPORT_SAY(m, W_REPORT_FACT_PLAYED), played(m));
    fact(w, REPORT_SAY(m, W_REPORT_FACT_PEOPLE), REPORT_SAY(m, W_REPORT_PEOPLE(run->participants, run->completed_participants, run->mode)));
    fact(w, REPORT_SAY(m, W_REPORT_FACT_DECISIONS),
         REPORT_SAY(m, W_REPORT_DECISIONS(run->play->nquestions, run->play->nstages, run->timing)));
    hw_close(w, "dl");
    purpose(w, m);
    hw_close(w, "header");
}

static const char *rating_class(const struct report *m, const char *base, enum rating r) {
    static const char *const names[RATING_COUNT] = {"r-none", "r-u", "r-m", "r-s", "r-p"};
    return arena_printf(m->run->play->arena, "%s %s", base, names[r]);
}

static void verdict_reason(struct hwrite *w, const struct report *m) {
    const struct report_objective *d = m->decisive;
    int unrated = 0;
    if (m->overall == RATING_NONE) {
        hw_sentence_in(w, "p", NULL, REPORT_SAY(m, W_REPORT_VERDICT_NONE(REPORT_MIN_EVIDENCE)), NULL);
    } else if (!d) {
        hw_sentence_in(w, "p", NULL, REPORT_SAY(m, W_REPORT_VERDICT_MEDIAN(REPORT_MIN_EVIDENCE, m->nobserved)), NULL);
    } else {
        const struct hw_slot slots[] = {report_scenario(m, d->objective->capability)};
        hw_sentence_in(w, "p", NULL,
                       REPORT_SAY(m, W_REPORT_VERDICT_DECISIVE(HW_SLOT_1, report_score(m, &d->tally), d->tally.served, d->missed,
                                                               m->ncritical_observed, m->ncritical)),
                       slots);
    }
    for (int i = 0; i < m->nobjectives; i++) {
        unrated += m->objectives[i].rating == RATING_NONE ? m->objectives[i].missed : 0;
    }
    if (unrated) {
        hw_sentence_in(w, "p", NULL, REPORT_SAY(m, W_REPORT_VERDICT_UNRATED(unrated)), NULL);
    }
}

static void verdict(struct hwrite *w, const struct report *m) {
    hw_open(w, "section", "class", rating_class(m, "verdict", m->overall), "aria-label", REPORT_SAY(m, W_REPORT_OVERALL_LABEL), NULL);
    hw_elem_class(w, "div", "letter", rating_letters[m->overall]);
    hw_open(w, "div", NULL);
    hw_elem(w, "h2", REPORT_SAY(m, W_REPORT_OVERALL(rating_codes[m->overall])));
    verdict_reason(w, m);
    hw_close(w, "div");
    hw_open(w, "ol", "class", "scale", "aria-hidden", "true", NULL);
    for (enum rating r = RATING_P; r >= RATING_U; r--) {
        hw_elem_class(w, "li", r == m->overall ? "on" : NULL, rating_letters[r]);
    }
    hw_close(w, "ol");
    hw_close(w, "section");
}

static void tile_open(struct hwrite *w, const char *klass, const char *name, const char *value) {
    hw_open(w, "div", "class", klass, NULL);
    hw_elem_class(w, "dt", NULL, name);
    hw_elem_class(w, "dd", "value", value);
}

static void tile(struct hwrite *w, const char *name, const char *value, const char *note) {
    tile_open(w, "tile", name, value);
    hw_elem_class(w, "dd", "note", note);
    hw_close(w, "div");
}

/* The headline: all other figures say how they follow from it, or from the same decisions. */
static void accuracy_tile(struct hwrite *w, const struct report *m) {
    const struct tally *t = &m->total;
    tile_open(w, "tile main", REPORT_SAY(m, W_REPORT_ACCURACY), say_percent(m->run->play->arena, m->run->lang, tally_accuracy(t)));
    hw_elem_class(w, "dd", "note", REPORT_SAY(m, W_REPORT_ACCURACY_NOTE(t->best, t->served)));
    hw_open(w, "dd", "class", "note", NULL);
    if (t->served >= REPORT_MIN_INTERVAL) {
        hw_text(w, REPORT_SAY(m, W_REPORT_ACCURACY_RANGE(m->low, m->high)));
        chart_interval(w, m);
    } else {
        hw_text(w, REPORT_SAY(m, W_REPORT_ACCURACY_FEW));
    }
    hw_close(w, "dd");
    hw_close(w, "div");
}

static const char *duration(const struct report *m) {
    double seconds = m->median_seconds;
    return seconds < 1     ? REPORT_SAY(m, W_REPORT_LENGTH_SECOND)
           : seconds < 120 ? REPORT_SAY(m, W_REPORT_LENGTH_SECONDS(seconds))
                           : REPORT_SAY(m, W_REPORT_LENGTH_MINUTES(seconds / 60));
}

static void headline(struct hwrite *w, const struct report *m) {
    const struct tally *t = &m->total;
    const char *limited = timing_factor(m->run->timing) > 0 ? "yes" : "no";
    int64_t points = 0;
    for (int i = 0; i < m->run->nanswers; i++) {
        points += m->run->answers[i].points;
    }
    hw_open(w, "dl", "class", "tiles", NULL);
    accuracy_tile(w, m);
    tile(w, REPORT_SAY(m, W_REPORT_SCORE), report_score(m, t),
         REPORT_SAY(m, W_REPORT_SCORE_NOTE((double)points, (double)t->weight, t->served)));
    tile(w, REPORT_SAY(m, W_REPORT_CLOSED), REPORT_SAY(m, W_REPORT_PART(t->served - tally_missing(t), t->served)),
         REPORT_SAY(m, W_REPORT_CLOSED_NOTE));
    tile(w, REPORT_SAY(m, W_REPORT_LATE), REPORT_SAY(m, W_REPORT_PART(t->late, t->served)), REPORT_SAY(m, W_REPORT_LATE_NOTE(limited)));
    tile(w, REPORT_SAY(m, W_REPORT_TIME), m->timed ? duration(m) : REPORT_SAY(m, W_REPORT_TIME_NONE),
         m->timed ? REPORT_SAY(m, W_REPORT_TIME_NOTE(m->timed)) : REPORT_SAY(m, W_REPORT_TIME_NONE_NOTE));
    hw_close(w, "dl");
}

static void objective_score(struct hwrite *w, const struct report *m, const struct report_objective *o) {
    hw_open(w, "td", "class", "num", "data-label", REPORT_SAY(m, W_REPORT_OBJECTIVES_SCORE), NULL);
    hw_text(w, o->rating != RATING_NONE ? report_score(m, &o->tally) : rating_letters[RATING_NONE]);
    if (o->missed) {
        hw_elem_class(w, "span", "sub", REPORT_SAY(m, W_REPORT_OBJECTIVES_MISSED(o->missed, o->decisions)));
    }
    hw_close(w, "td");
}

static void objective_row(struct hwrite *w, const struct report *m, const struct report_objective *o) {
    hw_open(w, "tr", NULL);
    hw_open(w, "td", "class", "what", NULL);
    report_scenario_in(w, m, "b", NULL, o->objective->capability);
    if (o->objective->critical) {
        hw_elem_class(w, "span", "tag", REPORT_SAY(m, W_REPORT_OBJECTIVES_CRITICAL));
    }
    report_scenario_in(w, m, "span", "sub", o->objective->text);
    hw_close(w, "td");
    hw_open(w, "td", "class", "csf", "data-label", "CSF 2.0", NULL);
    for (int i = 0; o->objective->csf[i]; i++) {
        hw_text(w, i ? ", " : NULL);
        hw_elem_class(w, "span", "code", o->objective->csf[i]);
    }
    hw_close(w, "td");
    hw_open(w, "td", "class", "num", "data-label", REPORT_SAY(m, W_REPORT_OBJECTIVES_DECISIONS), NULL);
    hw_textf(w, "%d", o->tally.served);
    hw_close(w, "td");
    objective_score(w, m, o);
    hw_open(w, "td", "class", "rate", "data-label", REPORT_SAY(m, W_REPORT_OBJECTIVES_RATING), NULL);
    hw_elem_class(w, "span", rating_class(m, "badge", o->rating),
                  o->rating != RATING_NONE ? rating_letters[o->rating] : REPORT_SAY(m, W_REPORT_OBJECTIVES_NONE));
    hw_close(w, "td");
    hw_close(w, "tr");
}

static void objectives(struct hwrite *w, const struct report *m) {
    report_section(w, "objectives", REPORT_SAY(m, W_REPORT_OBJECTIVES));
    report_table(w, (const char *const[]){REPORT_SAY(m, W_REPORT_OBJECTIVES_NAME), "CSF 2.0", REPORT_SAY(m, W_REPORT_OBJECTIVES_DECISIONS),
                                          REPORT_SAY(m, W_REPORT_OBJECTIVES_SCORE), REPORT_SAY(m, W_REPORT_OBJECTIVES_RATING), NULL});
    hw_open(w, "tbody", NULL);
    for (int i = 0; i < m->nobjectives; i++) {
        objective_row(w, m, &m->objectives[i]);
    }
    hw_close(w, "tbody");
    hw_close(w, "table");
    hw_elem_class(w, "p", "small",
                  REPORT_SAY(m, W_REPORT_OBJECTIVES_NOTE(rating_from[RATING_P] / 100.0, rating_from[RATING_S] / 100.0,
                                                         rating_from[RATING_M] / 100.0, REPORT_MIN_EVIDENCE)));
    hw_close(w, "section");
}

/* What the bars of a group are called. */
static const char *stage_name(const struct report *m, const char *name) {
    return play_fill(m->run->play, name);
}

static const char *level_name(const struct report *m, const char *name) {
    return REPORT_SAY(m, W_REPORT_LEVEL(name));
}

static const char *role_name(const struct report *m, const char *name) {
    return REPORT_SAY(m, W_REPORT_ROLE(name));
}

static void bars(struct hwrite *w, const struct report *m, const char *title, const struct report_group *groups, int n,
                 const char *(*label)(const struct report *, const char *)) {
    int widest = 1;
    for (int i = 0; i < n; i++) {
        widest = groups[i].tally.served > widest ? groups[i].tally.served : widest;
    }
    hw_open(w, "div", "class", "bars", NULL);
    hw_elem(w, "h3", title);
    hw_open(w, "ul", NULL);
    for (int i = 0; i < n; i++) {
        const struct tally *t = &groups[i].tally;
        if (t->served == 0) {
            continue;
        }
        const char *name = label(m, groups[i].name);
        hw_open(w, "li", NULL);
        hw_open(w, "span", "class", "name", "lang", label == stage_name ? scenario_lang(m) : NULL, NULL);
        hw_text(w, name);
        hw_close(w, "span");
        hw_elem_class(w, "span", "count", REPORT_SAY(m, W_REPORT_GOOD_BEST(t->best, t->served)));
        chart_outcomes(w, m, t, widest, name);
        hw_close(w, "li");
    }
    hw_close(w, "ul");
    hw_close(w, "div");
}

static void decisions(struct hwrite *w, const struct report *m) {
    report_section(w, "decisions", REPORT_SAY(m, W_REPORT_GOOD));
    chart_legend(w, m);
    hw_open(w, "div", "class", "thirds", NULL);
    bars(w, m, REPORT_SAY(m, W_REPORT_GOOD_STAGE), m->stages, m->run->play->nstages, stage_name);
    bars(w, m, REPORT_SAY(m, W_REPORT_GOOD_LEVEL), m->levels, LEVEL_COUNT, level_name);
    bars(w, m, REPORT_SAY(m, W_REPORT_GOOD_ROLE), m->roles, m->nroles, role_name);
    hw_close(w, "div");
    hw_close(w, "section");
}

static void head(struct hwrite *w, const struct report *m) {
    hw_open(w, "head", NULL);
    hw_void(w, "meta", "charset", "utf-8", NULL);
    hw_void(w, "meta", "name", "viewport", "content", "width=device-width, initial-scale=1", NULL);
    hw_void(w, "meta", "name", "robots", "content", "noindex", NULL);
    hw_void(w, "meta", "name", "color-scheme", "content", "light dark", NULL);
    hw_elem(w, "title", REPORT_SAY(m, W_REPORT_TITLE(unicode_isolated(m->run->play->arena, m->run->title))));
    hw_open(w, "style", NULL);
    hw_constant(w, report_style.css);
    hw_constant(w, m->run->accent_rules);
    hw_close(w, "style");
    hw_close(w, "head");
}

void report_write(struct hwrite *w, const struct report *m) {
    hw_constant(w, "<!doctype html>\n");
    hw_open(w, "html", "lang", lang_tag(m->run->lang), "dir", lang_dir(m->run->lang), NULL);
    head(w, m);
    hw_open(w, "body", NULL);
    chart_patterns(w);
    hw_open(w, "main", "class", "paper", NULL);
    masthead(w, m);
    verdict(w, m);
    headline(w, m);
    objectives(w, m);
    decisions(w, m);
    report_second_sheet(w, m);
    hw_close(w, "main");
    hw_close(w, "body");
    hw_close(w, "html");
}
