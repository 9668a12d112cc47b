/* health.c - see health.h. The probe speaks just enough FastCGI (spec 1.0, sections 3 and 5) to send one GET. */
#include "common/web/health.h"

#include "common/base/log.h"
#include "common/base/str.h"
#include "common/base/version.h"
#include "queries_common.h"

#include <stdio.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define PROBE_SECONDS 2
#define PING_SECONDS 5 /* a database that hangs is none, and whoever probes waits */

enum err health_family_get(struct req *q, struct resp *r) {
    struct db_call call = {SQL_PING(), .seconds = PING_SECONDS};
    enum err e = db_run(q->db, q->arena, &call, 1);
    if (e != OK) {
        return resp_fail(r, ERR_UNAVAILABLE, W_ERRORS_DATABASE);
    }
    jw_object(&r->json);
    jw_kstr(&r->json, "status", "ok");
    jw_kstr(&r->json, "family", q->app->name);
    jw_object_end(&r->json);
    return OK;
}

static int connect_socket(const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct timeval patience = {.tv_sec = PROBE_SECONDS};
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (fd < 0) {
        return -1;
    }
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
    if (!str_copy(address.sun_path, sizeof(address.sun_path), path) ||
        connect(fd, (const struct sockaddr *)&address, sizeof(address)) != 0) {
        close(fd);
        return -1;
    }
    return fd;
}

static void put_record(struct buf *b, int type, const char *data, size_t len) {
    const char head[8] = {1, (char)type, 0, 1, (char)(len >> 8), (char)len, 0, 0};
    buf_append(b, head, sizeof(head));
    buf_append(b, data, len);
}

static void put_pair(struct buf *b, const char *name, const char *value) {
    buf_putc(b, (char)strlen(name)); /* both are ours and short */
    buf_putc(b, (char)strlen(value));
    buf_puts(b, name);
    buf_puts(b, value);
}

static bool probe(const char *path, const char *family) {
    static const char begin[8] = {0, 1, 0, 0, 0, 0, 0, 0}; /* responder, close afterwards */
    char uri[64], reply[1024];
    struct buf params, out;
    int fd = connect_socket(path);
    if (fd < 0) {
        return false;
    }
    buf_init(&params, 1024);
    buf_init(&out, 2048);
    snprintf(uri, sizeof(uri), "/healthz/%s", family);
    put_pair(&params, "REQUEST_METHOD", "GET");
    put_pair(&params, "DOCUMENT_URI", uri);
    put_record(&out, 1, begin, sizeof(begin));
    put_record(&out, 4, params.data, params.len);
    put_record(&out, 4, "", 0);
    put_record(&out, 5, "", 0);
    ssize_t sent = send(fd, out.data, out.len, MSG_NOSIGNAL);
    size_t got = 0;
    ssize_t n = 1;
    while (sent == (ssize_t)out.len && n > 0 && got < sizeof(reply) - 1) {
        n = recv(fd, reply + got, sizeof(reply) - 1 - got, 0);
        got += n > 0 ? (size_t)n : 0;
    }
    reply[got] = '\0';
    buf_release(&params);
    buf_release(&out);
    close(fd);
    return got > 8 && memmem(reply, got, "Status: 200", 11) != NULL;
}

const char *health_pool_of(struct arena *a, const char *path) {
    const char *base = strrchr(path, '/');
    base = base ? base + 1 : path;
    return arena_strndup(a, base, strcspn(base, "."));
}

#define FAMILIES_MOST 16

struct family {
    const char *name;
    bool well;
};

/* A family has one state, the worst of all its pools. */
static void add_family(struct family *list, size_t *n, const char *name, bool well) {
    for (size_t i = 0; i < *n; i++) {
        if (str_eq(list[i].name, name)) {
            list[i].well = list[i].well && well;
            return;
        }
    }
    if (*n < FAMILIES_MOST) {
        list[(*n)++] = (struct family){.name = name, .well = well};
    } else {
        log_error("health: too many families, %s is left out", name);
    }
}

/* Asks everybody; returns how many families there are. */
static size_t ask_families(struct req *q, struct family *list, bool own) {
    size_t n = 0;
    add_family(list, &n, q->app->name, own);
    for (const char *s = web_config.health_sockets; *s;) {
        char *path = arena_strndup(q->arena, s, strcspn(s, ":"));
        const char *pool = health_pool_of(q->arena, path), *family = arena_strndup(q->arena, pool, strcspn(pool, "-"));
        s += strlen(path);
        s += *s == ':';
        if (!str_eq(pool, q->app->name)) { /* asking our own socket could wait for ourselves */
            add_family(list, &n, family, probe(path, family));
        }
    }
    return n;
}

bool health_families_well(struct req *q, bool own) {
    struct family list[FAMILIES_MOST];
    bool well = true;
    for (size_t i = 0, n = ask_families(q, list, own); i < n; i++) {
        well = well && list[i].well;
    }
    return well;
}

bool health_families(struct req *q, struct jwrite *w, bool own) {
    struct family list[FAMILIES_MOST];
    size_t n = ask_families(q, list, own);
    bool well = true;
    jw_object(w);
    for (size_t i = 0; i < n; i++) {
        jw_kstr(w, list[i].name, list[i].well ? "ok" : "unavailable");
        well = well && list[i].well;
    }
    jw_object_end(w);
    return well;
}

enum err health_all(struct req *q, struct resp *r) {
    struct jwrite *w = &r->json;
    enum err own = health_family_get(q, r);
    buf_clear(r->body, 0);
    jw_init(w, r->body);
    r->message = NULL;
    jw_object(w);
    jw_key(w, "families");
    bool well = health_families(q, w, own == OK);
    jw_kstr(w, "status", well ? "ok" : "unavailable");
    jw_kstr(w, "version", muster_version);
    jw_object_end(w);
    if (!well) {
        resp_status(r, 503);
        resp_header(r, "Retry-After", "2");
    }
    return OK;
}

static const struct field health_members[] = {
    OUT(FT_ENUM, "status", "It answers, and its database does.", .values = VALUES("ok"), .example = "ok"),
    OUT(FT_STR, "family", "Which family of programs.", .pattern = "^[a-z]+$", .example = "portal"),
    FIELD_END,
};
const struct shape health_shape = SHAPE("Health", "A family that is well.", health_members);

#define VERSION_FIELD OUT(FT_STR, "version", "Which Muster this is.", .pattern = "^[0-9A-Za-z.+-]+$", .example = "1.0.0")

static const struct field health_all_members[] = {
    OUT(FT_MAP, "families", "The state of each family.", .values = VALUES("ok", "unavailable"),
        .example = "{\"auth\":\"ok\",\"portal\":\"ok\"}"),
    OUT(FT_ENUM, "status", "Of all together.", .values = VALUES("ok"), .example = "ok"),
    VERSION_FIELD,
    FIELD_END,
};
const struct shape health_all_shape = SHAPE("HealthAll", "All families are well.", health_all_members);

static const struct field health_unwell_members[] = {
    OUT(FT_MAP, "families", "The state of each family.", .values = VALUES("ok", "unavailable"),
        .example = "{\"auth\":\"ok\",\"portal\":\"unavailable\"}"),
    OUT(FT_ENUM, "status", "Of all together.", .values = VALUES("unavailable"), .example = "unavailable"),
    VERSION_FIELD,
    FIELD_END,
};
const struct shape health_unwell_shape = SHAPE("HealthAllUnwell", "Not every family is well.", health_unwell_members);
