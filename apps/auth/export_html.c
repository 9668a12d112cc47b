/* export_html.c - an export as a page to read: everything is data of somebody and goes through the escaper. */
#include "apps/auth/auth.h"
#include "apps/auth/export.h"
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/base/unicode.h"
#include "common/crypto/crypto.h"
#include "common/json/jread.h"

#include <ctype.h>

/* clang-format off */
static const char style[] =
":root{color-scheme:light dark;--ink:#1a2036;--soft:#525a70;--paper:#fff;--line:#d5d9e4;--mark:#20398f}"
"@media(prefers-color-scheme:dark){:root{--ink:#e8ebf3;--soft:#a9b1c6;--paper:#0f1420;--line:#2c3448;--mark:#9db2ff}}"
"*{box-sizing:border-box}body{margin:0 auto;max-width:62rem;padding:1.5rem 1rem 4rem;background:var(--paper);color:var(--ink);"
"font:16px/1.5 system-ui,-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif}"
"h1{font-size:1.7rem;line-height:1.2}h2{font-size:1.2rem;margin:2.4rem 0 .4rem;color:var(--mark)}"
".soft{color:var(--soft);margin:.2rem 0}dl{display:grid;grid-template-columns:minmax(8rem,max-content) 1fr;gap:.15rem 1.2rem;margin:.8rem 0;"
"padding:.8rem 0 0;border-top:1px solid var(--line)}dt{color:var(--soft)}dd{margin:0;min-width:0;overflow-wrap:anywhere}"
"dd dl{border:0;padding:0;margin:0}.wide{grid-column:1/-1;overflow-x:auto}table{border-collapse:collapse;font-size:.85rem;margin:.4rem 0}"
"th,td{text-align:left;vertical-align:top;padding:.25rem .6rem;border-bottom:1px solid var(--line)}th{color:var(--soft);font-weight:600}"
"@media(max-width:36rem){dl{grid-template-columns:1fr}dd{margin-bottom:.4rem}}";
/* clang-format on */

const char *export_style_hash(struct arena *a) {
    unsigned char digest[CRYPTO_HASH_SIZE];
    char text[48];
    crypto_sha256(style, strlen(style), digest);
    crypto_base64(digest, sizeof(digest), text, sizeof(text));
    return arena_printf(a, "sha256-%s", text);
}

/* "lastSignInAt" as "Last sign in at". */
static const char *words(struct arena *a, const char *key) {
    char *out = arena_alloc(a, strlen(key) * 2 + 1);
    size_t n = 0;
    for (const char *c = key; *c; c++) {
        if (isupper((unsigned char)*c) && c > key) {
            out[n++] = ' ';
        }
        out[n++] = (char)(c == key ? toupper((unsigned char)*c) : tolower((unsigned char)*c));
    }
    return out;
}

static void write_object(struct hwrite *w, struct arena *a, struct json_object *o);

static void write_plain(struct hwrite *w, struct json_object *v) {
    if (!v) {
        hw_text(w, "\xe2\x80\x93");
    } else if (json_object_is_type(v, json_type_boolean)) {
        hw_text(w, json_object_get_boolean(v) ? "yes" : "no");
    } else {
        hw_text(w, json_object_get_string(v));
    }
}

/* Rows of one kind: their keys are the columns. */
static void write_table(struct hwrite *w, struct arena *a, struct json_object *rows) {
    struct json_object_iter column, cell;
    hw_open(w, "table", NULL);
    hw_open(w, "tr", NULL);
    json_object_object_foreachC(jr_at(rows, 0), column) {
        hw_elem(w, "th", words(a, column.key));
    }
    hw_close(w, "tr");
    for (size_t i = 0; i < jr_len(rows); i++) {
        hw_open(w, "tr", NULL);
        json_object_object_foreachC(jr_at(rows, i), cell) {
            hw_open(w, "td", NULL);
            write_plain(w, cell.val);
            hw_close(w, "td");
        }
        hw_close(w, "tr");
    }
    hw_close(w, "table");
}

/* A cell or a definition is a paragraph of its own; texts side by side keep their direction to themselves. */
static void write_list(struct hwrite *w, struct arena *a, struct json_object *list) {
    for (size_t i = 0; i < jr_len(list); i++) {
        struct json_object *v = jr_at(list, i);
        hw_text(w, i ? ", " : "");
        const char *text = json_object_is_type(v, json_type_string) ? json_object_get_string(v) : NULL;
        if (text && unicode_isolated(a, text) != text) { /* ASCII runs one way */
            hw_bdi(w, text);
        } else {
            write_plain(w, v);
        }
    }
}

static void write_value(struct hwrite *w, struct arena *a, struct json_object *v) {
    bool rows = json_object_is_type(v, json_type_array) && json_object_is_type(jr_at(v, 0), json_type_object);
    hw_open(w, "dd", "class", rows ? "wide" : NULL, NULL);
    if (rows) {
        write_table(w, a, v);
    } else if (json_object_is_type(v, json_type_array)) {
        write_list(w, a, v);
    } else if (json_object_is_type(v, json_type_object)) {
        write_object(w, a, v);
    } else {
        write_plain(w, v);
    }
    hw_close(w, "dd");
}

static void write_members(struct hwrite *w, struct arena *a, struct json_object *o) {
    struct json_object_iter entry;
    json_object_object_foreachC(o, entry) {
        hw_elem(w, "dt", words(a, entry.key));
        write_value(w, a, entry.val);
    }
}

static void write_object(struct hwrite *w, struct arena *a, struct json_object *o) {
    hw_open(w, "dl", NULL);
    write_members(w, a, o);
    hw_close(w, "dl");
}

static void write_cell(struct hwrite *w, struct arena *a, const char *kind, const char *value) {
    hw_open(w, "td", NULL);
    if (!value) {
        write_plain(w, NULL);
    } else if (str_eq(kind, "boolean")) {
        hw_text(w, *value == 't' ? "yes" : "no");
    } else {
        hw_text(w, str_eq(kind, "time") ? db_iso(a, value) : value);
    }
    hw_close(w, "td");
}

static enum export_row write_row(struct hwrite *w, struct arena *a, const struct export_list *l, const char **values, char **rows) {
    enum export_row got = export_row(rows, l->width, values);
    if (got == EXPORT_ROW_READ) {
        hw_open(w, "tr", NULL);
        for (size_t i = 0; i < l->width; i++) {
            write_cell(w, a, l->kinds[i], values[i]);
        }
        hw_close(w, "tr");
    }
    return got;
}

static bool write_list_of_rows(struct hwrite *w, struct arena *a, const struct export_list *l, char **rows) {
    const char **values = arena_calloc(a, l->width, sizeof(*values));
    bool any = **rows == '(';
    enum export_row got;
    hw_elem(w, "dt", words(a, l->key));
    hw_open(w, "dd", "class", any ? "wide" : NULL, NULL);
    if (any) {
        hw_open(w, "table", NULL);
        hw_open(w, "tr", NULL);
        for (size_t i = 0; i < l->width; i++) {
            hw_elem(w, "th", words(a, l->names[i]));
        }
        hw_close(w, "tr");
    }
    do {
        got = write_row(w, a, l, values, rows);
    } while (got == EXPORT_ROW_READ);
    if (any) {
        hw_close(w, "table");
    }
    hw_close(w, "dd");
    return got == EXPORT_ROW_NONE;
}

void export_html_begin(struct hwrite *w, struct arena *a, enum lang lang, int64_t now) {
    hw_constant(w, "<!doctype html>");
    hw_open(w, "html", "lang", lang_tag(lang), "dir", lang_dir(lang), NULL);
    hw_open(w, "head", NULL);
    hw_void(w, "meta", "charset", "utf-8", NULL);
    hw_void(w, "meta", "name", "viewport", "content", "width=device-width, initial-scale=1", NULL);
    hw_elem(w, "title", say(a, lang, W_EXPORT_TITLE));
    hw_open(w, "style", NULL);
    hw_constant(w, style);
    hw_close(w, "style");
    hw_close(w, "head");
    hw_open(w, "body", NULL);
    hw_open(w, "main", NULL);
    hw_elem(w, "h1", say(a, lang, W_EXPORT_TITLE));
    hw_elem_class(w, "p", "soft", say(a, lang, W_EXPORT_ARTICLE));
    hw_elem_class(w, "p", "soft", say(a, lang, W_EXPORT_AT(now)));
}

void export_html_category(struct hwrite *w, struct arena *a, enum lang lang, const struct db_rows *notice, const char *key) {
    static const struct {
        enum words_id line;
        enum db_column column;
    } lines[] = {{WORDS_EXPORT_PURPOSE, COL_PURPOSE},
                 {WORDS_EXPORT_BASIS, COL_LEGAL_BASIS},
                 {WORDS_EXPORT_RETENTION, COL_RETENTION},
                 {WORDS_EXPORT_ERASURE, COL_ERASURE}};
    hw_open(w, "section", NULL);
    for (int i = 0; i < notice->n; i++) {
        if (!str_eq(db_str(notice, i, COL_KEY), key)) {
            continue;
        }
        hw_elem(w, "h2", category_say(a, lang, notice, i, COL_LABEL));
        for (size_t l = 0; l < sizeof(lines) / sizeof(lines[0]); l++) {
            const union words_arg text = {.text = category_say(a, lang, notice, i, lines[l].column)};
            hw_elem_class(w, "p", "soft", say(a, lang, (struct words){lines[l].line, &text, 1}));
        }
    }
}

bool export_html_item(struct hwrite *w, struct arena *a, const char *item, const struct export_list *lists, size_t n, char *rows) {
    const char *why = "";
    struct json_object *o = jr_parse(a, item, strlen(item), &why);
    if (!o) {
        log_error("export: an entry %s", why);
        return false;
    }
    bool sound = true;
    hw_open(w, "dl", "lang", "en", NULL); /* names of members are the same for everybody */
    write_members(w, a, o);
    for (size_t i = 0; sound && i < n; i++) {
        sound = write_list_of_rows(w, a, &lists[i], &rows);
    }
    hw_close(w, "dl");
    return sound;
}

void export_html_none(struct hwrite *w, enum lang lang) {
    hw_elem(w, "p", words_plain(lang, WORDS_EXPORT_NONE));
}

void export_html_category_end(struct hwrite *w) {
    hw_close(w, "section");
}

void export_html_end(struct hwrite *w, struct arena *a, enum lang lang, const char *third_party) {
    hw_open(w, "section", NULL);
    hw_elem(w, "h2", say(a, lang, W_EXPORT_PARTIES));
    if (third_party) {
        hw_elem(w, "p", say(a, lang, W_EXPORT_PARTY(third_party)));
    } else {
        hw_elem(w, "p", say(a, lang, W_EXPORT_PARTIES_NONE));
    }
    hw_close(w, "section");
    hw_close(w, "main");
    hw_close(w, "body");
    hw_close(w, "html");
}
