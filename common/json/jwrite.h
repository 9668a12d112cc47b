/*
 * jwrite.h - JSON straight into a buf, with a scope stack that refuses to
 * produce anything malformed: a key outside an object, a value without its key,
 * a key that the object has already, a missing end. Errors are sticky; check jw_done() once at the end.
 */
#ifndef MUSTER_JSON_JWRITE_H
#define MUSTER_JSON_JWRITE_H

#include "common/base/buf.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define JW_MAX_DEPTH 32
#define JW_MAX_KEYS 256 /* of all open objects together; further ones are not compared */

struct jwrite {
    struct buf *out;
    unsigned depth;
    unsigned char scope[JW_MAX_DEPTH + 1]; /* private; [0] is the document itself */
    /* Digests of the keys of the open objects, those of the innermost last; scope i begins at first[i]. */
    uint64_t keys[JW_MAX_KEYS];
    unsigned short nkeys, first[JW_MAX_DEPTH + 1];
    bool failed;
};

void jw_init(struct jwrite *w, struct buf *out);
void jw_object(struct jwrite *w);
void jw_object_end(struct jwrite *w);
void jw_array(struct jwrite *w);
void jw_array_end(struct jwrite *w);
/* Fails when the object has this key already: readers differ in which of the two they believe. */
void jw_key(struct jwrite *w, const char *name);
/* Values. NULL strings become null; invalid UTF-8 is replaced by U+FFFD; non-finite numbers become null. */
void jw_str(struct jwrite *w, const char *s);
void jw_strn(struct jwrite *w, const char *s, size_t len);
void jw_int(struct jwrite *w, int64_t v);
/* At most `decimals` digits after the point, trailing zeros dropped. */
void jw_num(struct jwrite *w, double v, int decimals);
void jw_bool(struct jwrite *w, bool v);
void jw_null(struct jwrite *w);
/* Text that is JSON already: only for jsonb columns. NULL becomes null. */
void jw_jsonb(struct jwrite *w, const char *json);
/* An object that is JSON already and gets more members before jw_object_end(). */
void jw_object_from(struct jwrite *w, const char *json);
/* Key and value at once. */
void jw_kstr(struct jwrite *w, const char *key, const char *s);
void jw_kint(struct jwrite *w, const char *key, int64_t v);
void jw_knum(struct jwrite *w, const char *key, double v, int decimals);
void jw_kbool(struct jwrite *w, const char *key, bool v);
void jw_knull(struct jwrite *w, const char *key);
void jw_kobject(struct jwrite *w, const char *key);
void jw_karray(struct jwrite *w, const char *key);
/* Array of strings from a NULL-terminated list (NULL list: empty array). */
void jw_kstrs(struct jwrite *w, const char *key, const char *const *list);
/* True when exactly one complete value was written and nothing failed. */
bool jw_done(const struct jwrite *w);

#endif
