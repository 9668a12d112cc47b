/* shape.c - rows of a result as JSON objects; see shape.h. */
#include "common/meta/shape.h"

#include "common/base/log.h"
#include "common/base/str.h"

#include <stdio.h>
#include <stdlib.h>

/* A shape with the column numbers of its results: found once, used for every row. */
struct plan {
    const struct field *field;  /* NULL: the end */
    const struct db_rows *rows; /* of another result; NULL: of the row that the object comes from */
    int col;                    /* of the value; of an object, the column that is null where it is */
    struct plan *object;        /* of FT_OBJ and FT_OBJS */
    bool plain;                 /* the value of a column of the row */
};

#define NO_COLUMN (-1)

static bool is_constant(const struct field *f) {
    return f->values && f->values[0] && !f->values[1];
}

/* The column that is null where an object is. */
static int first_column(const struct field *f, const struct db_rows *rows) {
    return f->flags & FIELD_NULL && f->shape->fields->column ? db_col(rows, f->shape->fields->column) : NO_COLUMN;
}

static struct plan *plan_make(struct arena *a, const struct shape *s, const struct db_rows *sets, const struct db_rows *rows);

static void plan_member(struct arena *a, const struct shape *s, const struct db_rows *sets, const struct db_rows *rows, struct plan *p) {
    const struct field *f = p->field;
    p->col = NO_COLUMN;
    if (f->set) {
        p->rows = rows = &sets[f->set - 1];
    }
    if (f->column) {
        p->col = db_col(rows, f->column);
        p->plain = !f->write && !p->rows;
    } else if (!f->write && (f->type == FT_OBJ || (f->type == FT_OBJS && f->set))) {
        p->object = plan_make(a, f->shape, sets, rows);
        p->col = first_column(f, rows);
    } else if (!f->write && !is_constant(f)) {
        log_error("shape %s: %s comes from nowhere", s->name, f->name);
        abort();
    }
}

static struct plan *plan_make(struct arena *a, const struct shape *s, const struct db_rows *sets, const struct db_rows *rows) {
    size_t n = 0;
    while (s->fields[n].name) {
        n++;
    }
    struct plan *plan = arena_calloc(a, n + 1, sizeof(*plan));
    for (size_t i = 0; i < n; i++) {
        plan[i].field = &s->fields[i];
        plan_member(a, s, sets, rows, &plan[i]);
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

static const char *behind_digits(const char *text) {
    while (*text >= '0' && *text <= '9') {
        text++;
    }
    return text;
}

/* Whether a number is printed as JSON has it, with no more digits behind the point than it may have: then it is copied. */
static bool is_ready(const char *text, int decimals) {
    const char *whole = behind_digits(text);
    if (whole == text || *whole == '\0') {
        return whole > text;
    }
    const char *end = behind_digits(whole + 1);
    return *whole == '.' && *end == '\0' && end > whole + 1 && end - whole - 1 <= decimals && end[-1] != '0';
}

static void write_number(struct jwrite *w, const struct field *f, const char *text) {
    int64_t number = 0;
    if (is_ready(text, f->type == FT_NUM ? (int)f->item_max : 0)) {
        jw_jsonb(w, text);
    } else if (f->type == FT_NUM) {
        jw_num(w, strtod(text, NULL), (int)f->item_max);
    } else {
        if (!str_to_i64(text, INT64_MIN, INT64_MAX, &number)) {
            log_error("shape: %s is no integer", f->name);
        }
        jw_int(w, number);
    }
}

static void write_value(struct jwrite *w, struct arena *a, const struct field *f, const char *text) {
    if (!text) {
        jw_null(w);
        return;
    }
    switch (f->type) {
    case FT_INT:
    case FT_OPTINT:
    case FT_NUM: write_number(w, f, text); break;
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

static void write_object(const struct shape_at *at, const struct plan *plan);

/* What comes from another result than the object around it. */
static void write_set(const struct shape_at *around, const struct plan *p) {
    struct shape_at at = *around;
    const struct field *f = p->field;
    at.rows = p->rows;
    at.row = 0;
    if (f->type == FT_OBJS || f->type == FT_STRS) {
        jw_array(at.json);
        for (; at.row < at.rows->n; at.row++) {
            const char *text = p->object ? NULL : db_at(at.rows, at.row, p->col);
            if (p->object) {
                write_object(&at, p->object);
            } else if (text) {
                jw_str(at.json, text);
            }
        }
        jw_array_end(at.json);
    } else if (at.rows->n == 0) {
        jw_null(at.json);
    } else if (p->object) {
        write_object(&at, p->object);
    } else {
        write_value(at.json, at.arena, f, db_at(at.rows, 0, p->col));
    }
}

/* Of FIELD_MAYBE: what is null is left out, and a function writes the key itself. */
static bool is_left_out(const struct shape_at *at, const struct plan *p) {
    return p->field->write || (!p->rows && p->col != NO_COLUMN && !db_at(at->rows, at->row, p->col));
}

/* All but the value of a column of the row, which most members are. */
static void write_other(const struct shape_at *at, const struct plan *p) {
    const struct field *f = p->field;
    if (f->write) {
        f->write(at, f);
    } else if (p->rows) {
        write_set(at, p);
    } else if (!p->object) {
        write_value(at->json, at->arena, f, f->values[0]);
    } else if (p->col != NO_COLUMN && !db_at(at->rows, at->row, p->col)) {
        jw_null(at->json);
    } else {
        write_object(at, p->object);
    }
}

static void write_member(const struct shape_at *at, const struct plan *p) {
    const struct field *f = p->field;
    if (!(f->flags & FIELD_MAYBE) || !is_left_out(at, p)) {
        jw_key(at->json, f->name);
    } else if (!f->write) {
        return;
    }
    if (p->plain) {
        write_value(at->json, at->arena, f, db_at(at->rows, at->row, p->col));
    } else {
        write_other(at, p);
    }
}

static void write_object(const struct shape_at *at, const struct plan *plan) {
    jw_object(at->json);
    for (const struct plan *p = plan; p->field; p++) {
        write_member(at, p);
    }
    jw_object_end(at->json);
}

void shape_write(struct jwrite *w, struct arena *a, const struct shape *s, const struct db_rows *sets, int row, const void *context) {
    struct shape_at at = {.json = w, .arena = a, .sets = sets, .rows = sets, .row = row, .context = context};
    write_object(&at, plan_make(a, s, sets, sets));
}

void shape_write_list(struct jwrite *w, struct arena *a, const struct shape *s, const struct db_rows *sets, int n, const void *context) {
    struct shape_at at = {.json = w, .arena = a, .sets = sets, .rows = sets, .context = context};
    const struct plan *plan = n ? plan_make(a, s, sets, sets) : NULL;
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
