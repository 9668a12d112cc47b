/*
 * library.h - one version of one theme in one language, parsed once per process and kept.
 *
 * The document is what apps/exercises/library/compile.py writes (see the README there). Versions never change, so the
 * cache needs no invalidation: an exercise names the version it was generated from.
 */
#ifndef MUSTER_CONTENT_LIBRARY_H
#define MUSTER_CONTENT_LIBRARY_H

#include "common/base/arena.h"
#include "common/base/err.h"
#include "common/db/db.h"

#include <stdbool.h>
#include <stdint.h>

#define LIB_STAGES 5
#define LIB_OPTIONS 4
#define LIB_VARIABLES 6

enum lib_level { LEVEL_EASY, LEVEL_MEDIUM, LEVEL_HARD, LEVEL_COUNT };
extern const char *const lib_level_names[LEVEL_COUNT];

struct lib_option {
    const char *text, *why; /* why: NULL for the best */
    int credit;             /* 0 to 100 */
    bool critical;
    signed char effects[LIB_VARIABLES];
};

struct lib_incident {
    const char *id, *name, *text;
    int year;
};

struct lib_question {
    const char *id, *role, *activity, *context, *stem, *explanation, *jurisdiction;
    const char *best, *partial, *worst; /* consequences */
    const char *const *csf, *const *attack;
    const struct lib_incident *incident;
    int stage;     /* index into the blueprint's stages */
    int objective; /* index, -1 for none */
    enum lib_level level;
    int noptions;
    int key; /* index of the best option */
    struct lib_option options[LIB_OPTIONS];
};

struct lib_inject {
    const char *time, *channel, *from, *text;
};
struct lib_alert {
    const char *tool, *severity, *title, *description;
};
struct lib_ioc {
    const char *type, *value, *note;
};

struct lib_stage {
    const char *key, *title, *phase, *bridge, *narrative, *clock_scenario, *clock_regulatory;
    const char *const *techniques;
    int branch_variable; /* -1: no branch */
    const char *branch_low, *branch_high;
    const struct lib_inject *injects;
    const struct lib_alert *alerts;
    const struct lib_ioc *iocs;
    int ninjects, nalerts, niocs;
};

struct lib_objective {
    const char *id, *text, *capability;
    const char *const *csf;
    bool critical;
};

struct lib_slot {
    const char *name, *dflt, *source;
};

/* The story of a first run: two of the stages with a text of their own that needs no other, and the questions that go with it. */
struct lib_first {
    int at[2];                   /* which stages of the blueprint, in order */
    struct lib_stage stages[2];  /* these with that text, without messages, alerts and branches */
    const char *const *items[2]; /* ids of questions, NULL-terminated; NULL: the theme has no first run */
};

struct library {
    int64_t id;
    const char *theme, *language, *title, *version, *attack_version;
    const char *blueprint_id, *blueprint_title, *overview;
    struct {
        const char *name, *type, *motivation, *sophistication;
    } attacker;
    struct {
        const char *industry, *size, *description;
    } target;
    const struct lib_objective *objectives;
    const struct lib_question *questions;
    const struct lib_slot *slots;
    const struct lib_incident *incidents;
    int nobjectives, nquestions, nslots, nincidents, nvariables;
    const char *variables[LIB_VARIABLES];
    struct lib_stage stages[LIB_STAGES];
    int arcs[LIB_STAGES + 1][LIB_STAGES]; /* [number of stages] -> stage indexes; 3, 4 and 5 are filled */
    struct lib_first first;
    struct arena *arena;
};

/* Parses a document. NULL with a sentence in *why when it is not sound; free with library_free(). */
struct library *library_parse(const char *doc, size_t len, const char **why);
void library_free(struct library *lib);

/* The version with this id from the process's cache, or through statement `stmt_doc` ($1 id -> doc). */
enum err library_get(struct db *db, struct arena *a, int stmt_doc, int64_t id, const struct library **out);
/* A question by id, or NULL. */
const struct lib_question *library_question(const struct library *lib, const char *id);

#endif
