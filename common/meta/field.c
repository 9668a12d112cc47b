#include "common/meta/field.h"

#include "common/base/str.h"
#include "common/json/jread.h"
#include "common/meta/field_internal.h"
#include "common/meta/shape.h"

#include <stdio.h>
#include <string.h>

const struct field *field_filtered(const struct field *row) {
    const struct shape *s = row->filters ? row->shape : NULL;
    const char *name = row->filters;

    while (s != NULL) {
        size_t len = strcspn(name, ".");
        const struct field *f = s->fields;
        while (f->name != NULL && !(strlen(f->name) == len && strncmp(f->name, name, len) == 0)) {
            f++;
        }
        if (f->name == NULL || name[len] == '\0') {
            return f->name != NULL ? f : NULL;
        }
        s = f->shape;
        name += len + 1;
    }
    return NULL;
}

const char *const *field_values(const struct field *row) {
    const struct field *member = row->values == NULL ? field_filtered(row) : NULL;

    return member != NULL ? member->values : row->values;
}

void field_errors_init(struct field_errors *e) {
    e->first = NULL;
    e->tail = &e->first;
    e->count = 0;
}

void field_errors_add(struct field_errors *e, struct arena *a, const char *field, struct words message) {
    struct field_error *row;

    if (e->count == FIELD_MAX_ERRORS) {
        return;
    }
    row = arena_alloc(a, sizeof(*row));
    row->field = arena_strdup(a, field);
    row->message = words_keep(a, message);
    *e->tail = row;
    e->tail = &row->next;
    e->count++;
}

bool field_refuse(const struct field_at *at, struct words message) {
    field_errors_add(at->errors, at->arena, at->path, message);
    return false;
}

void field_read_object(const struct field *rows, struct json_object *o, void *out, struct arena *a, struct field_errors *errors,
                       const char *prefix) {
    for (const struct field *row = rows; row->type != FT_END; row++) {
        struct json_object *value = jr_get(o, row->name);
        const char *path = prefix[0] == '\0' ? row->name : arena_printf(a, "%s%s", prefix, row->name);
        struct field_at at = {.arena = a, .errors = errors, .row = row, .path = path};
        void *member = (char *)out + row->offset;

        if (row->flags & FIELD_READ_ONLY) {
            continue;
        }
        field_default(&at, member);
        if (value != NULL) {
            field_from_json(&at, value, member);
        } else if (row->flags & FIELD_REQUIRED) {
            field_refuse(&at, W_ERRORS_FIELD_REQUIRED);
        }
    }
}

void field_read_json(const struct field *rows, struct json_object *body, void *out, struct arena *a, struct field_errors *errors) {
    field_read_object(rows, body, out, a, errors, "");
}

static const char *bounds_problem(const struct field *row) {
    bool list = row->type == FT_STRS || row->type == FT_OBJS;

    if (row->min > row->max) {
        return "min is larger than max";
    }
    if ((row->type == FT_INT || row->type == FT_OPTINT) && row->min == INT64_MIN) {
        return "min must be larger than INT64_MIN, which json-c also gives for smaller numbers";
    }
    if ((list || row->type == FT_STR || row->type == FT_TOKEN) && (row->min < 0 || row->max < 1)) {
        return "max must be at least 1 and min not negative";
    }
    if (row->type == FT_STRS && row->item_max < 1 && row->values == NULL) {
        return "item_max or values must bound the items";
    }
    if (row->type == FT_ENUM && (field_values(row) == NULL || field_values(row)[0] == NULL)) {
        return "has no values";
    }
    return NULL;
}

/* A default goes through the same checks as a client's value. */
static const char *default_problem(const struct field *row) {
    union {
        const char *text;
        int64_t number;
        bool flag;
    } member = {0};
    struct field_errors errors;
    struct field_at at = {.errors = &errors, .row = row, .path = "default"};
    bool good;

    if (row->dflt == NULL) {
        return NULL;
    }
    if (row->flags & FIELD_REQUIRED) {
        return "is required and has a default";
    }
    if (!field_has_text_form(row->type)) {
        return "is a list and has a default";
    }
    field_errors_init(&errors);
    at.arena = arena_new(1024);
    good = field_from_text(&at, row->dflt, strlen(row->dflt), &member);
    arena_free(at.arena);
    return good ? NULL : "has a default that it would refuse";
}

static const char *sub_problem(const struct field *row) {
    if (row->sub == NULL || row->size == 0) {
        return "has no sub table or element size";
    }
    for (const struct field *s = row->sub; s->type != FT_END; s++) {
        if (!(s->flags & FIELD_READ_ONLY) && s->offset + field_member_size(s->type) > row->size) {
            return "has a sub table of another struct";
        }
    }
    return NULL;
}

static const char *row_problem(const struct field *rows, const struct field *row) {
    const char *problem;

    for (const struct field *other = rows; other < row; other++) {
        if (str_eq(other->name, row->name)) {
            return "is there twice";
        }
    }
    if (row->flags & FIELD_READ_ONLY) {
        return row->flags & FIELD_REQUIRED ? "is read-only and required" : NULL;
    }
    if (field_member_size(row->type) == 0) {
        return "has an unknown type";
    }
    if (row->flags & ~(unsigned)(FIELD_REQUIRED | FIELD_SECRET | FIELD_MAYBE | FIELD_ASKED | FIELD_KNOWN | FIELD_PASSWORD)) {
        return "has an unknown flag";
    }
    if (row->filters != NULL && field_filtered(row) == NULL) {
        return "filters by a member that there is not";
    }
    problem = bounds_problem(row);
    if (problem == NULL && row->type == FT_OBJS) {
        problem = sub_problem(row);
    }
    return problem != NULL ? problem : default_problem(row);
}

bool field_selfcheck(const struct field *rows, char *err, size_t size) {
    for (const struct field *row = rows; row->type != FT_END; row++) {
        const char *problem;

        if (row->name == NULL || row->name[0] == '\0') {
            snprintf(err, size, "row %td has no name", row - rows);
            return false;
        }
        problem = row_problem(rows, row);
        if (problem != NULL) {
            snprintf(err, size, "field %s %s", row->name, problem);
            return false;
        }
        if (row->type == FT_OBJS && !field_selfcheck(row->sub, err, size)) {
            return false;
        }
    }
    return true;
}
