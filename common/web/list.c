/* list.c - cursors in, links to the next page out; see list.h. */
#include "common/web/list.h"

#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/str.h"

#define LAST_US INT64_C(253402300799000000) /* 9999-12-31 */
#define NEWEST_US "253402300799000000"
#define NEWEST_ID "ffffffff-ffff-ffff-ffff-ffffffffffff"
#define OLDEST_US "0"
#define OLDEST_ID "00000000-0000-0000-0000-000000000000"
#define LIST_MAX_SETS 4

static const struct field *query_row(const struct req *q, const char *name) {
    const struct field *f = q->route->query;
    while (f->name && !str_eq(f->name, name)) {
        f++;
    }
    return f->name ? f : NULL;
}

/* What was asked, as text; NULL: nothing. */
static const char *given(const struct req *q, const struct field *f) {
    const void *member = f ? (const char *)q->query + f->offset : NULL;
    const int64_t *number;
    switch (f ? f->type : FT_END) {
    case FT_END: return NULL;
    case FT_INT: return db_number(q->arena, *(const int64_t *)member);
    case FT_OPTINT: number = *(const int64_t *const *)member; return number ? db_number(q->arena, *number) : NULL;
    case FT_BOOL: return *(const bool *)member ? "true" : "false";
    default: return *(const char *const *)member;
    }
}

static bool as_csv(const struct req *q) {
    return str_eq(given(q, query_row(q, "format")), "csv");
}

static int64_t limit_of(const struct req *q, const struct list *l) {
    const char *text = given(q, query_row(q, "limit"));
    int64_t asked = 0;
    bool known = text && str_to_i64(text, 1, INT32_MAX - 1, &asked);
    return known ? asked : as_csv(q) && l->csv_limit ? l->csv_limit : l->limit;
}

static bool read_cursor(struct arena *a, enum list_order order, const char *cursor, struct list_at *at) {
    int64_t number = 0;
    if (order == LIST_TEXT) {
        at->place = cursor;
        return true;
    }
    if (order == LIST_NUMBER) {
        at->place = cursor;
        return str_to_i64(cursor, 1, INT64_MAX, &number);
    }
    const char *dot = strchr(cursor, '.');
    at->place = dot ? arena_strndup(a, cursor, (size_t)(dot - cursor)) : "";
    at->id = dot ? dot + 1 : "";
    const char *end = order == LIST_SORTED ? strchr(at->id, '.') : NULL;
    if (end) {
        at->key = end + 1;
        at->id = arena_strndup(a, at->id, (size_t)(end - at->id));
    }
    return str_to_i64(at->place, 0, LAST_US, &number) && str_is_uuid(at->id);
}

struct list_at list_at(const struct req *q, const struct list *l) {
    const char *cursor = given(q, query_row(q, "cursor"));
    struct list_at at = {.limit = db_number(q->arena, limit_of(q, l) + 1)};
    if (l->order == LIST_NEWEST || l->order == LIST_OLDEST) {
        at.place = l->order == LIST_NEWEST ? NEWEST_US : OLDEST_US;
        at.id = l->order == LIST_NEWEST ? NEWEST_ID : OLDEST_ID;
    }
    at.unsound = cursor && !read_cursor(q->arena, l->order, cursor, &at);
    return at;
}

struct list_sort list_sort(const char *sort) {
    bool down = sort[0] == '-';
    return (struct list_sort){.by = sort + down, .down = down ? "true" : "false"};
}

/* Microseconds of a column that has a time, or has them already. */
static int64_t microseconds(struct arena *a, const char *value) {
    int64_t us = 0;
    if (str_to_i64(value, 0, LAST_US, &us)) {
        return us;
    }
    char *iso = arena_strdup(a, value);
    iso[strcspn(iso, " ")] = 'T'; /* PostgreSQL's form, but for the space */
    if (!clock_parse(iso, &us)) {
        log_error("list: %s is no time", value);
    }
    return us;
}

static const char *cursor_of(struct req *q, const struct list *l, const struct db_rows *rows, int row) {
    const char *id = db_str(rows, row, l->id);
    if (l->order == LIST_NUMBER || l->order == LIST_TEXT) {
        return id;
    }
    const char *cursor = arena_printf(q->arena, "%lld.%s", (long long)microseconds(q->arena, db_str(rows, row, l->at)), id);
    bool keyed = l->order == LIST_SORTED && !db_null(rows, row, l->key);
    return keyed ? arena_printf(q->arena, "%s.%s", cursor, db_str(rows, row, l->key)) : cursor;
}

static const char *url_encoded(struct arena *a, const char *text) {
    char *out = arena_alloc(a, 3 * strlen(text) + 1);
    str_url_encode(out, text, "");
    return out;
}

/* The same address with the next cursor, and what else was asked. */
static void link_next(struct req *q, struct resp *r, const struct list *l, const struct db_rows *rows, int last) {
    const char *cursor = url_encoded(q->arena, cursor_of(q, l, rows, last));
    const char *link = arena_printf(q->arena, "<%s?limit=%lld&cursor=%s", q->path, (long long)limit_of(q, l), cursor);
    for (const struct field *f = q->route->query; f->name; f++) {
        const char *value = str_eq(f->name, "limit") || str_eq(f->name, "cursor") ? NULL : given(q, f);
        if (value) {
            link = arena_printf(q->arena, "%s&%s=%s", link, f->name, url_encoded(q->arena, value));
        }
    }
    resp_header(r, "Link", arena_printf(q->arena, "%s>; rel=\"next\"", link));
}

/* Leaves the rows that belong to the page. */
static void cut_page(struct req *q, struct resp *r, const struct list *l, struct db_rows *rows) {
    int64_t limit = limit_of(q, l);
    if (rows->n > limit) {
        link_next(q, r, l, rows, (int)limit - 1);
        rows->n = (int)limit;
    }
}

static void write_csv(struct req *q, struct resp *r, const struct list *l, const struct db_rows *rows) {
    char today[CLOCK_ISO_SIZE];
    clock_iso(clock_now_us(), today);
    r->content_type = "text/csv; charset=utf-8";
    resp_attachment(r, arena_printf(q->arena, "%s-%.10s.csv", l->saved, today));
    shape_csv(r->body, q->arena, q->route->reply, rows, rows->n);
}

enum err list_reply(struct req *q, struct resp *r, const struct list *l, const struct list_at *at, struct db_call *calls, size_t n) {
    struct db_rows sets[LIST_MAX_SETS] = {0};
    if (at->unsound) {
        resp_field_error(r, "cursor", W_ERRORS_FIELD_CURSOR);
        return ERR_VALIDATION;
    }
    for (size_t i = 0; i < n && i < LIST_MAX_SETS; i++) {
        calls[i].rows = &sets[i];
    }
    enum err e = req_run(q, calls, n);
    if (e != OK) {
        return e;
    }
    cut_page(q, r, l, sets);
    if (as_csv(q)) {
        write_csv(q, r, l, sets);
        return OK;
    }
    return reply_sets(q, r, sets);
}
