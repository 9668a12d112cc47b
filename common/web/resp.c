/* resp.c - responses: headers, errors, cookies, HTML. */
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/web/internal.h"

void resp_init(struct resp *r, struct arena *a, struct buf *body) {
    *r = (struct resp){.status = 200, .content_type = "application/json", .body = body, .arena = a};
    buf_clear(body, 256 * 1024);
    jw_init(&r->json, body);
    field_errors_init(&r->errors);
}

void resp_header(struct resp *r, const char *name, const char *value) {
    if (r->nheaders < RESP_MAX_HEADERS) {
        r->headers[r->nheaders].name = name;
        r->headers[r->nheaders].value = value;
        r->nheaders++;
    } else {
        log_error("web: too many headers, %s dropped", name);
    }
}

enum err resp_fail(struct resp *r, enum err e, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    r->message = arena_vprintf(r->arena, fmt, ap);
    va_end(ap);
    return e;
}

enum err resp_wait(struct resp *r, int64_t seconds) {
    resp_header(r, "Retry-After", arena_printf(r->arena, "%lld", (long long)seconds));
    return resp_fail(r, ERR_RATE_LIMITED, "Too many attempts. Try again in %lld seconds.", (long long)seconds);
}

static void error_fields(struct resp *r) {
    jw_karray(&r->json, "fields");
    for (const struct field_error *f = r->errors.first; f; f = f->next) {
        jw_object(&r->json);
        jw_kstr(&r->json, "field", f->field);
        jw_kstr(&r->json, "message", f->message);
        jw_object_end(&r->json);
    }
    jw_array_end(&r->json);
}

void resp_error(struct resp *r, const struct req *q, enum err e) {
    r->status = err_status(e);
    r->content_type = "application/json";
    r->stream = NULL;
    buf_clear(r->body, 256 * 1024);
    jw_init(&r->json, r->body);
    jw_object(&r->json);
    jw_kstr(&r->json, "error", r->message ? r->message : err_text(e));
    jw_kstr(&r->json, "code", err_code(e));
    jw_kstr(&r->json, "requestId", q->id);
    if (e == ERR_VALIDATION && r->errors.first) {
        error_fields(r);
    }
    jw_object_end(&r->json);
    if (r->status == 401) {
        resp_header(r, "WWW-Authenticate", "Bearer");
    } else if (r->status == 503) {
        resp_header(r, "Retry-After", "2");
    }
}

static const struct field success_members[] = {OUT(FT_BOOL, "success", "It was done.", .values = VALUES("true")), FIELD_END};
const struct shape success_shape = SHAPE("Success", "It was done.", success_members);

enum err reply_success(struct resp *r) {
    jw_object(&r->json);
    jw_kbool(&r->json, "success", true);
    jw_object_end(&r->json);
    return OK;
}

const char *req_cookie_name(void) {
    return str_starts(web_config.base_url, "https://") ? "__Host-muster_session" : "muster_session";
}

void resp_cookie(struct resp *r, const char *value, int64_t max_age) {
    bool tls = str_starts(web_config.base_url, "https://");
    resp_header(r, "Set-Cookie",
                arena_printf(r->arena, "%s=%s; Path=/; HttpOnly; SameSite=Lax%s; Max-Age=%lld", req_cookie_name(), value ? value : "",
                             tls ? "; Secure" : "", value ? (long long)max_age : 0LL));
}

void resp_html(struct resp *r, const char *style_hash, const char *filename) {
    r->content_type = "text/html; charset=utf-8";
    resp_header(r, "Content-Security-Policy",
                arena_printf(r->arena,
                             "default-src 'none'; style-src '%s'; img-src data:; base-uri 'none'; form-action 'none'; "
                             "frame-ancestors 'self'",
                             style_hash));
    if (filename) {
        resp_header(r, "Content-Disposition", arena_printf(r->arena, "attachment; filename=\"%s\"", filename));
    }
}

/* RFC 9110, section 15. */
static const char *reason_phrase(int status) {
    static const struct {
        int status;
        const char *text;
    } reasons[] = {
        {200, "OK"},
        {201, "Created"},
        {202, "Accepted"},
        {204, "No Content"},
        {304, "Not Modified"},
        {400, "Bad Request"},
        {401, "Unauthorized"},
        {403, "Forbidden"},
        {404, "Not Found"},
        {405, "Method Not Allowed"},
        {409, "Conflict"},
        {410, "Gone"},
        {413, "Content Too Large"},
        {414, "URI Too Long"},
        {415, "Unsupported Media Type"},
        {429, "Too Many Requests"},
        {500, "Internal Server Error"},
        {503, "Service Unavailable"},
    };
    for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
        if (reasons[i].status == status) {
            return reasons[i].text;
        }
    }
    return "Unknown";
}

void resp_head(const struct resp *r, const struct req *q, struct buf *out) {
    buf_printf(out, "Status: %d %s\r\n", r->status, reason_phrase(r->status));
    if (r->status != 204 && r->status != 304) {
        buf_printf(out, "Content-Type: %s\r\n", r->content_type);
    }
    if (r->status != 204 && r->status != 304 && !r->stream) {
        buf_printf(out, "Content-Length: %zu\r\n", r->body->len);
    }
    bool cacheable = q->route && (q->route->flags & ROUTE_CACHEABLE) && r->status < 400;
    buf_puts(out, cacheable ? "Cache-Control: public, max-age=0, must-revalidate\r\n" : "Cache-Control: no-store\r\n");
    buf_printf(out, "X-Request-Id: %s\r\n", q->id);
    for (int i = 0; i < r->nheaders; i++) {
        buf_printf(out, "%s: %s\r\n", r->headers[i].name, r->headers[i].value);
    }
    buf_puts(out, "\r\n");
}
