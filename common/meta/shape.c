/* shape.c - rows of a result as JSON objects; see shape.h. */
#include "common/meta/shape.h"

#include "common/base/log.h"
#include "common/base/str.h"

#include <stdio.h>
#include <stdlib.h>

/* A shape with the column numbers of one result: found once, used for every row. */
struct plan {
    const struct field *field; /* NULL: the end */
    int col;
    struct plan *object; /* of FT_OBJ */
};

static struct plan *plan_make(struct arena *a, const struct shape *s, const struct db_rows *rows) {
    size_t n = 0;
    while (s->fields[n].name) {
        n++;
    }
    struct plan *plan = arena_calloc(a, n + 1, sizeof(*plan));
    for (size_t i = 0; i < n; i++) {
        const struct field *f = &s->fields[i];
        plan[i].field = f;
        if (f->column) {
            plan[i].col = db_col(rows, f->column);
        } else if (!f->write && f->type == FT_OBJ) {
            plan[i].object = plan_make(a, f->shape, rows);
        } else if (!f->write) {
            log_error("shape %s: %s comes from nowhere", s->name, f->name);
            abort();
        }
    }
    return plan;
}

static void write_strings(struct jwrite *w, struct arena *a, const char *array) {
    jw_array(w);
    for (const char **one = db_texts(a, array); *one; one++) {
        jw_str(w, *one);
    }
    jw_array_end(w);
}

static void write_value(struct jwrite *w, struct arena *a, const struct field *f, const char *text) {
    int64_t number = 0;
    if (!text) {
        jw_null(w);
        return;
    }
    switch (f->type) {
    case FT_INT:
    case FT_OPTINT:
        if (!str_to_i64(text, INT64_MIN, INT64_MAX, &number)) {
            log_error("shape: %s is no integer", f->name);
        }
        jw_int(w, number);
        break;
    case FT_NUM: jw_num(w, strtod(text, NULL), (int)f->item_max); break;
    case FT_BOOL: jw_bool(w, text[0] == 't'); break;
    case FT_TIME: jw_str(w, db_iso(a, text)); break;
    case FT_STRS: write_strings(w, a, text); break;
    case FT_OBJ:
    case FT_OBJS:
    case FT_MAP:
    case FT_JSON: jw_jsonb(w, text); break;
    default: jw_str(w, text);
    }
}

static void write_object(const struct shape_at *at, const struct plan *plan) {
    jw_object(at->json);
    for (const struct plan *p = plan; p->field; p++) {
        jw_key(at->json, p->field->name);
        if (p->object) {
            write_object(at, p->object);
        } else if (p->field->write) {
            p->field->write(at, p->field);
        } else {
            write_value(at->json, at->arena, p->field, db_at(at->rows, at->row, p->col));
        }
    }
    jw_object_end(at->json);
}

void shape_write(struct jwrite *w, struct arena *a, const struct shape *s, const struct db_rows *rows, int row, const void *context) {
    struct shape_at at = {.json = w, .arena = a, .rows = rows, .row = row, .context = context};
    write_object(&at, plan_make(a, s, rows));
}

void shape_write_list(struct jwrite *w, struct arena *a, const struct shape *s, const struct db_rows *rows, int n, const void *context) {
    struct shape_at at = {.json = w, .arena = a, .rows = rows, .context = context};
    const struct plan *plan = n ? plan_make(a, s, rows) : NULL;
    jw_array(w);
    for (at.row = 0; at.row < n; at.row++) {
        write_object(&at, plan);
    }
    jw_array_end(w);
}

static const char *member_problem(const struct shape *s, const struct field *f) {
    for (const struct field *other = s->fields; other < f; other++) {
        if (str_eq(other->name, f->name)) {
            return "is there twice";
        }
    }
    if (!f->help) {
        return "has no sentence";
    }
    if ((f->type == FT_OBJ || f->type == FT_OBJS) && !f->shape) {
        return "has no shape";
    }
    if (f->type == FT_ENUM && !f->values) {
        return "has no values";
    }
    return NULL;
}

bool shape_selfcheck(const struct shape *s, char *err, size_t size) {
    if (!s->name || !s->help || !s->fields == !s->one_of) {
        snprintf(err, size, "shape %s needs a name, a sentence and either fields or alternatives", s->name ? s->name : "?");
        return false;
    }
    for (const struct shape *const *one = s->one_of; one && *one; one++) {
        if (!shape_selfcheck(*one, err, size)) {
            return false;
        }
    }
    for (const struct field *f = s->fields; f && f->name; f++) {
        const char *problem = member_problem(s, f);
        if (problem) {
            snprintf(err, size, "shape %s: %s %s", s->name, f->name, problem);
            return false;
        }
        if (f->shape && !shape_selfcheck(f->shape, err, size)) {
            return false;
        }
    }
    return true;
}
