/* attempt.c - see attempt.h; the counting is muster.attempt_take(). */
#include "common/auth/attempt.h"

#include "common/crypto/crypto.h"
#include "queries_common.h"

#include <arpa/inet.h>

/* IPv6 by its first 64 bits, because a single subscriber has all the addresses behind them (RFC 4291, section 2.5.4; RFC 6177).
 * Neither an e-mail address nor an id reads as one. */
static const char *whom(struct arena *a, const char *text) {
    struct in6_addr network;
    char prefix[INET6_ADDRSTRLEN];
    if (inet_pton(AF_INET6, text, &network) != 1 || IN6_IS_ADDR_V4MAPPED(&network)) {
        return text;
    }
    memset(network.s6_addr + 8, 0, 8);
    return arena_strdup(a, inet_ntop(AF_INET6, &network, prefix, sizeof(prefix)));
}

const char *attempt_key(struct arena *a, const char *text) {
    unsigned char hash[CRYPTO_HASH_SIZE];
    const char *counted = whom(a, text);
    crypto_sha256(counted, strlen(counted), hash);
    return db_bytes(a, hash, sizeof(hash));
}

static const char *allowed(struct arena *a, int64_t limit) {
    return arena_printf(a, "%lld", (long long)(limit > 0 ? limit : INT32_MAX));
}

struct db_call attempt_call(struct arena *a, const char *kind, const char *text, int64_t limit, int seconds, struct db_rows *rows) {
    return (struct db_call){
        SQL_ATTEMPT_TAKE(kind, attempt_key(a, text), allowed(a, limit), arena_printf(a, "%d", seconds)),
        .rows = rows,
    };
}

struct db_call attempt_pair_call(struct arena *a, struct attempt first, struct attempt second, int seconds, struct db_rows *rows) {
    return (struct db_call){
        SQL_ATTEMPT_TAKE_PAIR(first.kind, attempt_key(a, first.text), allowed(a, first.limit), second.kind, attempt_key(a, second.text),
                              allowed(a, second.limit), arena_printf(a, "%d", seconds)),
        .rows = rows,
    };
}

int64_t attempt_wait(const struct db_rows *rows) {
    return db_int(rows, 0, COL_WAIT);
}
