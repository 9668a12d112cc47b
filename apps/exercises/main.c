/* main.c - the exercises family: catalogue, generation, play. */
#include "apps/exercises/exercises.h"

struct exercises_config exercises_config;

static const struct cfg_row cfg[] = {
    {.name = "LIMIT_GENERATE",
     .type = CFG_INT,
     .out = &exercises_config.limit_generate,
     .dflt = "60",
     .min = 0,
     .max = 100000000,
     .help = "Exercises generated an hour and person; 0 is no limit."},
    {0},
};

int main(int argc, char **argv) {
    const struct app app = {.name = "exercises", .tables = exercises_tables, .stmts = exercises_stmts, .nstmts = STMT_COUNT, .cfg = cfg};
    return app_run(&app, argc, argv);
}
