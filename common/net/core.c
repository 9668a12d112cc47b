#include "common/net/core.h"

#include <sys/socket.h>
#include <unistd.h>

bool net_start(void) {
    static bool started;
    if (!started && curl_global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK) {
        /* Without this feature names are resolved by a function that knows no deadline. */
        started = (curl_version_info(CURLVERSION_NOW)->features & CURL_VERSION_ASYNCHDNS) != 0;
    }
    return started;
}

static curl_socket_t open_socket(void *ctx, curlsocktype purpose, struct curl_sockaddr *to) {
    struct net_guard *g = ctx;
    if (purpose != CURLSOCKTYPE_IPCXN || (g->allow && !net_may_connect(g->allow, g->target, &to->addr))) {
        g->refused++;
        return CURL_SOCKET_BAD;
    }
    g->passed++;
    return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

/* libcurl asks about once a second, also while it waits. */
static int progress(void *ctx, curl_off_t dltotal, curl_off_t dlnow, curl_off_t ultotal, curl_off_t ulnow) {
    const struct net_guard *g = ctx;
    (void)dltotal, (void)dlnow, (void)ultotal, (void)ulnow;
    return g->give_up && g->give_up() ? 1 : 0;
}

static void set_tls(CURL *curl, const struct net_options *o) {
    curl_easy_setopt(curl, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYPEER, o->verify ? 1L : 0L);
    curl_easy_setopt(curl, CURLOPT_SSL_VERIFYHOST, o->verify ? 2L : 0L);
    if (o->ca_file && *o->ca_file) {
        curl_easy_setopt(curl, CURLOPT_CAINFO, o->ca_file);
        curl_easy_setopt(curl, CURLOPT_CAPATH, NULL); /* the system's authorities are there too */
    }
}

CURL *net_handle(struct net_guard *guard, const struct net_options *o) {
    CURL *curl = net_start() ? curl_easy_init() : NULL;
    if (!curl) {
        return NULL;
    }
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, o->protocols);
    curl_easy_setopt(curl, CURLOPT_PROXY, ""); /* not even the environment's */
    curl_easy_setopt(curl, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    curl_easy_setopt(curl, CURLOPT_FOLLOWLOCATION, 0L);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_QUICK_EXIT, 1L); /* does not wait for a resolver that is too late */
    curl_easy_setopt(curl, CURLOPT_CONNECTTIMEOUT_MS, (long)o->connect_ms);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)o->total_ms);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETFUNCTION, open_socket);
    curl_easy_setopt(curl, CURLOPT_OPENSOCKETDATA, guard);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, progress);
    curl_easy_setopt(curl, CURLOPT_XFERINFODATA, guard);
    set_tls(curl, o);
    return curl;
}
