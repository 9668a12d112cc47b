/* report_sections.c - second sheet: consequences, actions, strengths, trend, clocks, next exercise, findings, method. */
#include "apps/portal/chart.h"
#include "apps/portal/report_html.h"
#include "common/base/str.h"

#include <math.h>

static const char *stage_title(const struct report *m, const struct report_finding *f) {
    return m->run->play->stages[f->question->stage].stage->title;
}

static const char *role_of(const struct report *m, const struct lib_question *item) {
    return REPORT_SAY(m, W_REPORT_ROLE(item->role));
}

static const char *activity_of(const struct report *m, const struct lib_question *item) {
    return REPORT_SAY(m, W_REPORT_ACTIVITY(item->activity));
}

static const char *outcome(const struct report *m, const struct report_finding *f) {
    const char *code = f->tally.late ? "late" : "none";
    if (f->chosen >= 0) {
        const struct lib_option *o = &f->question->item->options[f->chosen];
        code = o->critical ? "dangerous" : o->credit >= 40 ? "defensible" : "poor";
    }
    return REPORT_SAY(m, W_REPORT_OUTCOME(code));
}

static void consequence(struct hwrite *w, const struct report *m, const struct report_finding *f) {
    const struct lib_question *item = f->question->item;
    const struct hw_slot chosen = report_scenario(m, item->options[f->chosen].text);
    const struct hw_slot better = report_scenario(m, item->options[item->key].text);
    hw_open(w, "article", "class", "card", NULL);
    hw_open(w, "h3", NULL);
    hw_elem_class(w, "span", "fid", arena_printf(m->run->play->arena, "F%d", f->id));
    report_scenario_in(w, m, "span", NULL, stage_title(m, f));
    hw_close(w, "h3");
    report_scenario_in(w, m, "p", "followed", play_consequence(item, f->chosen));
    hw_sentence_in(w, "p", "pair",
                   m->run->participants > 1 ? REPORT_SAY(m, W_REPORT_CHOSEN_BY(f->chosen_by, f->tally.served, HW_SLOT_1))
                                            : REPORT_SAY(m, W_REPORT_CHOSEN(HW_SLOT_1)),
                   &chosen);
    hw_sentence_in(w, "p", "pair", REPORT_SAY(m, W_REPORT_BETTER(HW_SLOT_1)), &better);
    hw_close(w, "article");
}

static void consequences(struct hwrite *w, const struct report *m) {
    report_section(w, "would", REPORT_SAY(m, W_REPORT_WOULD));
    if (m->ncostly == 0) {
        hw_elem(w, "p", m->nfindings ? REPORT_SAY(m, W_REPORT_WOULD_LATE) : REPORT_SAY(m, W_REPORT_WOULD_NONE));
    } else {
        hw_elem_class(w, "p", "small lead", m->ncostly == 1 ? REPORT_SAY(m, W_REPORT_WOULD_ONE) : REPORT_SAY(m, W_REPORT_WOULD_SOME));
    }
    hw_open(w, "div", "class", "cards", NULL);
    for (int i = 0; i < m->ncostly; i++) {
        consequence(w, m, m->costly[i]);
    }
    hw_close(w, "div");
    hw_close(w, "section");
}

static void follows(struct hwrite *w, const struct report *m, const struct report_action *action) {
    const struct lib_question *worst = action->findings[0]->question->item;
    const char *ids = "";
    for (int i = 0; i < action->nfindings; i++) {
        ids = arena_printf(m->run->play->arena, "%s%sF%d", ids, i ? ", " : "", action->findings[i]->id);
    }
    if (worst->objective >= 0 && worst->objective < m->nobjectives) {
        const struct hw_slot objective = report_scenario(m, m->objectives[worst->objective].objective->capability);
        hw_sentence_in(w, "span", "sub",
                       REPORT_SAY(m, W_REPORT_ACTIONS_FOLLOWS_MOST(ids, HW_SLOT_1, role_of(m, worst), activity_of(m, worst))), &objective);
    } else {
        hw_elem_class(w, "span", "sub", REPORT_SAY(m, W_REPORT_ACTIONS_FOLLOWS(ids, role_of(m, worst), activity_of(m, worst))));
    }
}

/* To be filled in by hand: "Owner" and so on. */
static void blank(struct hwrite *w, const char *label) {
    hw_open(w, "td", "class", "blank", "data-label", label, NULL);
    hw_close(w, "td");
}

static void action_table(struct hwrite *w, const struct report *m) {
    const char *const heads[] = {"#",
                                 REPORT_SAY(m, W_REPORT_ACTIONS_ACTION),
                                 REPORT_SAY(m, W_REPORT_ACTIONS_OWNER),
                                 REPORT_SAY(m, W_REPORT_ACTIONS_DUE),
                                 REPORT_SAY(m, W_REPORT_ACTIONS_DECISION),
                                 NULL};
    report_table(w, heads);
    hw_open(w, "tbody", NULL);
    for (int i = 0; i < m->nactions; i++) {
        hw_open(w, "tr", NULL);
        hw_elem_class(w, "td", "nr", arena_printf(m->run->play->arena, "%d", i + 1));
        hw_open(w, "td", "class", "what", NULL);
        hw_text(w, words_plain(m->run->lang, m->actions[i].text));
        follows(w, m, &m->actions[i]);
        hw_close(w, "td");
        for (int blanks = 2; heads[blanks]; blanks++) {
            blank(w, heads[blanks]);
        }
        hw_close(w, "tr");
    }
    hw_close(w, "tbody");
    hw_close(w, "table");
}

static void actions(struct hwrite *w, const struct report *m) {
    report_section(w, "actions", REPORT_SAY(m, W_REPORT_ACTIONS(m->nactions)));
    if (m->nactions == 0) {
        hw_text(w, REPORT_SAY(m, W_REPORT_ACTIONS_NONE(m->total.served, m->next.harder ? "yes" : "no")));
    } else {
        action_table(w, m);
    }
    if (m->uncovered) {
        hw_elem_class(w, "p", "small", REPORT_SAY(m, W_REPORT_ACTIONS_MORE(m->uncovered)));
    }
    hw_close(w, "section");
}

static void strengths(struct hwrite *w, const struct report *m) {
    report_section(w, "strengths", REPORT_SAY(m, W_REPORT_STRENGTHS));
    if (m->nstrengths == 0) {
        hw_elem(w, "p",
                m->largest_group < REPORT_MIN_STRENGTH
                    ? REPORT_SAY(m, W_REPORT_STRENGTHS_FEW(REPORT_MIN_STRENGTH, m->largest_group))
                    : REPORT_SAY(m, W_REPORT_STRENGTHS_NONE(REPORT_MIN_STRENGTH, REPORT_STRENGTH_PERCENT / 100.0)));
    }
    hw_open(w, "ul", "class", "ticks", NULL);
    for (int i = 0; i < m->nstrengths; i++) {
        const struct report_strength *s = &m->strengths[i];
        const struct hw_slot name = report_scenario(m, s->name);
        hw_sentence_in(
            w, "li", NULL,
            REPORT_SAY(m, W_REPORT_STRENGTHS_ONE(HW_SLOT_1, s->is_stage ? "stage" : "objective", s->tally->best, s->tally->served)), &name);
    }
    hw_close(w, "ul");
    hw_close(w, "section");
}

static const char *chance(const struct report *m) {
    bool few = m->total.served < REPORT_MIN_INTERVAL || m->run->past[0].served < REPORT_MIN_INTERVAL;
    return m->change_is_clear ? REPORT_SAY(m, W_REPORT_TREND_CLEAR)
           : few              ? REPORT_SAY(m, W_REPORT_TREND_FEW)
                              : REPORT_SAY(m, W_REPORT_TREND_CHANCE);
}

static void trend(struct hwrite *w, const struct report *m) {
    double points = round(fabs(m->change) * 100);
    int now = m->total.served, before = m->run->past[0].served;
    report_section(w, "trend-box", REPORT_SAY(m, W_REPORT_TREND));
    if (m->trend == TREND_FIRST) {
        hw_elem(w, "p", REPORT_SAY(m, W_REPORT_TREND_FIRST));
    } else {
        chart_trend(w, m);
        hw_sentence_in(w, "p", NULL,
                       m->trend == TREND_LEVEL
                           ? REPORT_SAY(m, W_REPORT_TREND_LEVEL(points, now, before))
                           : REPORT_SAY(m, W_REPORT_TREND_MOVED(m->trend == TREND_UP ? "up" : "down", points, now, before)),
                       NULL);
        hw_elem(w, "p", chance(m));
    }
    hw_close(w, "section");
}

static void confidence(struct hwrite *w, const struct report *m) {
    const struct report_confidence *c = &m->confidence;
    double points = round(fabs(c->gap) * 100);
    if (c->n == 0) {
        return;
    }
    report_section(w, "confidence", REPORT_SAY(m, W_REPORT_CONFIDENCE));
    hw_elem(w, "p",
            REPORT_SAY(m, W_REPORT_CONFIDENCE_NOTE(c->mean, c->accuracy, c->n,
                                                   points == 0  ? "even"
                                                   : c->gap > 0 ? "over"
                                                                : "under",
                                                   points)));
    if (c->wrong) {
        hw_elem(w, "p", REPORT_SAY(m, W_REPORT_CONFIDENCE_WRONG(c->confidently_wrong, c->wrong)));
    }
    hw_close(w, "section");
}

static void clocks(struct hwrite *w, const struct report *m) {
    const struct play *play = m->run->play;
    report_section(w, "clocks", REPORT_SAY(m, W_REPORT_CLOCKS));
    hw_open(w, "ol", NULL);
    for (int i = 0; i < play->nstages; i++) {
        hw_open(w, "li", NULL);
        report_scenario_in(w, m, "b", NULL, play->stages[i].stage->clock_scenario);
        report_scenario_in(w, m, "span", NULL, play->stages[i].stage->clock_regulatory);
        hw_close(w, "li");
    }
    hw_close(w, "ol");
    hw_close(w, "section");
}

static void next_exercise(struct hwrite *w, const struct report *m) {
    const struct report_objective *o = m->next.weakest;
    const char *difficulty = REPORT_SAY(m, W_LABELS_DIFFICULTY(m->next.difficulty));
    const struct hw_slot slots[] = {report_scenario(m, m->run->play->lib->title), report_scenario(m, o ? o->objective->capability : "")};
    const char *text;
    int unrated = m->nobjectives - m->nobserved;
    if (m->next.harder) {
        text = REPORT_SAY(m, W_REPORT_NEXT_HARDER(HW_SLOT_1, difficulty, m->overall == RATING_P ? "P" : "perfect"));
    } else if (m->overall == RATING_P || m->nfindings == 0) {
        text = REPORT_SAY(m, W_REPORT_NEXT_OTHER(difficulty));
    } else if (o) {
        text = REPORT_SAY(m, W_REPORT_NEXT_WEAKEST(HW_SLOT_1, difficulty, HW_SLOT_2, report_score(m, &o->tally), o->tally.served));
    } else {
        text = REPORT_SAY(m, W_REPORT_NEXT_AGAIN(HW_SLOT_1, difficulty));
    }
    report_section(w, "next", REPORT_SAY(m, W_REPORT_NEXT));
    hw_sentence_in(w, "p", NULL, text, slots);
    if (unrated) {
        hw_elem(w, "p", REPORT_SAY(m, W_REPORT_NEXT_MORE(unrated)));
    }
    hw_close(w, "section");
}

/* Named by an action or a consequence: these are on paper too, the others on the screen only. */
static bool is_cited(const struct report *m, const struct report_finding *f) {
    for (int i = 0; i < m->ncostly; i++) {
        if (m->costly[i] == f) {
            return true;
        }
    }
    for (int i = 0; i < m->nactions; i++) {
        for (int j = 0; j < m->actions[i].nfindings; j++) {
            if (m->actions[i].findings[j] == f) {
                return true;
            }
        }
    }
    return false;
}

static void finding(struct hwrite *w, const struct report *m, const struct report_finding *f) {
    const struct lib_question *item = f->question->item;
    const struct hw_slot stage = report_scenario(m, stage_title(m, f));
    double number = f->question->index + 1;
    hw_open(w, "li", "class", is_cited(m, f) ? NULL : "wide", NULL);
    hw_elem_class(w, "span", "fid", arena_printf(m->run->play->arena, "F%d", f->id));
    hw_sentence(w,
                m->run->participants > 1 ? REPORT_SAY(m, W_REPORT_FINDING_GROUP(number, HW_SLOT_1, role_of(m, item), activity_of(m, item),
                                                                                f->tally.best, f->tally.served))
                                         : REPORT_SAY(m, W_REPORT_FINDING(number, HW_SLOT_1, role_of(m, item), activity_of(m, item),
                                                                          outcome(m, f), (double)(f->lost / 100))),
                &stage);
    hw_close(w, "li");
}

static void findings(struct hwrite *w, const struct report *m) {
    if (m->nfindings == 0) {
        return;
    }
    report_section(w, "findings", m->run->participants > 1 ? REPORT_SAY(m, W_REPORT_FINDINGS) : REPORT_SAY(m, W_REPORT_FINDINGS_POINTS));
    hw_open(w, "ol", NULL);
    for (int i = 0; i < m->nfindings; i++) {
        finding(w, m, &m->findings[i]);
    }
    hw_close(w, "ol");
    hw_close(w, "section");
}

static void method(struct hwrite *w, const struct report *m) {
    const struct report_run *run = m->run;
    const struct library *lib = run->play->lib;
    report_section(w, "method", REPORT_SAY(m, W_REPORT_METHOD));
    hw_elem(w, "p",
            REPORT_SAY(m, W_REPORT_METHOD_FIGURES(REPORT_MIN_INTERVAL, REPORT_MIN_STRENGTH, REPORT_STRENGTH_PERCENT / 100.0,
                                                  REPORT_LEVEL_POINTS)));
    hw_elem(w, "p", REPORT_SAY(m, W_REPORT_METHOD_LIMITS));
    hw_elem_class(
        w, "p", "stamp",
        REPORT_SAY(m, W_REPORT_STAMP(REPORT_VERSION, run->theme, lib->version, lib->language, lib->attack_version,
                                     report_time(m, run->completed_at), run->data_hash, run->nanswers, report_time(m, run->now))));
    if (run->footer) {
        hw_bdi_class(w, "p", "stamp", run->footer);
    }
    hw_close(w, "section");
}

void report_second_sheet(struct hwrite *w, const struct report *m) {
    hw_open(w, "div", "class", "second", NULL);
    consequences(w, m);
    actions(w, m);
    hw_open(w, "div", "class", "columns", NULL);
    hw_open(w, "div", NULL);
    strengths(w, m);
    next_exercise(w, m);
    hw_close(w, "div");
    hw_open(w, "div", NULL);
    trend(w, m);
    confidence(w, m);
    hw_close(w, "div");
    hw_open(w, "div", NULL);
    clocks(w, m);
    hw_close(w, "div");
    hw_close(w, "div");
    findings(w, m);
    method(w, m);
    hw_close(w, "div");
}
