#include "common/net/address.h"

#include "common/base/str.h"

#include <arpa/inet.h>
#include <netinet/in.h>

/* IANA's registries of special-purpose addresses (RFC 6890 and its updates), multicast, and what clouds keep in public networks. */
static const char *const special[] = {
    "0.0.0.0/8",         /* this network, the unspecified address */
    "10.0.0.0/8",        /* private */
    "100.64.0.0/10",     /* shared by customers of a provider (CGNAT) */
    "127.0.0.0/8",       /* loopback */
    "168.63.129.16/32",  /* a cloud's host, seen from its guests */
    "169.254.0.0/16",    /* link-local, metadata of clouds */
    "172.16.0.0/12",     /* private */
    "192.0.0.0/24",      /* protocol assignments */
    "192.0.2.0/24",      /* documentation */
    "192.31.196.0/24",   /* AS112 */
    "192.52.193.0/24",   /* AMT */
    "192.88.99.0/24",    /* relays of 6to4 */
    "192.168.0.0/16",    /* private */
    "192.175.48.0/24",   /* AS112 */
    "198.18.0.0/15",     /* benchmarking */
    "198.51.100.0/24",   /* documentation */
    "203.0.113.0/24",    /* documentation */
    "224.0.0.0/4",       /* multicast */
    "240.0.0.0/4",       /* reserved, broadcast */
    "2001::/23",         /* protocol assignments: Teredo, benchmarking, ORCHID */
    "2001:db8::/32",     /* documentation */
    "2002::/16",         /* 6to4: leads to an IPv4 address */
    "2620:4f:8000::/48", /* AS112 */
    "3fff::/20",         /* documentation */
};

/* Everything else of IPv6 is special or nobody's: loopback, mapped and compatible IPv4, NAT64, discard, unique local, link-local,
 * site-local, segment routing, multicast. */
static const char global_unicast[] = "2000::/3";

static bool no_bits_after(const struct net_network *n, unsigned size) {
    for (unsigned i = n->bits; i < size * 8; i++) {
        if (n->prefix[i / 8] & (0x80 >> i % 8)) {
            return false;
        }
    }
    return true;
}

bool net_network_parse(const char *text, struct net_network *out) {
    char address[INET6_ADDRSTRLEN], usual[INET6_ADDRSTRLEN];
    const char *slash = strchr(text, '/');
    size_t len = slash ? (size_t)(slash - text) : strlen(text);
    int64_t bits;
    if (len >= sizeof(address)) {
        return false;
    }
    memcpy(address, text, len);
    address[len] = '\0';
    *out = (struct net_network){.family = strchr(address, ':') ? AF_INET6 : AF_INET};
    unsigned size = out->family == AF_INET ? sizeof(struct in_addr) : sizeof(struct in6_addr);
    str_lower(address);
    if (inet_pton(out->family, address, out->prefix) != 1 || !inet_ntop(out->family, out->prefix, usual, sizeof(usual)) ||
        !str_eq(address, usual)) {
        return false;
    }
    bits = size * 8;
    if (slash && !str_to_i64(slash + 1, 0, size * 8, &bits)) {
        return false;
    }
    out->bits = (unsigned)bits;
    return no_bits_after(out, size);
}

/* The bytes of an address, or NULL. */
static const unsigned char *bytes_of(const struct sockaddr *address) {
    switch (address->sa_family) {
    case AF_INET: return (const unsigned char *)&((const struct sockaddr_in *)(const void *)address)->sin_addr;
    case AF_INET6: return ((const struct sockaddr_in6 *)(const void *)address)->sin6_addr.s6_addr;
    default: return NULL;
    }
}

bool net_network_has(const struct net_network *network, const struct sockaddr *address) {
    const unsigned char *bytes = bytes_of(address);
    unsigned whole = network->bits / 8, rest = network->bits % 8;
    if (!bytes || address->sa_family != network->family || memcmp(bytes, network->prefix, whole) != 0) {
        return false;
    }
    return rest == 0 || (bytes[whole] ^ network->prefix[whole]) >> (8 - rest) == 0;
}

/* A row that cannot be read refuses every address, which any test of a public one finds. */
static bool has(const char *text, const struct sockaddr *address) {
    struct net_network network;
    return !net_network_parse(text, &network) || net_network_has(&network, address);
}

bool net_is_public(const struct sockaddr *address) {
    if (address->sa_family != AF_INET && (address->sa_family != AF_INET6 || !has(global_unicast, address))) {
        return false;
    }
    for (size_t i = 0; i < sizeof(special) / sizeof(special[0]); i++) {
        if (has(special[i], address)) {
            return false;
        }
    }
    return true;
}

uint16_t net_port_of(const struct sockaddr *address) {
    switch (address->sa_family) {
    case AF_INET: return ntohs(((const struct sockaddr_in *)(const void *)address)->sin_port);
    case AF_INET6: return ntohs(((const struct sockaddr_in6 *)(const void *)address)->sin6_port);
    default: return 0;
    }
}
