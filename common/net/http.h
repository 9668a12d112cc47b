/*
 * http.h - one HTTP call to a server outside, for the worker alone: no family includes this.
 *
 * Every call has its deadlines and caps, goes where allow.h lets it, and connects to no address that has not passed. Redirects are not
 * followed (the reply says 3xx), nothing is decompressed, no connection, cookie or name is kept for the next call.
 */
#ifndef MUSTER_NET_HTTP_H
#define MUSTER_NET_HTTP_H

#include "common/base/arena.h"
#include "common/net/allow.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define NET_HEADERS 8

/* What went wrong, for the caller's decision whether to try again. */
enum net_error {
    NET_OK,        /* there is a reply, whatever its status */
    NET_REFUSED,   /* we do not call there: spelling, scheme, port or network */
    NET_NAME,      /* the name has no address */
    NET_CONNECT,   /* nobody answers there */
    NET_TLS,       /* no encryption, or not with whom the name says */
    NET_TIME,      /* a deadline passed */
    NET_TOO_LARGE, /* the header or the body passed its cap */
    NET_PROTOCOL,  /* broken off, not HTTP, or in an encoding that was not asked for */
    NET_ENDED      /* give_up said so */
};

struct net_config {
    struct net_allow allow;
    const char *ca_file;   /* NULL: the system's authorities */
    bool (*give_up)(void); /* asked about once a second; NULL: never */
};

struct net_header {
    const char *name, *value;
};

/* Everything is the caller's and only read. */
struct net_request {
    const char *url;
    const char *body; /* NULL: GET, otherwise POST */
    size_t body_len;
    struct net_header headers[NET_HEADERS]; /* up to the first without a name; a body's Content-Type is one of them */
    const char *wanted[NET_HEADERS];        /* names of the reply's headers that the caller reads, up to the first NULL */
    int64_t connect_ms, total_ms;           /* 0: 5 s until connected, resolving and TLS included, and 10 s altogether */
    size_t max_header, max_body;            /* 0: 64 KiB and 1 MiB; the body as it is after transfer encodings */
};

/* In the arena of the call. */
struct net_reply {
    const char *why;                  /* a sentence without anything that the server said; NULL with NET_OK */
    int status;                       /* 0 without a reply */
    const char *headers[NET_HEADERS]; /* those wanted, in their order; NULL: not there, or more than once */
    const char *body;                 /* NUL-terminated; "" without a reply */
    size_t len;
};

/* Makes one call and waits for its end. A reply that is seen to be broken off is none; one that has no length ends with its connection. */
enum net_error net_call(const struct net_config *config, struct arena *a, const struct net_request *request, struct net_reply *reply);

#endif
