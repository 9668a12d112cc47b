#include "common/json/jread.h"

#include "common/base/str.h"

#include <limits.h>
#include <stdbool.h>
#include <string.h>

/*
 * json-c alone is too kind: even in strict mode it takes NaN, Infinity, "1.", raw
 * control bytes, single-quoted keys and overlong UTF-8, and the last of two equal
 * keys wins. scan() checks the tokens and counts the pairs; json-c checks the
 * grammar and builds the tree. The strict mode itself is not used: that of 0.18
 * refuses every string with a letter beyond ASCII.
 */
struct scan {
    const char *p, *end;
    int depth, max_depth;
    size_t pairs; /* colons outside strings */
    bool comma;   /* the token before was one, so that nothing may be closed */
    const char *why;
};

static bool refuse(struct scan *s, const char *why) {
    s->why = why;
    return false;
}

static bool skip_digits(struct scan *s) {
    const char *start = s->p;

    while (s->p < s->end && *s->p >= '0' && *s->p <= '9') {
        s->p++;
    }
    return s->p > start;
}

/* RFC 8259 section 6. What may follow a number is left to json-c, except that "01" would be two of them. */
static bool scan_number(struct scan *s) {
    bool good;

    if (*s->p == '-') {
        s->p++;
    }
    if (s->p < s->end && *s->p == '0') {
        s->p++;
        good = s->p == s->end || *s->p < '0' || *s->p > '9';
    } else {
        good = skip_digits(s);
    }
    if (good && s->p < s->end && *s->p == '.') {
        s->p++;
        good = skip_digits(s);
    }
    if (good && s->p < s->end && (*s->p | 0x20) == 'e') {
        s->p++;
        if (s->p < s->end && (*s->p == '+' || *s->p == '-')) {
            s->p++;
        }
        good = skip_digits(s);
    }
    return good || refuse(s, "contains a malformed number");
}

static bool scan_string(struct scan *s) {
    for (s->p++; s->p < s->end && *s->p != '"'; s->p++) {
        if ((unsigned char)*s->p < 0x20) {
            return refuse(s, "contains a control character in a string");
        }
        if (*s->p != '\\') {
            continue;
        }
        if (s->end - s->p >= 6 && memcmp(s->p, "\\u0000", 6) == 0) {
            return refuse(s, "contains \\u0000");
        }
        s->p++; /* whatever is escaped is not the end of the string */
    }
    if (s->p >= s->end) {
        return refuse(s, "ends within a string");
    }
    s->p++;
    return true;
}

static bool scan_literal(struct scan *s) {
    static const char *const literals[] = {"true", "false", "null"};

    for (size_t i = 0; i < sizeof(literals) / sizeof(literals[0]); i++) {
        size_t len = strlen(literals[i]);
        if ((size_t)(s->end - s->p) >= len && memcmp(s->p, literals[i], len) == 0) {
            s->p += len;
            return true;
        }
    }
    return refuse(s, "is not valid JSON");
}

static bool scan_token(struct scan *s) {
    bool comma = s->comma;

    s->comma = *s->p == ',';
    switch (*s->p) {
    case '{':
    case '[': s->p++; return ++s->depth <= s->max_depth || refuse(s, "is nested too deeply");
    case ':':
        s->pairs++;
        s->p++;
        return true;
    case '}':
    case ']':
        if (comma) {
            return refuse(s, "is not valid JSON");
        }
        s->depth--;
        s->p++;
        return true;
    case ',': s->p++; return true;
    case ' ':
    case '\t':
    case '\r':
    case '\n':
        s->comma = comma;
        s->p++;
        return true;
    case '"': return scan_string(s);
    default: break;
    }
    return *s->p == '-' || (*s->p >= '0' && *s->p <= '9') ? scan_number(s) : scan_literal(s);
}

static bool scan(struct scan *s) {
    if (!str_is_utf8(s->p, (size_t)(s->end - s->p))) {
        return refuse(s, "is not valid UTF-8");
    }
    while (s->p < s->end) {
        if (!scan_token(s)) {
            return false;
        }
    }
    return true;
}

/* Recursion is bounded by the depth that scan() checked. */
static size_t count_members(struct json_object *o) {
    size_t n = 0;

    if (json_object_is_type(o, json_type_array)) {
        for (size_t i = 0; i < json_object_array_length(o); i++) {
            n += count_members(json_object_array_get_idx(o, i));
        }
    } else if (json_object_is_type(o, json_type_object)) {
        json_object_object_foreach(o, key, value) {
            (void)key;
            n += 1 + count_members(value);
        }
    }
    return n;
}

static bool is_blank(const char *p, const char *end) {
    while (p < end && strchr(" \t\r\n", *p) != NULL && *p != '\0') {
        p++;
    }
    return p == end;
}

static struct json_object *build(const char *text, int len, int depth, const char **why) {
    /* json-c counts the scalars in the innermost array as one more level. */
    struct json_tokener *t = json_tokener_new_ex(depth + 1);
    struct json_object *o;

    if (t == NULL) {
        *why = "could not be read for want of memory";
        return NULL;
    }
    o = json_tokener_parse_ex(t, text, len);
    if (json_tokener_get_error(t) == json_tokener_continue) {
        /* A number at the end is complete only when a NUL follows. */
        o = json_tokener_parse_ex(t, "", 1);
        if (json_tokener_get_error(t) != json_tokener_success) {
            *why = "ends too early";
        }
    } else if (json_tokener_get_error(t) != json_tokener_success || !is_blank(text + json_tokener_get_parse_end(t), text + len)) {
        *why = "is not valid JSON";
    }
    if (*why == NULL && o == NULL) {
        *why = "is null";
    }
    json_tokener_free(t);
    if (*why != NULL) {
        json_object_put(o);
        o = NULL;
    }
    return o;
}

static void release(void *o) {
    json_object_put(o);
}

struct json_object *jr_parse_depth(struct arena *a, const char *text, size_t len, int depth, const char **why) {
    struct scan s = {.p = text, .end = text + len, .max_depth = depth};
    struct json_object *o;

    *why = NULL;
    if (len == 0 || len > INT_MAX / 2) {
        *why = len == 0 ? "is empty" : "is too large";
        return NULL;
    }
    if (!scan(&s)) {
        *why = s.why;
        return NULL;
    }
    o = build(text, (int)len, depth, why);
    if (o == NULL) {
        return NULL;
    }
    arena_cleanup(a, release, o);
    if (count_members(o) != s.pairs) {
        *why = "contains the same key twice";
        return NULL;
    }
    return o;
}

struct json_object *jr_parse(struct arena *a, const char *text, size_t len, const char **why) {
    return jr_parse_depth(a, text, len, JR_MAX_DEPTH, why);
}

struct json_object *jr_get(struct json_object *o, const char *key) {
    struct json_object *v = NULL;

    if (json_object_is_type(o, json_type_object)) {
        json_object_object_get_ex(o, key, &v);
    }
    return v;
}

const char *jr_str(struct json_object *o, const char *key) {
    struct json_object *v = jr_get(o, key);
    return json_object_is_type(v, json_type_string) ? json_object_get_string(v) : NULL;
}

int jr_int(struct json_object *o, const char *key) {
    struct json_object *v = jr_get(o, key);
    int64_t i = json_object_is_type(v, json_type_int) ? json_object_get_int64(v) : 0;

    return i < INT_MIN || i > INT_MAX ? 0 : (int)i;
}

int jr_bool(struct json_object *o, const char *key) {
    struct json_object *v = jr_get(o, key);
    return json_object_is_type(v, json_type_boolean) && json_object_get_boolean(v);
}

size_t jr_len(struct json_object *o) {
    return json_object_is_type(o, json_type_array) ? json_object_array_length(o) : 0;
}

struct json_object *jr_at(struct json_object *o, size_t i) {
    return i < jr_len(o) ? json_object_array_get_idx(o, i) : NULL;
}
