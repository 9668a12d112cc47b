/*
 * select.c - which questions an exercise gets.
 *
 * Two margins must hold at once: so many questions a stage, so many of each level. Levels are dealt out to the stages one
 * question at a time, the scarcest first, always to the stage with most room left; inside a cell (stage, level)
 * the draw prefers wanted techniques, then questions not seen lately, then objectives that a report could rate next.
 */
#include "apps/exercises/exercises.h"
#include "common/base/str.h"

#define MAX_OBJECTIVES 16
#define RATED_FROM 3 /* after-action-report.md, section 4 */

struct state {
    const struct selection_input *in;
    struct selection *out;
    uint64_t random;
    int room[LIB_STAGES];              /* questions a stage still takes */
    int cell[LIB_STAGES][LEVEL_COUNT]; /* how many were dealt */
    int pool[LIB_STAGES][LEVEL_COUNT]; /* how many there are */
    int objective_used[MAX_OBJECTIVES];
    bool in_view[MAX_OBJECTIVES]; /* objectives that this run tries to make ratable */
};

void selection_mix(const struct difficulty *d, int count, int mix[LEVEL_COUNT]) {
    int left = count;
    int rest[LEVEL_COUNT];
    for (int l = 0; l < LEVEL_COUNT; l++) {
        mix[l] = count * d->mix[l] / 100;
        rest[l] = count * d->mix[l] % 100;
        left -= mix[l];
    }
    while (left-- > 0) {
        int best = 0;
        for (int l = 1; l < LEVEL_COUNT; l++) {
            best = rest[l] > rest[best] ? l : best;
        }
        mix[best]++;
        rest[best] = -1;
    }
}

static void plan_stages(struct state *s) {
    struct selection *out = s->out;
    out->nstages = stage_count_for(s->in->count);
    out->ncount = s->in->count;
    memcpy(out->stages, s->in->lib->arcs[out->nstages], sizeof(out->stages));
    for (int i = 0; i < out->nstages; i++) {
        s->room[i] = s->in->count / out->nstages + (i < s->in->count % out->nstages);
        out->per_stage[i] = s->room[i];
    }
    for (int i = 0; i < s->in->lib->nquestions; i++) {
        const struct lib_question *q = &s->in->lib->questions[i];
        for (int k = 0; k < out->nstages; k++) {
            s->pool[k][q->level] += q->stage == out->stages[k];
        }
    }
}

/* The stage that takes one more question of this level: most room, then most unused questions; -1 when none can. */
static int stage_for(const struct state *s, int level) {
    int best = -1;
    for (int k = 0; k < s->out->nstages; k++) {
        int unused = s->pool[k][level] - s->cell[k][level];
        if (s->room[k] == 0 || unused == 0) {
            continue;
        }
        if (best < 0 || s->room[k] > s->room[best] ||
            (s->room[k] == s->room[best] && unused > s->pool[best][level] - s->cell[best][level])) {
            best = k;
        }
    }
    return best;
}

static int deal(struct state *s, int level, int n) {
    for (; n > 0; n--) {
        int k = stage_for(s, level);
        if (k < 0) {
            break;
        }
        s->cell[k][level]++;
        s->room[k]--;
    }
    return n;
}

static void deal_all(struct state *s) {
    static const int scarcest_first[LEVEL_COUNT] = {LEVEL_HARD, LEVEL_EASY, LEVEL_MEDIUM};
    static const int nearest[LEVEL_COUNT][2] = {
        [LEVEL_EASY] = {LEVEL_MEDIUM, LEVEL_HARD}, [LEVEL_MEDIUM] = {LEVEL_EASY, LEVEL_HARD}, [LEVEL_HARD] = {LEVEL_MEDIUM, LEVEL_EASY}};
    int mix[LEVEL_COUNT];
    int missing[LEVEL_COUNT];
    selection_mix(s->in->difficulty, s->in->count, mix);
    for (int i = 0; i < LEVEL_COUNT; i++) {
        missing[scarcest_first[i]] = deal(s, scarcest_first[i], mix[scarcest_first[i]]);
    }
    for (int l = 0; l < LEVEL_COUNT; l++) {
        int left = deal(s, nearest[l][0], missing[l]);
        deal(s, nearest[l][1], left);
    }
}

static bool any_in(const char *const *tags, const char *const *wanted) {
    for (; tags && *tags; tags++) {
        if (str_in(*tags, wanted)) {
            return true;
        }
    }
    return false;
}

/* A report rates an objective from three questions on, so each run has a few objectives in view, critical ones rather
 * than others, and completes their threes. Which ones is drawn per run: two runs of
 * a theme should differ. */
static void plan_objectives(struct state *s) {
    int order[MAX_OBJECTIVES];
    int n = s->in->lib->nobjectives < MAX_OBJECTIVES ? s->in->lib->nobjectives : MAX_OBJECTIVES;
    int wanted = s->in->count / RATED_FROM;
    for (int i = 0; i < n; i++) {
        order[i] = i;
    }
    for (int i = n - 1; i > 0; i--) {
        int j = play_random_below(&s->random, i + 1);
        int t = order[i];
        order[i] = order[j];
        order[j] = t;
    }
    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < n && wanted > 0; i++) {
            if (s->in->lib->objectives[order[i]].critical == (pass == 0) && !s->in_view[order[i]]) {
                s->in_view[order[i]] = true;
                wanted--;
            }
        }
    }
}

/* Lower is drawn first. */
static int objective_rank(const struct state *s, const struct lib_question *q) {
    bool counted = q->objective >= 0 && q->objective < MAX_OBJECTIVES;
    return counted && s->in_view[q->objective] && s->objective_used[q->objective] < RATED_FROM ? 0 : 1;
}

static int rank_of(const struct state *s, const struct lib_question *q) {
    int rank = objective_rank(s, q);
    if (s->in->recent && str_in(q->id, s->in->recent)) {
        rank += 1000;
    }
    if (s->in->techniques && !any_in(q->attack, s->in->techniques)) {
        rank += 10000;
    }
    return rank;
}

/* Takes the best of the n candidates (n > 0) out of the list; the last one moves into its place. */
static const struct lib_question *draw(struct state *s, const struct lib_question **candidates, int n) {
    int best = 0;
    for (int i = 1; i < n; i++) {
        best = rank_of(s, candidates[i]) < rank_of(s, candidates[best]) ? i : best;
    }
    const struct lib_question *q = candidates[best];
    candidates[best] = candidates[n - 1];
    if (q->objective >= 0 && q->objective < MAX_OBJECTIVES) {
        s->objective_used[q->objective]++;
    }
    return q;
}

#define MAX_CELL 128

static void shuffle(struct state *s, const struct lib_question **candidates, int n) {
    for (int i = n - 1; i > 0; i--) {
        int j = play_random_below(&s->random, i + 1);
        const struct lib_question *t = candidates[i];
        candidates[i] = candidates[j];
        candidates[j] = t;
    }
}

static int draw_cell(struct state *s, int k, int level, int at) {
    const struct lib_question *candidates[MAX_CELL];
    int n = 0;
    for (int i = 0; i < s->in->lib->nquestions && n < MAX_CELL; i++) {
        const struct lib_question *q = &s->in->lib->questions[i];
        if (q->stage == s->out->stages[k] && (int)q->level == level) {
            candidates[n++] = q;
        }
    }
    shuffle(s, candidates, n);
    for (int i = 0; i < s->cell[k][level] && n > 0; i++) {
        s->out->questions[at++] = draw(s, candidates, n--);
    }
    return at;
}

void selection_make(const struct selection_input *in, struct selection *out) {
    *out = (struct selection){0};
    struct state s = {.in = in, .out = out, .random = in->seed};
    int at = 0;
    plan_stages(&s);
    plan_objectives(&s);
    deal_all(&s);
    for (int k = 0; k < out->nstages; k++) {
        int first = at;
        for (int level = 0; level < LEVEL_COUNT; level++) {
            at = draw_cell(&s, k, level, at);
        }
        out->per_stage[k] = at - first;
    }
    out->ncount = at;
}

void selection_first(const struct selection_input *in, struct selection *out) {
    const struct lib_first *first = &in->lib->first;
    *out = (struct selection){.nstages = 2};
    struct state s = {.in = in, .out = out, .random = in->seed};
    for (int k = 0; k < 2; k++) {
        const struct lib_question *candidates[MAX_CELL];
        int n = 0;
        for (; n < MAX_CELL && first->items[k][n]; n++) {
            candidates[n] = library_question(in->lib, first->items[k][n]);
        }
        shuffle(&s, candidates, n);
        out->stages[k] = first->at[k];
        out->per_stage[k] = PLAY_FIRST_QUESTIONS - 1 - k;
        for (int i = 0; i < out->per_stage[k] && n > 0; i++) {
            out->questions[out->ncount++] = draw(&s, candidates, n--);
        }
    }
}
