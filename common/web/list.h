/*
 * list.h - replies that are lists, one page at a time.
 *
 *     static const struct list sessions_list = {
 *         .row = &session_row_shape, .order = LIST_NEWEST, .at = COL_CREATED_AT, .id = COL_ID, .limit = 50};
 *
 *     struct list_at at;
 *     enum err e = list_at(q, r, &sessions_list, &at);
 *     ... {SQL_SESSIONS_LIST(at.limit, at.place, at.id, f->status), .rows = &rows} ...
 *     return e == OK ? list_reply(q, r, &sessions_list, &rows) : e;
 *
 * The rows of the route's query say the rest: "limit" (FIELD_INT or FIELD_OPTINT) and "cursor" (FIELD_STR) are those of the list, "format"
 * asks for CSV where a route has it, and all others are filters. The link to the next page (RFC 8288) repeats what was asked.
 */
#ifndef MUSTER_WEB_LIST_H
#define MUSTER_WEB_LIST_H

#include "common/web/web.h"

/* How the rows are ordered, and so what a cursor holds. Clients take it from the Link header and never look into it. */
enum list_order {
    LIST_NEWEST, /* by time and id, both descending: "<microseconds>.<uuid>" */
    LIST_OLDEST, /* by both ascending */
    LIST_NUMBER, /* by a number that is unique */
    LIST_TEXT    /* by a text that is unique */
};

struct list {
    const struct shape *row;
    enum list_order order;
    enum db_column at; /* of the first two orders: the time, as timestamptz or as microseconds */
    enum db_column id; /* the id, the number or the text */
    int64_t limit;     /* rows of a page when nobody says it */
    int64_t csv_limit; /* of one that is CSV */
    const char *saved; /* CSV: the name of the file without date and ending */
};

/* Arguments of the list's statement. */
struct list_at {
    const char *limit; /* one more than asked for: tells whether there is a next page */
    const char
        *place;     /* the time in microseconds, the number or the text behind which the page begins; a number or text: NULL, at the top */
    const char *id; /* behind which id, of those of the same time */
};

/* Reads limit and cursor of the request. ERR_VALIDATION with the field's name for a cursor that is none. */
enum err list_at(struct req *q, struct resp *r, const struct list *l, struct list_at *at);
/* Writes the page as JSON, or as CSV when that was asked for, and the Link header. */
enum err list_reply(struct req *q, struct resp *r, const struct list *l, const struct db_rows *rows);
/* The same as a JSON array inside of a larger reply. */
void list_rows(struct req *q, struct resp *r, const struct list *l, const struct db_rows *rows);

#endif
