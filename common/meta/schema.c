/* schema.c - fields and shapes as JSON Schema (2020-12); see schema.h. */
#include "common/meta/schema.h"

#include "common/base/log.h"
#include "common/base/str.h"

#include <stdio.h>
#include <stdlib.h>

void schema_ref(struct jwrite *w, const char *name) {
    char text[120];
    snprintf(text, sizeof(text), "#/components/schemas/%s", name);
    jw_kstr(w, "$ref", text);
}

static void schema_values(struct jwrite *w, const struct field *f) {
    const char *const *values = field_values(f);
    if (!values[1]) {
        jw_kstr(w, "const", values[0]);
        return;
    }
    jw_karray(w, "enum");
    for (const char *const *v = values; *v; v++) {
        jw_str(w, *v);
    }
    if (f->flags & FIELD_NULL) {
        jw_null(w);
    }
    jw_array_end(w);
}

/* "type": one, or with null. */
static void schema_type(struct jwrite *w, const char *type, const struct field *f) {
    if (!(f->flags & FIELD_NULL)) {
        jw_kstr(w, "type", type);
        return;
    }
    jw_kstrs(w, "type", (const char *const[]){type, "null", NULL});
}

static void schema_bounds(struct jwrite *w, const char *low, const char *high, const struct field *f) {
    if (f->min > INT32_MIN && (f->min || (f->max && str_eq(low, "minimum")))) {
        jw_kint(w, low, f->min);
    }
    if (f->max > f->min || (f->max == f->min && f->max)) {
        jw_kint(w, high, f->max);
    }
}

/* The form of texts of a type: as we write them, ids are in lower case and times in UTC with milliseconds. */
static const struct {
    const char *format, *pattern;
} forms[] = {
    [FT_EMAIL] = {"email", NULL},
    [FT_UUID] = {"uuid", "^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$"},
    [FT_TIME] = {"date-time", "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$"},
};

static void schema_string(struct jwrite *w, const struct field *f, bool reply) {
    bool formed = f->type < sizeof(forms) / sizeof(forms[0]) && forms[f->type].format;
    const char *pattern = f->pattern || !reply || !formed ? f->pattern : forms[f->type].pattern;
    schema_type(w, "string", f);
    if (f->type == FT_ENUM || f->values) {
        schema_values(w, f);
    }
    if (formed) {
        jw_kstr(w, "format", forms[f->type].format);
    }
    schema_bounds(w, "minLength", "maxLength", f);
    if (pattern) {
        jw_kstr(w, "pattern", pattern);
    }
}

/* What a client may send as a time is also a date alone. */
static void schema_time(struct jwrite *w) {
    jw_kstr(w, "type", "string");
    jw_karray(w, "anyOf");
    for (int i = 0; i < 2; i++) {
        jw_object(w);
        jw_kstr(w, "format", i ? "date" : "date-time");
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void schema_token(struct jwrite *w, const struct field *f) {
    jw_kstrs(w, "type", (const char *const[]){"string", "integer", NULL});
    if (f->pattern) {
        jw_kstr(w, "pattern", f->pattern);
    }
    schema_bounds(w, "minLength", "maxLength", f);
}

static void schema_bool(struct jwrite *w, const struct field *f) {
    if (f->values && !f->values[1]) {
        jw_kbool(w, "const", str_eq(f->values[0], "true"));
    } else {
        schema_type(w, "boolean", f);
    }
}

static void schema_list(struct jwrite *w, const struct field *f, bool reply) {
    schema_type(w, "array", f);
    schema_bounds(w, "minItems", "maxItems", f);
    jw_kobject(w, "items");
    if (f->type == FT_STRS) {
        jw_kstr(w, "type", "string");
        if (f->values) {
            schema_values(w, &(struct field){.values = f->values});
        } else if (f->item_max) {
            jw_kint(w, "minLength", reply ? 0 : 1);
            jw_kint(w, "maxLength", f->item_max);
        }
        if (f->pattern) {
            jw_kstr(w, "pattern", f->pattern);
        }
    } else if (f->shape) {
        schema_ref(w, f->shape->name);
    } else {
        schema_object(w, f->sub, reply);
    }
    jw_object_end(w);
}

static void schema_ref_or_null(struct jwrite *w, const struct field *f) {
    if (!(f->flags & FIELD_NULL)) {
        schema_ref(w, f->shape->name);
        return;
    }
    jw_karray(w, "oneOf");
    jw_object(w);
    schema_ref(w, f->shape->name);
    jw_object_end(w);
    jw_object(w);
    jw_kstr(w, "type", "null");
    jw_object_end(w);
    jw_array_end(w);
}

static void schema_map(struct jwrite *w, const struct field *f) {
    schema_type(w, "object", f);
    if (f->values) {
        jw_kobject(w, "additionalProperties");
        jw_karray(w, "enum");
        for (const char *const *v = f->values; *v; v++) {
            jw_str(w, *v);
        }
        jw_array_end(w);
        jw_object_end(w);
    }
}

void schema_members(struct jwrite *w, const struct field *f, bool reply) {
    switch (f->type) {
    case FT_INT:
    case FT_OPTINT:
        schema_type(w, "integer", f);
        schema_bounds(w, "minimum", "maximum", f);
        break;
    case FT_NUM:
        schema_type(w, "number", f);
        schema_bounds(w, "minimum", "maximum", f);
        break;
    case FT_BOOL:
    case FT_OPTBOOL: schema_bool(w, f); break;
    case FT_TOKEN: schema_token(w, f); break;
    case FT_STRS:
    case FT_OBJS: schema_list(w, f, reply); break;
    case FT_OBJ: schema_ref_or_null(w, f); break;
    case FT_MAP: schema_map(w, f); break;
    case FT_JSON: break;
    case FT_TIME: reply ? schema_string(w, f, reply) : schema_time(w); break;
    default: schema_string(w, f, reply);
    }
    if (f->help) {
        jw_kstr(w, "description", f->help);
    }
    if (f->dflt && !reply) {
        jw_key(w, "default");
        schema_example_value(w, &(struct field){.name = f->name, .type = f->type, .dflt = f->dflt});
    }
    if (f->flags & FIELD_SECRET) {
        jw_kbool(w, "writeOnly", true);
    }
    if (f->flags & FIELD_READ_ONLY) {
        jw_kbool(w, "readOnly", true);
    }
}

void schema_object(struct jwrite *w, const struct field *rows, bool reply) {
    jw_kstr(w, "type", "object");
    jw_kobject(w, "properties");
    for (const struct field *f = rows; f->name; f++) {
        if (reply || !(f->flags & FIELD_READ_ONLY)) {
            jw_kobject(w, f->name);
            schema_members(w, f, reply);
            jw_object_end(w);
        }
    }
    jw_object_end(w);
    jw_karray(w, "required");
    for (const struct field *f = rows; f->name; f++) {
        if (reply ? !(f->flags & FIELD_MAYBE) : f->flags & FIELD_REQUIRED) {
            jw_str(w, f->name);
        }
    }
    jw_array_end(w);
}

void schema_shape(struct jwrite *w, const struct shape *s, struct schema_seen *seen) {
    for (size_t i = 0; i < seen->n; i++) {
        if (seen->list[i] == s) {
            return;
        }
        if (str_eq(seen->list[i]->name, s->name)) {
            log_error("schema: there are two shapes named %s", s->name);
            abort();
        }
    }
    if (seen->n == sizeof(seen->list) / sizeof(seen->list[0])) {
        abort();
    }
    seen->list[seen->n++] = s;
    jw_kobject(w, s->name);
    jw_kstr(w, "description", s->help);
    if (s->one_of) {
        jw_karray(w, "oneOf");
        for (const struct shape *const *one = s->one_of; *one; one++) {
            jw_object(w);
            schema_ref(w, (*one)->name);
            jw_object_end(w);
        }
        jw_array_end(w);
    } else {
        schema_object(w, s->fields, true);
        jw_kbool(w, "additionalProperties", s->open);
    }
    jw_object_end(w);
    for (const struct shape *const *one = s->one_of; one && *one; one++) {
        schema_shape(w, *one, seen);
    }
    for (const struct field *f = s->fields; f && f->name; f++) {
        if (f->shape) {
            schema_shape(w, f->shape, seen);
        }
    }
}
