/*
 * attempt.h - attempt limits that hold across processes and restarts (rule A9).
 */
#ifndef MUSTER_AUTH_ATTEMPT_H
#define MUSTER_AUTH_ATTEMPT_H

#include "common/base/arena.h"
#include "common/db/db.h"

#include <stdint.h>

/* The key's digest as a statement argument: addresses and accounts are not stored in the clear. */
const char *attempt_key(struct arena *a, const char *text);
/* Whom to count for an address: IPv4 as it is; IPv6 by its first 64 bits, because a single subscriber has all the addresses behind them
 * (RFC 4291, section 2.5.4; RFC 6177). `address` itself, or text in a. */
const char *attempt_source(struct arena *a, const char *address);
/* Takes one attempt of `kind` for `text`: at most `limit` in a window of `seconds` (limit 0: no limit). The row's
 * "wait" column is 0 when it is allowed, otherwise the seconds to wait. */
struct db_call attempt_call(struct arena *a, const char *kind, const char *text, int64_t limit, int seconds, struct db_rows *rows);
/* The same of two in one row: `second` is taken only when `first` allows it, so that an address that is refused uses up no
 * account's attempts and leaves no row for every account that it names. */
struct attempt {
    const char *kind, *text;
    int64_t limit;
};
struct db_call attempt_pair_call(struct arena *a, struct attempt first, struct attempt second, int seconds, struct db_rows *rows);
/* Seconds to wait, 0 when allowed. */
int64_t attempt_wait(const struct db_rows *rows);

#endif
