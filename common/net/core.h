/*
 * core.h - what every outgoing connection has in common, whatever is spoken over it. For the files of common/net alone.
 *
 * libcurl resolves a name once and connects to what it got; each address passes the guard when its socket is made, with the very
 * structure that connect() gets, so that no second answer of a name server comes between. Of a name's addresses those that are
 * refused are left out and the others are tried: a network with DNS64 gives every name an address of NAT64 besides its own.
 */
#ifndef MUSTER_NET_CORE_H
#define MUSTER_NET_CORE_H

#include "common/net/allow.h"

/* Watches over the connections of one handle, which it must outlive. */
struct net_guard {
    const struct net_allow *allow; /* NULL: the operator named the server itself, which may be anywhere */
    const struct net_target *target;
    bool (*give_up)(void); /* NULL: never */
    int passed, refused;   /* addresses so far */
};

struct net_options {
    const char *protocols; /* of libcurl, separated by commas */
    const char *ca_file;   /* "" or NULL: the system's authorities; otherwise these alone */
    bool verify;           /* the certificate and its name */
    int64_t connect_ms;    /* until connected: resolving and TLS included */
    int64_t total_ms;
};

/* False when libcurl does not start or would block in a name server's silence. Again and again allowed. */
bool net_start(void);
/* A handle without proxies, redirects, credentials or settings from anywhere else. NULL when there is none. */
CURL *net_handle(struct net_guard *guard, const struct net_options *options);

#endif
