#include "common/base/cfg.h"

#include "common/base/str.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct problem {
    char *err;
    size_t size;
};

/* "NAME must be ..., but is "x"" - the value of a secret stays out of the sentence. */
static bool __attribute__((format(printf, 4, 5)))
refuse(const struct problem *to, const struct cfg_row *row, const char *value, const char *fmt, ...) {
    char must[256];
    va_list ap;

    va_start(ap, fmt);
    vsnprintf(must, sizeof(must), fmt, ap);
    va_end(ap);
    if (row->secret) {
        snprintf(to->err, to->size, "%s must be %s, but is something else (a secret, not shown)", row->name, must);
    } else {
        snprintf(to->err, to->size, "%s must be %s, but is \"%.80s\"", row->name, must, value);
    }
    return false;
}

static bool load_str(const struct cfg_row *row, const char *value, const struct problem *to) {
    int64_t len = (int64_t)strlen(value);

    if (row->max > 0 && (len < row->min || len > row->max)) {
        return refuse(to, row, value, "a text of %" PRId64 " to %" PRId64 " bytes", row->min, row->max);
    }
    *(const char **)row->out = value;
    return true;
}

static bool load_int(const struct cfg_row *row, const char *value, const struct problem *to) {
    if (!str_to_i64(value, row->min, row->max, row->out)) {
        return refuse(to, row, value, "an integer from %" PRId64 " to %" PRId64, row->min, row->max);
    }
    return true;
}

static bool load_bool(const struct cfg_row *row, const char *value, const struct problem *to) {
    static const char *const yes[] = {"true", "yes", "on", "1", NULL};
    static const char *const no[] = {"false", "no", "off", "0", NULL};

    if (!str_in(value, yes) && !str_in(value, no)) {
        return refuse(to, row, value, "true or false");
    }
    *(bool *)row->out = str_in(value, yes);
    return true;
}

static bool load_enum(const struct cfg_row *row, const char *value, const struct problem *to) {
    char list[200] = "";
    size_t len = 0;

    for (const char *const *v = row->values; *v != NULL; v++) {
        if (str_eq(value, *v)) {
            *(const char **)row->out = value;
            return true;
        }
        if (len < sizeof(list)) {
            len += (size_t)snprintf(list + len, sizeof(list) - len, "%s%s", v == row->values ? "" : ", ", *v);
        }
    }
    return refuse(to, row, value, "one of: %s", list);
}

static bool load_row(const struct cfg_row *row, const struct problem *to) {
    const char *value = getenv(row->name);

    /* Compose files set unused variables to "", which therefore means unset. */
    if (value == NULL || value[0] == '\0') {
        value = row->dflt;
    }
    if (value == NULL) {
        snprintf(to->err, to->size, "%s is required: %s", row->name, row->help == NULL ? "it has no default" : row->help);
        return false;
    }
    /* An empty default says "absent", for which length bounds make no sense. */
    if (row->type == CFG_STR && value[0] == '\0') {
        *(const char **)row->out = value;
        return true;
    }
    switch (row->type) {
    case CFG_STR: return load_str(row, value, to);
    case CFG_INT: return load_int(row, value, to);
    case CFG_BOOL: return load_bool(row, value, to);
    case CFG_ENUM: return load_enum(row, value, to);
    }
    return refuse(to, row, value, "of a known type");
}

/* err is written through `to`. NOLINTNEXTLINE(readability-non-const-parameter) */
bool cfg_load(const struct cfg_row *rows, char *err, size_t size) {
    struct problem to = {.err = err, .size = size};

    for (const struct cfg_row *row = rows; row->name != NULL; row++) {
        if (!load_row(row, &to)) {
            return false;
        }
    }
    return true;
}

void cfg_print(const struct cfg_row *rows) {
    for (const struct cfg_row *row = rows; row != NULL && row->name != NULL; row++) {
        printf("%-20s %s\n%-20s ", row->name, row->help, "");
        if (row->dflt == NULL) {
            printf("Required.\n");
        } else {
            printf("Default: %s\n", row->dflt[0] != '\0' ? row->dflt : "none");
        }
    }
}

void cfg_print_names(const struct cfg_row *rows) {
    for (const struct cfg_row *row = rows; row != NULL && row->name != NULL; row++) {
        puts(row->name);
    }
}
