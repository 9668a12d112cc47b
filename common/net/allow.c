#include "common/net/allow.h"

#include "common/base/str.h"

#include <ctype.h>
#include <strings.h>

#define BLANKS " \t\r\n,"
#define HTTP_PORT 80
#define HTTPS_PORT 443

/* ---- spelling ---- */

/* Letters, digits, '-' and '_' in labels; the last one begins with a letter, so that no number passes for a name. */
static bool is_name(const char *text) {
    const char *label = text;
    if (strlen(text) > 253) {
        return false;
    }
    for (;;) {
        size_t len = strcspn(label, ".");
        for (size_t i = 0; i < len; i++) {
            if (!isalnum((unsigned char)label[i]) && label[i] != '-' && label[i] != '_') {
                return false;
            }
        }
        if (len == 0 || len > 63 || label[0] == '-' || label[len - 1] == '-') {
            return false;
        }
        if (!label[len]) {
            return isalpha((unsigned char)label[0]) != 0;
        }
        label += len + 1;
    }
}

static bool is_host(const char *text) {
    char inside[NET_HOST_SIZE];
    struct net_network address;
    size_t len = strlen(text);
    if (text[0] != '[') {
        return strchr(text, ':') == NULL && strchr(text, '/') == NULL && (is_name(text) || net_network_parse(text, &address));
    }
    if (len < 2 || len > sizeof(inside) || text[len - 1] != ']') {
        return false;
    }
    memcpy(inside, text + 1, len - 2);
    inside[len - 2] = '\0';
    return strchr(inside, ':') && strchr(inside, '/') == NULL && net_network_parse(inside, &address);
}

/* ---- the operator's list ---- */

/* Splits "host:port", "[host]:port" or a bare IPv6 network in place. NULL when it is none of these. */
static char *split_port(char *text, uint16_t *port) {
    char *rest = strchr(text, ':');
    int64_t number = 0;
    if (text[0] == '[') {
        text++;
        rest = strchr(text, ']');
        if (!rest || !memchr(text, ':', (size_t)(rest - text))) {
            return NULL;
        }
        *rest++ = '\0';
    } else if (rest && strchr(rest + 1, ':')) {
        rest = NULL;
    }
    if (rest && *rest) {
        if (*rest != ':' || !str_to_i64(rest + 1, 1, UINT16_MAX, &number)) {
            return NULL;
        }
        *rest = '\0';
    }
    *port = (uint16_t)number;
    return text;
}

static bool read_entry(char *text, struct net_entry *out) {
    char *host = split_port(text, &out->port);
    if (!host) {
        return false;
    }
    if (net_network_parse(host, &out->network)) {
        return true;
    }
    out->name = host;
    return is_name(host);
}

bool net_allow_parse(struct arena *a, const char *text, struct net_allow *out, char *err, size_t size) {
    struct net_entry *entries = arena_calloc(a, strlen(text) / 2 + 1, sizeof(*entries));
    *out = (struct net_allow){.entries = entries};
    for (text += strspn(text, BLANKS); *text; text += strspn(text, BLANKS)) {
        size_t len = strcspn(text, BLANKS);
        if (!read_entry(arena_strndup(a, text, len), &entries[out->n])) {
            snprintf(err, size, "%.*s is no host, address or network, with or without a port.", (int)(len < 300 ? len : 300), text);
            return false;
        }
        out->n++;
        text += len;
    }
    return true;
}

/* ---- URLs ---- */

static bool get_part(CURLU *parsed, CURLUPart part, unsigned flags, char *out, size_t size) {
    char *text = NULL;
    bool ok = curl_url_get(parsed, part, &text, flags) == CURLUE_OK && str_copy(out, size, text);
    curl_free(text);
    return ok;
}

/* libcurl has understood a host in many spellings; the URL must begin with the one that it arrived at. */
static bool is_usual(const char *url, const char *scheme, const struct net_target *t) {
    char plain[NET_HOST_SIZE + 32], with_port[NET_HOST_SIZE + 32];
    size_t n = (size_t)snprintf(plain, sizeof(plain), "%s://%s", scheme, t->host);
    size_t m = (size_t)snprintf(with_port, sizeof(with_port), "%s:%u", plain, t->port);
    if (strncasecmp(url, with_port, m) == 0) {
        return url[m] == '\0' || strchr("/?", url[m]);
    }
    return strncasecmp(url, plain, n) == 0 && (url[n] == '\0' || strchr("/?", url[n]));
}

const char *net_target_read(CURLU *parsed, const char *url, struct net_target *out) {
    char scheme[16], port[8];
    int64_t number;
    *out = (struct net_target){0};
    if (strlen(url) > NET_URL_MAX) {
        return "The address is too long.";
    }
    for (const char *c = url; *c; c++) {
        if (*c <= 0x20 || *c >= 0x7f || *c == '\\' || *c == '#') {
            return "The address must be ASCII without blanks, backslashes or '#'; names beyond ASCII begin with xn--.";
        }
    }
    if (!parsed || curl_url_set(parsed, CURLUPART_URL, url, CURLU_DISALLOW_USER) != CURLUE_OK ||
        !get_part(parsed, CURLUPART_SCHEME, 0, scheme, sizeof(scheme)) ||
        !get_part(parsed, CURLUPART_HOST, 0, out->host, sizeof(out->host)) ||
        !get_part(parsed, CURLUPART_PORT, CURLU_DEFAULT_PORT, port, sizeof(port)) || !str_to_i64(port, 1, UINT16_MAX, &number)) {
        return "The address must be https://host, https://host:port or the same with a path, without a name or password.";
    }
    out->secure = str_eq(scheme, "https");
    out->port = (uint16_t)number;
    if (!out->secure && !str_eq(scheme, "http")) {
        return "The address must begin with https://.";
    }
    if (!is_host(out->host) || !is_usual(url, scheme, out)) {
        return "The host of the address is not spelled in the usual way.";
    }
    return NULL;
}

/* ---- verdicts ---- */

static bool port_fits(const struct net_entry *e, uint16_t port) {
    return e->port ? e->port == port : port == HTTPS_PORT || port == HTTP_PORT;
}

bool net_may_call(const struct net_allow *allow, const struct net_target *target) {
    bool may = target->secure && target->port == HTTPS_PORT;
    for (size_t i = 0; i < allow->n && !may; i++) {
        const struct net_entry *e = &allow->entries[i];
        may = port_fits(e, target->port) && (!e->name || strcasecmp(e->name, target->host) == 0);
    }
    return may;
}

bool net_may_connect(const struct net_allow *allow, const struct net_target *target, const struct sockaddr *address) {
    uint16_t port = net_port_of(address);
    bool may = target->secure && port == HTTPS_PORT && net_is_public(address);
    for (size_t i = 0; i < allow->n && !may; i++) {
        const struct net_entry *e = &allow->entries[i];
        may = port_fits(e, port) && (e->name ? strcasecmp(e->name, target->host) == 0 : net_network_has(&e->network, address));
    }
    return may;
}
