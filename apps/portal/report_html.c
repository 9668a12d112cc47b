/* report_html.c - page frame and first sheet: what was played, how it went, rating by objective, decisions by group. */
#include "apps/portal/report_html.h"

#include "apps/portal/chart.h"
#include "apps/portal/style.h"
#include "common/base/clock.h"
#include "common/base/str.h"
#include "common/base/unicode.h"

#include <ctype.h>

void report_section(struct hwrite *w, const char *klass, const char *title) {
    hw_open(w, "section", "class", klass, NULL);
    hw_elem(w, "h2", title);
}

void report_scenario(struct hwrite *w, const struct report *m, const char *tag, const char *klass, const char *text) {
    const char *language = m->run->play->lib->language;
    hw_open(w, tag, "class", klass, "lang", str_eq(language, "en") ? NULL : language, NULL);
    hw_text(w, play_fill(m->run->play, text));
    hw_close(w, tag);
}

const char *report_time(const struct report *m, const char *iso) {
    return iso && strlen(iso) >= 16 ? arena_printf(m->run->play->arena, "%.10s %.5s", iso, iso + 11) : "unknown";
}

const char *report_percent(const struct report *m, const struct tally *t) {
    long long tenths = t->weight ? (long long)(t->earned * 10 / t->weight) : 0;
    return arena_printf(m->run->play->arena, "%lld.%lld\u00a0%%", tenths / 10, tenths % 10);
}

const char *report_word(const struct report *m, const char *name) {
    char *word = arena_strdup(m->run->play->arena, name);
    str_lower(word);
    word[0] = (char)toupper((unsigned char)word[0]);
    return word;
}

static void fact(struct hwrite *w, const char *term, const char *text) {
    hw_open(w, "div", NULL);
    hw_elem(w, "dt", term);
    hw_elem(w, "dd", text);
    hw_close(w, "div");
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
    long long minutes = (long long)((to - from) / 60000000);
    const char *length = minutes < 1     ? "under a minute"
                         : minutes < 120 ? arena_printf(m->run->play->arena, "%lld min", minutes)
                                         : arena_printf(m->run->play->arena, "%lld h", minutes / 60);
    return arena_printf(m->run->play->arena, "%s to %s UTC (%s)", start, same_day ? end + 11 : end, length);
}

static const char *participants(const struct report *m) {
    const struct report_run *run = m->run;
    return arena_printf(run->play->arena, "%d joined, %d completed (%s)", run->participants, run->completed_participants,
                        str_eq(run->mode, "GROUP") ? "group" : "individual");
}

static const char *timing(const struct report *m) {
    static const char *const words[][2] = {
        {"off", "no time limit"}, {"standard", "standard limit"}, {"x1.5", "limit stretched 1.5 times"}, {"x2", "limit stretched 2 times"}};
    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
        if (str_eq(words[i][0], m->run->timing)) {
            return words[i][1];
        }
    }
    return m->run->timing;
}

static void masthead(struct hwrite *w, const struct report *m) {
    const struct report_run *run = m->run;
    struct arena *a = run->play->arena;
    hw_open(w, "header", "class", "mast", NULL);
    hw_open(w, "div", "class", "brand", NULL);
    chart_logo(w);
    hw_elem_class(w, "span", "kind", "Executive report on an exercise");
    hw_bdi_class(w, "span", "org", run->org);
    hw_close(w, "div");
    hw_bdi_class(w, "h1", NULL, run->title);
    hw_open(w, "dl", "class", "facts", NULL);
    fact(w, "Theme", run->play->lib->title);
    fact(w, "Difficulty", report_word(m, run->difficulty));
    fact(w, "Played", played(m));
    fact(w, "Participants", participants(m));
    fact(w, "Decisions", arena_printf(a, "%d in %d stages, %s", run->play->nquestions, run->play->nstages, timing(m)));
    hw_close(w, "dl");
    hw_open(w, "p", "class", "purpose", NULL);
    hw_elem(w, "b", "Purpose. ");
    hw_text(w, "To find out, without blame, how well the people of ");
    hw_bdi(w, run->org);
    hw_textf(w, " decide when this happens: %d decisions from the scenario “", run->play->nquestions);
    report_scenario(w, m, "span", NULL, run->play->lib->blueprint_title);
    hw_textf(w, "”, measured against %d stated objectives.", m->nobjectives);
    hw_close(w, "p");
    hw_close(w, "header");
}

static const char *rating_class(const struct report *m, const char *base, enum rating r) {
    static const char *const names[RATING_COUNT] = {"r-none", "r-u", "r-m", "r-s", "r-p"};
    return arena_printf(m->run->play->arena, "%s %s", base, names[r]);
}

static void verdict_reason(struct hwrite *w, const struct report *m) {
    const struct report_objective *d = m->decisive;
    if (m->overall == RATING_NONE) {
        hw_textf(w, "No objective had %d or more scored decisions, so no rating is given. The figures below state what was measured.",
                 REPORT_MIN_EVIDENCE);
    } else if (!d) {
        hw_textf(w,
                 "None of the %d critical objectives had %d or more decisions; the rating is the median, weighted by points, of the %d "
                 "%s observed.",
                 m->ncritical, REPORT_MIN_EVIDENCE, m->nobserved, m->nobserved == 1 ? "objective" : "objectives");
    } else {
        hw_text(w, "Set by the critical objective “");
        report_scenario(w, m, "span", NULL, d->objective->capability);
        hw_textf(w, "”: %s of its points, n\u00a0=\u00a0%d", report_percent(m, &d->tally), d->tally.served);
        if (d->missed) {
            hw_textf(w, ", %d critical %s missed", d->missed, d->missed == 1 ? "decision" : "decisions");
        }
        hw_textf(w, ". %d of %d critical objectives could be observed; the worst of them decides.", m->ncritical_observed, m->ncritical);
    }
    int unrated = 0;
    for (int i = 0; i < m->nobjectives; i++) {
        unrated += m->objectives[i].rating == RATING_NONE ? m->objectives[i].missed : 0;
    }
    if (unrated) {
        hw_textf(w, " Not in the rating: %d critical %s missed in objectives with too few decisions to rate.", unrated,
                 unrated == 1 ? "decision" : "decisions");
    }
}

static void verdict(struct hwrite *w, const struct report *m) {
    hw_open(w, "section", "class", rating_class(m, "verdict", m->overall), "aria-label", "Overall result", NULL);
    hw_elem_class(w, "div", "letter", rating_letters[m->overall]);
    hw_open(w, "div", NULL);
    hw_open(w, "h2", NULL);
    hw_textf(w, "Overall: %s", m->overall == RATING_NONE ? "not rated" : rating_words[m->overall]);
    hw_close(w, "h2");
    hw_open(w, "p", NULL);
    verdict_reason(w, m);
    hw_close(w, "p");
    hw_close(w, "div");
    hw_open(w, "ol", "class", "scale", "aria-hidden", "true", NULL);
    for (enum rating r = RATING_P; r >= RATING_U; r--) {
        hw_elem_class(w, "li", r == m->overall ? "on" : NULL, rating_letters[r]);
    }
    hw_close(w, "ol");
    hw_close(w, "section");
}

static void tile_open(struct hwrite *w, const char *name, const char *value) {
    hw_open(w, "div", "class", "tile", NULL);
    hw_elem_class(w, "dt", NULL, name);
    hw_elem_class(w, "dd", "value", value);
}

static void tile(struct hwrite *w, const char *name, const char *value, const char *note) {
    tile_open(w, name, value);
    hw_elem_class(w, "dd", "note", note);
    hw_close(w, "div");
}

static void accuracy_tile(struct hwrite *w, const struct report *m) {
    const struct tally *t = &m->total;
    struct arena *a = m->run->play->arena;
    tile_open(w, "Accuracy", arena_printf(a, "%.0f\u00a0%%", tally_accuracy(t) * 100));
    hw_open(w, "dd", "class", "note", NULL);
    hw_textf(w, "%d of %d best options; ", t->best, t->served);
    if (t->served >= REPORT_MIN_INTERVAL) {
        hw_textf(w, "95 %% interval %.0f to %.0f\u00a0%%", m->low * 100, m->high * 100);
        chart_interval(w, tally_accuracy(t), m->low, m->high);
    } else {
        hw_text(w, "n too small for an interval");
    }
    hw_close(w, "dd");
    hw_close(w, "div");
}

static const char *duration(struct arena *a, double seconds) {
    if (seconds < 1) {
        return "under 1 s";
    }
    return seconds < 120 ? arena_printf(a, "%.0f s", seconds) : arena_printf(a, "%.0f min", seconds / 60);
}

static void headline(struct hwrite *w, const struct report *m) {
    const struct tally *t = &m->total;
    struct arena *a = m->run->play->arena;
    bool limited = timing_factor(m->run->timing) > 0;
    long long points = 0;
    for (int i = 0; i < m->run->nanswers; i++) {
        points += m->run->answers[i].points;
    }
    hw_open(w, "dl", "class", "tiles", NULL);
    tile(w, "Score", report_percent(m, t),
         arena_printf(a, "%lld of %lld points, n\u00a0=\u00a0%d", points, (long long)t->weight, t->served));
    accuracy_tile(w, m);
    tile(w, "Completion", arena_printf(a, "%d of %d", t->served - tally_missing(t), t->served), "decisions closed");
    tile(w, "Expired", arena_printf(a, "%d of %d", t->late, t->served), limited ? "answered too late" : "no time limit was set");
    if (m->timed) {
        tile(w, "Time to decide", duration(a, m->median_seconds),
             arena_printf(a, "median from shown, or from the answer before, to answered, n\u00a0=\u00a0%d", m->timed));
    } else {
        tile(w, "Time to decide", "not measured", "no times of display were stored for these answers");
    }
    hw_close(w, "dl");
}

static void objective_row(struct hwrite *w, const struct report *m, const struct report_objective *o) {
    struct arena *a = m->run->play->arena;
    bool observed = o->rating != RATING_NONE;
    hw_open(w, "tr", NULL);
    hw_open(w, "td", "class", "what", NULL);
    report_scenario(w, m, "b", NULL, o->objective->capability);
    if (o->objective->critical) {
        hw_elem_class(w, "span", "tag", "critical");
    }
    report_scenario(w, m, "span", "sub", o->objective->text);
    hw_close(w, "td");
    hw_open(w, "td", "class", "csf", "data-label", "CSF 2.0", NULL);
    for (int i = 0; o->objective->csf[i]; i++) {
        hw_text(w, i ? ", " : NULL);
        hw_elem_class(w, "span", "code", o->objective->csf[i]);
    }
    hw_close(w, "td");
    hw_open(w, "td", "class", "num", "data-label", "Evidence n", NULL);
    hw_textf(w, "%d", o->tally.served);
    hw_close(w, "td");
    hw_open(w, "td", "class", "num", "data-label", "Score", NULL);
    hw_text(w, observed ? report_percent(m, &o->tally) : "–");
    if (o->missed) {
        hw_elem_class(w, "span", "sub", arena_printf(a, "%d of %d critical missed", o->missed, o->decisions));
    }
    hw_close(w, "td");
    hw_open(w, "td", "class", "rate", "data-label", "Rating", NULL);
    hw_elem_class(w, "span", rating_class(m, "badge", o->rating), observed ? rating_letters[o->rating] : "not observed");
    hw_close(w, "td");
    hw_close(w, "tr");
}

static void objectives(struct hwrite *w, const struct report *m) {
    static const char *const heads[] = {"Objective and capability", "CSF 2.0", "n", "Score", "Rating"};
    report_section(w, "objectives", "Rating by objective");
    hw_open(w, "table", NULL);
    hw_open(w, "thead", NULL);
    hw_open(w, "tr", NULL);
    for (size_t i = 0; i < sizeof(heads) / sizeof(heads[0]); i++) {
        hw_open(w, "th", "scope", "col", NULL);
        hw_text(w, heads[i]);
        hw_close(w, "th");
    }
    hw_close(w, "tr");
    hw_close(w, "thead");
    hw_open(w, "tbody", NULL);
    for (int i = 0; i < m->nobjectives; i++) {
        objective_row(w, m, &m->objectives[i]);
    }
    hw_close(w, "tbody");
    hw_close(w, "table");
    hw_elem_class(
        w, "p", "small",
        "P performed without challenges, S with some, M with major, U unable to be performed. n is the number of decisions; under three an "
        "objective is not observed.");
    hw_close(w, "section");
}

static void bars(struct hwrite *w, const struct report *m, const char *title, const struct report_group *groups, int n,
                 const char *(*label)(const char *)) {
    int widest = 1;
    for (int i = 0; i < n; i++) {
        widest = groups[i].tally.served > widest ? groups[i].tally.served : widest;
    }
    hw_open(w, "div", "class", "bars", NULL);
    hw_elem(w, "h3", title);
    hw_open(w, "ul", NULL);
    for (int i = 0; i < n; i++) {
        if (groups[i].tally.served == 0) {
            continue;
        }
        const char *name = label ? label(groups[i].name) : play_fill(m->run->play, groups[i].name);
        hw_open(w, "li", NULL);
        hw_elem_class(w, "span", "name", name);
        hw_open(w, "span", "class", "count", NULL);
        hw_textf(w, "%d of %d best", groups[i].tally.best, groups[i].tally.served);
        hw_close(w, "span");
        chart_outcomes(w, &groups[i].tally, widest, name);
        hw_close(w, "li");
    }
    hw_close(w, "ul");
    hw_close(w, "div");
}

static const char *level_label(const char *level) {
    static const char *const labels[] = {"Easy", "Medium", "Hard"};
    for (int i = 0; i < LEVEL_COUNT; i++) {
        if (str_eq(level, lib_level_names[i])) {
            return labels[i];
        }
    }
    return level;
}

static void decisions(struct hwrite *w, const struct report *m) {
    report_section(w, "decisions", "Where the decisions were good");
    chart_legend(w);
    hw_open(w, "div", "class", "thirds", NULL);
    bars(w, m, "By stage", m->stages, m->run->play->nstages, NULL);
    bars(w, m, "By difficulty of the question", m->levels, LEVEL_COUNT, level_label);
    bars(w, m, "By role addressed", m->roles, m->nroles, role_label);
    hw_close(w, "div");
    hw_close(w, "section");
}

void report_write(struct hwrite *w, const struct report *m) {
    hw_constant(w, "<!doctype html>\n");
    hw_open(w, "html", "lang", "en", NULL);
    hw_open(w, "head", NULL);
    hw_void(w, "meta", "charset", "utf-8", NULL);
    hw_void(w, "meta", "name", "viewport", "content", "width=device-width, initial-scale=1", NULL);
    hw_void(w, "meta", "name", "robots", "content", "noindex", NULL);
    hw_void(w, "meta", "name", "color-scheme", "content", "light dark", NULL);
    hw_open(w, "title", NULL);
    hw_textf(w, "Executive report: %s", unicode_isolated(m->run->play->arena, m->run->title));
    hw_close(w, "title");
    hw_open(w, "style", NULL);
    hw_constant(w, report_style.css);
    hw_constant(w, m->run->accent_rules);
    hw_close(w, "style");
    hw_close(w, "head");
    hw_open(w, "body", NULL);
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
