/* report_sections.c - second sheet: consequences, actions, strengths, trend, clocks, next exercise, findings, method. */
#include "apps/portal/chart.h"
#include "apps/portal/report_html.h"
#include "common/base/str.h"

static const char *stage_title(const struct report *m, const struct report_finding *f) {
    return m->run->play->stages[f->question->stage].stage->title;
}

static const char *choice_word(const struct report_finding *f) {
    if (f->chosen < 0) {
        return f->tally.late ? "too late" : "not answered";
    }
    const struct lib_option *o = &f->question->item->options[f->chosen];
    return o->critical ? "dangerous" : o->credit >= 40 ? "defensible" : "poor";
}

static void consequence(struct hwrite *w, const struct report *m, const struct report_finding *f) {
    const struct lib_question *item = f->question->item;
    hw_open(w, "article", "class", "card", NULL);
    hw_open(w, "h3", NULL);
    hw_elem_class(w, "span", "fid", arena_printf(m->run->play->arena, "F%d", f->id));
    report_scenario(w, m, "span", NULL, stage_title(m, f));
    hw_close(w, "h3");
    report_scenario(w, m, "p", "followed", play_consequence(item, f->chosen));
    hw_open(w, "p", "class", "pair", NULL);
    hw_elem(w, "b",
            m->run->participants > 1 ? arena_printf(m->run->play->arena, "Chosen by %d of %d: ", f->chosen_by, f->tally.served)
                                     : "Chosen: ");
    report_scenario(w, m, "span", NULL, item->options[f->chosen].text);
    hw_close(w, "p");
    hw_open(w, "p", "class", "pair", NULL);
    hw_elem(w, "b", "Better: ");
    report_scenario(w, m, "span", NULL, item->options[item->key].text);
    hw_close(w, "p");
    hw_close(w, "article");
}

static void consequences(struct hwrite *w, const struct report *m) {
    report_section(w, "would", "What followed in the scenario");
    if (m->ncostly == 0) {
        hw_elem(w, "p",
                m->nfindings ? "No wrong option was chosen; what was lost was lost to decisions not made in time."
                             : "Every decision was the best one on offer, so the scenario records no damage from a choice.");
    } else {
        hw_elem_class(w, "p", "small lead",
                      m->ncostly == 1 ? "The one choice that cost points, and the consequence that the scenario states for it."
                                      : "The most costly choices of this run (lost credit times points), and the consequences that the "
                                        "scenario states for them.");
    }
    hw_open(w, "div", "class", "cards", NULL);
    for (int i = 0; i < m->ncostly; i++) {
        consequence(w, m, m->costly[i]);
    }
    hw_close(w, "div");
    hw_close(w, "section");
}

static void action_row(struct hwrite *w, const struct report *m, const struct report_action *action, int number) {
    hw_open(w, "tr", NULL);
    hw_open(w, "td", "class", "nr", NULL);
    hw_textf(w, "%d", number);
    hw_close(w, "td");
    hw_open(w, "td", "class", "what", NULL);
    hw_text(w, action->text);
    hw_open(w, "span", "class", "sub", NULL);
    hw_text(w, "Follows from ");
    for (int i = 0; i < action->nfindings; i++) {
        hw_textf(w, "%sF%d", i ? ", " : "", action->findings[i]->id);
    }
    const struct lib_question *worst = action->findings[0]->question->item;
    if (worst->objective >= 0 && worst->objective < m->nobjectives) {
        hw_text(w, ", first of all ");
        report_scenario(w, m, "span", NULL, m->objectives[worst->objective].objective->capability);
    }
    hw_textf(w, " (%s, %s)", role_label(worst->role), worst->activity);
    hw_close(w, "span");
    hw_close(w, "td");
    static const char *const blanks[] = {"Owner", "Due", "Decision needed"};
    for (size_t i = 0; i < sizeof(blanks) / sizeof(blanks[0]); i++) {
        hw_open(w, "td", "class", "blank", "data-label", blanks[i], NULL);
        hw_close(w, "td");
    }
    hw_close(w, "tr");
}

static void action_table(struct hwrite *w, const struct report *m) {
    static const char *const heads[] = {"#", "Action", "Owner", "Due", "Decision needed"};
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
    for (int i = 0; i < m->nactions; i++) {
        action_row(w, m, &m->actions[i], i + 1);
    }
    hw_close(w, "tbody");
    hw_close(w, "table");
}

static void actions(struct hwrite *w, const struct report *m) {
    static const char *const numbers[] = {"No", "One", "Two", "Three", "Four", "Five"};
    report_section(w, "actions", m->nactions == 1 ? "One action" : arena_printf(m->run->play->arena, "%s actions", numbers[m->nactions]));
    if (m->nactions == 0) {
        hw_textf(w,
                 "Nothing was found that calls for a corrective action: all %d decisions were the best on offer. A sample of this size "
                 "does not show that nothing can go wrong: %s",
                 m->total.served, m->next.harder ? "repeat the theme at the next difficulty." : "take up another theme next.");
    } else {
        action_table(w, m);
    }
    if (m->uncovered) {
        hw_open(w, "p", "class", "small", NULL);
        hw_textf(w, "The five that answer to most lost points; %d further %s no action here and %s listed on the screen page.",
                 m->uncovered, m->uncovered == 1 ? "finding has" : "findings have", m->uncovered == 1 ? "is" : "are");
        hw_close(w, "p");
    }
    hw_close(w, "section");
}

static void strengths(struct hwrite *w, const struct report *m) {
    report_section(w, "strengths", "Strengths to keep");
    if (m->nstrengths == 0) {
        hw_open(w, "p", NULL);
        if (m->largest_group < REPORT_MIN_STRENGTH) {
            hw_textf(w, "n is too small to name one: a strength needs at least %d decisions, and the largest group had %d.",
                     REPORT_MIN_STRENGTH, m->largest_group);
        } else {
            hw_textf(w, "No objective or stage with at least %d decisions reached 85 %% best options.", REPORT_MIN_STRENGTH);
        }
        hw_close(w, "p");
    }
    hw_open(w, "ul", "class", "ticks", NULL);
    for (int i = 0; i < m->nstrengths; i++) {
        const struct report_strength *s = &m->strengths[i];
        hw_open(w, "li", NULL);
        report_scenario(w, m, "b", NULL, s->name);
        hw_textf(w, " (%s): %d of %d best options", s->is_stage ? "stage" : "objective", s->tally->best, s->tally->served);
        hw_close(w, "li");
    }
    hw_close(w, "ul");
    hw_close(w, "section");
}

static void trend(struct hwrite *w, const struct report *m) {
    static const char *const arrows[] = {[TREND_UP] = "▲ up", [TREND_LEVEL] = "▶ level", [TREND_DOWN] = "▼ down"};
    report_section(w, "trend-box", "Trend");
    if (m->trend == TREND_FIRST) {
        hw_open(w, "p", NULL);
        hw_textf(w,
                 "First run of this kind: no earlier completed run of this organisation has the same theme and difficulty "
                 "(n\u00a0=\u00a0%d now).",
                 m->total.served);
        hw_close(w, "p");
    } else {
        chart_trend(w, m);
        hw_open(w, "p", NULL);
        hw_elem(w, "b", arrows[m->trend]);
        hw_textf(w, " by %+.0f points of accuracy against the run before (n\u00a0=\u00a0%d, before %d). ", m->change * 100, m->total.served,
                 m->run->past[0].served);
        hw_text(w, m->change_is_clear ? "The 95 % intervals do not overlap."
                   : m->total.served < REPORT_MIN_INTERVAL || m->run->past[0].served < REPORT_MIN_INTERVAL
                       ? "n is too small to tell it from chance."
                       : "The 95 % intervals overlap: this can be chance.");
        hw_close(w, "p");
    }
    hw_close(w, "section");
}

static void confidence(struct hwrite *w, const struct report *m) {
    const struct report_confidence *c = &m->confidence;
    if (c->n == 0) {
        return;
    }
    report_section(w, "confidence", "Confidence");
    hw_open(w, "p", NULL);
    hw_textf(w, "Gap %+.0f points: confidence %.0f\u00a0%% against accuracy %.0f\u00a0%% (n\u00a0=\u00a0%d answers with a confidence).",
             c->gap * 100, c->mean * 100, c->accuracy * 100, c->n);
    if (c->wrong) {
        hw_textf(w, " Confidently wrong: %d of %d wrong answers.", c->confidently_wrong, c->wrong);
    }
    hw_close(w, "p");
    hw_close(w, "section");
}

static void clocks(struct hwrite *w, const struct report *m) {
    const struct play *play = m->run->play;
    report_section(w, "clocks", "Regulatory clock in the scenario");
    hw_open(w, "ol", NULL);
    for (int i = 0; i < play->nstages; i++) {
        hw_open(w, "li", NULL);
        report_scenario(w, m, "b", NULL, play->stages[i].stage->clock_scenario);
        report_scenario(w, m, "span", NULL, play->stages[i].stage->clock_regulatory);
        hw_close(w, "li");
    }
    hw_close(w, "ol");
    hw_close(w, "section");
}

static void next_exercise(struct hwrite *w, const struct report *m) {
    const struct report_objective *o = m->next.weakest;
    report_section(w, "next", "Next exercise");
    hw_open(w, "p", NULL);
    if (m->next.harder) {
        hw_elem(w, "b", arena_printf(m->run->play->arena, "%s, %s. ", m->run->play->lib->title, report_word(m, m->next.difficulty)));
        hw_textf(w, "This run was %s, so the same theme one step harder.", m->overall == RATING_P ? "rated P" : "without a wrong decision");
    } else if (m->overall == RATING_P || m->nfindings == 0) {
        hw_textf(w, "Another theme at %s: there is no harder level of this one.", report_word(m, m->next.difficulty));
    } else {
        hw_elem(w, "b", arena_printf(m->run->play->arena, "%s, %s again. ", m->run->play->lib->title, report_word(m, m->next.difficulty)));
        hw_text(w, "After the actions are done");
        if (o) {
            hw_text(w, ", watching the weakest objective “");
            report_scenario(w, m, "span", NULL, o->objective->capability);
            hw_textf(w, "” (%s of its points, n\u00a0=\u00a0%d)", report_percent(m, &o->tally), o->tally.served);
        }
        hw_text(w, ".");
    }
    if (m->nobserved < m->nobjectives) {
        hw_textf(w, " With more questions the %d %s not observed could be rated too.", m->nobjectives - m->nobserved,
                 m->nobjectives - m->nobserved == 1 ? "objective" : "objectives");
    }
    hw_close(w, "p");
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
    hw_open(w, "li", "class", is_cited(m, f) ? NULL : "wide", NULL);
    hw_elem_class(w, "span", "fid", arena_printf(m->run->play->arena, "F%d", f->id));
    hw_textf(w, "Q%d ", f->question->index + 1);
    hw_open(w, "span", "class", "wide", NULL);
    hw_text(w, "in “");
    report_scenario(w, m, "span", NULL, stage_title(m, f));
    hw_text(w, "”, ");
    hw_close(w, "span");
    hw_textf(w, "%s, %s: ", role_label(item->role), item->activity);
    if (m->run->participants > 1) {
        hw_textf(w, "%d of %d best options", f->tally.best, f->tally.served);
    } else {
        hw_textf(w, "%s, %lld points", choice_word(f), (long long)(f->lost / 100));
    }
    hw_close(w, "li");
}

static void findings(struct hwrite *w, const struct report *m) {
    if (m->nfindings == 0) {
        return;
    }
    report_section(w, "findings",
                   m->run->participants > 1 ? "Findings behind the actions" : "Findings behind the actions, with the points they cost");
    hw_open(w, "ol", NULL);
    for (int i = 0; i < m->nfindings; i++) {
        finding(w, m, &m->findings[i]);
    }
    hw_close(w, "ol");
    hw_close(w, "section");
}

static void method(struct hwrite *w, const struct report *m) {
    const struct report_run *run = m->run;
    report_section(w, "method", "Method and limits");
    hw_elem(
        w, "p",
        "All figures are computed from the stored answers; none is estimated or taken from elsewhere. Accuracy = best options / decisions "
        "served. Score = sum of points x credit / sum of points, credit 0 to 1; a late or missing answer earns nothing. Interval: Wilson, "
        "95 %, from 10 decisions on. Rating by score: P from 85 %, S from 70 %, M from 50 %, U below; one critical decision missed gives "
        "at "
        "best M, two give U. A critical decision is a question of a critical objective in which a dangerous option was on offer; it is "
        "missed when that option was chosen or no answer came in time (in a group: by at least half). Overall: the worst of the critical "
        "objectives observed, otherwise the median weighted by points. Strength: 85 % accuracy, 5 decisions, no critical one missed. "
        "Findings: all questions not answered best. Trend: same organisation, theme and difficulty; under 5 points is level. Confidence "
        "1 to 5 is read as 0 to 100 %.");
    hw_elem(w, "p",
            "One exercise is a small sample and says nothing about technical controls. The report holds no judgement of a facilitator and "
            "no AI "
            "text. Persons are not named; roles are those that the questions addressed. It supports an audit and is no certification.");
    hw_open(w, "p", "class", "stamp", NULL);
    hw_textf(
        w,
        "Report %s · library %s %s (%s), ATT&CK %s · data cut-off %s UTC · data SHA-256 %s… over %d answers · generated %s UTC by Muster",
        REPORT_VERSION, run->theme, run->play->lib->version, run->play->lib->language, run->play->lib->attack_version,
        report_time(m, run->completed_at), run->data_hash, run->nanswers, report_time(m, run->now));
    hw_close(w, "p");
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
