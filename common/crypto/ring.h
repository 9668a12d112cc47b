/*
 * ring.h - the keys behind seal.h, each for one use: file, format and derivation.
 *
 * A line is "kid:base64" or "use.kid:base64", of 32 bytes. Without a use it is a line of the one file that an operator keeps
 * (secret.key): when its name begins with m, what all keys of that name are derived from (crypto_kdf of libsodium, a number a use);
 * otherwise a key of an older version, which did everything itself and still opens what it sealed. With a use it is what one program is
 * given (apps/instance/keys.sh):
 *
 *   people   seals and opens secrets of people
 *   mailto   the public half of mailbox: seals what is to be said by mail
 *   mailbox  opens that
 *   intel    seals and opens the secret keys of API users
 */
#ifndef MUSTER_CRYPTO_RING_H
#define MUSTER_CRYPTO_RING_H

#include "common/crypto/seal.h"

#include <sys/stat.h>

#define KID_MAX 32

enum key_use { KEY_OLD, KEY_PEOPLE, KEY_MAILBOX, KEY_MAILTO, KEY_INTEL, KEY_USES };
#define KEYS_OF_LINE 4 /* that are derived from a line of the operator's file */

struct key {
    enum key_use use;
    char kid[KID_MAX + 1];
    unsigned char bytes[SEAL_KEY_SIZE];
};

struct ring {
    const char *path;
    struct stat seen;
    struct key keys[KEYS_OF_LINE * SEAL_MAX_KEYS];
    int n;
};

/* As seal_load(). */
bool ring_load(struct ring *ring, const char *path, char *err, size_t size);
/* The key of this use and name; kid NULL: the current one, which is the first. NULL when there is none. */
const struct key *ring_find(const struct ring *ring, enum key_use use, const char *kid, size_t len);
/* The name of a use in a file; "old" for keys without one. */
const char *key_use_name(enum key_use use);

#endif
