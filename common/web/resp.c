/* resp.c - responses: headers, errors, cookies, HTML. */
#include "common/base/clock.h"
#include "common/base/log.h"
#include "common/base/str.h"
#include "common/web/internal.h"

void resp_init(struct resp *r, struct arena *a, struct buf *body) {
    *r = (struct resp){.status = 200, .content_type = "application/json", .body = body, .arena = a};
    buf_clear(body, 256 * 1024);
    jw_init(&r->json, body);
    field_errors_init(&r->errors);
}

/* RFC 9110, section 5.6.2. */
static bool is_token(const char *s) {
    static const char others[] = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    return s && *s && s[strspn(s, others)] == '\0';
}

static bool is_printable(const char *s) {
    while (s && *s >= ' ' && *s <= '~') {
        s++;
    }
    return s && *s == '\0';
}

/* The value stays out of the log: it may be a cookie. */
static void refuse_header(struct resp *r, const char *name, const char *why) {
    log_error("web: the header %s %s", is_printable(name) ? name : "?", why);
    r->unsound = true;
}

void resp_header(struct resp *r, const char *name, const char *value) {
    if (!is_token(name) || !is_printable(value)) {
        refuse_header(r, name, "holds what must not be sent");
    } else if (r->nheaders == RESP_MAX_HEADERS) {
        refuse_header(r, name, "is one too many");
    } else {
        r->headers[r->nheaders].name = name;
        r->headers[r->nheaders].value = value;
        r->nheaders++;
    }
}

/* RFC 8187: what every client reads as it is; percent and quote are not among it. */
static const char plain_in_names[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._";

void resp_attachment(struct resp *r, const char *filename) {
    size_t len = strlen(filename);
    char *plain = arena_strdup(r->arena, filename), *coded = arena_alloc(r->arena, 3 * len + 1), *to = coded;
    for (size_t i = 0; i < len; i++) {
        if (strchr(plain_in_names, filename[i])) {
            *to++ = filename[i];
        } else {
            plain[i] = '_';
            to += snprintf(to, 4, "%%%02X", (unsigned char)filename[i]);
        }
    }
    *to = '\0';
    resp_header(r, "Content-Disposition",
                str_eq(plain, filename) ? arena_printf(r->arena, "attachment; filename=\"%s\"", plain)
                                        : arena_printf(r->arena, "attachment; filename=\"%s\"; filename*=UTF-8''%s", plain, coded));
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
    if (r->unsound) {
        r->nheaders = 0; /* they belong to a reply that does not go out */
        r->unsound = false;
    }
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
    } else if (e == ERR_BUDGET) { /* hours as the database counts them */
        resp_header(r, "Retry-After", arena_printf(r->arena, "%d", (int)(3600 - clock_now_us() / 1000000 % 3600)));
    }
}

const char *req_cookie_name(void) {
    return str_starts(web_config.base_url, "https://") ? "__Host-muster_session" : "muster_session";
}

void resp_put_cookie(struct resp *r, const char *name, const char *path, const char *value, int64_t max_age) {
    if (value && strpbrk(value, " \",;\\")) { /* RFC 6265, section 4.1.1 */
        refuse_header(r, "Set-Cookie", "holds what would end its value");
        return;
    }
    bool tls = str_starts(web_config.base_url, "https://");
    resp_header(r, "Set-Cookie",
                arena_printf(r->arena, "%s=%s; Path=%s; HttpOnly; SameSite=Lax%s; Max-Age=%lld", name, value ? value : "", path,
                             tls ? "; Secure" : "", value ? (long long)max_age : 0LL));
}

void resp_cookie(struct resp *r, const char *value, int64_t max_age) {
    resp_put_cookie(r, req_cookie_name(), "/", value, max_age);
}

void resp_html(struct resp *r, const char *style_hash, const char *filename) {
    r->content_type = "text/html; charset=utf-8";
    resp_header(r, "Content-Security-Policy",
                arena_printf(r->arena,
                             "default-src 'none'; style-src '%s'; img-src data:; base-uri 'none'; form-action 'none'; "
                             "frame-ancestors 'self'",
                             style_hash));
    if (filename) {
        resp_attachment(r, filename);
    }
}

void resp_head(const struct resp *r, const struct req *q, struct buf *out) {
    buf_printf(out, "Status: %d %s\r\n", r->status, http_phrase(r->status));
    if (r->status != 204 && r->status != 304) {
        buf_printf(out, "Content-Type: %s\r\n", r->content_type);
    }
    if (r->status != 204 && r->status != 304 && !r->stream) {
        buf_printf(out, "Content-Length: %zu\r\n", r->body->len);
    }
    buf_puts(out, "Cache-Control: no-store\r\n");
    buf_printf(out, "X-Request-Id: %s\r\n", q->id);
    for (int i = 0; i < r->nheaders; i++) {
        buf_printf(out, "%s: %s\r\n", r->headers[i].name, r->headers[i].value);
    }
    buf_puts(out, "\r\n");
}
