/* openapi.c - the family's part of the API's description (OpenAPI 3.1), printed from its rows: --openapi. nginx/openapi.py joins the parts.
 */
#include "common/base/str.h"
#include "common/meta/schema.h"
#include "common/web/internal.h"

#include <stdio.h>

/* ---- operations ---- */

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

/* One of each alternative. */
static void reply_examples(struct jwrite *w, const struct shape *s) {
    jw_kobject(w, "examples");
    for (const struct shape *const *one = s->one_of; *one; one++) {
        jw_kobject(w, (*one)->name);
        jw_kstr(w, "summary", (*one)->help);
        jw_key(w, "value");
        schema_example(w, *one, NULL);
        jw_object_end(w);
    }
    jw_object_end(w);
}

static void reply_json(struct jwrite *w, const struct route *row) {
    bool list = row->flags & ROUTE_LIST;
    jw_kobject(w, "application/json");
    jw_kobject(w, "schema");
    if (list) {
        jw_kstr(w, "type", "array");
        for (const struct field *f = row->query; f && f->name; f++) {
            if (str_eq(f->name, "limit")) {
                jw_kint(w, "maxItems", f->max);
            }
        }
        jw_kobject(w, "items");
    }
    schema_ref(w, row->reply->name);
    if (list) {
        jw_object_end(w);
    }
    jw_object_end(w);
    if (row->reply->one_of && !list) {
        reply_examples(w, row->reply);
    } else {
        jw_key(w, "example");
        if (list) {
            jw_array(w);
        }
        schema_example(w, row->reply, NULL);
        if (list) {
            jw_array_end(w);
        }
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

static void reply(struct jwrite *w, const struct route *row) {
    char status[8];
    snprintf(status, sizeof(status), "%d", row->status ? row->status : 200);
    jw_kobject(w, status);
    jw_kstr(w, "description", row->reply_help);
    reply_headers(w, row);
    jw_kobject(w, "content");
    if (row->reply) {
        reply_json(w, row);
    }
    if (row->flags & (ROUTE_HTML | ROUTE_HTML_TOO)) {
        text_content(w, row, "text/html");
    }
    if (row->flags & ROUTE_CSV) {
        text_content(w, row, "text/csv");
    }
    jw_object_end(w);
    jw_object_end(w);
}

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
    case ERR_MALFORMED_JSON:
    case ERR_MEDIA_TYPE: return row->body;
    case ERR_VALIDATION: return row->body || row->query;
    case ERR_UNAUTHENTICATED:
    case ERR_SCOPE:
    case ERR_PLAN: return known;
    case ERR_FORBIDDEN: return *guard_roles(row->guard);
    case ERR_CROSS_ORIGIN: return row->method != METHOD_GET;
    case ERR_BUDGET: return known && row->method != METHOD_GET;
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

/* The usual body with one of the codes of this status. */
static void error_usual(struct jwrite *w, const struct route *row, int status) {
    jw_karray(w, "allOf");
    jw_object(w);
    schema_ref(w, "Error");
    jw_object_end(w);
    jw_object(w);
    jw_kobject(w, "properties");
    jw_kobject(w, "code");
    jw_karray(w, "enum");
    for (int e = 1; e < ERR_COUNT; e++) {
        const struct shape *shape;
        error_named(row, (enum err)e, &shape);
        if (err_status((enum err)e) == status && error_has(row, (enum err)e) && !shape) {
            jw_str(w, err_code((enum err)e));
        }
    }
    jw_array_end(w);
    jw_object_end(w);
    jw_object_end(w);
    jw_object_end(w);
    jw_array_end(w);
}

static void error_schema(struct jwrite *w, const struct route *row, int status, const struct shape *const *shapes, int usual) {
    jw_kobject(w, "schema");
    if (shapes[0] && !shapes[1] && !usual) {
        schema_ref(w, shapes[0]->name);
    } else if (!shapes[0]) {
        error_usual(w, row, status);
    } else {
        jw_karray(w, "oneOf");
        for (; *shapes; shapes++) {
            jw_object(w);
            schema_ref(w, (*shapes)->name);
            jw_object_end(w);
        }
        jw_object(w);
        error_usual(w, row, status);
        jw_object_end(w);
        jw_array_end(w);
    }
    jw_object_end(w);
}

static void error_example(struct jwrite *w, const struct route *row, enum err e, const struct shape *shape) {
    jw_key(w, "example");
    if (shape) {
        schema_example(w, shape, NULL);
        return;
    }
    jw_object(w);
    jw_kstr(w, "error", err_text(e));
    jw_kstr(w, "code", err_code(e));
    jw_kstr(w, "requestId", "0b9d4c1e-7a52-4d38-9f60-3c1e5a7b9d24");
    if (e == ERR_VALIDATION) {
        const struct field *f = row->body ? row->body : row->query;
        while (f->flags & FIELD_READ_ONLY) {
            f++;
        }
        jw_karray(w, "fields");
        jw_object(w);
        jw_kstr(w, "field", f->name);
        jw_kstr(w, "message", f->flags & FIELD_REQUIRED ? "is required" : "is not valid");
        jw_object_end(w);
        jw_array_end(w);
    }
    jw_object_end(w);
}

/* One response for all errors of a status: what they mean, and the codes that tell them apart. */
static void error_response(struct jwrite *w, struct arena *a, const struct route *row, int status) {
    const struct shape *shapes[8] = {0}, *shown_shape = NULL;
    int nshapes = 0, usual = 0;
    enum err shown = OK; /* as the example: the first, but fields say most */
    const char *text = "";
    for (int i = 1; i < ERR_COUNT; i++) {
        enum err e = (enum err)i;
        const struct shape *shape;
        if (err_status(e) != status || !error_has(row, e)) {
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
        text = arena_printf(a, "%s%s- `%s`: %s %s", text, *text ? "\n" : "", err_code(e), err_text(e), err_remedy(e));
    }
    if (shown == OK) {
        return;
    }
    jw_kobject(w, arena_printf(a, "%d", status));
    jw_kstr(w, "description", text);
    jw_kobject(w, "headers");
    header_ref(w, "X-Request-Id");
    if (status == 401) {
        header_ref(w, "WWW-Authenticate");
    } else if (status == 429 || status == 503) {
        header_ref(w, "Retry-After");
    }
    jw_object_end(w);
    jw_kobject(w, "content");
    jw_kobject(w, "application/json");
    error_schema(w, row, status, shapes, usual);
    error_example(w, row, shown, shown_shape);
    jw_object_end(w);
    jw_object_end(w);
    jw_object_end(w);
}

/* {id}: the example is the one that the reply has, so that both belong together. */
static void path_parameter(struct jwrite *w, const struct route *row) {
    static const struct field any = {.name = "id", .type = FT_UUID};
    const struct field *id = row->reply ? row->reply->fields : NULL;
    while (id && id->name && !str_eq(id->name, "id")) {
        id++;
    }
    jw_object(w);
    jw_kstr(w, "name", "id");
    jw_kstr(w, "in", "path");
    if (row->id_help) {
        jw_kstr(w, "description", row->id_help);
    }
    jw_kbool(w, "required", true);
    jw_kobject(w, "schema");
    schema_members(w, &any, false);
    jw_object_end(w);
    jw_key(w, "example");
    schema_example_value(w, id && id->name ? id : &any);
    jw_object_end(w);
}

/* A filter says what the member of the rows says. */
static void parameter_help(struct jwrite *w, const struct field *f) {
    const struct field *member = f->help ? NULL : field_filtered(f);
    if (member) {
        char text[400];
        snprintf(text, sizeof(text), "Only those of this `%s`. %s", f->filters, member->help);
        jw_kstr(w, "description", text);
    } else if (f->help) {
        jw_kstr(w, "description", f->help);
    }
}

static void parameters(struct jwrite *w, const struct route *row) {
    jw_karray(w, "parameters");
    if (strchr(row->path, '{')) {
        path_parameter(w, row);
    }
    for (const struct field *f = row->query; f && f->name; f++) {
        jw_object(w);
        jw_kstr(w, "name", f->name);
        jw_kstr(w, "in", "query");
        parameter_help(w, f);
        if (f->flags & (FIELD_REQUIRED | FIELD_ASKED)) {
            jw_kbool(w, "required", true);
        }
        jw_kobject(w, "schema");
        struct field plain = *f;
        plain.help = NULL;
        schema_members(w, &plain, false);
        jw_object_end(w);
        if (f->example || f->flags & (FIELD_REQUIRED | FIELD_ASKED)) {
            jw_key(w, "example");
            schema_example_value(w, f);
        }
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void security(struct jwrite *w, const struct route *row) {
    jw_karray(w, "security");
    if (row->guard != GUARD_PUBLIC) {
        jw_object(w);
        jw_kstrs(w, "session", guard_roles(row->guard));
        jw_object_end(w);
    }
    if (row->scope) {
        jw_object(w);
        jw_kstrs(w, "bearer", (const char *const[]){row->scope, NULL});
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void request_body(struct jwrite *w, const struct route *row) {
    jw_kobject(w, "requestBody");
    jw_kbool(w, "required", true);
    jw_kobject(w, "content");
    jw_kobject(w, "application/json");
    jw_kobject(w, "schema");
    schema_object(w, row->body, false);
    jw_object_end(w);
    jw_key(w, "example");
    schema_example(w, NULL, row->body);
    jw_object_end(w);
    jw_object_end(w);
    jw_object_end(w);
}

/* The row's own sentences, and what follows from its other members. */
static const char *description(struct arena *a, const struct route *row) {
    static const char *const who[GUARD_COUNT] = {
        [GUARD_PUBLIC] = "Needs no credential.",
        [GUARD_MEMBER] = "For everybody who is signed in.",
        [GUARD_PLAYER] = "For every role but AUDITOR.",
        [GUARD_FACILITATOR] = "For facilitators and administrators.",
        [GUARD_ADMIN] = "For administrators.",
        [GUARD_OVERSIGHT] = "For administrators and auditors.",
        [GUARD_PLATFORM] = "For the platform's administrators.",
        [GUARD_PENDING] = "For the cookie of a sign-in that waits for its second factor, and nobody else.",
        [GUARD_LEAVING] = "For everybody who is signed in, also between the password and the second factor.",
    };
    const char *keys = row->scope ? arena_printf(a, " An API key needs the scope `%s`.", row->scope)
                       : row->guard == GUARD_PUBLIC || row->guard == GUARD_PENDING
                           ? ""
                           : " Takes the session cookie only: an API key is refused with `scope_missing`.";
    return arena_printf(
        a, "%s%s**Who:** %s%s%s", row->help ? row->help : "", row->help ? "\n\n" : "", who[row->guard], keys,
        row->flags & ROUTE_PAGED
            ? "\n\n**Pages:** while there are more, the header Link names the next page (rel=\"next\"); call its address as it is."
            : "");
}

static void operation(struct jwrite *w, struct arena *a, const struct route *row) {
    static const int statuses[] = {400, 401, 403, 404, 409, 410, 413, 414, 415, 429, 500, 503};
    char name[8];
    snprintf(name, sizeof(name), "%s", method_names[row->method]);
    str_lower(name);
    jw_kobject(w, name);
    jw_kstr(w, "operationId", row->name);
    jw_kstrs(w, "tags", (const char *const[]){row->tag, NULL});
    jw_kstr(w, "summary", row->summary);
    jw_kstr(w, "description", description(a, row));
    security(w, row);
    parameters(w, row);
    if (row->body) {
        request_body(w, row);
    }
    jw_kobject(w, "responses");
    reply(w, row);
    for (size_t i = 0; i < sizeof(statuses) / sizeof(statuses[0]); i++) {
        error_response(w, a, row, statuses[i]);
    }
    jw_object_end(w);
    jw_object_end(w);
}

/* A row of the table of errors. */
static void error_row(struct jwrite *w, enum err e) {
    jw_object(w);
    jw_kstr(w, "code", err_code(e));
    jw_kint(w, "status", err_status(e));
    jw_kstr(w, "text", err_text(e));
    jw_kstr(w, "remedy", err_remedy(e));
    jw_object_end(w);
}

bool openapi_print(const struct app *app) {
    struct buf out;
    struct jwrite w;
    struct schema_seen seen = {.n = 0};
    struct arena *a = arena_new(64 * 1024);
    buf_init(&out, 8 << 20);
    jw_init(&w, &out);
    jw_object(&w);
    jw_kobject(&w, "paths");
    each_route(app, row) {
        if (path_first(app, row->path) != row) {
            continue;
        }
        jw_kobject(&w, row->path);
        each_route(app, other) {
            if (str_eq(other->path, row->path)) {
                operation(&w, a, other);
            }
        }
        jw_object_end(&w);
    }
    jw_object_end(&w);
    jw_kobject(&w, "schemas");
    each_route(app, row) {
        if (row->reply) {
            schema_shape(&w, row->reply, &seen);
        }
        for (const struct route_error *e = row->errors; e && e->err != OK; e++) {
            if (e->shape) {
                schema_shape(&w, e->shape, &seen);
            }
        }
    }
    jw_object_end(&w);
    jw_karray(&w, "errors");
    for (int e = 1; e < ERR_COUNT; e++) {
        error_row(&w, (enum err)e);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    bool whole = jw_done(&w);
    puts(whole ? out.data : "");
    buf_release(&out);
    arena_free(a);
    return whole;
}
