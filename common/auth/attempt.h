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
