/*
 * export_rows.c - rows that an entry of an export brings along, such as the answers of a run.
 *
 * They come as PostgreSQL prints records (manual, "Composite Type Input and Output Syntax"), because a person may have hundreds of
 * thousands of them: "(0,1,bec-101,t,,""because, I think"")". The database says which columns they have and of what kind.
 */
#include "apps/auth/export.h"
#include "common/base/log.h"
#include "common/base/str.h"

size_t export_lists(struct arena *a, const struct db_rows *known, const char *table, struct export_list *lists) {
    size_t n = 0;
    for (int i = 0; i < known->n && n < EXPORT_MAX_LISTS; i++) {
        if (!str_eq(db_str(known, i, COL_PARENT), table)) {
            continue;
        }
        lists[n] = (struct export_list){.key = db_str(known, i, COL_NESTED),
                                        .names = db_texts(a, db_str(known, i, COL_NAMES)),
                                        .kinds = db_texts(a, db_str(known, i, COL_KINDS))};
        while (lists[n].names[lists[n].width]) {
            lists[n].width++;
        }
        n++;
    }
    return n;
}

/* One value, up to the comma or parenthesis behind it, which goes to *end; quotes in quotes are doubled or escaped. Written over itself. */
static const char *take_value(char **text, char *end) {
    char *from = *text, *to = *text, *start = *text;
    bool quoted = false;
    if (*from == ',' || *from == ')') {
        *end = *from;
        *text = from + 1;
        return NULL;
    }
    for (; *from && (quoted || (*from != ',' && *from != ')')); from++) {
        if (*from == '"' && !(quoted && from[1] == '"')) {
            quoted = !quoted;
            continue;
        }
        from += (*from == '"' || *from == '\\') && from[1];
        *to++ = *from;
    }
    *end = *from;
    *text = *from ? from + 1 : from;
    *to = '\0';
    return start;
}

enum export_row export_row(char **text, size_t width, const char **values) {
    if (**text == '\n') {
        (*text)++;
        return EXPORT_ROW_NONE;
    }
    if (**text != '(') {
        log_error("export: a row cannot be read");
        return EXPORT_ROW_BROKEN;
    }
    (*text)++;
    for (size_t i = 0; i < width; i++) {
        char end;
        values[i] = take_value(text, &end);
        if (end != (i + 1 < width ? ',' : ')')) {
            log_error("export: a row has not %zu values", width);
            return EXPORT_ROW_BROKEN;
        }
    }
    return EXPORT_ROW_READ;
}

static void write_value(struct jwrite *w, struct arena *a, const char *kind, const char *value) {
    if (!value || str_eq(kind, "text")) {
        jw_str(w, value);
    } else if (str_eq(kind, "time")) {
        jw_str(w, db_iso(a, value));
    } else if (str_eq(kind, "boolean")) {
        jw_bool(w, *value == 't');
    } else {
        jw_jsonb(w, value);
    }
}

bool export_lists_json(struct jwrite *w, struct arena *a, const struct export_list *lists, size_t n, char *rows) {
    for (const struct export_list *l = lists; l < lists + n; l++) {
        const char **values = arena_calloc(a, l->width, sizeof(*values));
        enum export_row got;
        jw_karray(w, l->key);
        while ((got = export_row(&rows, l->width, values)) == EXPORT_ROW_READ) {
            jw_object(w);
            for (size_t i = 0; i < l->width; i++) {
                jw_key(w, l->names[i]);
                write_value(w, a, l->kinds[i], values[i]);
            }
            jw_object_end(w);
        }
        jw_array_end(w);
        if (got == EXPORT_ROW_BROKEN) {
            return false;
        }
    }
    return true;
}
