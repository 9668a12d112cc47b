/* body.c - the body of a request: what its headers say of it is believed or refused, then it is read, as JSON in memory or into a file. */
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/json/jread.h"
#include "common/web/internal.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <strings.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define PIECE (64 * 1024)
/* A process serves one request at a time, so a body that comes in drops would keep it from all others: in this time it must come at this
 * rate on average. */
#define UPLOAD_GRACE_US 15000000
#define UPLOAD_BYTES_A_SECOND (64 * 1024)
#define UPLOAD_SUFFIX ".part"
#define LEFT_BEHIND_SECONDS 86400 /* longer than any request */

static const char *header_or_none(const struct transport *t, const char *name) {
    const char *v = t->param(t->ctx, name);
    return v ? v : "";
}

/* -1 when it is not said. */
static enum err read_length(const struct transport *t, const struct req *q, struct resp *r, int64_t *length) {
    const char *declared = header_or_none(t, "CONTENT_LENGTH");
    *length = -1;
    if (!*declared) {
        return OK;
    }
    if (!str_to_i64(declared, 0, INT64_MAX, length)) {
        return resp_fail(r, ERR_BAD_REQUEST, W_ERRORS_BODY_LENGTH);
    }
    return *length > route_limits(q->table, q->route).body ? ERR_TOO_LARGE : OK;
}

/* RFC 9110: section 15.5.16 for codings, section 14.5 for a part of a body. */
static enum err believe_headers(const struct transport *t, struct resp *r) {
    const char *coding = header_or_none(t, "HTTP_CONTENT_ENCODING");
    if (*coding && strcasecmp(coding, "identity") != 0) {
        resp_header(r, "Accept-Encoding", "identity");
        return resp_fail(r, ERR_MEDIA_TYPE, W_ERRORS_BODY_CODING);
    }
    if (*header_or_none(t, "HTTP_CONTENT_RANGE")) {
        return resp_fail(r, ERR_BAD_REQUEST, W_ERRORS_BODY_RANGE);
    }
    return OK;
}

/* ---- in memory ---- */

static enum err read_body(struct worker *w, const struct transport *t, struct req *q, struct resp *r) {
    int64_t length;
    enum err e = read_length(t, q, r, &length);
    buf_clear(&w->body_in, PIECE);
    if (e != OK || length < 0) {
        return e;
    }
    char *room = buf_reserve(&w->body_in, (size_t)length);
    int got = 0;
    while (room && got < length) {
        int n = t->read(t->ctx, room + got, (int)length - got);
        if (n <= 0) {
            break;
        }
        got += n;
    }
    if (!room || got != length) {
        return resp_fail(r, ERR_BAD_REQUEST, W_ERRORS_BODY_SHORT);
    }
    buf_advance(&w->body_in, (size_t)length);
    return OK;
}

/* The value of a parameter such as ";charset=utf-8" or "; charset=\"UTF-8\"" (RFC 9110, section 5.6.6) is UTF-8 or a part of it. */
static bool is_utf8_name(const char *value, size_t len) {
    static const char *const names[] = {"utf-8", "utf8", "us-ascii"};
    if (len >= 2 && value[0] == '"' && value[len - 1] == '"') {
        value++;
        len -= 2;
    }
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (strlen(names[i]) == len && strncasecmp(value, names[i], len) == 0) {
            return true;
        }
    }
    return false;
}

/* parameters: what follows the type. */
static bool charset_fits(const char *parameters) {
    static const char name[] = "charset=";
    for (const char *p = parameters; *(p += strspn(p, "; \t"));) {
        size_t len = strcspn(p, "; \t");
        if (strncasecmp(p, name, sizeof(name) - 1) == 0 && !is_utf8_name(p + sizeof(name) - 1, len - (sizeof(name) - 1))) {
            return false;
        }
        p += len;
    }
    return true;
}

static enum err believe_type(const struct transport *t, struct resp *r) {
    const char *type = header_or_none(t, "CONTENT_TYPE");
    if (*type && (strncasecmp(type, "application/json", 16) != 0 || !strchr("; \t", type[16]))) {
        return ERR_MEDIA_TYPE;
    }
    if (*type && !charset_fits(type + 16)) {
        return resp_fail(r, ERR_MEDIA_TYPE, W_ERRORS_BODY_CHARSET);
    }
    return OK;
}

/* What json says of a text that it cannot read, in the catalogue's words. */
static enum err no_json(struct resp *r, const char *why) {
    static const struct {
        const char *why;
        enum words_id text;
    } rows[] = {
        {"is empty", WORDS_ERRORS_BODY_EMPTY},
        {"contains a malformed number", WORDS_ERRORS_BODY_NUMBER},
        {"contains a control character in a string", WORDS_ERRORS_BODY_CONTROL},
        {"contains \\u0000", WORDS_ERRORS_BODY_ZERO},
        {"ends within a string", WORDS_ERRORS_BODY_IN_STRING},
        {"is nested too deeply", WORDS_ERRORS_BODY_NESTED},
        {"is not valid UTF-8", WORDS_ERRORS_BODY_UTF8},
        {"could not be read for want of memory", WORDS_ERRORS_BODY_MEMORY},
        {"ends too early", WORDS_ERRORS_BODY_EARLY},
        {"is null", WORDS_ERRORS_BODY_NULL},
        {"is too large", WORDS_ERRORS_BODY_SIZE},
        {"contains the same key twice", WORDS_ERRORS_BODY_TWICE},
    };
    size_t i = 0, n = sizeof(rows) / sizeof(rows[0]);
    while (i < n && !str_eq(rows[i].why, why)) {
        i++;
    }
    return resp_fail_id(r, ERR_MALFORMED_JSON, i < n ? rows[i].text : WORDS_ERRORS_BODY_NO_JSON);
}

enum err body_parse(struct worker *w, const struct transport *t, struct req *q, struct resp *r) {
    static const char mark[] = "\xef\xbb\xbf";
    enum err e = read_body(w, t, q, r);
    e = e == OK ? believe_headers(t, r) : e;
    e = e == OK ? believe_type(t, r) : e;
    if (e != OK) {
        return e;
    }
    if (w->body_in.len >= 3 && memcmp(w->body_in.data, mark, 3) == 0) { /* which a sender must not add: RFC 8259, section 8.1 */
        return resp_fail(r, ERR_MALFORMED_JSON, W_ERRORS_BODY_MARK);
    }
    const char *why = "is empty";
    struct json_object *json = w->body_in.len ? jr_parse(q->arena, w->body_in.data, w->body_in.len, &why) : NULL;
    if (!json) {
        return no_json(r, why);
    }
    if (!json_object_is_type(json, json_type_object)) {
        return ERR_MALFORMED_JSON;
    }
    void *body = arena_alloc(q->arena, q->route->body_size);
    field_read_json(q->route->body, json, body, q->arena, &r->errors);
    q->body = body;
    return OK;
}

/* ---- into a file ---- */

static enum err full(const char *what) {
    log_error("web: the file of a body cannot be %s: %m", what);
    return ERR_UNAVAILABLE;
}

/* With the request's arena: whatever became of the request, and also when it ended early. */
static void upload_end(void *arg) {
    struct upload *u = arg;
    close(u->fd);
    if (u->path) {
        unlinkat(AT_FDCWD, u->path, 0);
    }
}

static enum err upload_open(struct req *q) {
    char name[37];
    struct upload *u = arena_alloc(q->arena, sizeof(*u));
    crypto_uuid(name);
    u->path = arena_printf(q->arena, "%s/%s" UPLOAD_SUFFIX, *q->app->uploads, name);
    u->fd = open(u->path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    if (u->fd < 0) {
        return full("made");
    }
    arena_cleanup(q->arena, upload_end, u);
    q->upload = u;
    return OK;
}

static bool write_all(int fd, const char *data, size_t len) {
    while (len > 0) {
        ssize_t n = write(fd, data, len);
        if (n < 0 && errno != EINTR) {
            return false;
        }
        data += n > 0 ? n : 0;
        len -= n > 0 ? (size_t)n : 0;
    }
    return true;
}

bool upload_too_slow(int64_t us, int64_t size) {
    return us > UPLOAD_GRACE_US && size < us / 1000000 * UPLOAD_BYTES_A_SECOND;
}

static enum err receive(struct worker *w, const struct transport *t, struct upload *u, struct resp *r, int64_t limit, int64_t length) {
    const int64_t start = clock_mono_us();
    struct crypto_digest digest;
    int n = 1;
    buf_clear(&w->body_in, PIECE);
    char *room = buf_reserve(&w->body_in, PIECE);
    if (!room) {
        return ERR_INTERNAL;
    }
    crypto_digest_begin(&digest);
    while ((length < 0 || u->size < length) && (n = t->read(t->ctx, room, PIECE)) > 0) {
        u->size += n;
        if (u->size > limit) {
            return ERR_TOO_LARGE;
        }
        if (upload_too_slow(clock_mono_us() - start, u->size)) {
            return resp_fail(r, ERR_BAD_REQUEST, W_ERRORS_BODY_SLOW);
        }
        if (!write_all(u->fd, room, (size_t)n)) {
            return full("written");
        }
        crypto_digest_add(&digest, room, (size_t)n);
    }
    if (n < 0 || (length >= 0 && u->size != length)) {
        return resp_fail(r, ERR_BAD_REQUEST, W_ERRORS_BODY_SHORT);
    }
    crypto_digest_end(&digest, u->sha256);
    return OK;
}

enum err upload_declared(const struct transport *t, const struct req *q, struct resp *r) {
    int64_t length;
    enum err e = read_length(t, q, r, &length);
    return e == OK ? believe_headers(t, r) : e;
}

enum err upload_receive(struct worker *w, const struct transport *t, struct req *q, struct resp *r) {
    int64_t length;
    enum err e = read_length(t, q, r, &length);
    e = e == OK ? upload_open(q) : e;
    return e == OK ? receive(w, t, q->upload, r, route_limits(q->table, q->route).body, length) : e;
}

/* Names are the handlers' own; one that leads out of the folder is a defect of ours. */
enum err upload_keep(struct req *q, const char *name) {
    const char *to = arena_printf(q->arena, "%s/%s", *q->app->uploads, name);
    if (strchr(name, '/') || *name == '.' || !*name || !q->upload || !q->upload->path) {
        log_error("web: a body cannot be kept under this name");
        return ERR_INTERNAL;
    }
    if (fsync(q->upload->fd) != 0 || renameat(AT_FDCWD, q->upload->path, AT_FDCWD, to) != 0) {
        return full("kept");
    }
    q->upload->path = NULL; /* it stays */
    return OK;
}

static bool is_left_behind(const char *folder, const char *name, struct arena *a) {
    struct stat st;
    size_t len = strlen(name), suffix = strlen(UPLOAD_SUFFIX);
    return len > suffix && str_eq(name + len - suffix, UPLOAD_SUFFIX) && stat(arena_printf(a, "%s/%s", folder, name), &st) == 0 &&
           S_ISREG(st.st_mode) && st.st_mtime < time(NULL) - LEFT_BEHIND_SECONDS;
}

void upload_sweep(const char *folder) {
    struct arena *a = arena_new(4096);
    DIR *dir = opendir(folder);
    for (struct dirent *entry = dir ? readdir(dir) : NULL; entry; entry = readdir(dir)) {
        if (is_left_behind(folder, entry->d_name, a)) {
            unlinkat(dirfd(dir), entry->d_name, 0);
        }
    }
    if (dir) {
        closedir(dir);
    }
    arena_free(a);
}
