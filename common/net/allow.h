/*
 * allow.h - where outgoing calls may go: to public addresses over https on port 443, and to whatever the operator allows besides.
 */
#ifndef MUSTER_NET_ALLOW_H
#define MUSTER_NET_ALLOW_H

#include "common/base/arena.h"
#include "common/net/address.h"

#include <curl/curl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NET_HOST_SIZE 256
#define NET_URL_MAX 2000

/* One entry of the operator's list: a host by name, wherever its name leads, or a network, whatever name leads into it. */
struct net_entry {
    const char *name; /* NULL: network */
    struct net_network network;
    uint16_t port; /* 0: 443 and 80 */
};

/* The operator's list; zeroed it is empty. */
struct net_allow {
    const struct net_entry *entries;
    size_t n;
};

/* What a URL says about where it leads. */
struct net_target {
    bool secure;              /* https */
    char host[NET_HOST_SIZE]; /* as in the URL; an IPv6 address in brackets */
    uint16_t port;
};

/* A list separated by blanks or commas: "ai.example.com", "ai.example.com:8443", "10.1.0.0/16", "10.1.2.3:11434", "fd00::/8",
 * "[fd00::1]:11434". The result lies in the arena. False with a sentence in err that names the entry which is none. */
bool net_allow_parse(struct arena *a, const char *text, struct net_allow *out, char *err, size_t size);

/* Reads http(s)://host[:port][/...] into parsed, which then goes to libcurl, and into out. Whatever can be spelled in several ways
 * must be spelled in the usual one: no name or password, no fragment, no blanks, control characters or bytes beyond ASCII, no
 * number that stands for an address, no zone, no dot at the end of the name. NULL, or a sentence that says what is wrong. */
const char *net_target_read(CURLU *parsed, const char *url, struct net_target *out);

/* Before the name is resolved: whether any address would do. */
bool net_may_call(const struct net_allow *allow, const struct net_target *target);
/* Whether a call to target may connect to this very address and its port. */
bool net_may_connect(const struct net_allow *allow, const struct net_target *target, const struct sockaddr *address);

#endif
