/* shape_csv.c - rows of a result as CSV; see shape.h. */
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/html/hwrite.h"
#include "common/meta/shape.h"

#include <ctype.h>
#include <stdlib.h>

#define MOST_COLUMNS 64

struct column {
    const char *title;
    const struct field *field;
    int col;
};

struct columns {
    struct column items[MOST_COLUMNS];
    size_t n;
    struct arena *arena;
    const struct db_rows *rows;
};

/* "actor" and "id" as "actorId". */
static const char *title_of(struct arena *a, const char *object, const char *name) {
    return *object ? arena_printf(a, "%s%c%s", object, toupper((unsigned char)name[0]), name + 1) : name;
}

static void add_columns(struct columns *c, const struct shape *s, const char *object) {
    for (const struct field *f = s->fields; f->name; f++) {
        const char *title = title_of(c->arena, object, f->name);
        if (f->type == FT_OBJ && f->column == COL_NONE && !f->write) {
            add_columns(c, f->shape, title);
            continue;
        }
        if (f->column == COL_NONE || c->n == MOST_COLUMNS) {
            log_error("shape %s: %s cannot be a column of CSV", s->name, f->name);
            abort();
        }
        c->items[c->n++] = (struct column){title, f, db_col(c->rows, f->column)};
    }
}

static const char *cell_text(struct arena *a, const struct field *f, const char *value) {
    if (!value || f->type == FT_TIME) {
        return db_iso(a, value);
    }
    return f->type == FT_BOOL ? (value[0] == 't' ? "true" : "false") : value;
}

void shape_csv(struct buf *out, struct arena *a, const struct shape *s, const struct db_rows *rows, int n) {
    struct columns c = {.n = 0, .arena = a, .rows = rows};
    add_columns(&c, s, "");
    csv_begin(out);
    for (size_t i = 0; i < c.n; i++) {
        buf_printf(out, "%s%s", i ? "," : "", c.items[i].title);
    }
    for (int row = 0; row < n; row++) {
        buf_puts(out, "\r\n");
        for (size_t i = 0; i < c.n; i++) {
            if (i) {
                buf_putc(out, ',');
            }
            csv_cell(out, cell_text(a, c.items[i].field, db_at(rows, row, c.items[i].col)));
        }
    }
    buf_puts(out, "\r\n");
}
