/* route.c - matching rows, checking the table at start, and printing it for nginx and for the tests. */
#include "common/base/str.h"
#include "common/web/internal.h"

#include <stdio.h>

const char *const method_names[METHOD_COUNT] = {
    [METHOD_GET] = "GET", [METHOD_POST] = "POST", [METHOD_PUT] = "PUT", [METHOD_DELETE] = "DELETE"};

/* Matches one path against one pattern; parameters must be UUIDs and are collected in order. */
static bool pattern_match(struct arena *a, const char *pattern, const char *path, const char **params) {
    int n = 0;
    while (*pattern && *path) {
        if (*pattern == '{') {
            size_t len = strcspn(path, "/");
            char *value = arena_strndup(a, path, len);
            if (!str_is_uuid(value) || n == ROUTE_MAX_PARAMS) {
                return false;
            }
            str_lower(value);
            params[n++] = value;
            path += len;
            pattern += strcspn(pattern, "}") + 1;
        } else if (*pattern++ != *path++) {
            return false;
        }
    }
    return *pattern == '\0' && *path == '\0';
}

static void append_method(struct arena *a, const char **allow, const char *name) {
    *allow = *allow ? arena_printf(a, "%s, %s", *allow, name) : name;
}

enum err route_find(const struct app *app, const char *method, char *path, struct req *q, const char **allow, bool *options) {
    const char *wanted = str_eq(method, "HEAD") ? "GET" : method;
    *allow = NULL;
    *options = str_eq(method, "OPTIONS");
    each_route(app, row) {
        const char *params[ROUTE_MAX_PARAMS] = {0};
        if (!pattern_match(q->arena, row->path, path, params)) {
            continue;
        }
        if (str_eq(method_names[row->method], wanted)) {
            q->route = row;
            q->method = row->method;
            memcpy(q->params, params, sizeof(params));
            return OK;
        }
        append_method(q->arena, allow, method_names[row->method]);
    }
    if (!*allow) {
        return ERR_NOT_FOUND;
    }
    append_method(q->arena, allow, "OPTIONS");
    return *options ? OK : ERR_METHOD;
}

static bool row_sound(const struct route *row, char *err, size_t size) {
    if (!row->path || !row->handler || !row->summary) {
        snprintf(err, size, "%s: a row needs path, handler and summary", row->path ? row->path : "?");
        return false;
    }
    if ((row->body && !field_selfcheck(row->body, err, size)) || (row->query && !field_selfcheck(row->query, err, size))) {
        return false;
    }
    if ((row->body && !row->body_size) || (row->query && !row->query_size)) {
        snprintf(err, size, "%s: the size of the body or query struct is missing", row->path);
        return false;
    }
    if (row->reply && !shape_selfcheck(row->reply, err, size)) {
        return false;
    }
    for (const char *const *s = api_scopes; row->scope; s++) {
        if (!*s) {
            snprintf(err, size, "%s: unknown scope %s", row->path, row->scope);
            return false;
        }
        if (str_eq(*s, row->scope)) {
            break;
        }
    }
    return true;
}

bool route_selfcheck(const struct app *app, char *err, size_t size) {
    each_route(app, row) {
        if (!row_sound(row, err, size)) {
            return false;
        }
        each_route(app, other) {
            if (row != other && row->method == other->method && str_eq(row->path, other->path)) {
                snprintf(err, size, "%s %s appears twice", method_names[row->method], row->path);
                return false;
            }
        }
    }
    return true;
}

static const char *const field_type_names[] = {
    [FT_STR] = "string",   [FT_EMAIL] = "email",  [FT_UUID] = "uuid",      [FT_ENUM] = "enum",
    [FT_TIME] = "time",    [FT_INT] = "integer",  [FT_OPTINT] = "integer", [FT_TOKEN] = "token",
    [FT_BOOL] = "boolean", [FT_STRS] = "strings", [FT_OBJS] = "objects",
};

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

bool route_print_json(const struct app *app) {
    struct buf out;
    struct jwrite w;
    buf_init(&out, 1 << 20);
    jw_init(&w, &out);
    jw_array(&w);
    each_route(app, row) {
        jw_object(&w);
        jw_kstr(&w, "family", app->name);
        jw_kstr(&w, "method", method_names[row->method]);
        jw_kstr(&w, "path", row->path);
        jw_kstr(&w, "guard", guard_name(row->guard));
        jw_kstr(&w, "scope", row->scope);
        jw_kstr(&w, "summary", row->summary);
        jw_kbool(&w, "html", row->flags & ROUTE_HTML);
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

/* What the rows of a path say together. */
static unsigned path_flags(const struct app *app, const char *path) {
    unsigned flags = 0;
    each_route(app, row) {
        flags |= str_eq(row->path, path) ? row->flags : 0;
    }
    return flags;
}

const struct route *path_first(const struct app *app, const char *path) {
    each_route(app, row) {
        if (str_eq(row->path, path)) {
            return row;
        }
    }
    return NULL;
}

/* Prints a pattern as an nginx location: exact, or a regular expression when it has parameters. */
static void print_location(const struct app *app, const char *path) {
    if (!strchr(path, '{')) {
        printf("location = %s {", path);
    } else {
        printf("location ~ ^");
        for (const char *c = path; *c; c++) {
            if (*c == '{') {
                printf("[^/]+");
                c += strcspn(c, "}");
            } else {
                printf(*c == '.' ? "\\%c" : "%c", *c);
            }
        }
        printf("$ {");
    }
    unsigned flags = path_flags(app, path);
    printf(" fastcgi_pass muster_%s; include fastcgi_muster.conf;%s%s }\n", app->name,
           flags & ROUTE_HASHES ? " include hash_here.conf;" : "", flags & ROUTE_SLOW ? " include fastcgi_slow.conf;" : "");
}

static bool hashes(const struct app *app) {
    each_route(app, row) {
        if (row->flags & ROUTE_HASHES) {
            return true;
        }
    }
    return false;
}

/* What a family's process names in X-Accel-Redirect when it has admitted a request (serve.c): the pool that hashes, the one for people who
 * are known, and where a request goes that a pool did not take. */
static void print_stages(const struct app *app) {
    static const char *const pools[] = {"hash", "known"};
    for (size_t i = 0; i < sizeof(pools) / sizeof(pools[0]); i++) {
        printf("location @%s_%s { set $transactions $upstream_http_x_transactions; set $known %zu; fastcgi_pass muster_%s_%s; "
               "include fastcgi_muster.conf; include fastcgi_hash.conf; fastcgi_param MUSTER_STAGE hash; error_page 502 504 = @%s_undo; "
               "error_page 503 /_error/503; }\n",
               app->name, pools[i], i, app->name, pools[i], app->name);
    }
    printf("location @%s_undo { fastcgi_pass muster_%s; include fastcgi_muster.conf; include fastcgi_stage.conf; "
           "fastcgi_param MUSTER_STAGE undo; }\n",
           app->name, app->name);
}

bool route_print_nginx(const struct app *app) {
    printf("# Generated from the rows in apps/%s: which family owns a path is written there and nowhere else.\n", app->name);
    each_route(app, row) {
        if (path_first(app, row->path) == row) {
            print_location(app, row->path);
        }
    }
    if (hashes(app)) {
        print_stages(app);
    }
    return true;
}
