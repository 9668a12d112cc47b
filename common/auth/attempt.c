/* attempt.c - see attempt.h; the counting is muster.attempt_take(). */
#include "common/auth/attempt.h"

#include "common/crypto/crypto.h"
#include "queries_common.h"

#include <arpa/inet.h>
#include <strings.h>

#define AROUND 4 /* times as many attempts has what is around a network */

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

int64_t attempt_wait(const struct db_rows *rows) {
    return db_int(rows, 0, COL_WAIT);
}

static void keep_bits(unsigned char *bytes, int size, int bits) {
    for (int i = 0; i < size; i++) {
        int kept = bits - 8 * i;
        if (kept < 8) {
            bytes[i] = kept > 0 ? (unsigned char)(bytes[i] & (0xff00 >> kept)) : 0;
        }
    }
}

const char *attempt_network(struct arena *a, const char *address, int bits4, int bits6) {
    unsigned char bytes[16];
    char text[INET6_ADDRSTRLEN];
    const char *v4 = strncasecmp(address, "::ffff:", 7) == 0 ? address + 7 : address;
    if (bits4 && inet_pton(AF_INET, v4, bytes) == 1) {
        keep_bits(bytes, 4, bits4);
        return arena_printf(a, "%s/%d", inet_ntop(AF_INET, bytes, text, sizeof(text)), bits4);
    }
    if (bits6 && v4 == address && inet_pton(AF_INET6, address, bytes) == 1) {
        keep_bits(bytes, 16, bits6);
        return arena_printf(a, "%s/%d", inet_ntop(AF_INET6, bytes, text, sizeof(text)), bits6);
    }
    return address;
}

void attempts_add(struct attempts *all, const char *kind, const char *text, int64_t limit) {
    if (all->n < ATTEMPTS_MOST) {
        all->list[all->n++] = (struct attempt){kind, text, limit};
    }
}

void attempts_add_address(struct arena *a, struct attempts *all, const char *kind, const char *address, int64_t limit) {
    static const struct {
        int bits4, bits6, times;
    } around[] = {{24, 56, AROUND}, {0, 48, AROUND * AROUND}};
    attempts_add(all, kind, address, limit);
    for (size_t i = 0; i < sizeof(around) / sizeof(around[0]); i++) {
        const char *network = attempt_network(a, address, around[i].bits4, around[i].bits6);
        if (network != address) {
            attempts_add(all, kind, network, around[i].times * limit);
        }
    }
}

/* Kinds and keys as arguments, the first two of both statements. */
static void lists_of(struct arena *a, const struct attempts *all, const char **kinds, const char **keys) {
    const char *kind[ATTEMPTS_MOST], *key[ATTEMPTS_MOST];
    for (int i = 0; i < all->n; i++) {
        kind[i] = all->list[i].kind;
        key[i] = attempt_key(a, all->list[i].text);
    }
    *kinds = db_text_array(a, kind, (size_t)all->n);
    *keys = db_text_array(a, key, (size_t)all->n);
}

struct db_call attempts_take(struct arena *a, const struct attempts *all, int seconds, struct db_rows *rows) {
    const char *kinds, *keys, *limits[ATTEMPTS_MOST];
    lists_of(a, all, &kinds, &keys);
    for (int i = 0; i < all->n; i++) {
        limits[i] = allowed(a, all->list[i].limit);
    }
    return (struct db_call){
        SQL_ATTEMPT_TAKE_EACH(kinds, keys, db_text_array(a, limits, (size_t)all->n), arena_printf(a, "%d", seconds)),
        .rows = rows,
    };
}

int attempts_refused(const struct db_rows *rows) {
    return (int)db_int(rows, 0, COL_REFUSED) - 1;
}

struct db_call attempts_back(struct arena *a, const struct attempts *all) {
    const char *kinds, *keys;
    lists_of(a, all, &kinds, &keys);
    return (struct db_call){SQL_ATTEMPT_BACK(kinds, keys)};
}
