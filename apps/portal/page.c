/* page.c - lists one page at a time: cursors in, links to the next page out (RFC 8288). */
#include "apps/portal/portal.h"
#include "common/base/str.h"

#define NO_CURSOR_US "253402300799000000" /* 9999-12-31: before everything */
#define NO_CURSOR_ID "ffffffff-ffff-ffff-ffff-ffffffffffff"

enum err page_cursor(struct req *q, struct resp *r, const char *cursor, const char **us, const char **id) {
    int64_t number = 0;
    *us = NO_CURSOR_US;
    *id = NO_CURSOR_ID;
    if (!cursor) {
        return OK;
    }
    const char *dot = strchr(cursor, '.');
    *us = dot ? arena_strndup(q->arena, cursor, (size_t)(dot - cursor)) : "";
    *id = dot ? dot + 1 : "";
    if (str_to_i64(*us, 0, INT64_C(253402300799000000), &number) && str_is_uuid(*id)) {
        return OK;
    }
    resp_field_error(r, "cursor", "must come from the Link header of a reply");
    return ERR_VALIDATION;
}

/* Percent-encoding of all but the unreserved characters (RFC 3986, section 2.3). */
static const char *url_encoded(struct arena *a, const char *text) {
    static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    static const char digits[] = "0123456789ABCDEF";
    char *out = arena_alloc(a, 3 * strlen(text) + 1);
    char *w = out;
    for (const char *c = text; *c; c++) {
        if (strchr(plain, *c)) {
            *w++ = *c;
        } else {
            *w++ = '%';
            *w++ = digits[(unsigned char)*c >> 4];
            *w++ = digits[(unsigned char)*c & 15];
        }
    }
    return out;
}

void page_next(struct req *q, struct resp *r, int64_t limit, const char *cursor, const struct page_filter *filters) {
    const char *link = arena_printf(q->arena, "<%s?limit=%lld&cursor=%s", q->path, (long long)limit, url_encoded(q->arena, cursor));
    for (const struct page_filter *f = filters; f->name; f++) {
        if (f->value) {
            link = arena_printf(q->arena, "%s&%s=%s", link, f->name, url_encoded(q->arena, f->value));
        }
    }
    resp_header(r, "Link", arena_printf(q->arena, "%s>; rel=\"next\"", link));
}
