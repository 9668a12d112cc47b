/*
 * address.h - networks of addresses, and which addresses belong to the public internet.
 */
#ifndef MUSTER_NET_ADDRESS_H
#define MUSTER_NET_ADDRESS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

struct net_network {
    int family;               /* AF_INET or AF_INET6 */
    unsigned char prefix[16]; /* in network order; what follows the bits is zero */
    unsigned bits;            /* all of them: a single address */
};

/* "10.0.0.0/8", "2001:db8::/32", or an address alone. Only the usual spelling of an address, and no bits after the prefix. */
bool net_network_parse(const char *text, struct net_network *out);
/* False for an address of another family: a mapped IPv4 address (::ffff:0:0/96) is an IPv6 address. */
bool net_network_has(const struct net_network *network, const struct sockaddr *address);
/* True when the address is one of the public internet: in no network of special purpose, and for IPv6 global unicast. */
bool net_is_public(const struct sockaddr *address);
/* The port of an IPv4 or IPv6 address; 0 of any other. */
uint16_t net_port_of(const struct sockaddr *address);

#endif
