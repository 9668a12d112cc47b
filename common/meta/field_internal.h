/*
 * field_internal.h - what field.c, field_value.c and field_query.c share. Not for others.
 */
#ifndef MUSTER_META_FIELD_INTERNAL_H
#define MUSTER_META_FIELD_INTERNAL_H

#include "common/meta/field.h"

/* Where one value comes from and where its errors go. */
struct field_at {
    struct arena *arena;
    struct field_errors *errors;
    const struct field *row;
    const char *path; /* public, such as "selectedCharacters[2].name" */
};

/* Reports the value at this place; returns false so that callers can return it. */
bool field_refuse(const struct field_at *at, struct words message);

/* One value into its struct member. They report what is wrong and return false; the member then keeps its default. */
bool field_from_text(const struct field_at *at, const char *text, size_t len, void *member);
bool field_from_json(const struct field_at *at, struct json_object *value, void *member);
/* The row's default, or the empty list that FT_STRS promises. */
void field_default(const struct field_at *at, void *member);
/* True when values of the type have a text form: all but the lists. */
bool field_has_text_form(enum field_type type);
/* Size of the struct member that a type fills; 0 for an unknown type. */
size_t field_member_size(enum field_type type);
/* All rows of one object; prefix is put before the names. A value that is no object counts as an empty one. */
void field_read_object(const struct field *rows, struct json_object *o, void *out, struct arena *a, struct field_errors *errors,
                       const char *prefix);

#endif
