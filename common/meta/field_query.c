#include "common/base/str.h"
#include "common/meta/field_internal.h"

#include <string.h>

struct pair {
    const char *name;
    const char *value; /* NULL: badly encoded */
    struct pair *next;
};

/* "name=value" or "name". NULL when the name is badly encoded, for no row has such a name. */
static struct pair *read_pair(struct arena *a, const char *text, size_t len) {
    struct pair *p = arena_alloc(a, sizeof(*p));
    char *name = arena_strndup(a, text, len);
    char *value = strchr(name, '=');

    if (value == NULL) {
        value = arena_strdup(a, "");
    } else {
        *value++ = '\0';
    }
    p->name = name;
    p->value = str_url_decode(value) ? value : NULL;
    return str_url_decode(name) ? p : NULL;
}

static struct pair *read_pairs(struct arena *a, const char *query) {
    struct pair *first = NULL, **tail = &first;

    while (*query != '\0') {
        size_t len = strcspn(query, "&");
        struct pair *p = len > 0 ? read_pair(a, query, len) : NULL;
        if (p != NULL) {
            *tail = p;
            tail = &p->next;
        }
        query += len + (query[len] == '&');
    }
    return first;
}

static const struct pair *find(const struct pair *p, const char *name) {
    while (p != NULL && !str_eq(p->name, name)) {
        p = p->next;
    }
    return p;
}

static void read_parameter(const struct field_at *at, const struct pair *pairs, void *member) {
    const struct pair *p = find(pairs, at->row->name);

    field_default(at, member);
    if (p != NULL && find(p->next, at->row->name) != NULL) {
        field_refuse(at, W_ERRORS_FIELD_REPEATED);
    } else if (p != NULL && p->value == NULL) {
        field_refuse(at, W_ERRORS_FIELD_ENCODING);
    } else if (p != NULL && p->value[0] != '\0') {
        field_from_text(at, p->value, strlen(p->value), member);
    } else if (at->row->flags & FIELD_REQUIRED) {
        field_refuse(at, W_ERRORS_FIELD_REQUIRED);
    }
}

void field_read_query(const struct field *rows, const char *query, void *out, struct arena *a, struct field_errors *errors) {
    const struct pair *pairs = query == NULL ? NULL : read_pairs(a, query);

    for (const struct field *row = rows; row->type != FT_END; row++) {
        struct field_at at = {.arena = a, .errors = errors, .row = row, .path = row->name};

        if (field_has_text_form(row->type)) {
            read_parameter(&at, pairs, (char *)out + row->offset);
        } else {
            field_refuse(&at, W_ERRORS_FIELD_QUERY);
        }
    }
}
