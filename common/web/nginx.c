/*
 * nginx.c - what nginx is told, printed from the rows: apps/instance/web.sh puts it beside nginx/nginx.conf.in.
 *
 *     --nginx            locations: one for each path of a table without a prefix, and for each table with one what its targets lead to
 *     --nginx-targets    entries of a map from method and request target, as it was sent, to such a location
 *     --nginx-dialects   entries of a map from the request line to a dialect
 *     --nginx-errors     locations with nginx's own errors in each dialect; those of a dialect are the same from every family
 *     --nginx-line       the longest request line that a row takes, in KiB
 *     --pools            the family's further pools of processes ("auth-hash")
 *
 * Targets of a prefix are looked at before nginx has decoded them or merged slashes, so what is percent-encoded in them decides
 * nothing, and leads nowhere else.
 */
#include "common/base/str.h"
#include "common/web/internal.h"

#include <ctype.h>
#include <stdio.h>

#define LINE_KIB 8
#define LINE_BESIDES 64 /* method, version, spaces */
/* Below /api/, so that the limits of requests hold for it. */
#define PLACE "/api/_/"
#define APART (ROUTE_HASHES | ROUTE_SLOW | ROUTE_UPLOAD)

/* ---- pools ---- */

/* Rows whose requests take so long that others must not wait for them are served by processes of their own. */
static const struct {
    unsigned flag;
    const char *name;
    bool direct; /* its location leads there; otherwise requests are handed on (serve.c, is_stage()) */
} pools[] = {{ROUTE_HASHES, "hash", false}, {ROUTE_HASHES, "known", false}, {ROUTE_UPLOAD, "upload", true}};
#define POOLS (sizeof(pools) / sizeof(pools[0]))

/* The end of an upstream's name. */
static void print_pool(unsigned flags) {
    for (size_t i = 0; i < POOLS; i++) {
        if (pools[i].direct && (flags & pools[i].flag)) {
            printf("_%s", pools[i].name);
            return;
        }
    }
}

bool nginx_pools(const struct app *app) {
    unsigned flags = 0;
    each_route(app, table, row) {
        flags |= row->flags;
    }
    for (size_t i = 0; i < POOLS; i++) {
        if (flags & pools[i].flag) {
            printf("%s-%s\n", app->name, pools[i].name);
        }
    }
    return true;
}

/* ---- locations ---- */

/* What the rows of a path say together. */
static unsigned path_flags(const struct app *app, const char *path) {
    unsigned flags = 0;
    each_route(app, table, row) {
        flags |= str_eq(row->path, path) ? row->flags : 0;
    }
    return flags;
}

static int64_t path_body(const struct app *app, const char *path) {
    int64_t most = 0;
    each_route(app, table, row) {
        int64_t body = str_eq(row->path, path) ? route_limits(table, row).body : 0;
        most = body > most ? body : most;
    }
    return most;
}

static void print_pass(const struct app *app, unsigned flags, int64_t body, bool once) {
    printf(" fastcgi_pass muster_%s", app->name);
    print_pool(flags);
    printf("; include fastcgi_muster.conf;");
    printf("%s%s", flags & ROUTE_HASHES ? " include hash_here.conf;" : "", flags & ROUTE_SLOW ? " include fastcgi_slow.conf;" : "");
    printf("%s%s", flags & ROUTE_UPLOAD ? " include fastcgi_upload.conf;" : "", once ? " include fastcgi_once.conf;" : "");
    if (body != BODY_MEMORY) {
        printf(" client_max_body_size %lld;", (long long)body);
    }
    printf(" }\n");
}

/* A path with its parameters as a regular expression. */
static void print_pattern(const struct route *row, const char *segment, const char *rest) {
    int n = 0;
    for (const char *c = row->path; *c; c++) {
        if (*c == '{') {
            printf("%s", row->params[n++] == PARAM_REST ? rest : segment);
            c += strcspn(c, "}");
        } else {
            printf(isalnum((unsigned char)*c) || strchr("/_-", *c) ? "%c" : "\\%c", *c);
        }
    }
}

/* Exact, or a regular expression when it has parameters. */
static void print_location(const struct app *app, const struct route *row) {
    if (!strchr(row->path, '{')) {
        printf("location = %s {", row->path);
    } else {
        printf("location ~ ^");
        print_pattern(row, "[^/]+", "");
        printf("$ {");
    }
    print_pass(app, path_flags(app, row->path), path_body(app, row->path), false);
}

/* What a family's process names in X-Accel-Redirect when it has admitted a request (serve.c): the pool that hashes, the one for people who
 * are known, and where a request goes that a pool did not take. */
static void print_stages(const struct app *app) {
    for (int i = 0; i < 2; i++) {
        printf("location @%s_%s { set $transactions $upstream_http_x_transactions; "
               "set $queued $upstream_http_x_queued; set $known %d; fastcgi_pass muster_%s_%s; "
               "include fastcgi_muster.conf; include fastcgi_hash.conf; fastcgi_param MUSTER_STAGE hash; error_page 502 504 = @%s_undo; "
               "error_page 503 /_error/503; }\n",
               app->name, pools[i].name, i, app->name, pools[i].name, app->name);
    }
    printf("location @%s_undo { fastcgi_pass muster_%s; include fastcgi_muster.conf; include fastcgi_stage.conf; "
           "fastcgi_param MUSTER_STAGE undo; }\n",
           app->name, app->name);
}

/* ---- tables with a prefix ---- */

/* The number of a prefix: of the first table that has it. */
static int prefix_number(const struct app *app, const struct table *table) {
    int n = 0;
    while (!str_eq(app->tables[n].prefix, table->prefix)) {
        n++;
    }
    return n;
}

static bool is_first_of_prefix(const struct app *app, const struct table *table) {
    return table->prefix && &app->tables[prefix_number(app, table)] == table;
}

/* A row whose location differs from that of its table. */
static bool is_apart(const struct table *table, const struct route *row) {
    return table->prefix && ((row->flags & APART) || route_limits(table, row).body != route_limits(table, NULL).body);
}

static bool is_read(enum method method) {
    return method == METHOD_GET || method == METHOD_OPTIONS;
}

static void print_prefix_locations(const struct app *app, const struct table *table) {
    int number = prefix_number(app, table);
    int64_t body = route_limits(table, NULL).body;
    printf("location = " PLACE "%s/%d { internal;", app->name, number);
    print_pass(app, 0, body, false);
    printf("location = " PLACE "%s/%d/once { internal;", app->name, number);
    print_pass(app, 0, body, true);
}

bool nginx_locations(const struct app *app) {
    int apart = 0;
    unsigned flags = 0;
    printf("# Generated from the rows in apps/%s: which family owns a path is written there and nowhere else.\n", app->name);
    for (const struct table *table = app->tables; table->rows; table++) {
        if (is_first_of_prefix(app, table)) {
            print_prefix_locations(app, table);
        }
    }
    each_route(app, table, row) {
        if (is_apart(table, row)) {
            printf("location = " PLACE "%s/apart/%d { internal;", app->name, apart++);
            print_pass(app, row->flags, route_limits(table, row).body, !is_read(row->method));
        } else if (!table->prefix && path_first(app, row->path) == row) {
            print_location(app, row);
        }
        flags |= row->flags;
    }
    if (flags & ROUTE_HASHES) {
        print_stages(app);
    }
    return true;
}

static void print_prefix(const char *prefix) {
    const struct route as_row = {.path = prefix};
    print_pattern(&as_row, "", "");
}

/* The first that fits counts. */
bool nginx_targets(const struct app *app) {
    int apart = 0;
    each_route(app, table, row) {
        if (is_apart(table, row)) {
            printf("\"~^%s ", row->method == METHOD_GET ? "(?:GET|HEAD)" : method_names[row->method]);
            print_pattern(row, "[^/?]+", "[^?]+");
            printf("(?:\\?|$)\" " PLACE "%s/apart/%d;\n", app->name, apart++);
        }
    }
    for (const struct table *table = app->tables; table->rows; table++) {
        if (is_first_of_prefix(app, table)) {
            int number = prefix_number(app, table);
            printf("\"~^(?:GET|HEAD|OPTIONS) ");
            print_prefix(table->prefix);
            printf("(?:[/?]|$)\" " PLACE "%s/%d;\n\"~^[^ ]+ ", app->name, number);
            print_prefix(table->prefix);
            printf("(?:[/?]|$)\" " PLACE "%s/%d/once;\n", app->name, number);
        }
    }
    return true;
}

bool nginx_dialects(const struct app *app) {
    for (const struct table *table = app->tables; table->rows; table++) {
        if (is_first_of_prefix(app, table) && table_dialect(table) != &muster_dialect) {
            printf("\"~^[^ ]+ (?:[A-Za-z]+://[^/? ]*)?");
            print_prefix(table->prefix);
            printf("(?:[/? ]|$)\" %s;\n", table_dialect(table)->name);
        }
    }
    return true;
}

/* ---- errors ---- */

/* What nginx says when no family could. A dialect's own sentence comes before these. */
static const struct {
    int status;
    enum err err;
    enum words_id text;
    const char *more;
} pages[] = {
    {HTTP_400, ERR_BAD_REQUEST, WORDS_ERRORS_NGINX_BAD_REQUEST, ""},
    {HTTP_404, ERR_NOT_FOUND, WORDS_ERRORS_NGINX_NOT_FOUND, ""},
    {HTTP_405, ERR_METHOD, WORDS_ERRORS_NGINX_METHOD, " add_header Allow \"GET, HEAD\" always;"},
    {HTTP_413, ERR_TOO_LARGE, WORDS_ERRORS_NGINX_TOO_LARGE, ""},
    {HTTP_414, ERR_URI_TOO_LONG, WORDS_ERRORS_NGINX_URI_TOO_LONG, ""},
    {HTTP_429, ERR_RATE_LIMITED, WORDS_ERRORS_NGINX_RATE_LIMITED, " include retry_after.conf;"},
    {HTTP_500, ERR_INTERNAL, WORDS_ERRORS_NGINX_INTERNAL, ""},
    {HTTP_503, ERR_UNAVAILABLE, WORDS_ERRORS_NGINX_UNAVAILABLE, " add_header Retry-After 2 always;"},
};

/* In single quotes; variables of nginx are in it where we put them, and no others. */
static bool print_quoted(const char *text) {
    const char *dollar = strchr(text, '$');
    for (const char *c = text; *c; c++) {
        printf(*c == '\'' || *c == '\\' ? "\\%c" : "%c", *c);
    }
    return !dollar || (str_starts(dollar, "$request_id\"") && !strchr(dollar + 1, '$'));
}

/* voice: the dialect's name, with the language where it has more than one ($error_voice of nginx.conf.in). */
static bool print_errors(const struct dialect *d, const char *voice, enum lang lang, const char *headers) {
    bool ok = true;
    for (size_t i = 0; ok && i < sizeof(pages) / sizeof(pages[0]); i++) {
        struct buf out;
        struct jwrite w;
        struct arena *a = arena_new(4096);
        const struct words text = {.id = pages[i].text};
        const struct resp r = {.arena = a, .lang = lang, .message = dialect_text(d, pages[i].err) ? NULL : &text};
        buf_init(&out, 4096);
        jw_init(&w, &out);
        envelope_error(&w, d, "$request_id", pages[i].err, &r);
        printf("location = /_error/%s/%d { internal; default_type \"%s\"; include error_page.conf;%s%s return %d '", voice, pages[i].status,
               d->content_type, headers, pages[i].more, pages[i].status);
        ok = jw_done(&w) && print_quoted(out.data);
        printf("'; }\n");
        buf_release(&out);
        arena_free(a);
    }
    return ok;
}

/* In every language of the pages; one that is not written whole is English. */
static bool print_languages(void) {
    bool ok = true;
    for (int i = 0; ok && i < LANG_COUNT; i++) {
        enum lang lang = lang_written(lang_tag((enum lang)i));
        char voice[64], headers[128];
        snprintf(voice, sizeof(voice), "%s/%s", muster_dialect.name, lang_tag((enum lang)i));
        snprintf(headers, sizeof(headers), " add_header Content-Language %s always; add_header Vary Accept-Language always;",
                 lang_tag(lang));
        ok = print_errors(&muster_dialect, voice, lang, headers);
    }
    return ok;
}

bool nginx_errors(const struct app *app) {
    bool ok = print_languages();
    for (const struct table *table = app->tables; ok && table->rows; table++) {
        const struct dialect *d = table_dialect(table);
        if (is_first_of_prefix(app, table) && d != &muster_dialect) {
            ok = print_errors(d, d->name, LANG_EN, "");
        }
    }
    return ok;
}

/* Tables without a prefix are content with what nginx takes by itself. */
bool nginx_line(const struct app *app) {
    int most = LINE_KIB;
    each_route(app, table, row) {
        const struct limits limits = route_limits(table, row);
        int kib = table->prefix ? (limits.path + limits.query + LINE_BESIDES + 1023) / 1024 : 0;
        most = kib > most ? kib : most;
    }
    printf("%d\n", most);
    return true;
}
