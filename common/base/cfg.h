/*
 * cfg.h - settings from the environment, as one table of typed rows.
 *
 * Each program passes the rows it needs. A wrong value stops the program with a
 * sentence that names the variable, what it must be and what was found (secrets
 * are not echoed).
 */
#ifndef MUSTER_BASE_CFG_H
#define MUSTER_BASE_CFG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum cfg_type { CFG_STR, CFG_INT, CFG_BOOL, CFG_ENUM };

struct cfg_row {
    const char *name; /* environment variable */
    enum cfg_type type;
    void *out;                 /* const char **, int64_t * or bool *; CFG_ENUM fills const char ** */
    const char *dflt;          /* NULL: the variable is required */
    int64_t min, max;          /* bounds of CFG_INT; length bounds of CFG_STR when max > 0 */
    const char *const *values; /* CFG_ENUM */
    bool secret;
    const char *help; /* one sentence, shown by --help */
};

/* Fills every row or writes the first problem to err (size bytes) and returns false. Rows end with a NULL name.
 * CFG_STR results point into the environment. */
bool cfg_load(const struct cfg_row *rows, char *err, size_t size);
/* Prints the rows for --help: name, default and sentence. Rows may be NULL. */
void cfg_print(const struct cfg_row *rows);
/* Prints the names of the settings, one a line: what starts a program sees from them what it needs (--settings). Rows may be NULL. */
void cfg_print_names(const struct cfg_row *rows);

#endif
