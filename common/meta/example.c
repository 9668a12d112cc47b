/* example.c - an example of what fields and shapes describe, for the API's description; what .example may say is in schema.h. */
#include "common/base/str.h"
#include "common/meta/schema.h"

#include <stdlib.h>

/* One of the values that a text holds. */
struct part {
    const char *at;
    size_t len;
};

/* The nth, from 0, or the last. */
static struct part part_at(const char *text, int n) {
    struct part p = {text, strcspn(text, "|")};
    for (; n > 0 && p.at[p.len]; n--) {
        p.at += p.len + 1;
        p.len = strcspn(p.at, "|");
    }
    return p;
}

static bool part_is(struct part p, const char *text) {
    return strlen(text) == p.len && strncmp(p.at, text, p.len) == 0;
}

/* What the row says of itself; NULL when nothing. */
static const char *own_text(const struct field *f) {
    return f->example ? f->example : f->dflt ? f->dflt : f->values ? f->values[0] : NULL;
}

static void example_text(struct jwrite *w, const struct field *f, int n) {
    static const struct {
        enum field_type type;
        const char *text;
    } usual[] = {{FT_UUID, "7f2c1b8e-4a35-4f0d-9c61-2d8a5b3e6f10"}, {FT_EMAIL, "robin@example.com"}, {FT_TIME, "2026-11-21T08:15:30.123Z"}};
    const char *text = own_text(f);
    for (size_t i = 0; !text && i < sizeof(usual) / sizeof(usual[0]); i++) {
        text = usual[i].type == f->type ? usual[i].text : NULL;
    }
    struct part p = part_at(text ? text : f->name, n);
    jw_strn(w, p.at, p.len);
}

static void example_number(struct jwrite *w, const struct field *f, int n) {
    const char *text = own_text(f);
    if (text) {
        jw_num(w, strtod(part_at(text, n).at, NULL), 4);
    } else {
        jw_int(w, f->min > 0 ? f->min : f->max > 0 && f->max < 3 ? f->max : 3);
    }
}

static void example_strings(struct jwrite *w, const struct field *f) {
    const char *text = own_text(f);
    text = text ? text : f->name;
    jw_array(w);
    while (*text) {
        struct part p = part_at(text, 0);
        jw_strn(w, p.at, p.len);
        text = p.at + p.len + (p.at[p.len] == '|');
    }
    jw_array_end(w);
}

static void example_object(struct jwrite *w, const struct shape *s, const struct field *rows, int n);

static void example_objects(struct jwrite *w, const struct field *f) {
    long count = f->example ? strtol(f->example, NULL, 10) : f->min > 1 ? (long)f->min : 1;
    jw_array(w);
    for (int n = 0; n < count; n++) {
        example_object(w, f->shape, f->sub, n);
    }
    jw_array_end(w);
}

static void example_nth(struct jwrite *w, const struct field *f, int n) {
    if ((f->flags & FIELD_NULL) && f->example && part_is(part_at(f->example, n), "null")) {
        jw_null(w);
        return;
    }
    switch (f->type) {
    case FT_INT:
    case FT_OPTINT:
    case FT_NUM: example_number(w, f, n); break;
    case FT_BOOL:
    case FT_OPTBOOL: jw_bool(w, !own_text(f) || part_is(part_at(own_text(f), n), "true")); break;
    case FT_STRS: example_strings(w, f); break;
    case FT_OBJS: example_objects(w, f); break;
    case FT_OBJ: example_object(w, f->shape, f->sub, n); break;
    case FT_MAP:
    case FT_JSON: jw_jsonb(w, f->example ? f->example : "{}"); break;
    default: example_text(w, f, n);
    }
}

void schema_example_value(struct jwrite *w, const struct field *f) {
    example_nth(w, f, 0);
}

/* Replies have what they always have, requests what they must have; both what else there is an example of. */
static bool is_shown(const struct field *f, bool reply) {
    if (!reply && f->flags & FIELD_READ_ONLY) {
        return false;
    }
    return f->example || (reply ? !(f->flags & FIELD_MAYBE) : (f->flags & (FIELD_REQUIRED | FIELD_ASKED)) != 0);
}

static void example_object(struct jwrite *w, const struct shape *s, const struct field *rows, int n) {
    while (s && s->one_of) {
        int i = 0;
        while (i < n && s->one_of[i + 1]) {
            i++;
        }
        s = s->one_of[i];
    }
    jw_object(w);
    for (const struct field *f = s ? s->fields : rows; f->name; f++) {
        if (is_shown(f, s != NULL)) {
            jw_key(w, f->name);
            example_nth(w, f, n);
        }
    }
    jw_object_end(w);
}

void schema_example(struct jwrite *w, const struct shape *s, const struct field *rows) {
    example_object(w, s, rows, 0);
}
