/*
 * shape.h - replies as data: what an object of a reply looks like, and writing it from rows of a result.
 *
 *     static const struct field tool_fields[] = {
 *         OUT(FT_UUID, "id", "The tool.", .column = "id"),
 *         OUT(FT_OBJS, "users", "Who uses it.", .shape = &person_shape, .max = 20, .write = users_write),
 *         FIELD_END};
 *     static const struct shape tool_shape = SHAPE("Tool", "A tool of the catalogue, or one's own.", tool_fields);
 *
 * A member comes from a column, from an object of its own (FT_OBJ with the shape of its members, which come from the same row), or is
 * computed by `write`. The description is printed from the same rows. A reply that a table cannot say keeps a writer of its own, and
 * still has its shape: then members need neither column nor write.
 */
#ifndef MUSTER_META_SHAPE_H
#define MUSTER_META_SHAPE_H

#include "common/db/db.h"
#include "common/json/jwrite.h"
#include "common/meta/field.h"

struct shape {
    const char *name; /* in the description; unique */
    const char *help; /* one sentence */
    const struct field *fields;
    const struct shape *const *one_of; /* NULL-terminated: instead of fields, one of these */
    bool open;                         /* members beside those of fields, as the data has them */
};

#define SHAPE(n, h, rows, ...)                                                                                                             \
    { .name = n, .help = h, .fields = rows, __VA_ARGS__ }
#define ONE_OF(n, h, ...)                                                                                                                  \
    {                                                                                                                                      \
        .name = n, .help = h, .one_of = (const struct shape *const[]) {                                                                    \
            __VA_ARGS__, NULL                                                                                                              \
        }                                                                                                                                  \
    }

/* Where a computed member comes from. */
struct shape_at {
    struct jwrite *json;
    struct arena *arena;
    const struct db_rows *rows;
    int row;
    const void *context; /* the caller's */
};

/* One object of row `row`. The members are those of the shape in its order; a row of the shape without source aborts, and so does a
 * column that the result does not have. context is for members that are computed, or NULL. */
void shape_write(struct jwrite *w, struct arena *a, const struct shape *s, const struct db_rows *rows, int row, const void *context);
/* An array of the first n rows. */
void shape_write_list(struct jwrite *w, struct arena *a, const struct shape *s, const struct db_rows *rows, int n, const void *context);
/* The first n rows as CSV (RFC 4180) with a line of titles. Members of objects are columns of their own, "actor" with "id" as actorId; what
 * is an array or an object of the data stays JSON. Members must come from columns. */
void shape_csv(struct buf *out, struct arena *a, const struct shape *s, const struct db_rows *rows, int n);
/* Walks a shape at start: names unique, every member with a sentence, enums with values. False with the first problem in err. */
bool shape_selfcheck(const struct shape *s, char *err, size_t size);

#endif
