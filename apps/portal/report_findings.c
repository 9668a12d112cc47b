/* report_findings.c - what went wrong, what it cost, what to do about it, what went well. */
#include "apps/portal/report_model.h"

/* The wrong option of one question that cost most over all participants. */
static void worst_choice(const struct report_run *run, struct report_finding *f) {
    int count[LIB_OPTIONS] = {0};
    int64_t cost = 0;
    for (int i = 0; i < run->nanswers; i++) {
        const struct report_answer *a = &run->answers[i];
        if (a->question == f->question->index && !a->expired && a->selected >= 0) {
            count[a->selected]++;
        }
    }
    f->chosen = -1;
    for (int i = 0; i < f->question->item->noptions; i++) {
        int64_t c = (int64_t)count[i] * (100 - f->question->item->options[i].credit);
        if (c > cost) {
            cost = c;
            f->chosen = i;
            f->chosen_by = count[i];
        }
    }
}

static int64_t objective_loss(const struct report *out, int objective) {
    int64_t lost = 0;
    for (int i = 0; i < out->nfindings; i++) {
        lost += out->findings[i].question->item->objective == objective ? out->findings[i].lost : 0;
    }
    return lost;
}

static int by_lost(const void *a, const void *b) {
    const struct report_finding *x = a, *y = b;
    if (x->lost != y->lost) {
        return x->lost < y->lost ? 1 : -1;
    }
    return x->question->index - y->question->index;
}

/* Objectives in the order of what they lost, each with its findings from worst to mildest. */
static void number_findings(struct report *out) {
    struct report_finding sorted[PLAY_MAX_QUESTIONS];
    bool taken[PLAY_MAX_QUESTIONS] = {false};
    int n = 0;
    qsort(out->findings, (size_t)out->nfindings, sizeof(out->findings[0]), by_lost);
    while (n < out->nfindings) {
        int64_t most = -1;
        int objective = -1;
        for (int i = 0; i < out->nfindings; i++) {
            int64_t lost = objective_loss(out, out->findings[i].question->item->objective);
            if (!taken[i] && lost > most) {
                most = lost;
                objective = out->findings[i].question->item->objective;
            }
        }
        for (int i = 0; i < out->nfindings; i++) {
            if (!taken[i] && out->findings[i].question->item->objective == objective) {
                taken[i] = true;
                sorted[n] = out->findings[i];
                sorted[n].id = n + 1;
                n++;
            }
        }
    }
    memcpy(out->findings, sorted, sizeof(sorted[0]) * (size_t)n);
}

static void collect_findings(struct report *out) {
    for (int i = 0; i < out->run->play->nquestions; i++) {
        const struct tally *t = &out->questions[i];
        int64_t lost = 100 * t->weight - t->earned;
        if (t->best < t->served) {
            struct report_finding *f = &out->findings[out->nfindings++];
            *f = (struct report_finding){.question = &out->run->play->questions[i], .tally = *t, .lost = lost};
            worst_choice(out->run, f);
        }
    }
    number_findings(out);
}

/* Worst credit first, weighted by the points it was about: that is the number of points the choice gave away. */
static int64_t choice_cost(const struct report_finding *f) {
    return (int64_t)f->question->max_points * (100 - f->question->item->options[f->chosen].credit) * f->chosen_by;
}

static void pick_costly(struct report *out) {
    while (out->ncostly < REPORT_COSTLY) {
        const struct report_finding *worst = NULL;
        for (int i = 0; i < out->nfindings; i++) {
            const struct report_finding *f = &out->findings[i];
            bool taken = f->chosen < 0;
            for (int j = 0; j < out->ncostly; j++) {
                taken = taken || out->costly[j] == f;
            }
            if (!taken && (!worst || choice_cost(f) > choice_cost(worst))) {
                worst = f;
            }
        }
        if (!worst) {
            return;
        }
        out->costly[out->ncostly++] = worst;
    }
}

static int by_action_loss(const void *a, const void *b) {
    const struct report_action *x = a, *y = b;
    if (x->lost != y->lost) {
        return x->lost < y->lost ? 1 : -1;
    }
    return x->findings[0]->id - y->findings[0]->id;
}

/* Findings that call for the same recommendation are one action; the five that answer to most lost points are kept. */
static void derive_actions(struct report *out) {
    struct report_action all[PLAY_MAX_QUESTIONS] = {0};
    int n = 0, covered = 0;
    for (int i = 0; i < out->nfindings; i++) {
        const struct report_finding *f = &out->findings[i];
        enum words_id text = advice_for(f->question->item->activity, f->question->item->role);
        int at = 0;
        while (at < n && all[at].text != text) {
            at++;
        }
        n += at == n;
        all[at].text = text;
        all[at].findings[all[at].nfindings++] = f;
        all[at].lost += f->lost;
    }
    qsort(all, (size_t)n, sizeof(all[0]), by_action_loss);
    out->nactions = n < REPORT_ACTIONS ? n : REPORT_ACTIONS;
    for (int i = 0; i < out->nactions; i++) {
        out->actions[i] = all[i];
        covered += all[i].nfindings;
    }
    out->uncovered = out->nfindings - covered;
}

static void add_strength(struct report *out, bool is_stage, const char *name, const struct tally *t, bool flawed) {
    out->largest_group = t->served > out->largest_group ? t->served : out->largest_group;
    if (t->served >= REPORT_MIN_STRENGTH && t->best * 100 >= REPORT_STRENGTH_PERCENT * t->served && !flawed) {
        out->strengths[out->nstrengths++] = (struct report_strength){.is_stage = is_stage, .name = name, .tally = t};
    }
}

/* An objective in which a critical decision was missed is no strength, whatever its accuracy. */
static void collect_strengths(struct report *out) {
    for (int i = 0; i < out->nobjectives; i++) {
        const struct report_objective *o = &out->objectives[i];
        add_strength(out, false, o->objective->capability, &o->tally, o->missed > 0);
    }
    for (int i = 0; i < out->run->play->nstages; i++) {
        add_strength(out, true, out->stages[i].name, &out->stages[i].tally, false);
    }
}

void report_find(struct report *out) {
    collect_findings(out);
    pick_costly(out);
    derive_actions(out);
    collect_strengths(out);
}
