/* route.c - matching rows, checking them at start, and printing them for the tests. */
#include "common/base/str.h"
#include "common/web/internal.h"

#include <stdio.h>

const char *const method_names[METHOD_COUNT] = {[METHOD_GET] = "GET",     [METHOD_POST] = "POST",     [METHOD_PUT] = "PUT",
                                                [METHOD_PATCH] = "PATCH", [METHOD_DELETE] = "DELETE", [METHOD_OPTIONS] = "OPTIONS"};

/* ---- limits, prefixes ---- */

const struct dialect *table_dialect(const struct table *table) {
    return table && table->dialect ? table->dialect : &muster_dialect;
}

struct limits route_limits(const struct table *table, const struct route *row) {
    static const struct limits none;
    struct limits out = {0};
    const struct limits *const levels[] = {row ? &row->limits : &none, table ? &table->limits : &none, &table_dialect(table)->limits,
                                           &muster_dialect.limits};
    for (size_t i = 0; i < sizeof(levels) / sizeof(levels[0]); i++) {
        out.path = out.path ? out.path : levels[i]->path;
        out.query = out.query ? out.query : levels[i]->query;
        out.body = out.body ? out.body : levels[i]->body;
    }
    return out;
}

bool table_owns(const struct table *table, const char *target) {
    size_t len = table->prefix ? strlen(table->prefix) : 0;
    return len > 0 && strncmp(target, table->prefix, len) == 0 && (target[len] == '\0' || target[len] == '/' || target[len] == '?');
}

/* ---- matching ---- */

struct span {
    const char *at;
    size_t len;
};

/* Whether a path has the form of a row's; copies nothing, so that many rows and a long hostile path cost little. */
static bool form_match(const struct route *row, const char *path, struct span *spans) {
    const char *pattern = row->path;
    int n = 0;
    while (*pattern && *path) {
        if (*pattern == '{') {
            size_t len = row->params[n] == PARAM_REST ? strlen(path) : strcspn(path, "/");
            if (len == 0) {
                return false;
            }
            spans[n++] = (struct span){.at = path, .len = len};
            path += len;
            pattern += strcspn(pattern, "}") + 1;
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    return *pattern == '\0' && *path == '\0';
}

static bool has_controls(const char *text) {
    for (; *text; text++) {
        if ((unsigned char)*text < ' ' || *text == 0x7f) {
            return true;
        }
    }
    return false;
}

static bool is_number(const char *text, int64_t *number) {
    bool digits = *text && text[strspn(text, "0123456789")] == '\0' && (*text != '0' || text[1] == '\0');
    return digits && str_to_i64(text, 0, INT64_MAX, number);
}

/* Checks a parameter's value and brings it into its form. */
static bool param_take(enum param kind, bool raw, char *value, int64_t *number) {
    switch (kind) {
    case PARAM_UUID:
        if (!str_is_uuid(value)) {
            return false;
        }
        str_lower(value);
        return true;
    case PARAM_INT: return is_number(value, number);
    case PARAM_NAME: return (!raw || str_percent_decode(value)) && str_is_utf8(value, strlen(value)) && !has_controls(value);
    case PARAM_REST: return !has_controls(value);
    default: return false;
    }
}

static bool row_match(const struct route *row, bool raw, const char *path, struct req *q) {
    struct span spans[ROUTE_MAX_PARAMS] = {0};
    if (!form_match(row, path, spans)) {
        return false;
    }
    for (int i = 0; i < ROUTE_MAX_PARAMS; i++) {
        char *value = spans[i].at ? arena_strndup(q->arena, spans[i].at, spans[i].len) : NULL;
        q->numbers[i] = 0;
        if (value && !param_take(row->params[i], raw, value, &q->numbers[i])) {
            return false;
        }
        q->params[i] = value;
    }
    return true;
}

/* Several rows may match with one method: a number is a name, too. */
static void append_method(struct arena *a, const char **allow, unsigned *seen, enum method method) {
    if (!(*seen & 1U << method)) {
        *allow = *allow ? arena_printf(a, "%s, %s", *allow, method_names[method]) : method_names[method];
        *seen |= 1U << method;
    }
}

/* The first table of the prefix that the target has; path and query are those of the target then. NULL: there is none. */
static const struct table *find_owner(const struct app *app, struct req *q) {
    for (const struct table *table = app->tables; table->rows; table++) {
        if (table_owns(table, q->target)) {
            size_t len = strcspn(q->target, "?");
            q->path = arena_strndup(q->arena, q->target, len);
            q->query_string = q->target + len + (q->target[len] == '?');
            return table;
        }
    }
    return NULL;
}

/* What the last row that was looked at left behind. */
static void forget_params(struct req *q) {
    memset(q->params, 0, sizeof(q->params));
    memset(q->numbers, 0, sizeof(q->numbers));
}

/* The row of q->path; *allow: the methods of those that are like it. */
static bool find_row(const struct app *app, const char *wanted, const struct table *owner, struct req *q, const char **allow) {
    unsigned seen = 0;
    each_route(app, table, row) {
        if ((owner ? !table_owns(table, q->target) : table->prefix != NULL) || !row_match(row, owner != NULL, q->path, q)) {
            continue;
        }
        q->table = table;
        q->dialect = table_dialect(table);
        if (str_eq(method_names[row->method], wanted)) {
            q->route = row;
            q->method = row->method;
            return true;
        }
        if (row->method != METHOD_OPTIONS) {
            append_method(q->arena, allow, &seen, row->method);
        }
    }
    forget_params(q);
    if (*allow) {
        append_method(q->arena, allow, &seen, METHOD_OPTIONS);
    }
    return false;
}

/* Takes a slash from the end of the path, which some clients write and mean nothing by. */
static bool drop_slash(struct req *q) {
    size_t len = strlen(q->path);
    if (!q->dialect->slash || len < 2 || q->path[len - 1] != '/' || q->path[len - 2] == '/') {
        return false;
    }
    q->path = arena_strndup(q->arena, q->path, len - 1);
    return true;
}

enum err route_find(const struct app *app, const char *method, struct req *q, const char **allow, bool *options) {
    const char *wanted = str_eq(method, "HEAD") ? "GET" : method;
    const struct table *owner = find_owner(app, q);
    *allow = NULL;
    *options = false;
    q->table = owner;
    q->dialect = table_dialect(owner);
    if (find_row(app, wanted, owner, q, allow) || (!*allow && drop_slash(q) && find_row(app, wanted, owner, q, allow))) {
        return OK;
    }
    if (!*allow) {
        return ERR_NOT_FOUND;
    }
    *options = str_eq(method, "OPTIONS");
    return *options ? OK : ERR_METHOD;
}

/* ---- checking ---- */

static bool unsound(char *err, size_t size, const char *path, const char *why) {
    snprintf(err, size, "%s: %s", path ? path : "?", why);
    return false;
}

/* Parameters are whole segments; one that takes the rest is the last. */
static bool path_sound(const struct table *table, const struct route *row, char *err, size_t size) {
    int n = 0;
    for (const char *at = strchr(row->path, '{'); at; at = strchr(at + 1, '{')) {
        size_t len = strcspn(at, "}/");
        if (at == row->path || at[-1] != '/' || at[len] != '}' || len < 2 || (at[len + 1] != '\0' && at[len + 1] != '/')) {
            return unsound(err, size, row->path, "a parameter must be a whole segment");
        }
        if (n == ROUTE_MAX_PARAMS || row->params[n] >= PARAM_COUNT) {
            return unsound(err, size, row->path, "has too many parameters, or one of an unknown type");
        }
        if (row->params[n++] == PARAM_REST && (at[len + 1] != '\0' || !table->prefix)) {
            return unsound(err, size, row->path, "the rest of a path is its end, in a table with a prefix");
        }
    }
    if (table->prefix && !table_owns(table, row->path)) {
        return unsound(err, size, row->path, "does not begin with the prefix of its table");
    }
    return true;
}

static bool reads_sound(const struct app *app, const struct table *table, const struct route *row, char *err, size_t size) {
    const struct limits limits = route_limits(table, row);
    if ((row->body && !field_selfcheck(row->body, err, size)) || (row->query && !field_selfcheck(row->query, err, size))) {
        return false;
    }
    if ((row->body && !row->body_size) || (row->query && !row->query_size)) {
        return unsound(err, size, row->path, "the size of the body or query struct is missing");
    }
    if (row->body && limits.body > BODY_MEMORY_MOST) {
        return unsound(err, size, row->path, "the body is too large for memory");
    }
    if ((row->flags & ROUTE_UPLOAD) && (row->body || !app->uploads || !row->limits.body)) {
        return unsound(err, size, row->path, "a body in a file needs a folder and a limit, and has no fields");
    }
    if (row->method == METHOD_OPTIONS && (row->body || !table_dialect(table)->options)) {
        return unsound(err, size, row->path, "OPTIONS has no body, and a reply only in a dialect that says so");
    }
    return true;
}

static bool row_sound(const struct app *app, const struct table *table, const struct route *row, char *err, size_t size) {
    if (!row->path || !row->handler || !row->summary) {
        return unsound(err, size, row->path, "a row needs path, handler and summary");
    }
    if (!path_sound(table, row, err, size) || !reads_sound(app, table, row, err, size)) {
        return false;
    }
    if ((row->flags & (ROUTE_STEP_UP | ROUTE_STEP_UP_SOME)) && row->guard == GUARD_PUBLIC) {
        snprintf(err, size, "%s: asks nobody for a password or a code", row->path);
        return false;
    }
    if ((row->flags & ROUTE_WITHOUT_FACTOR) && (row->guard == GUARD_PUBLIC || row->guard == GUARD_PLATFORM)) {
        snprintf(err, size, "%s: asks nobody for a second factor, or everybody", row->path);
        return false;
    }
    if (row->reply && !shape_selfcheck(row->reply, err, size)) {
        return false;
    }
    if (row->scope && !str_in(row->scope, api_scopes)) {
        snprintf(err, size, "%s: unknown scope %s", row->path, row->scope);
        return false;
    }
    return true;
}

static bool dialect_sound(const struct dialect *d, char *err, size_t size) {
    const struct authenticator *a = d->authenticator;
    if (!d->name || !d->content_type || !d->error || !d->error_shape || !a || !a->credential || !a->known) {
        return unsound(err, size, d->name, "a dialect needs name, content type, authenticator, and an envelope of errors with its shape");
    }
    for (const struct dialect_error *e = d->errors; e && e->err != OK; e++) {
        if (e->status && !http_phrase(e->status)) {
            return unsound(err, size, d->name, "an error has a status without a phrase");
        }
    }
    return true;
}

bool route_selfcheck(const struct app *app, char *err, size_t size) {
    for (const struct table *table = app->tables; table->rows; table++) {
        if (!dialect_sound(table_dialect(table), err, size)) {
            return false;
        }
    }
    each_route(app, table, row) {
        if (!row_sound(app, table, row, err, size)) {
            return false;
        }
        each_route(app, others, other) {
            if (row != other && row->method == other->method && str_eq(row->path, other->path)) {
                snprintf(err, size, "%s %s appears twice", method_names[row->method], row->path);
                return false;
            }
        }
    }
    return true;
}

const struct route *path_first(const struct app *app, const char *path) {
    each_route(app, table, row) {
        if (str_eq(row->path, path)) {
            return row;
        }
    }
    return NULL;
}

/* ---- printing ---- */

static const char *const field_type_names[] = {
    [FT_STR] = "string",   [FT_EMAIL] = "email",     [FT_UUID] = "uuid",      [FT_ENUM] = "enum",
    [FT_TIME] = "time",    [FT_INT] = "integer",     [FT_OPTINT] = "integer", [FT_TOKEN] = "token",
    [FT_BOOL] = "boolean", [FT_OPTBOOL] = "boolean", [FT_STRS] = "strings",   [FT_OBJS] = "objects",
};
static const char *const param_type_names[PARAM_COUNT] = {
    [PARAM_UUID] = "uuid", [PARAM_INT] = "integer", [PARAM_NAME] = "name", [PARAM_REST] = "rest"};

static void print_fields(struct jwrite *w, const char *key, const struct field *rows) {
    if (!rows) {
        jw_knull(w, key);
        return;
    }
    jw_karray(w, key);
    for (const struct field *f = rows; f->name; f++) {
        if (f->flags & FIELD_READ_ONLY) {
            continue;
        }
        jw_object(w);
        jw_kstr(w, "name", f->name);
        jw_kstr(w, "type", field_type_names[f->type]);
        jw_kbool(w, "required", f->flags & FIELD_REQUIRED);
        jw_kint(w, "min", f->min);
        jw_kint(w, "max", f->max);
        jw_kstr(w, "default", f->dflt);
        jw_kstrs(w, "values", f->type == FT_ENUM ? field_values(f) : f->values);
        if (f->sub) {
            print_fields(w, "fields", f->sub);
        }
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void print_params(struct jwrite *w, const struct route *row) {
    int n = 0;
    jw_karray(w, "params");
    for (const char *at = strchr(row->path, '{'); at; at = strchr(at + 1, '{')) {
        jw_str(w, param_type_names[row->params[n++]]);
    }
    jw_array_end(w);
}

static void print_limits(struct jwrite *w, const struct limits *limits) {
    jw_kobject(w, "limits");
    jw_kint(w, "path", limits->path);
    jw_kint(w, "query", limits->query);
    jw_kint(w, "body", limits->body);
    jw_object_end(w);
}

bool route_print_json(const struct app *app) {
    struct buf out;
    struct jwrite w;
    buf_init(&out, 1 << 20);
    jw_init(&w, &out);
    jw_array(&w);
    each_route(app, table, row) {
        const struct limits limits = route_limits(table, row);
        jw_object(&w);
        jw_kstr(&w, "family", app->name);
        jw_kstr(&w, "dialect", table_dialect(table)->name);
        jw_kstr(&w, "prefix", table->prefix);
        jw_kstr(&w, "method", method_names[row->method]);
        jw_kstr(&w, "path", row->path);
        print_params(&w, row);
        print_limits(&w, &limits);
        jw_kstr(&w, "guard", guard_name(row->guard));
        jw_kstr(&w, "scope", row->scope);
        jw_kstr(&w, "summary", row->summary);
        jw_kbool(&w, "html", row->flags & ROUTE_HTML);
        jw_kbool(&w, "xml", row->flags & ROUTE_XML_TOO);
        jw_kbool(&w, "upload", row->flags & ROUTE_UPLOAD);
        jw_kbool(&w, "ending", row->flags & ROUTE_ENDING);
        jw_kstr(&w, "stepUp", row->flags & ROUTE_STEP_UP ? "always" : row->flags & ROUTE_STEP_UP_SOME ? "some" : NULL);
        jw_kbool(&w, "withoutFactor", row->flags & ROUTE_WITHOUT_FACTOR);
        print_fields(&w, "body", row->body);
        print_fields(&w, "query", row->query);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    bool whole = jw_done(&w);
    if (whole) {
        puts(out.data);
    }
    buf_release(&out);
    return whole;
}
