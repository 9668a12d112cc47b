/*
 * field.h - what goes in and what comes out, as data.
 *
 * A handler's input is a struct; an array of rows says which JSON member (or
 * query parameter) fills which struct member, its type and its bounds. Validation
 * fills the struct or collects every wrong field at once. The rows of a reply
 * (shape.h) say in the same way which column fills which member. The published
 * description (openapi.json) is printed from both.
 *
 *     struct signin_body { const char *email, *password; };
 *     static const struct field signin_fields[] = {
 *         FIELD_STR(struct signin_body, email, "email", FIELD_REQUIRED, 3, 254),
 *         FIELD_STR(struct signin_body, password, "password", FIELD_REQUIRED | FIELD_SECRET, 1, 256),
 *         FIELD_END};
 *
 * A table whose object goes in and comes out says both: .column is read by replies, FIELD_REQUIRED by bodies, and rows that only come out
 * (ids, times) are OUT() with FIELD_READ_ONLY.
 *
 * The macros fail to compile when a member has another C type; what else a row has follows by name: .help, .example.
 */
#ifndef MUSTER_META_FIELD_H
#define MUSTER_META_FIELD_H

#include "common/base/arena.h"
#include "common/words/words.h"
#include "queries_columns.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct json_object;

enum field_type {
    FT_END,
    FT_STR,     /* const char *; lengths in code points; control characters other than tab, CR, LF refused; unless FIELD_SECRET trimmed, and
                 * empty when nothing of it is visible */
    FT_EMAIL,   /* const char *; in the form of email.h */
    FT_UUID,    /* const char *; lower-cased */
    FT_ENUM,    /* const char *; one of `values` */
    FT_TIME,    /* const char *; an ISO 8601 date or time */
    FT_INT,     /* int64_t; integers of JSON Schema: 12, 12.0 and 1.2e1 */
    FT_OPTINT,  /* const int64_t *; as FT_INT, NULL when absent */
    FT_TOKEN,   /* const char *; a short string, or an integer in its text form */
    FT_BOOL,    /* bool */
    FT_OPTBOOL, /* const bool *; as FT_BOOL, NULL when absent */
    FT_STRS,    /* struct field_strs; min/max bound the count, item_max the length of each (1 at least), `values` the allowed ones */
    FT_OBJS,    /* struct field_objs; each element validated with `sub` */
    /* Of replies alone. */
    FT_NUM,  /* a number with at most `item_max` digits behind the point */
    FT_OBJ,  /* one object: `shape` */
    FT_JSON, /* any JSON: a jsonb column */
    FT_MAP   /* an object whose keys are data; `values`, when given, are the allowed values */
};

enum field_flags {
    FIELD_REQUIRED = 1,   /* missing or null is an error */
    FIELD_SECRET = 2,     /* never echoed in a message, never trimmed */
    FIELD_NULL = 4,       /* replies: may be null */
    FIELD_MAYBE = 8,      /* replies: may be absent, as help says */
    FIELD_ASKED = 16,     /* required as well, but the handler has an error of its own for that */
    FIELD_KNOWN = 32,     /* FT_EMAIL: as typed, for whoever looks for an account or an address that is there (email_spellings()) */
    FIELD_PASSWORD = 128, /* with FIELD_SECRET: its length is that of the form in which crypto.h compares passwords */
    FIELD_READ_ONLY = 256 /* of a table that is both body and reply: in replies alone; a body that has it is not refused */
};

struct shape;
struct shape_at;
struct field;

struct field_strs {
    const char **items; /* NULL-terminated, also when empty */
    size_t count;
};

struct field_objs {
    void *items; /* array of `size` bytes each */
    size_t count;
};

struct field {
    const char *name; /* public name */
    enum field_type type;
    unsigned flags;
    size_t offset;
    int64_t min, max;
    int64_t item_max;
    const char *const *values; /* NULL-terminated */
    const char *dflt;          /* text form of the default; NULL leaves NULL, 0, false or empty */
    const struct field *sub;
    size_t size;               /* FT_OBJS: size of one element */
    const char *help;          /* one sentence of meaning */
    const char *example;       /* text form, see schema.h; NULL: one that the type suggests */
    const char *pattern;       /* for the description: a regular expression of JSON Schema */
    enum db_column column;     /* replies: of the result; 0: it comes from elsewhere, see shape.h */
    int set;                   /* replies: from another result than the object around it, counted from 1 */
    const struct shape *shape; /* replies: of FT_OBJ and of the elements of FT_OBJS; queries: of the rows that .filters is about */
    const char *filters;       /* queries of lists: the member of the rows that it must be, such as "actor.id" */
    void (*write)(const struct shape_at *at,
                  const struct field *row); /* replies: writes the value (the key is there) of a computed member */
};

#define FIELD_CHECK(type, member, ctype) (offsetof(type, member) + 0 * sizeof((ctype *)0 == &((type *)0)->member))
#define FIELD_STR(T, m, n, fl, lo, hi, ...)                                                                                                \
    { .name = n, .type = FT_STR, .flags = fl, .offset = FIELD_CHECK(T, m, const char *), .min = lo, .max = hi, __VA_ARGS__ }
#define FIELD_EMAIL(T, m, n, fl, ...)                                                                                                      \
    { .name = n, .type = FT_EMAIL, .flags = fl, .offset = FIELD_CHECK(T, m, const char *), .min = 3, .max = 254, __VA_ARGS__ }
#define FIELD_UUID(T, m, n, fl, ...)                                                                                                       \
    { .name = n, .type = FT_UUID, .flags = fl, .offset = FIELD_CHECK(T, m, const char *), __VA_ARGS__ }
#define FIELD_ENUM(T, m, n, fl, vals, d, ...)                                                                                              \
    { .name = n, .type = FT_ENUM, .flags = fl, .offset = FIELD_CHECK(T, m, const char *), .values = vals, .dflt = d, __VA_ARGS__ }
#define FIELD_TIME(T, m, n, fl, ...)                                                                                                       \
    { .name = n, .type = FT_TIME, .flags = fl, .offset = FIELD_CHECK(T, m, const char *), __VA_ARGS__ }
#define FIELD_INT(T, m, n, fl, lo, hi, d, ...)                                                                                             \
    { .name = n, .type = FT_INT, .flags = fl, .offset = FIELD_CHECK(T, m, int64_t), .min = lo, .max = hi, .dflt = d, __VA_ARGS__ }
#define FIELD_OPTINT(T, m, n, fl, lo, hi, ...)                                                                                             \
    { .name = n, .type = FT_OPTINT, .flags = fl, .offset = FIELD_CHECK(T, m, const int64_t *), .min = lo, .max = hi, __VA_ARGS__ }
#define FIELD_TOKEN(T, m, n, fl, lo, hi, ...)                                                                                              \
    { .name = n, .type = FT_TOKEN, .flags = fl, .offset = FIELD_CHECK(T, m, const char *), .min = lo, .max = hi, __VA_ARGS__ }
#define FIELD_BOOL(T, m, n, fl, d, ...)                                                                                                    \
    { .name = n, .type = FT_BOOL, .flags = fl, .offset = FIELD_CHECK(T, m, bool), .dflt = d, __VA_ARGS__ }
#define FIELD_OPTBOOL(T, m, n, fl, ...)                                                                                                    \
    { .name = n, .type = FT_OPTBOOL, .flags = fl, .offset = FIELD_CHECK(T, m, const bool *), __VA_ARGS__ }
#define FIELD_STRS(T, m, n, fl, lo, hi, each, ...)                                                                                         \
    {                                                                                                                                      \
        .name = n, .type = FT_STRS, .flags = fl, .offset = FIELD_CHECK(T, m, struct field_strs), .min = lo, .max = hi, .item_max = each,   \
        __VA_ARGS__                                                                                                                        \
    }
#define FIELD_OBJS(T, m, n, fl, lo, hi, fields, elem, ...)                                                                                 \
    {                                                                                                                                      \
        .name = n, .type = FT_OBJS, .flags = fl, .offset = FIELD_CHECK(T, m, struct field_objs), .min = lo, .max = hi, .sub = fields,      \
        .size = sizeof(elem), __VA_ARGS__                                                                                                  \
    }
/* Of a query: rows of the list whose member (of shape sh) is what is asked for. Values and sentence are the member's. */
#define FILTERS(sh, member) .shape = &(sh), .filters = member
/* A row of a reply; what else it needs follows by name: OUT(FT_INT, "size", "People in it.", .column = COL_SIZE). */
#define OUT(t, n, h, ...)                                                                                                                  \
    { .type = t, .name = n, .help = h, __VA_ARGS__ }
/* The allowed values of a row. */
#define VALUES(...) ((const char *const[]){__VA_ARGS__, NULL})
#define FIELD_END                                                                                                                          \
    { .name = NULL, .type = FT_END }

/* One wrong field: path such as "questionCount" or "selectedCharacters[2].name", and what it must be. */
struct field_error {
    const char *field;
    const struct words *message; /* behind the field's name: "is required" */
    struct field_error *next;
};

struct field_errors {
    struct field_error *first, **tail;
    size_t count; /* at most FIELD_MAX_ERRORS are kept */
};
#define FIELD_MAX_ERRORS 50

/* The member that a row filters by; NULL: it filters by none, or there is no such member. */
const struct field *field_filtered(const struct field *row);
/* The allowed values of a row, its own or those of the member that it filters by; NULL: any. */
const char *const *field_values(const struct field *row);

void field_errors_init(struct field_errors *e);
/* Adds one; texts among the message's arguments are in the arena or static. Also used by handlers for rules between fields. */
void field_errors_add(struct field_errors *e, struct arena *a, const char *field, struct words message);

/* Fills *out (zeroed by the caller, defaults applied here) from a JSON object; strings live in the arena. Unknown members are ignored. */
void field_read_json(const struct field *rows, struct json_object *body, void *out, struct arena *a, struct field_errors *errors);
/* The same from a query string "a=1&b=x" (NULL: an empty one; FT_STRS and FT_OBJS are not allowed there); a repeated parameter
 * is an error, one without a value counts as missing, as forms send it. */
void field_read_query(const struct field *rows, const char *query, void *out, struct arena *a, struct field_errors *errors);
/* Walks a table at start: names unique, bounds sane, enums with values, defaults acceptable. Writes the first problem to err; true
 * when sound. */
bool field_selfcheck(const struct field *rows, char *err, size_t size);

#endif
