/* body.c - the body of a request: what its headers say of it is believed or refused, then it is read and validated. */
#include "common/base/str.h"
#include "common/json/jread.h"
#include "common/web/internal.h"

#include <strings.h>

#define MAX_BODY (256 * 1024)

static const char *header_or_none(const struct transport *t, const char *name) {
    const char *v = t->param(t->ctx, name);
    return v ? v : "";
}

static enum err read_body(struct worker *w, const struct transport *t, struct resp *r) {
    int64_t length = 0;
    const char *declared = header_or_none(t, "CONTENT_LENGTH");
    buf_clear(&w->body_in, 64 * 1024);
    if (!*declared) {
        return OK;
    }
    if (!str_to_i64(declared, 0, INT64_MAX, &length)) {
        return resp_fail(r, ERR_BAD_REQUEST, "Content-Length is not a number.");
    }
    if (length > MAX_BODY) {
        return ERR_TOO_LARGE;
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
        return resp_fail(r, ERR_BAD_REQUEST, "The body is shorter than Content-Length says.");
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

/* RFC 9110: section 15.5.16 for codings and types, section 14.5 for a part of a body. */
static enum err believe_headers(const struct transport *t, struct resp *r) {
    const char *type = header_or_none(t, "CONTENT_TYPE"), *coding = header_or_none(t, "HTTP_CONTENT_ENCODING");
    if (*coding && strcasecmp(coding, "identity") != 0) {
        resp_header(r, "Accept-Encoding", "identity");
        return resp_fail(r, ERR_MEDIA_TYPE, "Send the body as it is: no Content-Encoding is understood.");
    }
    if (*header_or_none(t, "HTTP_CONTENT_RANGE")) {
        return resp_fail(r, ERR_BAD_REQUEST, "Send the whole body: no Content-Range is understood.");
    }
    if (*type && (strncasecmp(type, "application/json", 16) != 0 || !strchr("; \t", type[16]))) {
        return ERR_MEDIA_TYPE;
    }
    if (*type && !charset_fits(type + 16)) {
        return resp_fail(r, ERR_MEDIA_TYPE, "Send the body in UTF-8: no other charset is understood.");
    }
    return OK;
}

enum err body_parse(struct worker *w, const struct transport *t, struct req *q, struct resp *r) {
    static const char mark[] = "\xef\xbb\xbf";
    enum err e = read_body(w, t, r);
    e = e == OK ? believe_headers(t, r) : e;
    if (e != OK) {
        return e;
    }
    if (w->body_in.len >= 3 && memcmp(w->body_in.data, mark, 3) == 0) { /* which a sender must not add: RFC 8259, section 8.1 */
        return resp_fail(r, ERR_MALFORMED_JSON, "The body begins with a byte order mark; send it without one.");
    }
    const char *why = "is empty; it must be a JSON object";
    struct json_object *json = w->body_in.len ? jr_parse(q->arena, w->body_in.data, w->body_in.len, &why) : NULL;
    if (!json) {
        return resp_fail(r, ERR_MALFORMED_JSON, "The body %s.", why);
    }
    if (!json_object_is_type(json, json_type_object)) {
        return ERR_MALFORMED_JSON;
    }
    void *body = arena_alloc(q->arena, q->route->body_size);
    field_read_json(q->route->body, json, body, q->arena, &r->errors);
    q->body = body;
    return OK;
}
