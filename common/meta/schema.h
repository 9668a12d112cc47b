/*
 * schema.h - what field.h and shape.h say, as JSON Schema (2020-12) for the API's description, with an example of everything.
 */
#ifndef MUSTER_META_SCHEMA_H
#define MUSTER_META_SCHEMA_H

#include "common/meta/shape.h"

/* The member "$ref" that names a shape. */
void schema_ref(struct jwrite *w, const char *name);
/* The members of a field's schema, into an object that is open. reply: as it comes out, not as it goes in. */
void schema_members(struct jwrite *w, const struct field *f, bool reply);
/* The members of an object's schema, into an object that is open. */
void schema_object(struct jwrite *w, const struct field *rows, bool reply);
/* Shapes that were printed, so that each is once. */
struct schema_seen {
    const struct shape *list[400];
    size_t n;
};
/* A shape, and all that it refers to, as members of components/schemas. */
void schema_shape(struct jwrite *w, const struct shape *s, struct schema_seen *seen);
/*
 * Examples (example.c). What .example of a row may be:
 *
 * - of a text, a number or a boolean: its value; or several, separated by '|', of which the nth element of a list of objects takes the
 *   nth, or the last. "null" is null where the row may be null.
 * - of FT_STRS: the items, separated by '|'; "" is an empty list.
 * - of FT_OBJS: how many elements; without one the smallest number that is allowed, and 1 at least.
 * - of FT_MAP and FT_JSON: JSON, as it is.
 *
 * A member that may be absent is in the example of its object when its row has an example.
 */
/* An object as an example: of a shape's reply, or of the rows of a request when that is NULL. */
void schema_example(struct jwrite *w, const struct shape *s, const struct field *rows);
/* The value of one row. */
void schema_example_value(struct jwrite *w, const struct field *f);

#endif
