/* play.c - see play.h. */
#include "common/content/play.h"

#include "common/base/buf.h"
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/base/unicode.h"
#include "common/json/jread.h"

#include <ctype.h>
#include <math.h>

const struct difficulty difficulties[] = {
    {"BEGINNER", {50, 35, 15}, {100, 150, 200}, 90, 1},
    {"INTERMEDIATE", {20, 50, 30}, {100, 200, 300}, 60, 1.5},
    {"ADVANCED", {10, 30, 60}, {100, 200, 400}, 45, 2},
    {"EXPERT", {5, 25, 70}, {100, 300, 500}, 30, 3},
    {0},
};
const char *const difficulty_names[] = {"BEGINNER", "INTERMEDIATE", "ADVANCED", "EXPERT", NULL};
const char *const timing_names[] = {"off", "standard", "x1.5", "x2", NULL};
static const double timing_factors[] = {0, 1, 1.5, 2};

#define WORDS_PER_SECOND 3.5
#define WORDS_PER_MINUTE 238.0 /* of people who read prose silently, on average */
#define MINUTES_TO_DECIDE 0.25

const struct difficulty *difficulty_find(const char *name) {
    for (const struct difficulty *d = difficulties; d->name; d++) {
        if (str_eq(d->name, name)) {
            return d;
        }
    }
    log_error("play: unknown difficulty");
    abort();
}

double timing_factor(const char *timing) {
    for (int i = 0; timing_names[i]; i++) {
        if (str_eq(timing_names[i], timing)) {
            return timing_factors[i];
        }
    }
    return 0;
}

int stage_count_for(int questions) {
    int n = (questions + 2) / 3;
    return n < 3 ? 3 : n > LIB_STAGES ? LIB_STAGES : n;
}

uint64_t play_random(uint64_t *state) {
    uint64_t z = (*state += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
}

int play_random_below(uint64_t *state, int n) {
    return (int)(play_random(state) % (uint64_t)n);
}

void play_option_order(int64_t option_seed, int question_index, int noptions, int order[LIB_OPTIONS]) {
    uint64_t state = (uint64_t)option_seed + (uint64_t)question_index * 0xD1342543DE82EF95u;
    for (int i = 0; i < noptions; i++) {
        order[i] = i;
    }
    for (int i = noptions - 1; i > 0; i--) {
        int j = play_random_below(&state, i + 1);
        int t = order[i];
        order[i] = order[j];
        order[j] = t;
    }
}

int play_points(const struct play_question *q, int option) {
    return (q->max_points * q->item->options[option].credit + 50) / 100;
}

/* Of a stage with its branch, which the first one has not. */
static size_t stage_words(const struct lib_stage *s) {
    size_t words = str_words(s->narrative) + (s->branch_low ? str_words(s->branch_low) : 0);
    for (int i = 0; i < s->ninjects; i++) {
        words += str_words(s->injects[i].text);
    }
    for (int i = 0; i < s->nalerts; i++) {
        words += str_words(s->alerts[i].title) + str_words(s->alerts[i].description);
    }
    return words;
}

/* The story that is new with this question: its stage's, and before the first question the overview, which a first run does without. */
static size_t story_words(const struct play *p, const struct play_question *q) {
    if (q->stage_index > 0) {
        return 0;
    }
    struct lib_stage stage = *p->stages[q->stage].stage;
    if (q->stage == 0) {
        stage.branch_low = NULL;
    }
    return stage_words(&stage) + (q->index == 0 && !p->first ? str_words(p->lib->overview) : 0);
}

static size_t question_words(const struct lib_question *item) {
    size_t words = str_words(item->stem) + (item->context ? str_words(item->context) : 0);
    for (int i = 0; i < item->noptions; i++) {
        words += str_words(item->options[i].text);
    }
    return words;
}

/* What is shown when the question is answered. */
static size_t answer_words(const struct lib_question *item) {
    size_t words = str_words(item->explanation) + str_words(item->best);
    for (int i = 0; i < item->noptions; i++) {
        words += item->options[i].why ? str_words(item->options[i].why) : 0;
    }
    return words;
}

static int minutes_of(double words, int questions) {
    double minutes = round(words / WORDS_PER_MINUTE + MINUTES_TO_DECIDE * questions);
    return minutes < 1 ? 1 : (int)minutes;
}

int play_minutes(const struct play *p) {
    size_t words = p->briefing ? str_words(p->briefing) : 0;
    for (int i = 0; i < p->nquestions; i++) {
        const struct play_question *q = &p->questions[i];
        words += story_words(p, q) + question_words(q->item) + answer_words(q->item);
    }
    return minutes_of((double)words, p->nquestions);
}

/* Questions of all levels, or those with these ids. */
static double average_words(const struct library *lib, const char *const *ids) {
    size_t words = 0, n = 0;
    for (int i = 0; i < lib->nquestions; i++) {
        const struct lib_question *item = &lib->questions[i];
        if (!ids || str_in(item->id, ids)) {
            words += question_words(item) + answer_words(item);
            n++;
        }
    }
    return n ? (double)words / (double)n : 0;
}

int play_minutes_for(const struct library *lib, int questions) {
    int n = stage_count_for(questions);
    double words = (double)str_words(lib->overview) + average_words(lib, NULL) * questions;
    for (int i = 0; i < n; i++) {
        struct lib_stage stage = lib->stages[lib->arcs[n][i]];
        stage.branch_low = i ? stage.branch_low : NULL;
        words += (double)stage_words(&stage);
    }
    return minutes_of(words, questions);
}

int play_minutes_first(const struct library *lib) {
    double words = 0;
    for (int i = 0; lib->first.items[0] && i < 2; i++) {
        words += (double)stage_words(&lib->first.stages[i]) + average_words(lib, lib->first.items[i]) * (2 - i);
    }
    return words > 0 ? minutes_of(words, PLAY_FIRST_QUESTIONS) : 0;
}

double play_seconds(const struct play *p, const struct play_question *q, const char *timing) {
    double factor = timing_factor(timing);
    if (factor == 0) {
        return 0;
    }
    size_t words = story_words(p, q) + question_words(q->item);
    return ceil(((double)words / WORDS_PER_SECOND + p->difficulty->seconds) * factor);
}

const char *play_consequence(const struct lib_question *q, int option) {
    int credit = q->options[option].credit;
    if (credit == 100) {
        return q->best;
    }
    return credit >= 40 && q->partial ? q->partial : q->worst;
}

const char *play_branch(const struct play *p, int stage, const int *selected) {
    const struct lib_stage *s = p->stages[stage].stage;
    if (s->branch_variable < 0 || stage == 0) {
        return NULL;
    }
    int sum = 0;
    for (int i = 0; i < p->stages[stage].first; i++) {
        if (selected[i] >= 0) {
            sum += p->questions[i].item->options[selected[i]].effects[s->branch_variable];
        }
    }
    return sum >= 1 ? s->branch_high : s->branch_low;
}

static const char *slot_value(const struct play *p, const char *name, size_t len) {
    for (int i = 0; i < p->nslots; i++) {
        if (strlen(p->slots[i].name) == len && strncasecmp(p->slots[i].name, name, len) == 0) {
            return p->slots[i].value;
        }
    }
    for (int i = 0; i < p->lib->nslots; i++) {
        if (strlen(p->lib->slots[i].name) == len && strncasecmp(p->lib->slots[i].name, name, len) == 0) {
            return p->lib->slots[i].dflt;
        }
    }
    return "";
}

/* Where the next slot opens, or NULL. Texts have hardly any other brace, and one character is found faster than two. */
static const char *slot_open(const char *text) {
    const char *c = strchr(text, '{');
    while (c && c[1] != '{') {
        c = strchr(c + 1, '{');
    }
    return c;
}

static void fill(const struct play *p, const char *text, const char *open, struct buf *out) {
    for (const char *c = text; *c; open = slot_open(c)) {
        const char *close = open ? strstr(open, "}}") : NULL;
        if (!close) {
            buf_puts(out, c);
            return;
        }
        buf_append(out, c, (size_t)(open - c));
        const char *value = unicode_isolated(p->arena, slot_value(p, open + 2, (size_t)(close - open - 2)));
        if (isupper((unsigned char)open[2]) && islower((unsigned char)value[0])) {
            buf_putc(out, (char)toupper((unsigned char)value[0]));
            value++;
        }
        buf_puts(out, value);
        c = close + 2;
    }
}

/* Values come from profiles and people: what looks like a slot in them stays text, it is not filled again, and whichever way their
 * letters run, the words around them keep their order. */
const char *play_fill(const struct play *p, const char *text) {
    const char *open = text ? slot_open(text) : NULL;
    if (!open) {
        return text;
    }
    struct buf out;
    buf_init(&out, 64 * 1024 + 256);
    buf_reserve(&out, strlen(text) + 256); /* once for nearly all */
    fill(p, text, open, &out);
    const char *filled = out.failed ? text : arena_strndup(p->arena, out.data, out.len);
    if (out.failed) {
        log_error("play: a text is too long to be filled");
    }
    buf_release(&out);
    return filled;
}

const char *play_tool(const struct play *p, const char *category) {
    const char *name = jr_str(p->tools, category);
    return name ? name : category;
}

struct play *play_new(struct arena *a, const struct library *lib, const char *difficulty) {
    struct play *p = arena_alloc(a, sizeof(*p));
    *p = (struct play){.lib = lib, .difficulty = difficulty_find(difficulty), .arena = a};
    return p;
}

bool play_add_stage(struct play *p, int stage) {
    int before = p->nstages ? p->stages[p->nstages - 1].number : -1;
    if (stage <= before || stage >= LIB_STAGES) {
        return false;
    }
    p->stages[p->nstages] = (struct play_stage){.stage = &p->lib->stages[stage],
                                                .number = stage,
                                                .first = p->nquestions,
                                                .last = p->nquestions - 1,
                                                .bridged = p->nstages > 0 && stage != before + 1};
    p->nstages++;
    return true;
}

bool play_add_first_stage(struct play *p, int i) {
    p->first = i < 2 && p->lib->first.items[0] && play_add_stage(p, p->lib->first.at[i]);
    if (p->first) {
        p->stages[p->nstages - 1].stage = &p->lib->first.stages[i];
    }
    return p->first;
}

bool play_add_question(struct play *p, const struct lib_question *item) {
    if (p->nquestions == PLAY_MAX_QUESTIONS) {
        return false;
    }
    struct play_stage *stage = &p->stages[p->nstages - 1];
    struct play_question *q = &p->questions[p->nquestions];
    *q = (struct play_question){.item = item,
                                .index = p->nquestions,
                                .stage = p->nstages - 1,
                                .stage_index = p->nquestions - stage->first,
                                .max_points = p->difficulty->points[item->level]};
    p->total_points += q->max_points;
    stage->last = p->nquestions++;
    return true;
}

void play_add_slot(struct play *p, const char *name, const char *value) {
    if (p->nslots < (int)(sizeof(p->slots) / sizeof(p->slots[0]))) {
        p->slots[p->nslots++] = (struct play_slot){name, value};
    }
}

/* first: which stage of a first run it is; -1: it is none. */
static bool load_stage(struct play *p, int stage, int first, struct json_object *ids) {
    bool sound = (first < 0 ? play_add_stage(p, stage) : play_add_first_stage(p, first)) && jr_len(ids) > 0;
    for (size_t i = 0; sound && i < jr_len(ids); i++) {
        const char *id = json_object_get_string(jr_at(ids, i));
        const struct lib_question *item = id ? library_question(p->lib, id) : NULL;
        sound = item && play_add_question(p, item);
    }
    return sound;
}

static void load_slots(struct play *p, struct json_object *slots) {
    if (!json_object_is_type(slots, json_type_object)) {
        return;
    }
    struct json_object_iter it;
    json_object_object_foreachC(slots, it) {
        const char *value = json_object_get_string(it.val);
        play_add_slot(p, it.key, value ? value : "");
    }
}

struct play *play_load(struct arena *a, const struct library *lib, const char *recipe, const char *difficulty) {
    const char *why = "";
    struct json_object *json = jr_parse(a, recipe, strlen(recipe), &why);
    struct json_object *stages = jr_get(json, "stages");
    struct json_object *questions = jr_get(json, "questions");
    struct play *p = play_new(a, lib, difficulty);
    size_t n = jr_len(stages);
    bool first = jr_bool(json, "first");
    bool sound = (first ? n == 2 : n >= 3 && n <= LIB_STAGES) && jr_len(questions) == n;
    for (size_t i = 0; sound && i < n; i++) {
        sound = load_stage(p, json_object_get_int(jr_at(stages, i)), first ? (int)i : -1, jr_at(questions, i));
    }
    if (!sound) {
        log_error("play: a recipe does not fit library version %lld", (long long)lib->id);
        return NULL;
    }
    load_slots(p, jr_get(json, "slots"));
    p->briefing = jr_str(json, "briefing");
    p->tools = jr_get(json, "tools");
    p->people = jr_get(json, "people");
    return p;
}
