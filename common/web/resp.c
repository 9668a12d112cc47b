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

static void add_fact(struct resp *r, const char *name, const char *text, int64_t number) {
    if (r->nfacts == RESP_MAX_FACTS) {
        log_error("web: the fact %s is one too many", name);
        return;
    }
    r->facts[r->nfacts].name = name;
    r->facts[r->nfacts].text = text;
    r->facts[r->nfacts].number = number;
    r->nfacts++;
}

void resp_fact(struct resp *r, const char *name, const char *text) {
    if (text) {
        add_fact(r, name, text, 0);
    }
}

void resp_fact_int(struct resp *r, const char *name, int64_t number) {
    add_fact(r, name, NULL, number);
}

enum err resp_fail(struct resp *r, enum err e, struct words message) {
    r->message = words_keep(r->arena, message);
    return e;
}

enum err resp_fail_id(struct resp *r, enum err e, enum words_id message) {
    return resp_fail(r, e, (struct words){.id = message});
}

enum err resp_fail_text(struct resp *r, enum err e, const char *fmt, ...) {
    va_list ap;
    va_start(ap, fmt);
    const char *text = arena_vprintf(r->arena, fmt, ap);
    va_end(ap);
    return resp_fail(r, e, W_ERRORS_SAID(text));
}

enum err resp_wait(struct resp *r, int64_t seconds) {
    resp_header(r, "Retry-After", arena_printf(r->arena, "%lld", (long long)seconds));
    return resp_fail(r, ERR_RATE_LIMITED, W_ERRORS_WAIT((double)seconds));
}

enum lang req_lang(const struct req *q) {
    return q->resp->lang;
}

void resp_speaks(struct resp *r) {
    resp_header(r, "Content-Language", lang_tag(r->lang));
    resp_header(r, "Vary", "Accept-Language");
}

void resp_error(struct resp *r, const struct req *q, enum err e) {
    const struct dialect *d = q->dialect;
    r->lang = d == &muster_dialect ? r->lang : LANG_EN; /* others have their clients' own sentences, and one language */
    if (r->unsound) {
        r->nheaders = 0; /* they belong to a reply that does not go out */
        r->unsound = false;
    }
    r->status = dialect_status(d, e);
    r->content_type = d->content_type;
    r->stream = NULL;
    buf_clear(r->body, 256 * 1024);
    jw_init(&r->json, r->body);
    envelope_error(&r->json, d, q->id, e, r);
    if (d == &muster_dialect) {
        resp_speaks(r);
    }
    if (r->status == 401 && d->authenticator->challenge) {
        resp_header(r, "WWW-Authenticate", d->authenticator->challenge);
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

/* Every reply has some of these; printf would be half of what it costs beside the database. */
static void put_header(struct buf *out, const char *name, const char *value) {
    buf_puts(out, name);
    buf_append(out, ": ", 2);
    buf_puts(out, value);
    buf_append(out, "\r\n", 2);
}

static const char *digits(char room[24], size_t n) {
    char *at = room + 23;
    *at = '\0';
    do {
        *--at = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    return at;
}

void resp_head(const struct resp *r, const struct req *q, size_t length, struct buf *out) {
    char room[24];
    bool has_body = r->status != 204 && r->status != 304;
    buf_puts(out, "Status: ");
    buf_puts(out, digits(room, (size_t)r->status));
    buf_putc(out, ' ');
    buf_puts(out, http_phrase(r->status));
    buf_append(out, "\r\n", 2);
    if (has_body) {
        put_header(out, "Content-Type", r->content_type);
    }
    if (has_body && !r->stream) {
        put_header(out, "Content-Length", digits(room, length));
    }
    put_header(out, "Cache-Control", "no-store");
    put_header(out, "X-Request-Id", q->id);
    for (int i = 0; i < r->nheaders; i++) {
        put_header(out, r->headers[i].name, r->headers[i].value);
    }
    buf_puts(out, "\r\n");
}
