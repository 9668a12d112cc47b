/*
 * play.h - one exercise as it is played: library version + recipe + participant.
 *
 * The recipe (a jsonb column) holds what the generator chose:
 *   {"stages":[0,2,4], "questions":[["ransomware-101",...],...one list a stage], "slots":{"org":"..."}, "briefing":"...",
 *    "first":true (of a first run alone),
 *    "tools":{"SIEM":"..."}, "people":[{"name":"...","role":"...","department":"","description":"","expertise":[]}]}
 * Rules of scoring and time live here (exercise-api.md section 5), once for play, report and tests.
 */
#ifndef MUSTER_CONTENT_PLAY_H
#define MUSTER_CONTENT_PLAY_H

#include "common/content/library.h"

struct json_object;

#define PLAY_MIN_QUESTIONS 3
#define PLAY_MAX_QUESTIONS 30
#define PLAY_FIRST_QUESTIONS 3 /* of a first run: two in its first stage, one in its second */

struct difficulty {
    const char *name;
    int mix[LEVEL_COUNT];    /* percent easy, medium, hard */
    int points[LEVEL_COUNT]; /* of a question */
    int seconds;             /* standard timing, after the reading allowance */
    double xp_factor;
};
extern const struct difficulty difficulties[];              /* ends with a NULL name */
extern const char *const difficulty_names[];                /* NULL-terminated */
extern const char *const timing_names[];                    /* off, standard, x1.5, x2; NULL-terminated */
const struct difficulty *difficulty_find(const char *name); /* never NULL: unknown names are a bug */
/* Factor on the seconds; 0 for off. */
double timing_factor(const char *timing);
/* min(5, max(3, ceil(questions / 3))) */
int stage_count_for(int questions);

struct play_question {
    const struct lib_question *item;
    int index;       /* global, from 0 */
    int stage;       /* position in play.stages */
    int stage_index; /* from 0 inside the stage */
    int max_points;
};

struct play_stage {
    const struct lib_stage *stage;
    int first, last; /* question indexes */
    int number;      /* in the blueprint, from 0 */
    bool bridged;    /* the blueprint's stage before was left out */
};

struct play_slot {
    const char *name, *value;
};

struct play {
    const struct library *lib;
    const struct difficulty *difficulty;
    struct arena *arena;
    struct play_stage stages[LIB_STAGES];
    struct play_question questions[PLAY_MAX_QUESTIONS];
    int nstages, nquestions, total_points;
    struct play_slot slots[48];
    int nslots;
    bool first;                         /* a first run: stages have the texts of lib_first */
    const char *briefing;               /* the organisation's own context, or NULL */
    struct json_object *tools, *people; /* of the recipe: category to name, list of characters; NULL when there are none */
};

/* An exercise to be chosen: stages are added in the order of play, each with its questions behind it. */
struct play *play_new(struct arena *a, const struct library *lib, const char *difficulty);
/* stage: of the library, which comes behind those added before; false when it does not. */
bool play_add_stage(struct play *p, int stage);
/* Those of a first run. */
bool play_add_first_stage(struct play *p, int i);
/* To the last stage; false when there are too many. */
bool play_add_question(struct play *p, const struct lib_question *item);
/* Beyond the room for slots nothing is added. */
void play_add_slot(struct play *p, const char *name, const char *value);

/* Reads a recipe. NULL (and a log line) when it does not fit the library: that is our bug or damage. */
struct play *play_load(struct arena *a, const struct library *lib, const char *recipe, const char *difficulty);
/* Text with its {{slots}} filled; NULL stays NULL. */
const char *play_fill(const struct play *p, const char *text);
/* The organisation's tool of a category, or the category itself. */
const char *play_tool(const struct play *p, const char *category);
/* order[shown position] = library position, for one participant and question. */
void play_option_order(int64_t option_seed, int question_index, int noptions, int order[LIB_OPTIONS]);
/* Points of an option: max x credit, rounded. */
int play_points(const struct play_question *q, int option);
/* Seconds a question may take including reading it and, before a stage's first one, the stage's story (words / 3.5); 0 when
 * there is no limit. */
double play_seconds(const struct play *p, const struct play_question *q, const char *timing);
/* About how long the whole exercise takes, in whole minutes, 1 at least: reading all of it once with what follows from the answers, and a
 * moment to decide each question. */
int play_minutes(const struct play *p);
/* The same of an exercise with so many questions that is not made yet: of as many stages as it has, and questions of average length. */
int play_minutes_for(const struct library *lib, int questions);
/* The same of a first run; 0: the theme has none. */
int play_minutes_first(const struct library *lib);
/* The consequence that follows from an option. */
const char *play_consequence(const struct lib_question *q, int option);
/* What a stage's branch says after these choices (selected[i]: library option of question i, -1 none), or NULL. */
const char *play_branch(const struct play *p, int stage, const int *selected);

/* Deterministic numbers for choosing and shuffling (SplitMix64); no secret depends on them. */
uint64_t play_random(uint64_t *state);
/* Below n, n > 0. */
int play_random_below(uint64_t *state, int n);

#endif
