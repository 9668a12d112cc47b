/* openapi_reply.c - what an operation answers, in the words of its dialect; see openapi.c. */
#include "common/base/str.h"
#include "common/meta/schema.h"
#include "common/web/internal.h"

#include <stdio.h>

#define SOME_ID "0b9d4c1e-7a52-4d38-9f60-3c1e5a7b9d24"

/* ---- replies ---- */

static void header_ref(struct jwrite *w, const char *name) {
    char text[120];
    snprintf(text, sizeof(text), "#/components/headers/%s", name);
    jw_kobject(w, name);
    jw_kstr(w, "$ref", text);
    jw_object_end(w);
}

static void reply_headers(struct jwrite *w, const struct route *row) {
    jw_kobject(w, "headers");
    header_ref(w, "X-Request-Id");
    if (row->flags & ROUTE_PAGED) {
        header_ref(w, "Link");
    }
    if (row->status == 303) {
        header_ref(w, "Location");
    }
    if (row->flags & ROUTE_COOKIE) {
        header_ref(w, "Set-Cookie");
    }
    if (row->flags & ROUTE_FILE) {
        header_ref(w, "Content-Disposition");
    }
    if (row->flags & ROUTE_HTML) {
        header_ref(w, "Content-Security-Policy");
    }
    jw_object_end(w);
}

static bool is_list(const struct route *row) {
    return row->flags & ROUTE_LIST;
}

/* What the handler writes: the members of its schema, into an object that is open. */
static void inner_schema(struct jwrite *w, const struct route *row) {
    if (!is_list(row)) {
        schema_ref(w, row->reply->name);
        return;
    }
    jw_kstr(w, "type", "array");
    for (const struct field *f = row->query; f && f->name; f++) {
        if (str_eq(f->name, "limit")) {
            jw_kint(w, "maxItems", f->max);
        }
    }
    jw_kobject(w, "items");
    schema_ref(w, row->reply->name);
    jw_object_end(w);
}

/* shape: the row's, or one of its alternatives. */
static void inner_example(struct jwrite *w, const struct route *row, const struct shape *shape) {
    if (is_list(row)) {
        jw_array(w);
    }
    schema_example(w, shape, NULL);
    if (is_list(row)) {
        jw_array_end(w);
    }
}

/* Whether every error of a dialect has a code. */
static bool has_codes(const struct dialect *d) {
    const struct dialect_error *e = d->errors;
    while (e && e->err != OK && !(e->code && !*e->code)) {
        e++;
    }
    return !e || e->err == OK;
}

/* The members that are in every object of an envelope. */
static void envelope_required(struct jwrite *w, const struct envelope *envelope, bool reply, bool codes) {
    jw_karray(w, "required");
    for (const struct envelope *m = envelope; m->name; m++) {
        if (m->part != PART_FACT && m->part != PART_FIELDS && (m->part != PART_REPLY || reply) && (m->part != PART_CODE || codes)) {
            jw_str(w, m->name);
        }
    }
    jw_array_end(w);
}

static void fields_schema(struct jwrite *w) {
    jw_kstr(w, "type", "array");
    jw_kobject(w, "items");
    jw_kstr(w, "type", "object");
    jw_object_end(w);
}

/* What the members of every envelope say. */
static const char *const part_help[] = {
    [PART_WORD] = "How the call went.",
    [PART_REPLY] = "What was asked for.",
    [PART_FACT] = "What there is to say beside it.",
    [PART_TEXT] = "What went wrong.",
    [PART_CODE] = "What kind of error it is.",
    [PART_ID] = "Names the request in logs.",
    [PART_FIELDS] = "The fields that are wrong.",
};

/* row: whose reply is in it; NULL: an envelope of errors. */
static void envelope_schema(struct jwrite *w, const struct dialect *d, const struct envelope *envelope, const struct route *row) {
    jw_kstr(w, "type", "object");
    envelope_required(w, envelope, row && row->reply, has_codes(d));
    jw_kobject(w, "properties");
    for (const struct envelope *m = envelope; m->name; m++) {
        jw_kobject(w, m->name);
        if (!row) {
            jw_kstr(w, "description", part_help[m->part]);
        }
        if (m->part == PART_WORD) {
            jw_kstr(w, "const", m->word);
        } else if (m->part == PART_FIELDS) {
            fields_schema(w);
        } else if (m->part == PART_REPLY && row && row->reply) {
            inner_schema(w, row);
        } else if (m->part != PART_FACT && m->part != PART_REPLY) {
            jw_kstr(w, "type", "string");
        }
        jw_object_end(w);
    }
    jw_object_end(w);
}

static void envelope_example(struct jwrite *w, const struct envelope *envelope, const struct route *row, const struct shape *shape) {
    jw_object(w);
    for (const struct envelope *m = envelope; m->name; m++) {
        if (m->part == PART_WORD || m->part == PART_ID) {
            jw_kstr(w, m->name, m->part == PART_WORD ? m->word : SOME_ID);
        } else if (m->part == PART_REPLY && shape) {
            jw_key(w, m->name);
            inner_example(w, row, shape);
        }
    }
    jw_object_end(w);
}

static bool is_wrapped(const struct dialect *d, const struct route *row) {
    return d->success && !(row->flags & ROUTE_BARE);
}

static void reply_example(struct jwrite *w, const struct dialect *d, const struct route *row, const struct shape *shape) {
    if (is_wrapped(d, row)) {
        envelope_example(w, d->success, row, shape);
    } else {
        inner_example(w, row, shape);
    }
}

/* One of each alternative. */
static void reply_examples(struct jwrite *w, const struct dialect *d, const struct route *row) {
    jw_kobject(w, "examples");
    for (const struct shape *const *one = row->reply->one_of; *one; one++) {
        jw_kobject(w, (*one)->name);
        jw_kstr(w, "summary", (*one)->help);
        jw_key(w, "value");
        reply_example(w, d, row, *one);
        jw_object_end(w);
    }
    jw_object_end(w);
}

/* A media type without its parameters. */
static void media_type(struct jwrite *w, const struct dialect *d) {
    char name[80];
    size_t len = strcspn(d->content_type, ";");
    snprintf(name, sizeof(name), "%.*s", (int)len, d->content_type);
    jw_kobject(w, name);
}

static void reply_json(struct jwrite *w, const struct dialect *d, const struct route *row) {
    media_type(w, d);
    jw_kobject(w, "schema");
    if (is_wrapped(d, row)) {
        envelope_schema(w, d, d->success, row);
    } else {
        inner_schema(w, row);
    }
    jw_object_end(w);
    if (row->reply && row->reply->one_of && !is_list(row)) {
        reply_examples(w, d, row);
    } else {
        jw_key(w, "example");
        reply_example(w, d, row, row->reply);
    }
    jw_object_end(w);
}

static void text_content(struct jwrite *w, const struct route *row, const char *type) {
    jw_kobject(w, type);
    jw_kobject(w, "schema");
    jw_kstr(w, "type", "string");
    jw_object_end(w);
    if (row->reply_text) {
        jw_kstr(w, "example", row->reply_text);
    }
    jw_object_end(w);
}

static void reply(struct jwrite *w, const struct dialect *d, const struct route *row) {
    char status[8];
    snprintf(status, sizeof(status), "%d", row->status ? row->status : 200);
    jw_kobject(w, status);
    jw_kstr(w, "description", row->reply_help);
    reply_headers(w, row);
    jw_kobject(w, "content");
    if (row->reply || (is_wrapped(d, row) && !(row->flags & (ROUTE_HTML | ROUTE_CSV | ROUTE_METRICS)))) {
        reply_json(w, d, row);
    }
    if (row->flags & (ROUTE_HTML | ROUTE_HTML_TOO)) {
        text_content(w, row, "text/html");
    }
    if (row->flags & ROUTE_XML_TOO) {
        text_content(w, row, "application/xml");
    }
    if (row->flags & ROUTE_CSV) {
        text_content(w, row, "text/csv");
    }
    if (row->flags & ROUTE_METRICS) {
        text_content(w, row, "application/openmetrics-text");
    }
    jw_object_end(w);
    jw_object_end(w);
}

/* ---- errors ---- */

/* The errors that follow from a row by itself. */
static bool error_follows(const struct route *row, enum err e) {
    bool known = row->guard != GUARD_PUBLIC;
    switch (e) {
    case ERR_BAD_REQUEST:
    case ERR_TOO_LARGE:
    case ERR_URI_TOO_LONG:
    case ERR_RATE_LIMITED:
    case ERR_INTERNAL:
    case ERR_UNAVAILABLE: return true;
    case ERR_MALFORMED_JSON: return row->body;
    case ERR_MEDIA_TYPE: return row->body || (row->flags & ROUTE_UPLOAD);
    case ERR_VALIDATION: return row->body || row->query;
    case ERR_UNAUTHENTICATED:
    case ERR_SCOPE:
    case ERR_PLAN: return known;
    case ERR_FORBIDDEN: return *guard_roles(row->guard);
    case ERR_RECENT_SIGN_IN: return row->flags & (ROUTE_STEP_UP | ROUTE_STEP_UP_SOME);
    case ERR_SECOND_FACTOR: return known && row->guard != GUARD_PENDING && !(row->flags & ROUTE_WITHOUT_FACTOR);
    case ERR_ENDING: return known && !(row->flags & ROUTE_ENDING);
    case ERR_BUDGET: return known && row->method != METHOD_GET;
    case ERR_CROSS_ORIGIN: return row->method != METHOD_GET && row->method != METHOD_OPTIONS;
    case ERR_NOT_FOUND: return strchr(row->path, '{');
    default: return false;
    }
}

/* The shape of its body when the row names the error; NULL otherwise, or for the usual body. */
static bool error_named(const struct route *row, enum err e, const struct shape **shape) {
    *shape = NULL;
    for (const struct route_error *own = row->errors; own && own->err != OK; own++) {
        if (own->err == e) {
            *shape = own->shape;
            return true;
        }
    }
    return false;
}

static bool error_has(const struct route *row, enum err e) {
    const struct shape *shape;
    return e != OK && (error_follows(row, e) || error_named(row, e, &shape));
}

static const char *member_of(const struct envelope *envelope, enum part part) {
    while (envelope->name && envelope->part != part) {
        envelope++;
    }
    return envelope->name;
}

/* The code of an error that the row has with this status and without a shape of its own; NULL: it is none, or has no code. */
static const char *code_of(const struct dialect *d, const struct route *row, int status, enum err e) {
    const struct shape *shape;
    error_named(row, e, &shape);
    bool has = dialect_status(d, e) == status && error_has(row, e) && !shape;
    return has && *dialect_code(d, e) ? dialect_code(d, e) : NULL;
}

/* The codes that a row's errors of a status have, each once. */
static void error_codes(struct jwrite *w, const struct dialect *d, const struct route *row, int status) {
    bool any = false;
    for (int e = 1; e < ERR_COUNT; e++) {
        const char *code = code_of(d, row, status, (enum err)e);
        int before = 1;
        while (code && before < e && !str_eq(code_of(d, row, status, (enum err)before), code)) {
            before++;
        }
        if (code && before == e) {
            if (!any) {
                jw_karray(w, "enum");
            }
            any = true;
            jw_str(w, code);
        }
    }
    if (any) {
        jw_array_end(w);
    }
}

/* The usual body with one of the codes of this status. */
static void error_usual(struct jwrite *w, const struct dialect *d, const struct route *row, int status) {
    const char *code = member_of(d->error, PART_CODE);
    if (!code) {
        schema_ref(w, d->error_shape);
        return;
    }
    jw_karray(w, "allOf");
    jw_object(w);
    schema_ref(w, d->error_shape);
    jw_object_end(w);
    jw_object(w);
    jw_kobject(w, "properties");
    jw_kobject(w, code);
    error_codes(w, d, row, status);
    jw_object_end(w);
    jw_object_end(w);
    jw_object_end(w);
    jw_array_end(w);
}

static void error_schema(struct jwrite *w, const struct dialect *d, const struct route *row, int status, const struct shape *const *shapes,
                         int usual) {
    jw_kobject(w, "schema");
    if (shapes[0] && !shapes[1] && !usual) {
        schema_ref(w, shapes[0]->name);
    } else if (!shapes[0]) {
        error_usual(w, d, row, status);
    } else {
        jw_karray(w, "oneOf");
        for (; *shapes; shapes++) {
            jw_object(w);
            schema_ref(w, (*shapes)->name);
            jw_object_end(w);
        }
        jw_object(w);
        error_usual(w, d, row, status);
        jw_object_end(w);
        jw_array_end(w);
    }
    jw_object_end(w);
}

/* The first field, as one that is wrong. */
static struct resp some_wrong(struct arena *a, const struct route *row) {
    const struct field *f = row->body ? row->body : row->query;
    struct resp r = {.arena = a};
    field_errors_init(&r.errors);
    while (f && (f->flags & FIELD_READ_ONLY)) {
        f++;
    }
    if (f) {
        resp_field_error(&r, f->name, f->flags & FIELD_REQUIRED ? W_ERRORS_FIELD_REQUIRED : W_ERRORS_FIELD_VALID);
    }
    return r;
}

static void error_example(struct jwrite *w, struct arena *a, const struct dialect *d, const struct route *row, enum err e,
                          const struct shape *shape) {
    const struct resp r = e == ERR_VALIDATION ? some_wrong(a, row) : (struct resp){.arena = a};
    jw_key(w, "example");
    if (shape) {
        schema_example(w, shape, NULL);
    } else {
        envelope_error(w, d, SOME_ID, e, &r);
    }
}

static void error_headers(struct jwrite *w, const struct dialect *d, int status) {
    jw_kobject(w, "headers");
    header_ref(w, "X-Request-Id");
    if (status == 401 && d->authenticator->challenge) {
        header_ref(w, "WWW-Authenticate");
    } else if (status == 429 || status == 503) {
        header_ref(w, "Retry-After");
    }
    jw_object_end(w);
}

/* One response for all errors of a status: what they mean, and the codes that tell them apart. */
static void error_response(struct jwrite *w, struct arena *a, const struct dialect *d, const struct route *row, int status) {
    const struct shape *shapes[8] = {0}, *shown_shape = NULL;
    int nshapes = 0, usual = 0;
    enum err shown = OK; /* as the example: the first, but fields say most */
    const char *text = "";
    for (int i = 1; i < ERR_COUNT; i++) {
        enum err e = (enum err)i;
        const struct shape *shape;
        if (dialect_status(d, e) != status || !error_has(row, e)) {
            continue;
        }
        error_named(row, e, &shape);
        if (shape && nshapes < 7) {
            shapes[nshapes++] = shape;
        }
        usual += !shape;
        if (shown == OK || e == ERR_VALIDATION) {
            shown = e;
            shown_shape = shape;
        }
        text = arena_printf(a, "%s%s- `%s`: %s %s", text, *text ? "\n" : "", dialect_code(d, e), dialect_text(d, e), err_remedy(e));
    }
    if (shown == OK) {
        return;
    }
    jw_kobject(w, arena_printf(a, "%d", status));
    jw_kstr(w, "description", text);
    error_headers(w, d, status);
    jw_kobject(w, "content");
    media_type(w, d);
    error_schema(w, d, row, status, shapes, usual);
    error_example(w, a, d, row, shown, shown_shape);
    jw_object_end(w);
    jw_object_end(w);
    jw_object_end(w);
}

void openapi_responses(struct jwrite *w, struct arena *a, const struct dialect *d, const struct route *row) {
    jw_kobject(w, "responses");
    reply(w, d, row);
    for (int status = 400; status < 600; status++) {
        error_response(w, a, d, row, status);
    }
    jw_object_end(w);
}

void openapi_error_shape(struct jwrite *w, const struct dialect *d) {
    jw_kobject(w, d->error_shape);
    jw_kstr(w, "description", "An error: what went wrong, in a sentence.");
    envelope_schema(w, d, d->error, NULL);
    jw_object_end(w);
}
