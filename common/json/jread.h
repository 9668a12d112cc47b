/*
 * jread.h - the only user of json-c: parsing with limits.
 *
 * One value, whole input consumed, strict RFC 8259, valid UTF-8, at most
 * JR_MAX_DEPTH levels, no duplicate keys (RFC 8259 section 4 calls them
 * unpredictable, so they are refused), no \u0000 in strings (PostgreSQL text
 * cannot hold it).
 */
#ifndef MUSTER_JSON_JREAD_H
#define MUSTER_JSON_JREAD_H

#include "common/base/arena.h"

#include <json-c/json.h>
#include <stddef.h>

#define JR_MAX_DEPTH 16

/* Parses len bytes. Returns the tree, released with the arena, or NULL with a static sentence in *why, which reads well after
 * "The body". The document `null` is refused, too: json-c has no object for it. */
struct json_object *jr_parse(struct arena *a, const char *text, size_t len, const char **why);
/* As jr_parse with another depth limit (library documents are deeper than requests). */
struct json_object *jr_parse_depth(struct arena *a, const char *text, size_t len, int depth, const char **why);

/* Lookups for trusted documents (the scenario library): NULL, 0 or false when absent or of another type. */
const char *jr_str(struct json_object *o, const char *key);
int jr_int(struct json_object *o, const char *key);
int jr_bool(struct json_object *o, const char *key);
struct json_object *jr_get(struct json_object *o, const char *key);
/* Array length (0 when o is no array) and element. */
size_t jr_len(struct json_object *o);
struct json_object *jr_at(struct json_object *o, size_t i);

#endif
