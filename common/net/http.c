#include "common/net/http.h"

#include "common/base/buf.h"
#include "common/base/str.h"
#include "common/net/core.h"

#include <strings.h>

#define CONNECT_MS 5000
#define TOTAL_MS 10000
#define MAX_HEADER (64 * 1024)
#define MAX_BODY (1024 * 1024)
#define MAX_VALUE 8000

static const char *const sentences[] = {
    [NET_REFUSED] = "The address leads into a network that is not called from here.",
    [NET_NAME] = "The host's name has no address.",
    [NET_CONNECT] = "The server cannot be reached.",
    [NET_TLS] = "There is no encrypted connection to a server with a valid certificate for this host.",
    [NET_TIME] = "The server took too long.",
    [NET_TOO_LARGE] = "The server's answer is too large.",
    [NET_PROTOCOL] = "The server's answer was broken off or could not be understood.",
    [NET_ENDED] = "The call was ended.",
};

/* What libcurl reports; everything else is NET_PROTOCOL. */
static const struct {
    CURLcode code;
    enum net_error error;
} errors[] = {
    {CURLE_OK, NET_OK},
    {CURLE_COULDNT_RESOLVE_HOST, NET_NAME},
    {CURLE_COULDNT_CONNECT, NET_CONNECT},
    {CURLE_OPERATION_TIMEDOUT, NET_TIME},
    {CURLE_FILESIZE_EXCEEDED, NET_TOO_LARGE},
    {CURLE_WRITE_ERROR, NET_TOO_LARGE},   /* take_header and take_body fail for no other reason */
    {CURLE_OUT_OF_MEMORY, NET_TOO_LARGE}, /* what libcurl calls a line of a header that is longer than it reads */
#if LIBCURL_VERSION_NUM >= 0x080600
    {CURLE_TOO_LARGE, NET_TOO_LARGE}, /* and what it calls it later */
#endif
    {CURLE_ABORTED_BY_CALLBACK, NET_ENDED},
    {CURLE_SSL_CONNECT_ERROR, NET_TLS},
    {CURLE_PEER_FAILED_VERIFICATION, NET_TLS},
    {CURLE_SSL_CACERT_BADFILE, NET_TLS},
    {CURLE_SSL_CIPHER, NET_TLS},
    {CURLE_SSL_CERTPROBLEM, NET_TLS},
};

/* Names that libcurl writes itself; a second one would give the call two meanings. */
static const char *const own_headers[] = {"host",    "content-length",  "transfer-encoding",   "connection",       "expect",     "te",
                                          "upgrade", "accept-encoding", "proxy-authorization", "proxy-connection", "user-agent", NULL};

struct call {
    CURL *curl;
    struct curl_slist *headers;
    struct buf body;
    size_t header_left;
    bool header_ended; /* the empty line was read */
};

/* libcurl keeps what it reads. Here everything counts, interim replies and trailers too, and the end is looked for: libcurl takes a
 * header that was broken off for a whole one. NOLINTNEXTLINE(readability-non-const-parameter) */
static size_t take_header(char *data, size_t size, size_t n, void *ctx) {
    struct call *c = ctx;
    size_t len = size * n;
    if (len > c->header_left) {
        return 0;
    }
    c->header_left -= len;
    if (len >= 5 && memcmp(data, "HTTP/", 5) == 0) {
        c->header_ended = false; /* an interim reply was before it */
    } else if (len > 0 && (data[0] == '\r' || data[0] == '\n')) {
        c->header_ended = true;
    }
    return len;
}

static size_t take_body(char *data, size_t size, size_t n, void *ctx) {
    struct call *c = ctx;
    return buf_append(&c->body, data, size * n) ? size * n : 0;
}

static bool is_token(const char *text) {
    for (const char *c = text; *c; c++) {
        if (*c <= 0x20 || *c >= 0x7f || strchr("()<>@,;:\\\"/[]?={}", *c)) {
            return false;
        }
    }
    return *text != '\0';
}

static bool is_value(const char *text) {
    for (const char *c = text; *c; c++) {
        if (((unsigned char)*c < 0x20 && *c != '\t') || *c == 0x7f) {
            return false;
        }
    }
    return strlen(text) <= MAX_VALUE;
}

static bool add_header(struct call *c, struct arena *a, const struct net_header *h) {
    char *name = arena_strdup(a, h->name);
    str_lower(name);
    if (!is_token(name) || !is_value(h->value) || str_in(name, own_headers)) {
        return false;
    }
    /* "Name:" would take a header away, "Name;" sends one without a value. */
    const char *line = *h->value ? arena_printf(a, "%s: %s", h->name, h->value) : arena_printf(a, "%s;", h->name);
    struct curl_slist *longer = curl_slist_append(c->headers, line);
    c->headers = longer ? longer : c->headers;
    return longer != NULL;
}

static bool add_headers(struct call *c, struct arena *a, const struct net_request *request) {
    c->headers = curl_slist_append(NULL, "Expect:"); /* libcurl would wait a second for "100 Continue" */
    bool ok = c->headers != NULL;
    for (int i = 0; i < NET_HEADERS && request->headers[i].name && ok; i++) {
        ok = add_header(c, a, &request->headers[i]);
    }
    return ok;
}

static void prepare(struct call *c, CURLU *url, const struct net_request *request) {
    curl_easy_setopt(c->curl, CURLOPT_CURLU, url);
    curl_easy_setopt(c->curl, CURLOPT_HTTPHEADER, c->headers);
    curl_easy_setopt(c->curl, CURLOPT_USERAGENT, "Muster/1");
    curl_easy_setopt(c->curl, CURLOPT_HTTP_VERSION, (long)CURL_HTTP_VERSION_1_1);
    curl_easy_setopt(c->curl, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)c->body.max);
    curl_easy_setopt(c->curl, CURLOPT_HEADERFUNCTION, take_header);
    curl_easy_setopt(c->curl, CURLOPT_HEADERDATA, c);
    curl_easy_setopt(c->curl, CURLOPT_WRITEFUNCTION, take_body);
    curl_easy_setopt(c->curl, CURLOPT_WRITEDATA, c);
    if (request->body) {
        curl_easy_setopt(c->curl, CURLOPT_POST, 1L);
        curl_easy_setopt(c->curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_len);
        curl_easy_setopt(c->curl, CURLOPT_POSTFIELDS, request->body);
    }
}

/* The value of the last reply's header; NULL when it is not there once. */
static const char *header(struct call *c, const char *name) {
    struct curl_header *found = NULL;
    return curl_easy_header(c->curl, name, 0, CURLH_HEADER, -1, &found) == CURLHE_OK && found->amount == 1 ? found->value : NULL;
}

static bool is_encoded(struct call *c) {
    struct curl_header *found = NULL;
    return curl_easy_header(c->curl, "Content-Encoding", 0, CURLH_HEADER, -1, &found) == CURLHE_OK &&
           (found->amount > 1 || strcasecmp(found->value, "identity") != 0);
}

static void copy_reply(struct call *c, struct arena *a, const struct net_request *request, struct net_reply *reply) {
    long status = 0;
    char *body = arena_alloc(a, c->body.len + 1);
    curl_easy_getinfo(c->curl, CURLINFO_RESPONSE_CODE, &status);
    reply->status = (int)status;
    for (int i = 0; i < NET_HEADERS && request->wanted[i]; i++) {
        const char *value = header(c, request->wanted[i]);
        reply->headers[i] = value ? arena_strdup(a, value) : NULL;
    }
    memcpy(body, c->body.data, c->body.len);
    reply->body = body;
    reply->len = c->body.len;
}

static enum net_error error_of(CURLcode code, const struct net_guard *guard) {
    if (code == CURLE_COULDNT_CONNECT && guard->refused && !guard->passed) {
        return NET_REFUSED;
    }
    for (size_t i = 0; i < sizeof(errors) / sizeof(errors[0]); i++) {
        if (errors[i].code == code) {
            return errors[i].error;
        }
    }
    return NET_PROTOCOL;
}

static enum net_error perform(const struct net_config *config, struct arena *a, const struct net_request *request, CURLU *url,
                              const struct net_target *target, struct net_reply *reply) {
    struct net_guard guard = {.allow = &config->allow, .target = target, .give_up = config->give_up};
    const struct net_options options = {.protocols = "http,https",
                                        .ca_file = config->ca_file,
                                        .verify = true,
                                        .connect_ms = request->connect_ms ? request->connect_ms : CONNECT_MS,
                                        .total_ms = request->total_ms ? request->total_ms : TOTAL_MS};
    struct call c = {.curl = net_handle(&guard, &options), .header_left = request->max_header ? request->max_header : MAX_HEADER};
    enum net_error error = NET_CONNECT;
    buf_init(&c.body, request->max_body ? request->max_body : MAX_BODY);
    if (c.curl && !add_headers(&c, a, request)) {
        error = NET_REFUSED;
        reply->why = "A header of the call is none, or is not the caller's to set.";
    } else if (c.curl) {
        prepare(&c, url, request);
        error = error_of(curl_easy_perform(c.curl), &guard);
        error = error == NET_OK && (!c.header_ended || is_encoded(&c)) ? NET_PROTOCOL : error;
        if (error == NET_OK) {
            copy_reply(&c, a, request, reply);
        }
    }
    curl_easy_cleanup(c.curl);
    curl_slist_free_all(c.headers);
    buf_release(&c.body);
    return error;
}

enum net_error net_call(const struct net_config *config, struct arena *a, const struct net_request *request, struct net_reply *reply) {
    struct net_target target;
    CURLU *url = curl_url();
    enum net_error error = NET_REFUSED;
    *reply = (struct net_reply){.body = ""};
    reply->why = net_target_read(url, request->url, &target);
    if (!reply->why && !net_may_call(&config->allow, &target)) {
        reply->why = "Only https on port 443 is called from here, unless the operator allows the host.";
    }
    if (!reply->why) {
        error = perform(config, a, request, url, &target, reply);
        reply->why = reply->why ? reply->why : sentences[error];
    }
    curl_url_cleanup(url);
    return error;
}
