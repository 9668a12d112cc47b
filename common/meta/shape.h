/*
 * shape.h - replies as data: what an object of a reply looks like, and writing it from rows of results.
 *
 *     static const struct field tool_members[] = {
 *         OUT(FT_UUID, "id", "Of the tool.", .column = COL_ID),
 *         OUT(FT_OBJ, "maker", "Who makes it.", .shape = &maker_shape),
 *         OUT(FT_OBJS, "people", "Who uses it.", .shape = &person_shape, .set = 2),
 *         OUT(FT_BOOL, "mine", "Whether the caller uses it.", .write = write_mine),
 *         FIELD_END};
 *     static const struct shape tool_shape = SHAPE("Tool", "A tool of the catalogue, or one's own.", tool_members);
 *
 * Where the value of a member comes from:
 *
 * - .column: a column of the row. Of FIELD_MAYBE the member is left out where the column is null.
 * - an object (FT_OBJ) from the same row, with neither of the others: its shape says how. Of FIELD_NULL it is null where the column of its
 *   first member is.
 * - .set: another result of the reply, counted from 1. FT_OBJS: an object of each of its rows; FT_OBJ: that of its first row, or null
 *   without one; FT_STRS: .column of each of its rows, where that is not null; anything else: .column of its first row.
 * - .write: a function that writes the value. The key is there; of FIELD_MAYBE it writes the key too, or nothing.
 * - none of these, and one value is allowed (.values): that.
 *
 * The description is printed from the same rows. A reply that a table cannot say keeps a writer of its own, and still has its shape: then
 * members need no source.
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

/* Where a computed member is. */
struct shape_at {
    struct jwrite *json;
    struct arena *arena;
    const struct db_rows *sets; /* the results of the reply */
    const struct db_rows *rows; /* the one that the object comes from, and its row */
    int row;
    const void *context; /* the caller's: in replies of common/web the request */
};

/* One object of row `row` of the first of the results. The members are those of the shape in its order; one without a source aborts, and
 * so does a column that the result does not have. context is for members that are computed, or NULL. */
void shape_write(struct jwrite *w, struct arena *a, const struct shape *s, const struct db_rows *sets, int row, const void *context);
/* An array of the first n rows. */
void shape_write_list(struct jwrite *w, struct arena *a, const struct shape *s, const struct db_rows *sets, int n, const void *context);
/* The first n rows as CSV (RFC 4180) behind a byte order mark, with a line of titles. Members of objects are columns of their own, "actor"
 * with "id" as actorId; what is an array or an object of the data stays JSON. Members must come from columns. */
void shape_csv(struct buf *out, struct arena *a, const struct shape *s, const struct db_rows *rows, int n);
/* Walks a shape at start: names unique, every member with a sentence, enums with values. False with the first problem in err. */
bool shape_selfcheck(const struct shape *s, char *err, size_t size);

#endif
