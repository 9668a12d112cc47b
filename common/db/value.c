/* value.c - reading results and writing literals. */
#include "common/base/buf.h"
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/db/db.h"

#include <libpq-fe.h>

const char *db_column_name(enum db_column column) {
    static const char *const names[COL_COUNT] = DB_COLUMN_NAMES;
    return names[column];
}

int db_col(const struct db_rows *rows, enum db_column column) {
    int col = rows->stmt->columns[column];
    if (col == 0) {
        log_error("db: %s has no column %s", rows->stmt->name, db_column_name(column));
        abort();
    }
    return col - 1;
}

const char *db_at(const struct db_rows *rows, int row, int col) {
    return PQgetisnull(rows->res, row, col) ? NULL : PQgetvalue(rows->res, row, col);
}

const char *db_str(const struct db_rows *rows, int row, enum db_column column) {
    return db_at(rows, row, db_col(rows, column));
}

int64_t db_int(const struct db_rows *rows, int row, enum db_column column) {
    const char *text = db_str(rows, row, column);
    int64_t v = 0;
    if (text && !str_to_i64(text, INT64_MIN, INT64_MAX, &v)) {
        log_error("db: column %s is no integer", db_column_name(column));
    }
    return v;
}

double db_num(const struct db_rows *rows, int row, enum db_column column) {
    const char *text = db_str(rows, row, column);
    return text ? strtod(text, NULL) : 0;
}

bool db_bool(const struct db_rows *rows, int row, enum db_column column) {
    const char *text = db_str(rows, row, column);
    return text && text[0] == 't';
}

bool db_null(const struct db_rows *rows, int row, enum db_column column) {
    return db_str(rows, row, column) == NULL;
}

const char *db_iso(struct arena *a, const char *timestamptz) {
    if (!timestamptz || strlen(timestamptz) < 19) {
        return NULL;
    }
    /* The session's zone is UTC (db_connect), so the offset is always +00. By hand, because lists have three in each row. */
    char *iso = arena_strdup(a, "0000-00-00T00:00:00.000Z");
    memcpy(iso, timestamptz, 10);
    memcpy(iso + 11, timestamptz + 11, 8);
    for (int i = 0; i < 3 && timestamptz[19] == '.' && timestamptz[20 + i] >= '0' && timestamptz[20 + i] <= '9'; i++) {
        iso[20 + i] = timestamptz[20 + i];
    }
    return iso;
}

/* One element of an array literal, quoted or plain; advances *p behind it. */
static char *array_element(struct arena *a, const char **p) {
    char *out = arena_alloc(a, strlen(*p) + 1);
    size_t n = 0;
    bool quoted = **p == '"';
    if (quoted) {
        (*p)++;
    }
    while (**p && (quoted ? **p != '"' : **p != ',' && **p != '}')) {
        if (**p == '\\' && (*p)[1]) {
            (*p)++;
        }
        out[n++] = *(*p)++;
    }
    if (quoted && **p == '"') {
        (*p)++;
    }
    return out;
}

const char **db_texts(struct arena *a, const char *array) {
    size_t cap = 1;
    for (const char *c = array; c && *c; c++) {
        cap += *c == ',';
    }
    const char **list = arena_calloc(a, cap + 1, sizeof(*list));
    if (!array || array[0] != '{' || array[1] == '}') {
        return list;
    }
    const char *p = array + 1;
    size_t n = 0;
    while (*p && *p != '}' && n < cap) {
        list[n++] = array_element(a, &p);
        if (*p == ',') {
            p++;
        }
    }
    return list;
}

const char *db_text_array(struct arena *a, const char *const *items, size_t n) {
    size_t size = 3;
    for (size_t i = 0; i < n; i++) {
        size += 2 * strlen(items[i]) + 3;
    }
    char *out = arena_alloc(a, size);
    char *w = out;
    *w++ = '{';
    for (size_t i = 0; i < n; i++) {
        if (i) {
            *w++ = ',';
        }
        *w++ = '"';
        for (const char *s = items[i]; *s; s++) {
            if (*s == '"' || *s == '\\') {
                *w++ = '\\';
            }
            *w++ = *s;
        }
        *w++ = '"';
    }
    *w++ = '}';
    return out;
}

const char *db_number(struct arena *a, int64_t v) {
    char text[21]; /* INT64_MIN has 20 characters */
    char *p = text + sizeof(text) - 1;
    uint64_t rest = v < 0 ? 0 - (uint64_t)v : (uint64_t)v;
    *p = '\0';
    do {
        *--p = (char)('0' + rest % 10);
    } while ((rest /= 10) > 0);
    if (v < 0) {
        *--p = '-';
    }
    return arena_strdup(a, p);
}

const char *db_bytes(struct arena *a, const void *data, size_t len) {
    static const char digits[] = "0123456789abcdef";
    const unsigned char *bytes = data;
    char *out = arena_alloc(a, 2 * len + 3);
    out[0] = '\\';
    out[1] = 'x';
    for (size_t i = 0; i < len; i++) {
        out[2 + 2 * i] = digits[bytes[i] >> 4];
        out[3 + 2 * i] = digits[bytes[i] & 15];
    }
    return out;
}
