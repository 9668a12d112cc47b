/*
 * list.h - replies that are lists, one page at a time.
 *
 *     static const struct list people_list = {.order = LIST_TEXT, .id = COL_EMAIL, .limit = 50};
 *
 *     static enum err users_get(struct req *q, struct resp *r) {
 *         const struct users_query *f = q->query;
 *         const struct list_at at = list_at(q, &people_list);
 *         struct db_call call = {SQL_USERS(at.limit, at.place, f->role)};
 *         return list_reply(q, r, &people_list, &at, &call, 1);
 *     }
 *
 * The route's row says the rest. .reply is the shape of a row of the list (ROUTE_LIST), or of an object that has the list as a member of
 * .set 1. Of its query, "limit" (FIELD_INT or FIELD_OPTINT) and "cursor" (FIELD_STR) are those of the list, "format" asks for CSV where a
 * route has it, and all others are filters: the link to the next page (RFC 8288) repeats what was asked.
 */
#ifndef MUSTER_WEB_LIST_H
#define MUSTER_WEB_LIST_H

#include "common/web/web.h"

/* How the rows are ordered, and so what a cursor holds. Clients take it from the Link header and never look into it. */
enum list_order {
    LIST_NEWEST, /* by time and id, both descending: "<microseconds>.<uuid>" */
    LIST_OLDEST, /* by both ascending */
    LIST_NUMBER, /* by a number that is unique */
    LIST_TEXT,   /* by a text that is unique */
    LIST_SORTED  /* by whatever was asked for: time, id and, where the row has one, the key that it is sorted by:
                    "<microseconds>.<uuid>.<key>" */
};

struct list {
    enum list_order order;
    enum db_column at;  /* of the first two orders and the last: the time, as timestamptz or as microseconds */
    enum db_column id;  /* the id, the number or the text */
    enum db_column key; /* of the last: a text that may be null */
    int64_t limit;      /* rows of a page when nobody says it */
    int64_t csv_limit;  /* of one that is CSV */
    const char *saved;  /* CSV: the name of the file without date and ending */
};

/* Arguments of the list's statement. */
struct list_at {
    const char *limit; /* one more than asked for: tells whether there is a next page */
    const char *place; /* the time in microseconds, the number or the text behind which the page begins; NULL at the top of lists that
                        * are not by time */
    const char *id;    /* behind which id, of those of the same time */
    const char *key;   /* LIST_SORTED: behind which key; NULL: among the rows that have none */
    bool unsound;      /* the cursor is none: list_reply() refuses it */
};

/* Reads limit and cursor of the request. */
struct list_at list_at(const struct req *q, const struct list *l);
/* What a query's "sort" says: the name without the "-" that turns the direction round. */
struct list_sort {
    const char *by, *down; /* down: "true" or "false", an argument of the statement */
};
struct list_sort list_sort(const char *sort);
/* Runs n statements, the list's own first, and writes the page as JSON, or as CSV when that was asked for, and the Link header. Results of
 * the others are those of .set 2 and so on. ERR_VALIDATION with the field's name for a cursor that is none. */
enum err list_reply(struct req *q, struct resp *r, const struct list *l, const struct list_at *at, struct db_call *calls, size_t n);

#endif
