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
/* An object as an example: of a shape, or of rows when that is NULL. */
void schema_example(struct jwrite *w, const struct shape *s, const struct field *rows);

#endif
