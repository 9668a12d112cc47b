/* app.c - start of a family: settings, checks, connection, loop. */
#include "common/base/log.h"
#include "common/base/sandbox.h"
#include "common/base/str.h"
#include "common/base/version.h"
#include "common/crypto/crypto.h"
#include "common/crypto/seal.h"
#include "common/web/internal.h"

#include <stdio.h>

#define MAX_REPLY (8 * 1024 * 1024)

struct web_config web_config = {.health_sockets = "", .metrics_file = "", .metrics_token = ""};

static const char *const log_levels[] = {"debug", "info", "warn", "error", NULL};
static const struct cfg_row web_rows[] = {
    {.name = "BASE_URL",
     .type = CFG_STR,
     .out = &web_config.base_url,
     .dflt = "http://localhost:8080",
     .min = 8,
     .max = 200,
     .help = "Public address of the installation, without a trailing slash."},
    {.name = "ORIGINS",
     .type = CFG_STR,
     .out = &web_config.origins,
     .dflt = "",
     .help = "Origins that count as BASE_URL's, separated by spaces."},
    {.name = "DATABASE_URL",
     .type = CFG_STR,
     .out = &web_config.database_url,
     .min = 1,
     .max = 1000,
     .help = "libpq connection string of the family's role; passwords belong into PGPASSFILE."},
    {.name = "SESSION_IDLE_HOURS",
     .type = CFG_INT,
     .out = &web_config.session_idle_hours,
     .dflt = "72",
     .min = 0,
     .max = 336,
     .help = "Hours after which a session that is not used ends; 0 is no limit."},
    {.name = "METRICS_FILE",
     .type = CFG_STR,
     .out = &web_config.metrics_file,
     .dflt = "",
     .max = 4000,
     .help = "File in which this service counts, beside those of the others; empty at its start."},
    {.name = "METRICS_TOKEN_SHA256",
     .type = CFG_STR,
     .out = &web_config.metrics_token,
     .dflt = "",
     .min = 64,
     .max = 64,
     .help = "Digest of the bearer token for /metrics, in hexadecimal."},
    {.name = "LOG_LEVEL",
     .type = CFG_ENUM,
     .out = &web_config.log_level,
     .dflt = "warn",
     .values = log_levels,
     .help = "Least level that is logged."},
    {0},
};

static enum log_level level_of(const char *name) {
    int level = 0;
    while (log_levels[level] && !str_eq(log_levels[level], name)) {
        level++;
    }
    return (enum log_level)level;
}

static int fail(const char *why) {
    log_error("%s", why);
    return 1;
}

/* From here on: the key file when the family seals, what services count, the folder of bodies, UNIX sockets, and a database elsewhere when
 * there is one. */
static bool confine(struct worker *w) {
    char err[200];
    const struct sandbox rules = {.read = {seal_folder(w->arena), metrics_folder(w->arena)},
                                  .write = {w->app->uploads ? *w->app->uploads : NULL},
                                  .internet = db_over_network(web_config.database_url)};
    bool ok = sandbox_enter(&rules, err, sizeof(err));
    return ok || fail(err) == 0;
}

/* Of the longest body that a row takes into memory. */
static size_t body_memory(const struct app *app) {
    int64_t most = BODY_MEMORY;
    each_route(app, table, row) {
        int64_t limit = row->body ? route_limits(table, row).body : 0;
        most = limit > most ? limit : most;
    }
    return (size_t)most;
}

static int serve(const struct app *app) {
    struct worker w = {.app = app, .arena = arena_new(64 * 1024)};
    if (app->uploads) {
        upload_sweep(*app->uploads);
    }
    metrics_begin(app);
    if (!confine(&w)) {
        arena_free(w.arena);
        return 1;
    }
    w.db = db_new(web_config.database_url, app->name, app->stmts, app->nstmts);
    buf_init(&w.body_in, body_memory(app));
    buf_init(&w.body_out, MAX_REPLY);
    buf_init(&w.head, 64 * 1024);
    buf_init(&w.around, 48 * 1024);
    /* A broken statement must stop the process; a server that is not up yet must not. */
    int rc = db_ready(w.db) == ERR_INTERNAL ? fail("a statement could not be prepared") : fcgi_loop(&w);
    db_free(w.db);
    buf_release(&w.body_in);
    buf_release(&w.body_out);
    buf_release(&w.head);
    buf_release(&w.around);
    arena_free(w.arena);
    return rc;
}

static bool print_help(const struct app *app) {
    cfg_print(web_rows);
    cfg_print(app->cfg);
    return true;
}

static bool print_settings(const struct app *app) {
    cfg_print_names(web_rows);
    cfg_print_names(app->cfg);
    return true;
}

/* What a program says of itself instead of serving. */
static const struct {
    const char *option;
    bool (*print)(const struct app *app);
} prints[] = {
    {"--routes", route_print_json},       {"--openapi", openapi_print},
    {"--nginx", nginx_locations},         {"--nginx-targets", nginx_targets},
    {"--nginx-dialects", nginx_dialects}, {"--nginx-errors", nginx_errors},
    {"--nginx-line", nginx_line},         {"--pools", nginx_pools},
    {"--settings", print_settings},       {"--help", print_help},
};

int app_run(const struct app *app, int argc, char **argv) {
    char err[600];
    log_init(app->name, LOG_INFO);
    if (version_asked(app->name, argc, argv)) {
        return 0;
    }
    if (!route_selfcheck(app, err, sizeof(err))) {
        return fail(err);
    }
    for (size_t i = 0; argc > 1 && i < sizeof(prints) / sizeof(prints[0]); i++) {
        if (str_eq(argv[1], prints[i].option)) {
            return prints[i].print(app) ? 0 : fail("the rows cannot be printed");
        }
    }
    if (!cfg_load(web_rows, err, sizeof(err)) || (app->cfg && !cfg_load(app->cfg, err, sizeof(err)))) {
        return fail(err);
    }
    if (!crypto_init()) {
        return fail("no source of randomness");
    }
    log_init(app->name, level_of(web_config.log_level));
    if (app->start && !app->start(err, sizeof(err))) {
        return fail(err);
    }
    return serve(app);
}
