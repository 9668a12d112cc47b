/* report_model.c - tallies, ratings, trend; see report_model.h. */
#include "apps/portal/report_model.h"

#include "common/base/str.h"

#include <math.h>

const char *const rating_letters[RATING_COUNT] = {"–", "U", "M", "S", "P"};
const int rating_from[RATING_COUNT] = {[RATING_M] = 50, [RATING_S] = 70, [RATING_P] = 85};

int tally_missing(const struct tally *t) {
    return t->served - t->best - t->defensible - t->poor - t->late;
}

double tally_accuracy(const struct tally *t) {
    return t->served ? (double)t->best / t->served : 0;
}

double tally_score(const struct tally *t) {
    return t->weight ? (double)t->earned / (100.0 * (double)t->weight) : 0;
}

/* In whole numbers, so that a score of exactly 0.85 is one. */
static bool score_reaches(const struct tally *t, int percent) {
    return t->earned >= percent * t->weight;
}

enum rating rating_of(const struct tally *t, int missed) {
    if (t->served < REPORT_MIN_EVIDENCE) {
        return RATING_NONE;
    }
    if (missed >= 2 || !score_reaches(t, rating_from[RATING_M])) {
        return RATING_U;
    }
    if (missed == 1 || !score_reaches(t, rating_from[RATING_S])) {
        return RATING_M;
    }
    return score_reaches(t, rating_from[RATING_P]) ? RATING_P : RATING_S;
}

void wilson_interval(int hits, int n, double *low, double *high) {
    const double z = 1.959963984540054;
    double p = (double)hits / n;
    double centre = p + z * z / (2.0 * n);
    double reach = z * sqrt(p * (1 - p) / n + z * z / (4.0 * n * n));
    double scale = 1 + z * z / n;
    *low = fmax(0, (centre - reach) / scale);
    *high = fmin(1, (centre + reach) / scale);
}

static int by_value(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

double median_of(double *values, int n) {
    if (n == 0) {
        return 0;
    }
    qsort(values, (size_t)n, sizeof(*values), by_value);
    return n % 2 ? values[n / 2] : (values[n / 2 - 1] + values[n / 2]) / 2;
}

static void tally_add(struct tally *sum, const struct tally *t) {
    sum->served += t->served;
    sum->best += t->best;
    sum->defensible += t->defensible;
    sum->poor += t->poor;
    sum->late += t->late;
    sum->weight += t->weight;
    sum->earned += t->earned;
}

/* What every participant was served counts; an answer that is not there earns nothing. */
static void count_questions(struct report *out) {
    const struct report_run *run = out->run;
    const struct play *play = run->play;
    for (int i = 0; i < play->nquestions; i++) {
        out->questions[i].served = run->participants;
        out->questions[i].weight = (int64_t)play->questions[i].max_points * run->participants;
    }
    for (int i = 0; i < run->nanswers; i++) {
        const struct report_answer *a = &run->answers[i];
        struct tally *t = &out->questions[a->question];
        t->late += a->expired;
        t->best += !a->expired && a->correct;
        t->defensible += !a->expired && !a->correct && a->credit >= 40;
        t->poor += !a->expired && !a->correct && a->credit < 40;
        t->earned += (int64_t)a->max_points * a->credit;
    }
    for (int i = 0; i < play->nquestions; i++) {
        tally_add(&out->total, &out->questions[i]);
    }
    if (out->total.served >= REPORT_MIN_INTERVAL) {
        wilson_interval(out->total.best, out->total.served, &out->low, &out->high);
    }
}

static struct report_group *role_group(struct report *out, const char *role) {
    for (int i = 0; i < out->nroles; i++) {
        if (str_eq(out->roles[i].name, role)) {
            return &out->roles[i];
        }
    }
    if (out->nroles == REPORT_ROLES) {
        return NULL;
    }
    out->roles[out->nroles].name = role;
    return &out->roles[out->nroles++];
}

static int by_served(const void *a, const void *b) {
    const struct report_group *x = a, *y = b;
    return x->tally.served != y->tally.served ? y->tally.served - x->tally.served : strcmp(x->name, y->name);
}

static void count_groups(struct report *out) {
    const struct play *play = out->run->play;
    for (int i = 0; i < play->nstages; i++) {
        out->stages[i].name = play->stages[i].stage->title;
    }
    for (int i = 0; i < LEVEL_COUNT; i++) {
        out->levels[i].name = lib_level_names[i];
    }
    for (int i = 0; i < play->nquestions; i++) {
        const struct play_question *q = &play->questions[i];
        struct report_group *role = role_group(out, q->item->role);
        tally_add(&out->stages[q->stage].tally, &out->questions[i]);
        tally_add(&out->levels[q->item->level].tally, &out->questions[i]);
        if (role) {
            tally_add(&role->tally, &out->questions[i]);
        }
    }
    qsort(out->roles, (size_t)out->nroles, sizeof(out->roles[0]), by_served);
}

static bool has_critical_option(const struct lib_question *item) {
    for (int i = 0; i < item->noptions; i++) {
        if (item->options[i].critical) {
            return true;
        }
    }
    return false;
}

/* Answers of one question that chose a critical option. */
static int critical_choices(const struct report_run *run, const struct play_question *q) {
    int n = 0;
    for (int i = 0; i < run->nanswers; i++) {
        const struct report_answer *a = &run->answers[i];
        n += a->question == q->index && !a->expired && a->selected >= 0 && q->item->options[a->selected].critical;
    }
    return n;
}

static void rate_objectives(struct report *out) {
    const struct report_run *run = out->run;
    const struct library *lib = run->play->lib;
    out->nobjectives = lib->nobjectives < REPORT_OBJECTIVES ? lib->nobjectives : REPORT_OBJECTIVES;
    for (int i = 0; i < run->play->nquestions; i++) {
        const struct play_question *q = &run->play->questions[i];
        const struct tally *t = &out->questions[i];
        if (q->item->objective < 0 || q->item->objective >= out->nobjectives) {
            continue;
        }
        struct report_objective *o = &out->objectives[q->item->objective];
        tally_add(&o->tally, t);
        if (lib->objectives[q->item->objective].critical && has_critical_option(q->item)) {
            int missed = critical_choices(run, q) + t->late + tally_missing(t);
            o->decisions++;
            o->missed += missed * 2 >= t->served;
        }
    }
    for (int i = 0; i < out->nobjectives; i++) {
        struct report_objective *o = &out->objectives[i];
        o->objective = &lib->objectives[i];
        o->rating = rating_of(&o->tally, o->missed);
        out->nobserved += o->rating != RATING_NONE;
        out->ncritical += o->objective->critical;
        out->ncritical_observed += o->objective->critical && o->rating != RATING_NONE;
    }
}

/* Half of the observed weight lies at this rating or below; a tie goes to the worse one. */
static enum rating weighted_median(const struct report *out) {
    int64_t all = 0, below = 0;
    for (int i = 0; i < out->nobjectives; i++) {
        all += out->objectives[i].rating != RATING_NONE ? out->objectives[i].tally.weight : 0;
    }
    for (enum rating r = RATING_U; all > 0 && r <= RATING_P; r++) {
        for (int i = 0; i < out->nobjectives; i++) {
            below += out->objectives[i].rating == r ? out->objectives[i].tally.weight : 0;
        }
        if (2 * below >= all) {
            return r;
        }
    }
    return RATING_NONE;
}

static void rate_overall(struct report *out) {
    for (int i = 0; i < out->nobjectives; i++) {
        const struct report_objective *o = &out->objectives[i];
        if (!o->objective->critical || o->rating == RATING_NONE) {
            continue;
        }
        if (!out->decisive || o->rating < out->decisive->rating) {
            out->decisive = o;
        }
    }
    out->overall = out->decisive ? out->decisive->rating : weighted_median(out);
}

static void measure_time(struct report *out) {
    const struct report_run *run = out->run;
    double *seconds = arena_calloc(run->play->arena, (size_t)run->nanswers + 1, sizeof(*seconds));
    for (int i = 0; i < run->nanswers; i++) {
        if (!run->answers[i].expired && run->answers[i].seconds > 0) {
            seconds[out->timed++] = run->answers[i].seconds;
        }
    }
    out->median_seconds = median_of(seconds, out->timed);
}

static void measure_confidence(struct report *out) {
    struct report_confidence *c = &out->confidence;
    double sum = 0;
    int right = 0;
    for (int i = 0; i < out->run->nanswers; i++) {
        const struct report_answer *a = &out->run->answers[i];
        if (a->expired || a->confidence < 1) {
            continue;
        }
        c->n++;
        sum += (a->confidence - 1) / 4.0;
        right += a->correct;
        c->wrong += !a->correct;
        c->confidently_wrong += !a->correct && a->confidence >= 4;
    }
    if (c->n) {
        c->mean = sum / c->n;
        c->accuracy = (double)right / c->n;
        c->gap = c->mean - c->accuracy;
    }
}

static void compare_with_past(struct report *out) {
    const struct report_past *last = &out->run->past[0];
    if (out->run->npast == 0 || last->served == 0) {
        out->trend = TREND_FIRST;
        return;
    }
    /* In whole numbers: (best / served - correct / served) in percent, times both served counts. */
    int64_t both = (int64_t)out->total.served * last->served;
    int64_t hundredths = 100 * ((int64_t)out->total.best * last->served - (int64_t)last->correct * out->total.served);
    out->change = both ? (double)hundredths / (100.0 * (double)both) : 0;
    out->trend = hundredths >= REPORT_LEVEL_POINTS * both ? TREND_UP : hundredths <= -REPORT_LEVEL_POINTS * both ? TREND_DOWN : TREND_LEVEL;
    if (out->total.served >= REPORT_MIN_INTERVAL && last->served >= REPORT_MIN_INTERVAL) {
        double low, high;
        wilson_interval(last->correct, last->served, &low, &high);
        out->change_is_clear = out->low > high || out->high < low;
    }
}

static void suggest_next(struct report *out) {
    const struct difficulty *now = out->run->play->difficulty;
    bool perfect = out->total.served && out->total.best == out->total.served;
    out->next.harder = (perfect || out->overall == RATING_P) && now[1].name;
    out->next.difficulty = out->next.harder ? now[1].name : now->name;
    for (int i = 0; i < out->nobjectives && !perfect; i++) {
        const struct report_objective *o = &out->objectives[i], *w = out->next.weakest;
        bool observed = o->rating != RATING_NONE, weakest_observed = w && w->rating != RATING_NONE;
        if (o->tally.served == 0 || o->tally.best == o->tally.served || (w && weakest_observed && !observed)) {
            continue;
        }
        if (!w || (observed && !weakest_observed) || tally_score(&o->tally) < tally_score(&w->tally)) {
            out->next.weakest = o;
        }
    }
}

void report_build(struct report *out, const struct report_run *run) {
    *out = (struct report){.run = run};
    count_questions(out);
    count_groups(out);
    rate_objectives(out);
    rate_overall(out);
    measure_time(out);
    measure_confidence(out);
    compare_with_past(out);
    report_find(out);
    suggest_next(out);
}
