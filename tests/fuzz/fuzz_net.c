/* net_allow_parse, net_target_read and the verdicts: the first line is the operator's list, the rest is a URL. */
#include "common/net/allow.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void require(bool holds) {
    if (!holds) {
        abort();
    }
}

static void check_entries(const struct net_allow *list) {
    for (size_t i = 0; i < list->n; i++) {
        const struct net_entry *e = &list->entries[i];
        struct in_addr address;
        if (e->name) {
            require(*e->name && strlen(e->name) < NET_HOST_SIZE && !inet_aton(e->name, &address));
        } else {
            require(e->network.family == AF_INET ? e->network.bits <= 32 : e->network.family == AF_INET6 && e->network.bits <= 128);
        }
    }
}

/* What a resolver would take for an address is one in its usual spelling, and the host is what any reader of the URL finds there. */
static void check_target(const char *url, const struct net_target *t) {
    static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.";
    const char *host = strstr(url, "://");
    size_t len = strlen(t->host);
    struct in_addr address;
    char usual[INET_ADDRSTRLEN];
    require(host && strncasecmp(host + 3, t->host, len) == 0 && (host[3 + len] == '\0' || strchr(":/?", host[3 + len])));
    require(t->port != 0 && strncasecmp(url, t->secure ? "https:" : "http:", t->secure ? 6 : 5) == 0);
    require(t->host[0] == '[' ? t->host[len - 1] == ']' : strspn(t->host, allowed) == len);
    require(!inet_aton(t->host, &address) || strcmp(inet_ntop(AF_INET, &address, usual, sizeof(usual)), t->host) == 0);
}

static void check_verdicts(const struct net_allow *list, const struct net_target *t) {
    static const struct net_allow none;
    struct sockaddr_in inside = {.sin_family = AF_INET, .sin_port = htons(t->port), .sin_addr = {htonl(INADDR_LOOPBACK)}};
    struct sockaddr_in outside = {.sin_family = AF_INET, .sin_port = htons(t->port), .sin_addr = {htonl(0x08080808)}};
    require(!net_may_connect(&none, t, (struct sockaddr *)&inside));
    require(net_may_connect(&none, t, (struct sockaddr *)&outside) == (t->secure && t->port == 443));
    require(net_may_call(list, t) || !net_may_connect(list, t, (struct sockaddr *)&inside));
    require(net_may_call(list, t) || !net_may_connect(list, t, (struct sockaddr *)&outside));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct arena *arena;
    struct net_allow list = {0};
    struct net_target target;
    char err[400] = "";
    if (!arena) {
        arena = arena_new(4096);
    }
    char *text = arena_strndup(arena, (const char *)data, size);
    char *url = text + strcspn(text, "\n");
    url += *url ? 1 : 0;
    text[strcspn(text, "\n")] = '\0';
    if (net_allow_parse(arena, text, &list, err, sizeof(err))) {
        check_entries(&list);
    } else {
        require(*err != '\0');
        list.n = 0;
    }
    CURLU *parsed = curl_url();
    if (!net_target_read(parsed, url, &target)) {
        check_target(url, &target);
        check_verdicts(&list, &target);
    }
    curl_url_cleanup(parsed);
    arena_reset(arena);
    return 0;
}
