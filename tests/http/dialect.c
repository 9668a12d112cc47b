/* dialect.c - a family for tests: rows below a prefix in a dialect of their own (tests/unit/speech.h), and some in the usual one. */
#include "tests/unit/speech.h"

#include <fcntl.h>
#include <unistd.h>

static const char *uploads;
static const struct cfg_row cfg[] = {
    {.name = "UPLOADS", .type = CFG_STR, .out = &uploads, .min = 1, .max = 1000, .help = "Folder of bodies in files."}, {0}};

/* Ends the process, after a byte that says that it was asked. */
static enum err die(struct req *q, struct resp *r) {
    int fd = openat(AT_FDCWD, arena_printf(q->arena, "%s/asked", uploads), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    bool written = fd >= 0 && write(fd, "x", 1) == 1;
    (void)r;
    _exit(written ? 1 : 2);
}

static const struct route death_routes[] = {
    {SPEECH_ROW(METHOD_GET, "/api/t9/die", GUARD_PUBLIC, die)},
    {SPEECH_ROW(METHOD_PUT, "/api/t9/die", GUARD_PUBLIC, die)},
    {0},
};

static const struct route usual_routes[] = {
    {SPEECH_ROW(METHOD_GET, "/api/usual", GUARD_PUBLIC, speech_say)},
    {SPEECH_ROW(METHOD_PATCH, "/api/usual/{id}", GUARD_PUBLIC, speech_say), SPEECH_BODY, .param_help = {"Of the thing."}},
    {SPEECH_ROW(METHOD_GET, "/api/usual/number/{n}", GUARD_PUBLIC, speech_say), .params = {PARAM_INT}},
    {SPEECH_ROW(METHOD_GET, "/api/usual/name/{name}", GUARD_PUBLIC, speech_say), .params = {PARAM_NAME}},
    {SPEECH_ROW(METHOD_POST, "/api/usual/small", GUARD_PUBLIC, speech_say), SPEECH_BODY, .limits = {.body = 2000}},
    {SPEECH_ROW(METHOD_PUT, "/api/usual/file/{id}", GUARD_PUBLIC, speech_file), .params = {PARAM_INT}, .flags = ROUTE_UPLOAD,
     .limits = {.body = 32 << 20}},
    {0},
};

static const struct table tables[] = {{.rows = usual_routes},
                                      {.rows = speech_routes, .prefix = "/api/t9", .dialect = &speech},
                                      {.rows = death_routes, .prefix = "/api/t9", .dialect = &speech},
                                      {0}};

int main(int argc, char **argv) {
    const struct app app = {.name = "dialect", .tables = tables, .cfg = cfg, .uploads = &uploads};
    return app_run(&app, argc, argv);
}
