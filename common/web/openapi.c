/* openapi.c - the family's part of the API's description (OpenAPI 3.1), printed from its rows: --openapi. nginx/openapi.py joins the parts.
 */
#include "common/base/str.h"
#include "common/meta/schema.h"
#include "common/web/internal.h"

#include <stdio.h>

/* ---- operations ---- */

static void param_schema(struct jwrite *w, enum param kind) {
    jw_kobject(w, "schema");
    jw_kstr(w, "type", kind == PARAM_INT ? "integer" : "string");
    if (kind == PARAM_INT) {
        jw_kstr(w, "format", "int64");
        jw_kint(w, "minimum", 0);
    } else if (kind == PARAM_UUID) {
        jw_kstr(w, "format", "uuid");
    } else {
        jw_kint(w, "minLength", 1);
    }
    jw_object_end(w);
}

/* The example is the one that the reply has, so that both belong together. */
static void param_example(struct jwrite *w, const struct route *row, enum param kind, const char *name) {
    static const struct {
        enum field_type type;
        const char *example;
    } kinds[PARAM_COUNT] = {
        [PARAM_UUID] = {FT_UUID, NULL},
        [PARAM_INT] = {FT_INT, "7"},
        [PARAM_NAME] = {FT_STR, "a%20name"},
        [PARAM_REST] = {FT_STR, "what/follows"},
    };
    const struct field any = {.name = name, .type = kinds[kind].type, .example = kinds[kind].example};
    const struct field *f = row->reply ? row->reply->fields : NULL;
    while (f && f->name && !(str_eq(f->name, name) && f->type == any.type)) {
        f++;
    }
    jw_key(w, "example");
    schema_example_value(w, f && f->name ? f : &any);
}

static void path_parameter(struct jwrite *w, const struct route *row, int n, const char *name) {
    enum param kind = row->params[n];
    jw_object(w);
    jw_kstr(w, "name", name);
    jw_kstr(w, "in", "path");
    if (row->param_help[n]) {
        jw_kstr(w, "description", row->param_help[n]);
    }
    jw_kbool(w, "required", true);
    param_schema(w, kind);
    param_example(w, row, kind, name);
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

static void path_parameters(struct jwrite *w, struct arena *a, const struct route *row) {
    int n = 0;
    for (const char *at = strchr(row->path, '{'); at; at = strchr(at + 1, '{')) {
        path_parameter(w, row, n++, arena_strndup(a, at + 1, strcspn(at + 1, "}")));
    }
}

static void parameters(struct jwrite *w, struct arena *a, const struct route *row) {
    jw_karray(w, "parameters");
    path_parameters(w, a, row);
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

static void scheme(struct jwrite *w, const char *name, const char *const *list) {
    jw_object(w);
    jw_kstrs(w, name, list);
    jw_object_end(w);
}

static void security(struct jwrite *w, const struct authenticator *a, const struct route *row) {
    jw_karray(w, "security");
    for (const char *const *s = a->schemes; s && *s && row->guard != GUARD_PUBLIC; s++) {
        scheme(w, *s, NULL);
    }
    if (!a->schemes && row->guard != GUARD_PUBLIC) {
        scheme(w, "session", guard_roles(row->guard));
    }
    if (!a->schemes && row->scope) {
        scheme(w, "bearer", (const char *const[]){row->scope, NULL});
    }
    jw_array_end(w);
}

static void body_json(struct jwrite *w, const struct route *row) {
    jw_kobject(w, "application/json");
    jw_kobject(w, "schema");
    schema_object(w, row->body, false);
    jw_object_end(w);
    jw_key(w, "example");
    schema_example(w, NULL, row->body);
    jw_object_end(w);
}

static void request_body(struct jwrite *w, struct arena *a, const struct table *table, const struct route *row) {
    const struct limits limits = route_limits(table, row);
    jw_kobject(w, "requestBody");
    if (limits.body != BODY_MEMORY) {
        jw_kstr(w, "description", arena_printf(a, "At most %lld bytes.", (long long)limits.body));
    }
    jw_kbool(w, "required", true);
    jw_kobject(w, "content");
    if (row->body) {
        body_json(w, row);
    } else {
        jw_kobject(w, "application/octet-stream");
        jw_object_end(w);
    }
    jw_object_end(w);
    jw_object_end(w);
}

/* The row's own sentences, and what follows from its other members. */
static const char *description(struct arena *a, const struct dialect *d, const struct route *row) {
    static const char *const who[GUARD_COUNT] = {
        [GUARD_PUBLIC] = "Needs no credential.",
        [GUARD_MEMBER] = "For everybody who is signed in.",
        [GUARD_PLAYER] = "For every role but AUDITOR.",
        [GUARD_FACILITATOR] = "For facilitators and administrators.",
        [GUARD_ADMIN] = "For administrators.",
        [GUARD_OVERSIGHT] = "For administrators and auditors.",
        [GUARD_PLATFORM] = "For the platform's administrators, who must have a second factor.",
        [GUARD_PENDING] = "For the cookie of a sign-in that waits for its second factor, and nobody else.",
        [GUARD_LEAVING] = "For everybody who is signed in, also between the password and the second factor.",
    };
    const char *keys = d->authenticator->schemes ? ""
                       : row->scope              ? arena_printf(a, " An API key needs the scope `%s`.", row->scope)
                       : row->guard == GUARD_PUBLIC || row->guard == GUARD_PENDING
                           ? ""
                           : " Takes the session cookie only: an API key is refused with `scope_missing`.";
    const char *proof = row->flags & ROUTE_STEP_UP ? " A session must have given a password or a code in the last 15 minutes: POST "
                                                     "/api/auth/step-up."
                                                   : "";
    const char *factor = row->flags & ROUTE_WITHOUT_FACTOR ? " Also without a second factor where one is required." : "";
    return arena_printf(
        a, "%s%s**Who:** %s%s%s%s%s", row->help ? row->help : "", row->help ? "\n\n" : "", who[row->guard], keys, proof, factor,
        row->flags & ROUTE_PAGED
            ? "\n\n**Pages:** while there are more, the header Link names the next page (rel=\"next\"); call its address as it is."
            : "");
}

static void operation(struct jwrite *w, struct arena *a, const struct table *table, const struct route *row) {
    const struct dialect *d = table_dialect(table);
    char name[8];
    snprintf(name, sizeof(name), "%s", method_names[row->method]);
    str_lower(name);
    jw_kobject(w, name);
    jw_kstr(w, "operationId", row->name);
    jw_kstrs(w, "tags", (const char *const[]){row->tag, NULL});
    jw_kstr(w, "summary", row->summary);
    jw_kstr(w, "description", description(a, d, row));
    security(w, d->authenticator, row);
    parameters(w, a, row);
    if (row->body || (row->flags & ROUTE_UPLOAD)) {
        request_body(w, a, table, row);
    }
    openapi_responses(w, a, d, row);
    jw_object_end(w);
}

/* Of dialects whose errors are not described by hand; each once, also where several have the same. */
static void error_shapes(struct jwrite *w, const struct app *app) {
    for (const struct table *table = app->tables; table->rows; table++) {
        const struct dialect *d = table_dialect(table);
        const struct table *first = app->tables;
        while (!str_eq(table_dialect(first)->error_shape, d->error_shape)) {
            first++;
        }
        if (first == table && d != &muster_dialect) {
            openapi_error_shape(w, d);
        }
    }
}

/* A row of the table of errors. */
static void error_row(struct jwrite *w, enum err e) {
    jw_object(w);
    jw_kstr(w, "code", err_code(e));
    jw_kint(w, "status", err_status(e));
    jw_kstr(w, "text", err_say(e, LANG_EN));
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
    each_route(app, table, row) {
        if (path_first(app, row->path) != row) {
            continue;
        }
        jw_kobject(&w, row->path);
        each_route(app, others, other) {
            if (str_eq(other->path, row->path)) {
                operation(&w, a, others, other);
            }
        }
        jw_object_end(&w);
    }
    jw_object_end(&w);
    jw_kobject(&w, "schemas");
    error_shapes(&w, app);
    each_route(app, table, row) {
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
