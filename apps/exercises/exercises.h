/* exercises.h - what the files of the exercises family share. */
#ifndef MUSTER_APPS_EXERCISES_EXERCISES_H
#define MUSTER_APPS_EXERCISES_EXERCISES_H

#include "common/content/play.h"
#include "common/web/web.h"
#include "queries_exercises.h"

struct exercises_config {
    int64_t limit_generate; /* an hour and person */
};
extern struct exercises_config exercises_config;

#define EXERCISE_NAME_MAX 120 /* the table knows it, too */

extern const struct table exercises_tables[];
/* What several resources reply. */
extern const struct shape debrief_option_shape, real_incident_shape;

/* ---- inputs of the organisation: profile.c, characters.c, tools.c, language.c, branding.c ---- */

struct character_body;
extern const struct field character_fields[];

/* A stored character's row. */
struct character_body character_read(struct arena *a, const struct db_rows *rows, int row);
/* The members of a character, into an object that is open. */
void character_write(struct jwrite *w, const struct character_body *c);

/* ---- select.c: which questions an exercise gets ---- */

struct selection {
    int nstages, ncount;
    int stages[LIB_STAGES];                                   /* blueprint stage indexes */
    const struct lib_question *questions[PLAY_MAX_QUESTIONS]; /* in order of play */
    int per_stage[LIB_STAGES];
};

struct selection_input {
    const struct library *lib;
    const struct difficulty *difficulty;
    int count;
    uint64_t seed;
    const char *const *techniques; /* preferred ATT&CK ids, NULL-terminated or NULL */
    const char *const *recent;     /* question ids to avoid when there is a choice, or NULL */
};

/* Deterministic: the same input gives the same selection. Meets the difficulty's mix exactly whenever the pool of the
 * played stages allows, otherwise takes the nearest level. */
void selection_make(const struct selection_input *in, struct selection *out);
/* Those of a first run: by chance, what was not met lately first. */
void selection_first(const struct selection_input *in, struct selection *out);
/* How many questions of each level a run of `count` has (largest remainder). */
void selection_mix(const struct difficulty *d, int count, int mix[LEVEL_COUNT]);

/* ---- run.c: an exercise with its participant, as the database has it ---- */

struct run_answer {
    bool given, expired, correct;
    int selected, points; /* selected: library option, -1 when expired */
    const char *confidence, *answered_at;
};
struct run_shown {
    bool shown, overdue;
    const char *deadline;
};
/* What the caller may see of a run (rules C1 and C15). */
enum run_access {
    RUN_OWN,     /* took part: the own answers, the key of what is answered */
    RUN_DEBRIEF, /* leads or audits, and it is completed: everything; opening it counts as having been shown the questions */
    RUN_OUTLINE  /* everybody else: what it is about, who takes part and when; no question, no result */
};
extern const char *const run_access_names[];

struct run {
    enum run_access access;
    bool leads; /* the caller is no plain member */
    struct db_rows exercise, participants, answers, shown;
    struct db_rows others; /* everybody's answers, only for those who may see them; n is 0 otherwise */
    const struct play *play;
    const char *status, *timing, *participant_id; /* participant_id NULL: the caller takes no part */
    int own_row;                                  /* -1: none */
    int64_t option_seed;
    int total_score, nanswered, ncorrect, nexpired;
    struct run_answer answer[PLAY_MAX_QUESTIONS];
    struct run_shown show[PLAY_MAX_QUESTIONS];
    int selected[PLAY_MAX_QUESTIONS]; /* of the caller, or in a debrief of the only participant; -1: none; what play_branch() wants */
    bool completed, timed;
    bool hold;      /* the caller is being told that time ran out: the next question and its clock wait for the next look */
    int open_stage; /* position of the first stage with an unanswered question; nstages when none */
    int next;       /* index of the first unanswered question; nquestions when none */
};

/* Loads what the caller may see of the exercise, in one round trip (and once more when the library version is not cached yet).
 * ERR_NOT_FOUND when it is absent or another tenant's. */
enum err run_load(struct req *q, const char *exercise_id, struct run *run);
/* Sets play from the row in exercise: its library version, recipe and difficulty. */
enum err run_play(struct req *q, struct run *run);
/* True when question i may be seen by the caller now. */
bool run_visible(const struct run *run, int i);
/* Letter of a library option as the caller sees it. */
char run_letter(const struct run *run, int question, int option);
/* The library option behind a shown position. */
int run_option_at(const struct run *run, int question, int position);

/* ---- answer.c: one answer, judged by the database ---- */

struct answer_given {
    int option;         /* of the library, or ANSWER_NONE for what is none of the question's */
    int64_t confidence; /* 0: not given */
    const char *rationale;
};
#define ANSWER_NONE (-1)

/* Stores the caller's answer to question i of the exercise that the path names, whose play is loaded; given NULL closes the question when
 * it is overdue. rows: the one row of answer_put, whose verdict says what became of it. */
enum err answer_put(struct req *q, const struct run *run, int i, const struct answer_given *given, struct db_rows *rows);

/* ---- session_json.c: the two serialisers (rule C1) ---- */

/* What a player may see: nothing of the key before the question is answered. After completion the debrief opens it. */
void session_write(struct req *q, struct resp *r, const struct run *run);
/* Its members that no column has. */
void session_write_access(const struct shape_at *at, const struct field *f);
void session_write_rank(const struct shape_at *at, const struct field *f);
void session_write_stage(const struct shape_at *at, const struct field *f);
void session_write_minutes(const struct shape_at *at, const struct field *f);
void session_write_score(const struct shape_at *at, const struct field *f);
void session_write_answers(const struct shape_at *at, const struct field *f);
void session_write_certificate(const struct shape_at *at, const struct field *f);
void session_write_scenario(const struct shape_at *at, const struct field *f);
/* The options of a question with what each was worth and why; for answered questions only. */
void options_write_debrief(struct req *q, struct jwrite *w, const struct run *run, int question);
/* "realIncident": object or null. */
void incident_write(struct jwrite *w, const struct lib_incident *incident);
/* Explanation with one line for each other option, under the letters that the caller sees. */
const char *explanation_text(struct req *q, const struct run *run, int question);

#endif
