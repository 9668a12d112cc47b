/*
 * attempt.h - attempt limits that hold across processes and restarts (rule A9).
 */
#ifndef MUSTER_AUTH_ATTEMPT_H
#define MUSTER_AUTH_ATTEMPT_H

#include "common/base/arena.h"
#include "common/db/db.h"

#include <stdint.h>

/* The key's digest as a statement argument: addresses and accounts are not stored in the clear. All IPv6 addresses of one network of 64
 * bits have the same. */
const char *attempt_key(struct arena *a, const char *text);
/* Takes one attempt of `kind` for `text`: at most `limit` in a window of `seconds` (limit 0: no limit). The row's
 * "wait" column is 0 when it is allowed, otherwise the seconds to wait. */
struct db_call attempt_call(struct arena *a, const char *kind, const char *text, int64_t limit, int seconds, struct db_rows *rows);
/* Seconds to wait, 0 when allowed. */
int64_t attempt_wait(const struct db_rows *rows);

/* Several that one attempt counts as, in the order in which they are asked: who is refused by one uses up nothing of those behind it. So an
 * address that is refused takes no attempts from accounts, nor from the networks that it shares with others. */
#define ATTEMPTS_MOST 8
struct attempt {
    const char *kind, *text;
    int64_t limit;
};
struct attempts {
    struct attempt list[ATTEMPTS_MOST];
    int n;
};
void attempts_add(struct attempts *all, const char *kind, const char *text, int64_t limit);
/* Adds an address with its limit, and the networks around it, which have more: 24 bits of IPv4; 56 and 48 bits of IPv6. */
void attempts_add_address(struct arena *a, struct attempts *all, const char *kind, const char *address, int64_t limit);
/* Takes them; attempt_wait() says how it went, attempts_refused() which one refused (0: the first; -1: none). */
struct db_call attempts_take(struct arena *a, const struct attempts *all, int seconds, struct db_rows *rows);
int attempts_refused(const struct db_rows *rows);
/* Gives one of each back. */
struct db_call attempts_back(struct arena *a, const struct attempts *all);

/* The network of so many bits around an address, as "192.0.2.0/24" or "2001:db8:1:200::/56"; what has no such network, or with 0 bits, is
 * returned as it is. */
const char *attempt_network(struct arena *a, const char *address, int bits4, int bits6);

#endif
