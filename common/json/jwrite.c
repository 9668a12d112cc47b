#include "common/json/jwrite.h"

#include "common/base/str.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

/* What a scope is and how far it got. The root scope holds exactly one value. */
enum { IN_ROOT = 0, IN_OBJECT = 1, IN_ARRAY = 2, KIND = 3, HAS_VALUE = 4, HAS_KEY = 8 };

void jw_init(struct jwrite *w, struct buf *out) {
    w->out = out;
    w->depth = 0;
    w->nkeys = w->first[0] = 0;
    w->scope[0] = IN_ROOT;
    w->failed = false;
}

static void put(struct jwrite *w, const char *data, size_t len) {
    if (!buf_append(w->out, data, len)) {
        w->failed = true;
    }
}

/* Checks that a value may come here and writes the comma before it. */
static bool value_starts(struct jwrite *w) {
    unsigned char *s = &w->scope[w->depth];
    unsigned kind = *s & KIND;

    if (w->failed) {
        return false;
    }
    if ((kind == IN_ROOT && *s & HAS_VALUE) || (kind == IN_OBJECT && !(*s & HAS_KEY))) {
        w->failed = true;
        return false;
    }
    if (kind == IN_ARRAY && *s & HAS_VALUE) {
        put(w, ",", 1);
    }
    *s = (unsigned char)((*s | HAS_VALUE) & ~HAS_KEY);
    return true;
}

static void open_scope(struct jwrite *w, unsigned char kind, const char *bracket) {
    if (!value_starts(w)) {
        return;
    }
    if (w->depth == JW_MAX_DEPTH) {
        w->failed = true;
        return;
    }
    w->scope[++w->depth] = kind;
    w->first[w->depth] = w->nkeys;
    put(w, bracket, 1);
}

static void close_scope(struct jwrite *w, unsigned char kind, const char *bracket) {
    unsigned char s = w->scope[w->depth];

    if (w->failed) {
        return;
    }
    if ((s & KIND) != kind || s & HAS_KEY) {
        w->failed = true;
        return;
    }
    w->nkeys = w->first[w->depth--];
    put(w, bracket, 1);
}

void jw_object(struct jwrite *w) {
    open_scope(w, IN_OBJECT, "{");
}

void jw_object_end(struct jwrite *w) {
    close_scope(w, IN_OBJECT, "}");
}

void jw_array(struct jwrite *w) {
    open_scope(w, IN_ARRAY, "[");
}

void jw_array_end(struct jwrite *w) {
    close_scope(w, IN_ARRAY, "]");
}

static bool is_plain(unsigned char c) {
    return c >= 0x20 && c < 0x80 && c != '"' && c != '\\';
}

/* Eight bytes at once. Borrows between bytes can only raise a false alarm behind a true one. */
static bool eight_plain(const char *s) {
    static const uint64_t ones = UINT64_C(0x0101010101010101), tops = UINT64_C(0x8080808080808080);
    uint64_t x, quote, backslash;

    memcpy(&x, s, sizeof(x));
    quote = x ^ ones * '"';
    backslash = x ^ ones * '\\';
    return ((x | (x - ones * 0x20) | (quote - ones) | (backslash - ones)) & tops) == 0;
}

/* Everything that can be copied as it is: plain ASCII and well-formed UTF-8. */
static size_t plain_run(const char *s, size_t len) {
    size_t i = 0, n;

    while (i < len) {
        while (len - i >= 8 && eight_plain(s + i)) {
            i += 8;
        }
        while (i < len && is_plain((unsigned char)s[i])) {
            i++;
        }
        n = i < len && (unsigned char)s[i] >= 0x80 ? str_utf8_seq(s + i, len - i) : 0;
        if (n == 0) {
            break;
        }
        i += n;
    }
    return i;
}

static void put_special(struct jwrite *w, unsigned char c) {
    static const char hex[] = "0123456789abcdef";
    char code[] = "\\u0000";

    switch (c) {
    case '"': put(w, "\\\"", 2); return;
    case '\\': put(w, "\\\\", 2); return;
    case '\n': put(w, "\\n", 2); return;
    case '\r': put(w, "\\r", 2); return;
    case '\t': put(w, "\\t", 2); return;
    default: break;
    }
    if (c >= 0x80) {
        put(w, "\xef\xbf\xbd", 3);
        return;
    }
    code[4] = hex[c >> 4];
    code[5] = hex[c & 15];
    put(w, code, 6);
}

/* One append for what nearly every string is: plain from end to end. */
static void put_plain_quoted(struct jwrite *w, const char *s, size_t len) {
    char *to = buf_reserve(w->out, len + 2);

    if (to == NULL) {
        w->failed = true;
        return;
    }
    to[0] = '"';
    memcpy(to + 1, s, len);
    to[len + 1] = '"';
    buf_advance(w->out, len + 2);
}

static void put_quoted(struct jwrite *w, const char *s, size_t len) {
    size_t n = plain_run(s, len);

    if (n == len) {
        put_plain_quoted(w, s, len);
        return;
    }
    put(w, "\"", 1);
    while (len > 0) {
        put(w, s, n);
        if (n < len) {
            put_special(w, (unsigned char)s[n++]);
        }
        s += n;
        len -= n;
        n = plain_run(s, len);
    }
    put(w, "\"", 1);
}

/* Eight bytes at a time; two keys of one object that share all 64 bits are not to be met. */
static uint64_t digest(const char *s, size_t len) {
    static const uint64_t factor = UINT64_C(0x9e3779b97f4a7c15);
    uint64_t h = len + 1, x;

    for (; len > 0; s += sizeof(x), len -= sizeof(x)) {
        x = 0;
        if (len < sizeof(x)) {
            memcpy(&x, s, len);
            len = sizeof(x);
        } else {
            memcpy(&x, s, sizeof(x));
        }
        h = (h ^ x) * factor;
        h ^= h >> 29;
    }
    return h;
}

/* In every build: it costs some nanoseconds a key, and a reply that readers take for two different ones must not go out. */
static void remember_key(struct jwrite *w, const char *name, size_t len) {
    uint64_t key = digest(name, len);

    for (unsigned i = w->first[w->depth]; i < w->nkeys; i++) {
        if (w->keys[i] == key) {
            w->failed = true;
        }
    }
    if (w->nkeys < JW_MAX_KEYS) {
        w->keys[w->nkeys++] = key;
    }
}

void jw_key(struct jwrite *w, const char *name) {
    unsigned char *s = &w->scope[w->depth];
    size_t len = strlen(name);

    if (w->failed) {
        return;
    }
    if ((*s & KIND) != IN_OBJECT || *s & HAS_KEY) {
        w->failed = true;
        return;
    }
    if (*s & HAS_VALUE) {
        put(w, ",", 1);
    }
    *s |= HAS_KEY;
    remember_key(w, name, len);
    put_quoted(w, name, len);
    put(w, ":", 1);
}

void jw_str(struct jwrite *w, const char *s) {
    jw_strn(w, s, s == NULL ? 0 : strlen(s));
}

void jw_strn(struct jwrite *w, const char *s, size_t len) {
    if (s == NULL) {
        jw_null(w);
    } else if (value_starts(w)) {
        put_quoted(w, s, len);
    }
}

void jw_int(struct jwrite *w, int64_t v) {
    char text[20]; /* INT64_MIN has 20 characters */
    char *p = text + sizeof(text);
    uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;

    if (!value_starts(w)) {
        return;
    }
    do {
        *--p = (char)('0' + rest % 10);
    } while ((rest /= 10) > 0);
    if (v < 0) {
        *--p = '-';
    }
    put(w, p, (size_t)(text + sizeof(text) - p));
}

void jw_num(struct jwrite *w, double v, int decimals) {
    char text[352]; /* DBL_MAX has 309 digits before the point */
    int len;

    if (!isfinite(v)) {
        jw_null(w);
        return;
    }
    if (!value_starts(w)) {
        return;
    }
    len = snprintf(text, sizeof(text), "%.*f", decimals < 0 ? 0 : decimals > 17 ? 17 : decimals, v);
    if (strchr(text, '.') != NULL) {
        while (text[len - 1] == '0') {
            len--;
        }
        if (text[len - 1] == '.') {
            len--;
        }
    }
    if (len == 2 && memcmp(text, "-0", 2) == 0) {
        put(w, "0", 1);
    } else {
        put(w, text, (size_t)len);
    }
}

void jw_bool(struct jwrite *w, bool v) {
    if (value_starts(w)) {
        put(w, v ? "true" : "false", v ? 4 : 5);
    }
}

void jw_null(struct jwrite *w) {
    if (value_starts(w)) {
        put(w, "null", 4);
    }
}

void jw_jsonb(struct jwrite *w, const char *json) {
    if (json == NULL) {
        jw_null(w);
    } else if (json[0] == '\0') {
        w->failed = true; /* no jsonb column prints as nothing */
    } else if (value_starts(w)) {
        put(w, json, strlen(json));
    }
}

/* Behind the quote that ends the string which begins at s. */
static const char *skip_string(const char *s) {
    for (s++; *s != '\0' && *s != '"'; s++) {
        s += *s == '\\' && s[1] != '\0';
    }
    return *s == '"' ? s + 1 : s;
}

/* The keys of an object that is JSON already: strings of its own level with a colon behind them. */
static void remember_members(struct jwrite *w, const char *json) {
    const char *end;
    int depth = 0;

    for (const char *s = json; *s != '\0'; s = end) {
        end = *s == '"' ? skip_string(s) : s + 1;
        depth += *s == '{' || *s == '[';
        depth -= *s == '}' || *s == ']';
        if (*s == '"' && depth == 1 && end[strspn(end, " \t\r\n")] == ':') {
            remember_key(w, s + 1, (size_t)(end - s) - 2);
        }
    }
}

void jw_object_from(struct jwrite *w, const char *json) {
    size_t len = json == NULL ? 0 : strlen(json);

    if (len < 2 || json[0] != '{' || json[len - 1] != '}') {
        w->failed = true;
    }
    jw_object(w);
    if (!w->failed && len > 2) {
        put(w, json + 1, len - 2);
        w->scope[w->depth] |= HAS_VALUE;
        remember_members(w, json);
    }
}

void jw_kstr(struct jwrite *w, const char *key, const char *s) {
    jw_key(w, key);
    jw_str(w, s);
}

void jw_kint(struct jwrite *w, const char *key, int64_t v) {
    jw_key(w, key);
    jw_int(w, v);
}

void jw_knum(struct jwrite *w, const char *key, double v, int decimals) {
    jw_key(w, key);
    jw_num(w, v, decimals);
}

void jw_kbool(struct jwrite *w, const char *key, bool v) {
    jw_key(w, key);
    jw_bool(w, v);
}

void jw_knull(struct jwrite *w, const char *key) {
    jw_key(w, key);
    jw_null(w);
}

void jw_kobject(struct jwrite *w, const char *key) {
    jw_key(w, key);
    jw_object(w);
}

void jw_karray(struct jwrite *w, const char *key) {
    jw_key(w, key);
    jw_array(w);
}

void jw_kstrs(struct jwrite *w, const char *key, const char *const *list) {
    jw_karray(w, key);
    for (; list != NULL && *list != NULL; list++) {
        jw_str(w, *list);
    }
    jw_array_end(w);
}

bool jw_done(const struct jwrite *w) {
    return !w->failed && !w->out->failed && w->depth == 0 && w->scope[0] & HAS_VALUE;
}
