/* library_parse, and playing what it accepts: selection of texts, options and slots of a document that nobody checked. */
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/content/play.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds) {
        abort();
    }
}

static void check_question(const struct library *lib, const struct lib_question *q, struct arena *a) {
    struct play p = {
        .lib = lib, .arena = a, .difficulty = difficulty_find("EXPERT"), .nstages = 1, .stages = {{.stage = &lib->stages[q->stage]}}};
    const struct play_question pq = {.item = q, .max_points = 500};

    require(library_question(lib, q->id) == q);
    require(q->noptions >= 3 && q->noptions <= LIB_OPTIONS && q->key >= 0 && q->key < q->noptions);
    require(q->objective < lib->nobjectives && q->level < LEVEL_COUNT);
    require(play_fill(&p, q->stem) != NULL && play_seconds(&p, &pq, "x2") >= 60);
    for (int i = 0; i < q->noptions; i++) {
        require(play_points(&pq, i) >= 0 && play_points(&pq, i) <= 500);
        require(play_consequence(q, i) != NULL && q->options[i].text != NULL);
    }
}

static void check_library(const struct library *lib, struct arena *a) {
    for (int i = 0; i < lib->nquestions; i++) {
        check_question(lib, &lib->questions[i], a);
    }
    for (int i = 0; i < LIB_STAGES; i++) {
        require(lib->stages[i].narrative != NULL && lib->stages[i].branch_variable < lib->nvariables);
    }
    for (int n = 3; n <= LIB_STAGES; n++) {
        for (int i = 0; i < n; i++) {
            require(lib->arcs[n][i] >= 0 && lib->arcs[n][i] < LIB_STAGES);
        }
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *why = NULL;
    struct arena *a = arena_new(4096);

    log_init("fuzz", LOG_ERROR + 1);
    struct library *lib = library_parse((const char *)data, size, &why);
    if (lib) {
        check_library(lib, a);
    } else {
        require(why != NULL);
    }
    library_free(lib);
    arena_free(a);
    return 0;
}
